#!/bin/sh
# What a person who has just started the server may try; printed before it starts.
cat <<TEXT

  Serving http://$1 from $2 (Ctrl-C stops it). In another terminal:

    make demo                                 two people, a follow, a post, a mailbox
    curl http://$1/api/v1/timelines/public    what everybody sees
    curl http://$1/health/ready               how it is; metrics: see run/metrics in the data

  Any Mastodon client that takes a plain http address can sign in; README.md has a tour with toot.

TEXT
