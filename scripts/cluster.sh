#!/bin/sh
# Runs every role as a process of its own on one data directory until it is interrupted; any that ends is started again.
set -eu
bin=$1 data=$2 listen=$3
nodes="q1,q2,q3"
pids=

keep() { # runs a command again and again until told to stop, or until it fails at once five times in a row
    child= failures=0
    trap '' INT
    trap 'trap "" TERM; [ -z "$child" ] || { kill "$child" 2>/dev/null; wait "$child" 2>/dev/null; }; exit 0' TERM
    while [ $failures -lt 5 ]; do
        began=$(date +%s)
        # A session of its own, so that Ctrl-C reaches only this script, which stops them in order.
        setsid "$@" &
        child=$!
        wait "$child" || echo "$1 ended with $?" >&2
        child=
        [ $(($(date +%s) - began)) -lt 3 ] && failures=$((failures + 1)) || failures=0
        sleep 1
    done
    echo "$1 keeps failing and is left" >&2
}

start() {
    keep "$@" &
    pids="$pids $!"
}

stop() {
    trap '' INT TERM
    # Front first, queue nodes last: what is under way can still be written down.
    for pid in $(printf '%s\n' $pids | tac); do
        kill "$pid" 2>/dev/null || true
        wait "$pid" 2>/dev/null || true
    done
    exit 0
}
trap stop INT TERM

for node in q1 q2 q3; do start "$bin/statuscast-queue" --data "$data" --name "$node"; done
start "$bin/statuscast-store" --data "$data" --queue-nodes "$nodes"
start "$bin/statuscast-receive" --data "$data" --queue-nodes "$nodes" --domain "$listen"
for lane in priority normal bulk; do
    start "$bin/statuscast-deliver" --data "$data" --queue-nodes "$nodes" --lane "$lane"
done
start "$bin/statuscast-api" --data "$data" --queue-nodes "$nodes" --listen "$listen"
wait
