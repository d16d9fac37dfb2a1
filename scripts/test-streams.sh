#!/bin/sh
# Opens idle streams on a server of its own: test-streams.sh STATUSCAST PYTHON COUNT
set -eu
here=$(dirname "$0")
work=$(mktemp -d)
server=
trap 'if [ -n "$server" ]; then kill "$server" && wait "$server" || true; fi; rm -rf "$work"' EXIT
ulimit -n "$(ulimit -Hn)"
"$1" up --data "$work/data" --listen 127.0.0.1:0 --rate-limits off >"$work/log" 2>&1 &
server=$!
tries=0
until base=$(sed -n 's/.* serves \(http:[^ ]*\) from .*/\1/p' "$work/log") && [ -n "$base" ]; do
    tries=$((tries + 1))
    [ $tries -lt 600 ] && kill -0 "$server" || { cat "$work/log" >&2; exit 1; }
    sleep 0.1
done
"$2" "$here/test-streams.py" "$base" "$server" "$3"
