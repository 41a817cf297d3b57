#!/usr/bin/env bash
# Writes requirements.lock and one lock per service from pyproject.toml.
#   lock.sh            keeps the versions that still fit
#   lock.sh --upgrade  takes the newest ones
#   lock.sh --check    only says whether the locks are those of pyproject.toml; needs no network
set -euo pipefail
cd "$(dirname "$0")/.."

services=(enrollment roster invoicing documents gateway)

stamp() {
    .venv/bin/python - <<'PYTHON'
import hashlib
import json
import tomllib

with open("pyproject.toml", "rb") as file:
    project = tomllib.load(file)["project"]
kept = [project[name] for name in ("requires-python", "dependencies", "optional-dependencies")]
print("# of pyproject.toml", hashlib.sha256(json.dumps(kept).encode()).hexdigest())
PYTHON
}

stamp=$(stamp)
if [ "${1:-}" = --check ]; then
    for file in requirements.lock "${services[@]/%/.lock}"; do
        [ "$file" = requirements.lock ] || file=requirements/$file
        if [ "$(head -n 1 "$file" 2>/dev/null)" != "$stamp" ]; then
            echo "$file is older than pyproject.toml: run make lock" >&2
            exit 1
        fi
    done
    exit
fi

tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT
.venv/bin/python -m venv "$tools"
"$tools/bin/pip" install -qq --disable-pip-version-check uv

compile() {
    local output=$1
    shift
    "$tools/bin/uv" pip compile --quiet --no-config --universal --python-version 3.11 \
        --generate-hashes --no-annotate --no-header --no-emit-index-url --no-emit-find-links \
        "$@" pyproject.toml --output-file "$output"
    sed -i "1i $stamp" "$output"
}

# Hashes are of the published files, whatever else this machine is set to take packages from.
unset UV_FIND_LINKS UV_EXTRA_INDEX_URL UV_INDEX
compile requirements.lock --all-extras "$@"
for service in "${services[@]}"; do
    compile "requirements/$service.lock" --extra "$service" --constraints requirements.lock
done
