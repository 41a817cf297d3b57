#!/usr/bin/env bash
# Makes sure that RabbitMQ and PostgreSQL answer on 127.0.0.1, for tests against the real ones.
#   servers.sh        uses those that answer; starts private ones, below var/servers, for the rest
#   servers.sh stop   stops those that it started
# RABBITMQ_PORT and POSTGRES_PORT choose other ports.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/packages.sh
. scripts/packages.sh

rabbitmq_port=${RABBITMQ_PORT:-5672}
postgres_port=${POSTGRES_PORT:-5432}
bus_url=${TEST_BUS_URL:-amqp://guest:guest@127.0.0.1:$rabbitmq_port/}
database_url=${TEST_DATABASE_URL:-postgresql://postgres@127.0.0.1:$postgres_port}
state=$PWD/var/servers

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
    local user=$1
    shift
    if [ "$(id -u)" = 0 ]; then
        setpriv --reuid="$user" --regid="$(id -g "$user")" --init-groups -- "$@"
    else
        "$@"
    fi
}

# Gives the folder of a server, owned by its user; elsewhere when that user cannot reach the
# checkout (below /root, say).
folder_of() {
    local user=$1 name=$2 folder=$state/$2
    if [ ! -e "$state/$name.folder" ]; then
        mkdir -p "$state"
        as_user "$user" test -x "$state" || folder=$(mktemp -d "/var/tmp/$name.XXXXXX")
        mkdir -p "$folder"
        [ "$(id -u)" != 0 ] || chown "$user" "$folder"
        echo "$folder" >"$state/$name.folder"
    fi
    cat "$state/$name.folder"
}

await() {
    local name=$1 pid=$2 log=$3
    for _ in {1..60}; do
        "${name}_answers" && return
        kill -0 "$pid" 2>/dev/null || break
        sleep 1
    done
    echo "$name does not answer; the end of its log:" >&2
    tail -n 20 "$log" >&2
    exit 1
}

start_rabbitmq() {
    refuse_taken RABBITMQ_PORT "$rabbitmq_port"
    local server=/usr/lib/rabbitmq/bin/rabbitmq-server name=rabbitmq-$rabbitmq_port folder
    [ -x $server ] || install_server rabbitmq-server
    folder=$(folder_of rabbitmq "$name")
    as_user rabbitmq sh -c ": >'$folder/env.conf'; : >'$folder/plugins'; : >'$folder/rabbitmq.conf'
        echo '[].' >'$folder/advanced.config'"
    local settings=(
        HOME="$folder" # the cookie lies there
        ERL_EPMD_ADDRESS=127.0.0.1
        ERL_EPMD_PORT=$((rabbitmq_port + 1)) # its own, so that it can be stopped
        RABBITMQ_NODENAME="$name@localhost"
        RABBITMQ_NODE_IP_ADDRESS=127.0.0.1
        RABBITMQ_NODE_PORT="$rabbitmq_port"
        RABBITMQ_DIST_PORT=$((rabbitmq_port + 2))
        RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS="-kernel inet_dist_use_interface {127,0,0,1}"
        RABBITMQ_BASE="$folder"
        RABBITMQ_MNESIA_BASE="$folder/data"
        RABBITMQ_LOG_BASE="$folder"
        RABBITMQ_CONF_ENV_FILE="$folder/env.conf"
        RABBITMQ_CONFIG_FILE="$folder/rabbitmq.conf"
        RABBITMQ_ADVANCED_CONFIG_FILE="$folder/advanced.config"
        RABBITMQ_ENABLED_PLUGINS_FILE="$folder/plugins"
        RABBITMQ_PID_FILE="$folder/pid"
        RUNNING_UNDER_SYSTEMD=true # the script then becomes the server, under the pid we know
    )
    launch rabbitmq "$name-epmd" "$folder/epmd.log" \
        "${settings[@]}" epmd -port $((rabbitmq_port + 1)) -address 127.0.0.1
    launch rabbitmq "$name" "$folder/server.log" "${settings[@]}" $server
    await rabbitmq "$(cat "$state/$name.pid")" "$folder/server.log"
}

# Starts a server of its own session: a Ctrl-C in the terminal is not meant for it.
launch() {
    local user=$1 name=$2 log=$3
    shift 3
    (cd / && as_user "$user" setsid env "$@" >"$log" 2>&1 </dev/null &
        echo $! >"$state/$name.pid")
    echo "Started $name (pid $(cat "$state/$name.pid"))"
}

start_postgres() {
    refuse_taken POSTGRES_PORT "$postgres_port"
    local name=postgres-$postgres_port folder bin
    compgen -G '/usr/lib/postgresql/*/bin/pg_ctl' >/dev/null || install_server postgresql
    bin=$(dirname "$(compgen -G '/usr/lib/postgresql/*/bin/pg_ctl' | sort -V | tail -n 1)")
    folder=$(folder_of postgres "$name")
    if [ ! -e "$folder/data/PG_VERSION" ]; then
        as_user postgres "$bin/initdb" --pgdata "$folder/data" --username postgres --auth trust \
            --encoding UTF8 --locale C.UTF-8 --no-sync >/dev/null
        as_user postgres tee -a "$folder/data/postgresql.conf" >/dev/null <<CONF
listen_addresses = '127.0.0.1'
port = $postgres_port
unix_socket_directories = ''
fsync = off  # nothing here outlives the machine
max_connections = 200
CONF
    fi
    launch postgres "$name" "$folder/server.log" "$bin/postgres" -D "$folder/data"
    await postgres "$(cat "$state/$name.pid")" "$folder/server.log"
}

stop() {
    local file pid
    # A broker before its epmd: names are sorted.
    for file in "$state"/*.pid; do
        [ -e "$file" ] || continue
        pid=$(cat "$file")
        # After a reboot the number may be somebody else's.
        if grep -qE 'rabbitmq|epmd|postgres' "/proc/$pid/cmdline" 2>/dev/null; then
            as_signaller "$file" kill -INT "$pid"
        fi
        rm -f "$file"
    done
}

case ${1:-start} in
    start)
        rabbitmq_answers || start_rabbitmq
        postgres_answers || start_postgres
        ;;
    stop) stop ;;
    *)
        echo "usage: $0 [start|stop]" >&2
        exit 2
        ;;
esac
