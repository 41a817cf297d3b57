#!/usr/bin/env bash
# Builds the web UI into services/gateway/web/dist when its sources have changed: web.sh [--check | --fix | --test]
#   --check   linters, types, and that the API's types are those of docs/api/openapi.json
#   --fix     mends what its linter can mend by itself
#   --test    its unit tests
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/node.sh
. scripts/node.sh
web=services/gateway/web

sources() {
    find "$web" -type f -not -path "*/node_modules/*" -not -path "*/dist/*" -print0 | LC_ALL=C sort -z |
        xargs -0 sha256sum | sha256sum
}

case ${1:-} in
--check)
    find_node
    install_modules "$web"
    cd "$web"
    npm run --silent lint
    npm run --silent api -- --check
    ;;
--fix)
    find_node
    install_modules "$web"
    cd "$web"
    npm run --silent lint:fix
    ;;
--test)
    find_node
    install_modules "$web"
    cd "$web"
    npm run --silent test
    ;;
*)
    if [ "$(cat "$web/dist/sources.sha256" 2>/dev/null)" != "$(sources)" ]; then
        find_node
        install_modules "$web"
        echo "Building the web UI"
        (cd "$web" && npm run --silent build -- --logLevel warn)
        sources >"$web/dist/sources.sha256"
    fi
    ;;
esac
