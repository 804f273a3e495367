#!/bin/sh
# Makes .venv and installs the packages of a lock file, every one by its hash, and `hushgate` itself.
# Says what it does before it does it. Needs Python 3.11 or newer; on Debian and Ubuntu also python3-venv.
set -eu
lock=$1

python=
for candidate in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do
    if command -v "$candidate" >/dev/null 2>&1 &&
        "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        python=$candidate
        break
    fi
done
if [ -z "$python" ]; then
    echo "setup: no Python 3.11 or newer found; install one (Debian: apt-get install python3), or set PYTHON=…" >&2
    exit 2
fi

if [ ! -x .venv/bin/pip ]; then
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        version=$("$python" -c 'import sys; print("python3.%d-venv" % sys.version_info[1])')
        if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
            echo "setup: installing Debian's package $version (Python's venv is missing here)"
            apt-get update -qq
            apt-get install -y -qq "$version" >/dev/null
        else
            echo "setup: Python's venv is missing; run: sudo apt-get install $version" >&2
            exit 2
        fi
    fi
    echo "setup: making .venv with $("$python" --version)"
    "$python" -m venv .venv
fi

# 7z, rar, cab and the like are opened by libarchive; without it they are held, so its lack is no mistake.
if ! ldconfig -p 2>/dev/null | grep -q 'libarchive\.so\.13' && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    for package in libarchive13t64 libarchive13; do
        if apt-cache show "$package" >/dev/null 2>&1; then
            echo "setup: installing Debian's package $package (opens 7z, rar and cab; without it they are held)"
            apt-get install -y -qq --no-install-recommends "$package" >/dev/null || true
            break
        fi
    done
fi

count=$(grep -cE '^[a-z0-9._-]+==' "$lock")
echo "setup: installing $count Python packages pinned in $lock into .venv (about 1 GB; nothing outside this folder)"
.venv/bin/pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r "$lock"
.venv/bin/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
