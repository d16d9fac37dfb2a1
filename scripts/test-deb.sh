#!/bin/sh
# Installs a package into a fresh Debian 12 (a folder made by debootstrap), serves from it as its user, removes it.
# Needs root, debootstrap and a Debian mirror (MIRROR=).
set -eu
package=$(realpath "$1")
: "${MIRROR:=http://deb.debian.org/debian}"
fresh=$(mktemp -d)
server=
finish() {
    [ -z "$server" ] || { kill "$server" 2>/dev/null && wait "$server"; } || true
    umount "$fresh/proc" 2>/dev/null || true
    rm -rf --one-file-system "$fresh"
}
trap finish EXIT
trap 'exit 130' INT TERM
inside() { chroot "$fresh" env DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 "$@"; }
fail() { echo "test-deb: $*" >&2; exit 1; }

chmod 0755 "$fresh"
debootstrap --variant=minbase bookworm "$fresh" "$MIRROR" >"$fresh.log" 2>&1 || fail "debootstrap: see $fresh.log"
rm -f "$fresh.log"
mount -t proc proc "$fresh/proc"
cp "$package" "$fresh/statuscast.deb"
inside apt-get update -q
inside apt-get install -y -q --no-install-recommends /statuscast.deb \
    systemd-standalone-sysusers systemd-standalone-tmpfiles

[ "$(inside stat -c '%U %a' /var/lib/statuscast)" = "statuscast 750" ] || fail "the data directory is not made"
for program in "$fresh"/usr/bin/statuscast*; do
    inside "/usr/bin/$(basename "$program")" --version >/dev/null || [ $? -eq 69 ] || fail "$program does not start"
done

port=${PORT:-3917}
chroot --userspec=statuscast:statuscast "$fresh" /usr/bin/statuscast up --data /var/lib/statuscast \
    --listen "127.0.0.1:$port" --log-level warning &
server=$!
tries=0
until curl -fs "http://127.0.0.1:$port/health/ready" | grep -q '"store":"answers"'; do
    tries=$((tries + 1))
    [ $tries -lt 150 ] && kill -0 "$server" || fail "the server does not become ready"
    sleep 0.2
done
kill "$server"
wait "$server" || fail "the server ended with $?"
server=

inside dpkg --purge statuscast
[ ! -e "$fresh/usr/bin/statuscast" ] || fail "a purge leaves executables"
[ -d "$fresh/var/lib/statuscast/queue" ] || fail "a purge takes the data"
echo "$(basename "$package") installs into a fresh Debian, serves, and goes"
