#!/bin/sh
# Install the executors of package.json into a directory, and run these tests with them.
#     run.sh DIRECTORY PYTHON [PYTEST-ARGUMENT…]
set -eu
here=$(dirname "$0") place=$1 python=$2
shift 2
mkdir -p "$place"
cp "$here/package.json" "$place/"
npm install --prefix "$place" --silent --no-audit --no-fund --no-package-lock
GUARDRAIL_EXECUTORS=$(cd "$place" && pwd)/node_modules/.bin
export GUARDRAIL_EXECUTORS
set -- "$python" -m pytest -q -m executor "$here" "$@"
# Where the kernel lets us, they get a network of their own, in which nothing is but loopback.
if unshare --map-root-user --net ip link set lo up 2>/dev/null; then
  exec unshare --map-root-user --net sh -c 'ip link set lo up; exec "$@"' sh "$@"
fi
exec "$@"
