#!/bin/sh
# Writes the manual page of an executable to standard output: what its --help says, and where to read on.
set -eu
program=$1
name=$(basename "$program")
help=$("$program" --help 2>/dev/null || true)
version=$(sed -nE 's/.*version = "([^"]*)".*/\1/p' Sources/Settings/Version.swift)
overview=$(printf '%s\n' "$help" | sed -nE 's/^OVERVIEW: //p')
# A backslash and a dot at the start of a line mean something to troff.
escape() { sed -e 's/\\/\\e/g' -e "s/^\([.']\)/\\\\\&\1/" -e 's/-/\\-/g'; }

cat <<PAGE
.TH $(printf '%s' "$name" | tr a-z A-Z | escape) 1 "" "statuscast $version" "Statuscast"
.SH NAME
$(printf '%s' "$name" | escape) \\- $(printf '%s' "${overview:-a role of a later release}" | escape)
.SH DESCRIPTION
.nf
$(printf '%s\n' "$help" | escape)
.fi
.SH FILES
.TP
.I /etc/statuscast
configuration
.TP
.I /var/lib/statuscast
data: queue, store, mailboxes
.SH SEE ALSO
.BR statuscast (1),
the pages under
.IR /usr/share/doc/statuscast/operating ,
and systemctl cat of any statuscast unit.
PAGE
