#!/bin/sh
# Puts clients that the tests run as they are under the build folder: toot's own test suite, out of the source of the very
# version that the tests have installed, and a web client. Nothing of them is part of this repository. What cannot be had
# is left out; its tests are skipped then, and say so.
set -eu
cd "$(dirname "$0")/.."
pip=.build/python/bin/pip
home=.build/clients
toot=$(grep '^toot==' Tests/requirements.txt)
web=mastodon-mock==0.6.1
mkdir -p $home

fetch() { # FOLDER REQUIREMENT OPTIONS...: calls `unpack` with the archive unless the folder has that version already
    folder=$home/$1 wanted=$2
    [ "$(cat "$folder/version" 2>/dev/null)" != "$wanted" ] || return 0
    echo "Preparing $wanted in $folder"
    rm -rf "$folder" "$home/download"
    shift 2
    $pip download --quiet --disable-pip-version-check --no-deps --dest $home/download "$@" "$wanted" || {
        echo "$wanted cannot be had: its tests are skipped" >&2
        return 0
    }
    mkdir "$folder"
    unpack $home/download/* "$folder"
    rm -rf $home/download
    echo "$wanted" >"$folder/version"
}

unpack() { tar -x -z -f "$1" -C "$2" --strip-components=1; }
fetch toot "$toot" --no-binary toot

unpack() { .build/python/bin/python -m zipfile -e "$1" "$2"; }
fetch web "$web"
