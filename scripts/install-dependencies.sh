#!/bin/sh
# Installs the system packages that a build needs, and those named, if this machine lacks them. Asks for root only if
# there is something to do.
set -eu

missing=
for package in libsqlite3-dev zlib1g-dev python3-venv curl "$@"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null; then
    echo "Please install with your system's package tool:$missing" >&2
    exit 1
fi
as_root=
if [ "$(id -u)" -ne 0 ]; then
    as_root=sudo
    command -v sudo >/dev/null || { echo "Please install as root:$missing" >&2; exit 1; }
fi
echo "Installing:$missing"
$as_root apt-get update -q
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing
