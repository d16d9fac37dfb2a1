#!/bin/sh
# Makes a Debian package from executables that are already built.
#
#   scripts/build-deb.sh BIN FOLDER     BIN: the folder with the executables; the package is written to FOLDER
#
# DEB_MAINTAINER names the maintainer. The package may depend on nothing that Debian does not have: it brings the Swift
# runtime in a folder of its own, once for all executables, which linked into each of them would weigh seven times as much.
# dpkg-shlibdeps fails where anything else is missing.
set -eu
cd "$(dirname "$0")/.."
bin=$1 folder=$2
: "${DEB_MAINTAINER:=Statuscast maintainers <maintainers@statuscast.example.org>}"
version=$(sed -nE 's/.*version = "([^"]*)".*/\1/p' Sources/Settings/Version.swift)
architecture=$(dpkg --print-architecture)
# The same source gives the same package, to the byte.
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct 2>/dev/null || stat -c %Y CHANGELOG.md)
export SOURCE_DATE_EPOCH
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/debian/statuscast
runtime=$root/usr/lib/statuscast
control=$root/DEBIAN
doc=$root/usr/share/doc/statuscast

DESTDIR=$root PREFIX=/usr UNITDIR=/lib/systemd/system SYSCONFDIR=/etc scripts/install.sh install "$bin"
ldd "$root"/usr/bin/* | sed -nE 's|.* => (/.*/swift/linux/[^ ]+) .*|\1|p' | sort -u >"$work/runtime"
if [ -s "$work/runtime" ]; then
    command -v patchelf >/dev/null || { echo "build-deb.sh needs patchelf: apt install patchelf" >&2; exit 1; }
    mkdir -p "$runtime"
    xargs install -m 0644 -t "$runtime" <"$work/runtime"
    for program in "$root"/usr/bin/*; do patchelf --set-rpath '$ORIGIN/../lib/statuscast' "$program"; done
    for library in "$runtime"/*; do patchelf --set-rpath '$ORIGIN' "$library"; done
    strip --strip-unneeded "$runtime"/*
fi
strip --strip-unneeded "$root"/usr/bin/*
rm -f "$doc/LICENSE"
cp deploy/debian/copyright "$doc/copyright"
scripts/third-party-licences.sh >"$doc/third-party-licences.txt"

# Debian wants its own changelog, and both compressed.
mv "$doc/changelog" "$doc/CHANGELOG.md"
printf 'statuscast (%s) unstable; urgency=medium\n\n  * See CHANGELOG.md.\n\n -- %s  %s\n' "$version" \
    "$DEB_MAINTAINER" "$(date -R -u -d "@$SOURCE_DATE_EPOCH")" >"$doc/changelog"
find "$doc/changelog" "$root/usr/share/man" -type f -exec gzip -9n {} +

mkdir "$control"
# What the executables need, from the libraries that they name.
printf 'Source: statuscast\n\nPackage: statuscast\nArchitecture: any\n' >"$work/debian/control"
depends=$(cd "$work" && find debian/statuscast/usr/bin debian/statuscast/usr/lib/statuscast -type f 2>/dev/null |
    xargs dpkg-shlibdeps -O --warnings=0 -ldebian/statuscast/usr/lib/statuscast | sed -n 's/^shlibs:Depends=//p')

sed -e "s|@VERSION@|$version|" -e "s|@ARCHITECTURE@|$architecture|" -e "s|@MAINTAINER@|$DEB_MAINTAINER|" \
    -e "s|@SIZE@|$(du -sk --exclude=DEBIAN "$root" | cut -f1)|" -e "s|@DEPENDS@|$depends|" \
    deploy/debian/control.in >"$control/control"
install -m 0755 deploy/debian/postinst deploy/debian/prerm deploy/debian/postrm "$control"
(cd "$root" && find etc -type f -printf '/%p\n' | sort) >"$control/conffiles"
[ -s "$control/conffiles" ] || rm "$control/conffiles"
(cd "$root" && find . -path ./DEBIAN -prune -o -type f -printf '%P\n' | sort | xargs md5sum) >"$control/md5sums"
find "$root" -type d -exec chmod u=rwx,go=rx {} +
chmod 0750 "$root/etc/statuscast"

mkdir -p "$folder"
dpkg-deb --root-owner-group -Z"${DEB_COMPRESSION:-xz}" --build "$root" "$folder/statuscast_${version}_$architecture.deb"
