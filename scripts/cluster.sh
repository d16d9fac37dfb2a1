#!/bin/sh
# Runs every role as a process of its own on one data directory until it is interrupted; any that ends is started again.
set -eu
bin=$1 data=$2 listen=$3
nodes="q1,q2,q3"
pids=

keep() { # runs a command again and again until told to stop
    child=
    trap 'trap "" TERM; [ -z "$child" ] || { kill "$child" 2>/dev/null; wait "$child" 2>/dev/null; }; exit 0' TERM
    while :; do
        "$@" &
        child=$!
        wait "$child" || echo "$1 ended with $?; it is started again" >&2
        child=
        sleep 1
    done
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
