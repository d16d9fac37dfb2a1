#!/bin/sh
# Prints the licences of everything that is linked into the executables: of the packages that Package.resolved names, from
# where they were checked out, and of the Swift runtime. Texts that are equal come once.
set -eu
checkouts=.build/checkouts
swift=$(dirname "$(command -v swift || echo /)")/../share/swift
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

add() { # NAME FILE
    sum=$(cksum <"$2" | tr ' ' '-')
    cp "$2" "$work/$sum.text"
    echo "$1" >>"$work/$sum.names"
}

for folder in "$checkouts"/*/; do
    name=$(basename "$folder")
    for file in "$folder"LICENSE* "$folder"NOTICE*; do [ ! -f "$file" ] || add "$name" "$file"; done
done
[ ! -f "$swift/LICENSE.txt" ] || add "Swift runtime and Foundation" "$swift/LICENSE.txt"

for text in "$work"/*.text; do
    [ -f "$text" ] || continue
    printf '\n%s\n\n' "-------------------------------------------------------------------------------"
    sort -u "${text%.text}.names"
    echo
    cat "$text"
done
