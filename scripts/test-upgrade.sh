#!/bin/sh
# Builds another commit beside this one and rolls a running cluster from it to this build and back (UpgradeTests).
# STATUSCAST_OLD_BIN= names executables that are built already.
set -eu
cd "$(dirname "$0")/.."
ref=$1
home=$PWD/.build/upgrade
swift=${SWIFT:-swift}

if [ -z "${STATUSCAST_OLD_BIN:-}" ]; then
    commit=$(git rev-parse --verify "$ref^{commit}")
    if [ "$(cat "$home/commit" 2>/dev/null)" != "$commit" ]; then
        echo "Building $ref ($commit) in $home"
        rm -rf "$home/source" "$home/commit"
        mkdir -p "$home/source"
        git archive "$commit" | tar -x -C "$home/source"
        # Where the commit pins nothing, it is built with what this one was tested with.
        [ -e "$home/source/Package.resolved" ] || cp Package.resolved "$home/source/"
        for product in statuscast-queue statuscast-store statuscast-receive statuscast-deliver statuscast-api; do
            "$swift" build --package-path "$home/source" --scratch-path "$home/build" -j "${JOBS:-2}" \
                --product "$product"
        done
        echo "$commit" >"$home/commit"
    fi
    STATUSCAST_OLD_BIN=$home/build/debug
fi
export STATUSCAST_OLD_BIN
log=.build/test-upgrade.txt
"$swift" test --skip-build --filter UpgradeTests 2>&1 | tee "$log"
grep -q 'Test run with 1 test .*passed' "$log" || { echo "the upgrade test did not pass" >&2; exit 1; }
