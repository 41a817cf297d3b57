#!/bin/sh
# Makes .venv as requirements.lock says, and installs system libraries that are missing.
set -eu
cd "$(dirname "$0")/.."
. scripts/packages.sh

find_python() {
    for python in ${PYTHON:-} python3 python3.13 python3.12 python3.11 python3.14; do
        # Asking it to run matters: a version manager's stand-in is found and then refuses.
        if "$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' 2>/dev/null; then
            return
        fi
    done
    echo "Python 3.11 to 3.14 is needed; set PYTHON to name one." >&2
    exit 1
}

make_venv() {
    find_python
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    "$python" -c 'import ensurepip' 2>/dev/null || install_packages "python$version-venv"
    echo "Installing Python packages into .venv"
    # Made anew through a link it would empty somebody else's.
    [ ! -L .venv ] || rm .venv
    "$python" -m venv --clear .venv
    .venv/bin/python -m pip install -qq --disable-pip-version-check \
        --only-binary :all: --require-hashes -r requirements.lock
    echo "$lock" >.venv/lock.sha256
}

missing_libraries() {
    .venv/bin/python -S - <<'PYTHON'
import ctypes

for library, package in {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}.items():
    try:
        ctypes.CDLL(library)
    except OSError:
        print(package)
PYTHON
    for font in NotoSansCJK:fonts-noto-cjk NotoSerifCJK:fonts-noto-cjk \
        HanaMin:fonts-hanazono BabelStoneHan:fonts-babelstone-han; do
        find -L /usr/share/fonts /usr/local/share/fonts "${HOME:-/}/.local/share/fonts" \
            -name "${font%%:*}*" 2>/dev/null | grep -q . || echo "${font#*:}"
    done | sort -u
}

lock=$(sha256sum requirements.lock)
if [ "$(cat .venv/lock.sha256 2>/dev/null)" != "$lock" ] || ! .venv/bin/python -S -c '' 2>/dev/null; then
    make_venv
fi
missing=$(missing_libraries)
# shellcheck disable=SC2086 # a list of names
[ -z "$missing" ] || install_packages $missing
