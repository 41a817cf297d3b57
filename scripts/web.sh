#!/usr/bin/env bash
# Builds the web UI into services/gateway/web/dist when its sources have changed: web.sh [--check | --fix | --test | --api | --dev]
#   --check   linters, types, and that the API's types are those of docs/api/openapi.json
#   --fix     mends what its linter can mend by itself
#   --test    its unit tests
#   --api     writes the API's types from docs/api/openapi.json
#   --dev     serves it with reloading, beside a `make run`
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/node.sh
. scripts/node.sh
web=services/gateway/web

sources() {
    find "$web" -type f -not -path "*/node_modules/*" -not -path "*/dist/*" -print0 | LC_ALL=C sort -z |
        xargs -0 sha256sum | sha256sum
}

run_script() {
    find_node
    install_modules "$web"
    (cd "$web" && npm run --silent "$@")
}

case ${1:-} in
--check)
    run_script lint
    run_script api -- --check
    ;;
--fix) run_script lint:fix ;;
--test) run_script test ;;
--api) run_script api ;;
--dev) run_script dev ;;
"")
    if [ "$(cat "$web/dist/sources.sha256" 2>/dev/null)" != "$(sources)" ]; then
        echo "Building the web UI"
        run_script build -- --logLevel warn
        sources >"$web/dist/sources.sha256"
    fi
    ;;
*)
    echo "web.sh knows no $1; its first lines say what it knows" >&2
    exit 2
    ;;
esac
