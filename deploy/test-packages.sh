#!/bin/sh
# Debian packages that the tests drive for real and PyPI lacks. Installs what is missing; says so first.
set -eu
missing=
command -v chromium >/dev/null 2>&1 || missing="$missing chromium"
command -v chromedriver >/dev/null 2>&1 || missing="$missing chromium-driver"
[ -n "$missing" ] || exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    echo "test: these programs are missing:$missing; run: sudo apt-get install$missing" >&2
    exit 2
fi
echo "test: installing Debian's packages:$missing (a real browser for the tests of the console)"
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
