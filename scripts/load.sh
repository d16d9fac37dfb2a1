#!/bin/sh
# usage: load.sh BIN OUT ACCOUNTS MEAN RATE SECONDS
# A world from a seed, a server of its own, a run, its verification on disk and over the API, and a report in OUT.
set -eu
bin=$1 out=$2 accounts=$3 mean=$4 rate=$5 seconds=$6
[ ! -e "$out" ] || { echo "$out exists; name another folder with OUT=, or remove it" >&2; exit 2; }
mkdir -p "$out"

"$bin/statuscast" up --data "$out/data" --listen 127.0.0.1:0 --rate-limits off --log-level warning \
    >"$out/server.txt" 2>&1 &
server=$!
trap 'kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true' EXIT
trap 'exit 130' INT TERM
url=
for _ in $(seq 100); do
    url=$(sed -nE 's/.* serves (http:[^ ]*) .*/\1/p' "$out/server.txt")
    [ -z "$url" ] || break
    kill -0 "$server" 2>/dev/null || { cat "$out/server.txt" >&2; exit 1; }
    sleep 0.1
done
[ -n "$url" ] || { echo "the server does not serve; see $out/server.txt" >&2; exit 1; }

"$bin/statuscast-load" world make --out "$out/world" --accounts "$accounts" --mean "$mean"
"$bin/statuscast-load" world import "$out/world" --data "$out/data"
"$bin/statuscast-load" run --data "$out/data" --world "$out/world" --url "$url" --out "$out/run" \
    --rate "$rate" --seconds "$seconds"
"$bin/statuscast-load" verify "$out/run" --data "$out/data" --world "$out/world" --url "$url"
