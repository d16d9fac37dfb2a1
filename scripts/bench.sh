#!/bin/sh
# Measures the floors against a real server, then the parts, and prints one table.
# usage: bench.sh BIN SECONDS JSON [PART...]; with 0 seconds the floors are left out, with JSON empty no file is written.
set -eu
bin=$1 seconds=$2 json=$3
shift 3
floors=
if [ "$seconds" -gt 0 ]; then
    floors=.build/floors.json
    "$bin/floors-benchmark" --statuscast "$bin/statuscast" --seconds "$seconds" --rows "$floors"
    echo
fi
exec "$bin/parts-benchmark" --queue "$bin/statuscast-queue" ${floors:+--include "$floors"} ${json:+--json "$json"} "$@"
