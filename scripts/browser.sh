#!/bin/sh
# Installs Chromium for the browser tests when it is not there, and builds the web UI.
set -eu
cd "$(dirname "$0")/.."
. scripts/packages.sh
command -v chromium >/dev/null || install_packages chromium
scripts/web.sh
