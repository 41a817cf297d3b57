#!/bin/sh
# Installs LibreOffice's spreadsheets, without windows, for the tests when it is not there.
set -eu
cd "$(dirname "$0")/.."
. scripts/packages.sh
command -v soffice >/dev/null || install_packages libreoffice-calc-nogui
