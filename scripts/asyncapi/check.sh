#!/usr/bin/env bash
# Checks AsyncAPI documents with the parser of AsyncAPI: check.sh FILE…
set -euo pipefail
files=()
for file in "$@"; do
    files+=("$(realpath "$file")")
done
cd "$(dirname "$0")/../.."
# shellcheck source=scripts/node.sh
. scripts/node.sh

find_node
install_modules scripts/asyncapi
exec node scripts/asyncapi/check.mjs "${files[@]}"
