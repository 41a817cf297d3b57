# shellcheck shell=sh
# Sourced: installs Debian packages, or says which ones are wanted.

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

install_packages() {
    if ! command -v apt-get >/dev/null || { [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null; }; then
        echo "These Debian packages are missing: $*" >&2
        echo "Install them (or what your system calls them), then run this again." >&2
        exit 1
    fi
    echo "Installing $*"
    # Package lists are fetched only when the ones here do not do.
    _apt_install "$@" >/dev/null 2>&1 || { as_root apt-get update -qq && _apt_install "$@" >/dev/null; }
}

_apt_install() {
    as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -qq --yes --no-install-recommends "$@" </dev/null
}
