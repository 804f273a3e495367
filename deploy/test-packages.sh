#!/bin/sh
# Debian packages that the tests drive for real and PyPI lacks, and the identity provider that they sign in by, from npm.
# Installs what is missing; says so first.
set -eu
missing=
needs() { # PROGRAM PACKAGE
    command -v "$1" >/dev/null 2>&1 || [ -x "/usr/sbin/$1" ] || missing="$missing $2"
}
needs chromium chromium
needs chromedriver chromium-driver
needs postfix postfix
needs swaks swaks
needs msmtp msmtp
needs 7zz 7zip
needs zip zip
needs curl curl
needs npm nodejs
needs npm npm
provider() { # in the versions and with the digests of tests/oidc/package-lock.json
    oidc=$(dirname "$0")/../tests/oidc
    [ -d "$oidc/node_modules" ] && return
    echo "test: installing the identity provider of the tests (npm ci in tests/oidc)"
    npm ci --prefix "$oidc" --no-audit --no-fund --ignore-scripts --loglevel=error >/dev/null
}
if [ -z "$missing" ]; then
    provider
    exit 0
fi
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    echo "test: these programs are missing:$missing; run: sudo apt-get install$missing" >&2
    exit 2
fi
echo "test: installing Debian's packages:$missing (a real browser and real mail and packing software for the tests)"
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
provider
