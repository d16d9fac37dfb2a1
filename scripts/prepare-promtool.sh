#!/bin/sh
# Puts promtool under the build folder, out of Debian's package of Prometheus, which is not installed: that would start
# a server. Where the package cannot be had, the tests of the alert rules are skipped and say so.
set -eu
cd "$(dirname "$0")/.."
home=.build/promtool
if command -v promtool >/dev/null || [ -x $home/usr/bin/promtool ] || ! command -v apt-get >/dev/null; then exit 0; fi
echo "Preparing promtool in $home"
mkdir -p $home
(cd $home && apt-get download -q prometheus >/dev/null 2>&1 && dpkg -x prometheus_*.deb . && rm prometheus_*.deb) ||
    echo "promtool cannot be had: the alert rules are not checked" >&2
