#!/bin/sh
# All tests: the rooms side by side, then the whole installation on a machine of its own; with arguments, those of pytest.
set -u
pytest=".venv/bin/python -m pytest"
[ $# = 0 ] || exec $pytest "$@"
# What the relay wrote in either run is looked through at the end of the second.
HUSHGATE_WRITTEN=$(mktemp -d) || exit 1
export HUSHGATE_WRITTEN
trap 'rm -rf "$HUSHGATE_WRITTEN"' EXIT
last=tests/house/test_written.py
echo "tests, 1 of 2: the rooms, three at a time, for they wait for other processes half of the time"
$pytest -n 3 --dist loadfile --ignore=tests/world --ignore=$last
rooms=$?
echo "tests, 2 of 2: the whole installation"
$pytest tests/world $last
whole=$?
[ $rooms = 0 ] && [ $whole = 0 ] || { echo "tests: failed (rooms: $rooms, whole installation: $whole)" >&2; exit 1; }
