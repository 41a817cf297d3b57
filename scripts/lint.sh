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

[ $# -gt 0 ] || set -- "${all[@]}"
for name in "$@"; do
    run "$name"
done
