#!/usr/bin/env bash
# Checks what needs no test: lint.sh [ruff-check | ruff-format | mypy | walls | locks | asyncapi | web]; without a name all of them.
set -euo pipefail
cd "$(dirname "$0")/.."

all=(ruff-check ruff-format mypy walls locks asyncapi web)

run() {
    case $1 in
    ruff-check) .venv/bin/python -m ruff check ;;
    ruff-format) .venv/bin/python -m ruff format --check ;;
    mypy) .venv/bin/python -m mypy services shared examples tests bench ;;
    walls) .venv/bin/lint-imports ;;
    locks) scripts/lock.sh --check ;;
    asyncapi) scripts/asyncapi/check.sh docs/api/*.asyncapi.json ;;
    web) scripts/web.sh --check ;;
    *)
        echo "There is no check $1; there are: ${all[*]}" >&2
        exit 2
        ;;
    esac
}

if [ $# -gt 0 ]; then
    for name in "$@"; do
        run "$name"
    done
    exit
fi

# Beside Python's, those that Node runs; one after another, as both may have to install it.
output=$(mktemp)
trap 'rm -f "$output"' EXIT
{ run asyncapi && run web; } >"$output" 2>&1 &
node=$!
failed=0
for name in "${all[@]}"; do
    case $name in
    asyncapi | web) ;;
    *) run "$name" || failed=1 ;;
    esac
done
wait "$node" || failed=1
cat "$output"
exit "$failed"
