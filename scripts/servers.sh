#!/usr/bin/env bash
# Makes sure that RabbitMQ and PostgreSQL answer on 127.0.0.1, for tests against the real ones.
#   servers.sh        uses those that answer; starts private ones, below var/servers, for the rest
#   servers.sh stop   stops those that it started
#   servers.sh start|stop rabbitmq|postgres   only that one
#   servers.sh ctl …  rabbitmqctl for the private RabbitMQ
# RABBITMQ_PORT and POSTGRES_PORT choose other ports, SERVERS_STATE another folder, RABBITMQ_PLUGINS
# plugins of a private RabbitMQ ("rabbitmq_management"), RABBITMQ_CONF a configuration file for it.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/packages.sh
. scripts/packages.sh

rabbitmq_port=${RABBITMQ_PORT:-5672}
postgres_port=${POSTGRES_PORT:-5432}
bus_url=${TEST_BUS_URL:-amqp://guest:guest@127.0.0.1:$rabbitmq_port/}
database_url=${TEST_DATABASE_URL:-postgresql://postgres@127.0.0.1:$postgres_port}
state=${SERVERS_STATE:-$PWD/var/servers}
mkdir -p "$state"

rabbitmq_answers() {
    .venv/bin/python - "$bus_url" 2>/dev/null <<'PYTHON'
import asyncio
import sys

import aio_pika


async def main():
    await (await aio_pika.connect(sys.argv[1], timeout=5)).close()


asyncio.run(main())
PYTHON
}

postgres_answers() {
    .venv/bin/python - "$database_url" 2>/dev/null <<'PYTHON'
import asyncio
import sys

import asyncpg


async def main():
    await (await asyncpg.connect(sys.argv[1], timeout=5)).close()


asyncio.run(main())
PYTHON
}

refuse_taken() {
    if (: <"/dev/tcp/127.0.0.1/$2") 2>/dev/null; then
        echo "Something else listens on 127.0.0.1:$2; set $1 to a free port." >&2
        exit 1
    fi
}

# Debian starts a server as soon as it is installed, open to the network; ours is to be private.
install_server() {
    local policy=/usr/sbin/policy-rc.d
    if [ ! -e $policy ]; then
        trap 'as_root rm -f /usr/sbin/policy-rc.d' EXIT
        printf '#!/bin/sh\nexit 101\n' | as_root tee $policy >/dev/null
        as_root chmod 755 $policy
    fi
    install_packages "$@"
}

# Root's servers run as the user that Debian made for them.
as_user() {
    as=()
    [ "$(id -u)" != 0 ] || as=(setpriv --reuid="$1" --regid="$(id -g "$1")" --init-groups --)
}

# Gives a server its folder; elsewhere when its user cannot reach the checkout (below /root, say).
folder_of() {
    local name=$1 user=$2 folder=$state/$1
    if [ ! -e "$state/$name.folder" ]; then
        "${as[@]}" test -x "$state" || folder=$(mktemp -d "/var/tmp/$name.XXXXXX")
        mkdir -p "$folder"
        [ "$(id -u)" != 0 ] || chown "$user" "$folder"
        echo "$folder" >"$state/$name.folder"
    fi
    cat "$state/$name.folder"
}

await() {
    for _ in {1..60}; do
        "${1}_answers" && return
        kill -0 "$(cat "$state/$2.pid")" 2>/dev/null || break
        sleep 1
    done
    echo "$1 does not answer. The end of $3:" >&2
    tail -n 20 "$3" >&2
    exit 1
}

# Starts a server in a session of its own: a Ctrl-C in the terminal is not meant for it.
launch() {
    local name=$1 log=$2
    shift 2
    (cd / && exec "${as[@]}" setsid env "$@" >"$log" 2>&1 </dev/null) &
    echo $! >"$state/$name.pid"
    echo "Started $name (pid $!); scripts/servers.sh stop ends it"
}

rabbitmq_settings() {
    settings=(
        HOME="$2" # the cookie lies there
        ERL_EPMD_ADDRESS=127.0.0.1
        ERL_EPMD_PORT=$((rabbitmq_port + 1)) # its own, so that it can be stopped
        RABBITMQ_NODENAME="$1@localhost"
        RABBITMQ_NODE_IP_ADDRESS=127.0.0.1
        RABBITMQ_NODE_PORT="$rabbitmq_port"
        RABBITMQ_DIST_PORT=$((rabbitmq_port + 2))
        RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS="-kernel inet_dist_use_interface {127,0,0,1}"
        RABBITMQ_MNESIA_BASE="$2/data"
        RABBITMQ_LOG_BASE="$2"
        RABBITMQ_CONF_ENV_FILE="$2/env.conf"
        RABBITMQ_CONFIG_FILE="$2/rabbitmq.conf"
        RABBITMQ_ADVANCED_CONFIG_FILE="$2/advanced.config"
        RABBITMQ_ENABLED_PLUGINS_FILE="$2/plugins"
        RABBITMQ_PID_FILE="$2/pid"
        RUNNING_UNDER_SYSTEMD=true # the script then becomes the server, under the pid we know
    )
}

start_rabbitmq() {
    local server=/usr/lib/rabbitmq/bin/rabbitmq-server name=rabbitmq-$rabbitmq_port folder
    refuse_taken RABBITMQ_PORT "$rabbitmq_port"
    [ -x $server ] || install_server rabbitmq-server
    as_user rabbitmq
    folder=$(folder_of "$name" rabbitmq)
    # Empty files, for else those in /etc/rabbitmq are read.
    "${as[@]}" touch "$folder"/{env.conf,rabbitmq.conf}
    "${as[@]}" tee "$folder/plugins" >/dev/null <<<"[${RABBITMQ_PLUGINS:-}]."
    [ -z "${RABBITMQ_CONF:-}" ] || "${as[@]}" tee "$folder/rabbitmq.conf" <"$RABBITMQ_CONF" >/dev/null
    "${as[@]}" tee "$folder/advanced.config" >/dev/null <<<'[].'
    rabbitmq_settings "$name" "$folder"
    launch "epmd-$rabbitmq_port" "$folder/epmd.log" \
        "${settings[@]}" epmd -port $((rabbitmq_port + 1)) -address 127.0.0.1
    launch "$name" "$folder/server.log" "${settings[@]}" $server
    await rabbitmq "$name" "$folder/server.log"
}

start_postgres() {
    local name=postgres-$postgres_port folder bin
    refuse_taken POSTGRES_PORT "$postgres_port"
    compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null || install_server postgresql
    bin=$(dirname "$(compgen -G '/usr/lib/postgresql/*/bin/postgres' | sort -V | tail -n 1)")
    as_user postgres
    folder=$(folder_of "$name" postgres)
    if [ ! -e "$folder/data/PG_VERSION" ]; then
        (cd / && "${as[@]}" "$bin/initdb" --pgdata "$folder/data" --username postgres \
            --auth trust --encoding UTF8 --locale C.UTF-8 --no-sync >/dev/null)
        "${as[@]}" tee -a "$folder/data/postgresql.conf" >/dev/null <<CONF
listen_addresses = '127.0.0.1'
port = $postgres_port
unix_socket_directories = ''
max_connections = 200
fsync = off # nothing in it is meant to outlive the machine
CONF
    fi
    launch "$name" "$folder/server.log" "$bin/postgres" -D "$folder/data"
    await postgres "$name" "$folder/server.log"
}

ctl() {
    local name=rabbitmq-$rabbitmq_port
    rabbitmq_settings "$name" "$(cat "$state/$name.folder")"
    as_user rabbitmq
    cd / && exec "${as[@]}" env "${settings[@]}" \
        /usr/lib/rabbitmq/bin/rabbitmqctl --node "$name@localhost" "$@"
}

stop() {
    local file pid signal
    shopt -s nullglob
    # The broker takes its leave of epmd, hence this order.
    for file in "$state"/{postgres,rabbitmq,epmd}-*.pid; do
        [[ -z $1 || $file == */"$1"-* || ($1 == rabbitmq && $file == */epmd-*) ]] || continue
        pid=$(cat "$file")
        signal=TERM
        # To PostgreSQL, TERM means: when the last client has gone.
        [[ $file != */postgres-* ]] || signal=INT
        # After a restart of the machine the number may be somebody else's.
        if grep -qE 'postgres|rabbitmq|epmd' "/proc/$pid/cmdline" 2>/dev/null; then
            kill -s $signal "$pid"
            for _ in {1..300}; do
                kill -0 "$pid" 2>/dev/null || break
                sleep 0.1
            done
            echo "Stopped $(basename "$file" .pid) (pid $pid)"
        fi
        rm -f "$file"
    done
}

case ${1:-start} in
    start)
        [ "${2:-rabbitmq}" != rabbitmq ] || rabbitmq_answers || start_rabbitmq
        [ "${2:-postgres}" != postgres ] || postgres_answers || start_postgres
        ;;
    stop) stop "${2:-}" ;;
    ctl) shift && ctl "$@" ;;
    *)
        echo "usage: $0 [start|stop] [rabbitmq|postgres], or $0 ctl …" >&2
        exit 2
        ;;
esac
