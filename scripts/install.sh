#!/bin/sh
# Puts what a build made where a system looks for it, or takes it away again.
#
#   scripts/install.sh install BIN      BIN is the folder with the executables
#   scripts/install.sh uninstall        leaves configuration, data and the user
#
# From the environment: PREFIX (/usr/local), SYSCONFDIR (/etc), UNITDIR (PREFIX/lib/systemd/system), and DESTDIR, which
# is put before every path for those who build packages.
set -eu
cd "$(dirname "$0")/.."
action=$1 bin=${2:-}
: "${PREFIX:=/usr/local}" "${SYSCONFDIR:=/etc}" "${DESTDIR:=}"
: "${UNITDIR:=$PREFIX/lib/systemd/system}"
programs="statuscast statuscast-api statuscast-queue statuscast-receive statuscast-store statuscast-deliver
    statuscast-route statuscast-load"
share=$PREFIX/share

# "source destination", one a line: all files that are copied as they are.
files() {
    for unit in deploy/systemd/*.target deploy/systemd/*.service deploy/systemd/*.d/*.conf; do
        echo "$unit $UNITDIR/${unit#deploy/systemd/}"
    done
    echo "deploy/sysusers.d/statuscast.conf $PREFIX/lib/sysusers.d/statuscast.conf"
    echo "deploy/tmpfiles.d/statuscast.conf $PREFIX/lib/tmpfiles.d/statuscast.conf"
    for file in deploy/prometheus/*.yml deploy/grafana/*.json; do echo "$file $share/statuscast/${file#deploy/}"; done
    for page in README.md docs/guarantees.md docs/operating/*.md; do
        echo "$page $share/doc/statuscast/${page#docs/}"
    done
    echo "CHANGELOG.md $share/doc/statuscast/changelog"
    [ ! -e LICENSE ] || echo "LICENSE $share/doc/statuscast/LICENSE"
}

# "shell destination", one a line: completion that the command writes by itself.
completions() {
    echo "bash $share/bash-completion/completions/statuscast"
    # Where zsh looks for what a package brings, and for what is local.
    case $PREFIX in
        /usr) echo "zsh $share/zsh/vendor-completions/_statuscast" ;;
        *) echo "zsh $share/zsh/site-functions/_statuscast" ;;
    esac
    echo "fish $share/fish/vendor_completions.d/statuscast.fish"
}

put() { # MODE DESTINATION, content on standard input
    install -d "$DESTDIR$(dirname "$2")"
    cat >"$DESTDIR$2"
    chmod "$1" "$DESTDIR$2"
}

configure() { # an operator's file is never replaced
    install -d -m 0750 "$DESTDIR$SYSCONFDIR/statuscast"
    [ -e deploy/config/statuscast.yaml ] || return 0
    [ -e "$DESTDIR$SYSCONFDIR/statuscast/statuscast.yaml" ] ||
        # Where the units' directories are, and one domain for the front and the judge.
        sed 's|^# data: .*|data: /var/lib/statuscast|; s|^# domain: .*|domain: localhost:3000|' deploy/config/statuscast.yaml |
        put 0640 "$SYSCONFDIR/statuscast/statuscast.yaml"
}

install_all() {
    [ -n "$bin" ] || { echo "usage: install.sh install BIN" >&2; exit 64; }
    install -d "$DESTDIR$PREFIX/bin"
    for program in $programs; do
        install -m 0755 "$bin/$program" "$DESTDIR$PREFIX/bin/$program"
        scripts/man-page.sh "$bin/$program" | put 0644 "$share/man/man1/$program.1"
    done
    files | while read -r source destination; do
        case $source in
            *.service) sed "s|/usr/bin/|$PREFIX/bin/|" "$source" ;;
            *) cat "$source" ;;
        esac | sed "s|/usr/share/doc/|$share/doc/|; s|/etc/statuscast|$SYSCONFDIR/statuscast|" | put 0644 "$destination"
    done
    completions | while read -r shell destination; do
        "$bin/statuscast" --generate-completion-script "$shell" | put 0644 "$destination"
    done
    configure
}

uninstall_all() {
    for program in $programs; do
        rm -f "$DESTDIR$PREFIX/bin/$program" "$DESTDIR$share/man/man1/$program.1"
    done
    { files; completions; } | while read -r _ destination; do rm -f "$DESTDIR$destination"; done
    for folder in "$UNITDIR/statuscast-.service.d" "$share/doc/statuscast/operating" "$share/doc/statuscast" \
        "$share/statuscast/prometheus" "$share/statuscast/grafana" "$share/statuscast"; do
        rmdir "$DESTDIR$folder" 2>/dev/null || true
    done
}

case $action in
    install) install_all ;;
    uninstall) uninstall_all ;;
    *) echo "usage: install.sh install BIN | uninstall" >&2; exit 64 ;;
esac
