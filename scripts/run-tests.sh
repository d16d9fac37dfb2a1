#!/bin/sh
# Runs all tests and fails also where none ran, where suspiciously few ran, or where one was skipped that is not listed
# in Tests/skipped.txt with its reason.
set -eu
cd "$(dirname "$0")/.."

log=.build/test-output.txt
status=0
{ ${SWIFT:-swift} test --skip-build --no-parallel 2>&1 || echo "exit status $?" >&3; } 3>.build/test-status.txt | tee "$log"
[ ! -s .build/test-status.txt ] || status=1

summary=$(grep -E 'Test run with [0-9]+ tests' "$log" | tail -n 1)
ran=$(printf '%s' "$summary" | sed -nE 's/.*with ([0-9]+) tests.*/\1/p')
least=$(cat Tests/least-tests.txt)
if [ "${ran:-0}" -lt "$least" ]; then
    echo "Only ${ran:-0} tests ran; at least $least must (Tests/least-tests.txt)." >&2
    status=1
fi
# A line reads: ➜ Test name() skipped: "reason", or with a display name in quotes; the list holds the name first.
grep -E '^[^ ]+ (Test|Suite) .* skipped' "$log" | sed -E 's/^[^ ]+ (Test|Suite) (.*) skipped.*/\2/' | sort -u >.build/skipped.txt || true
while IFS= read -r name; do
    if ! grep -v '^#' Tests/skipped.txt | cut -f1 | grep -qxF -- "$name"; then
        echo "$name was skipped and is not listed in Tests/skipped.txt." >&2
        status=1
    fi
done <.build/skipped.txt
exit $status
