#!/bin/sh
# Drives a running server with the real toot client. Where none answers, one is started for the length of the demo.
set -eu
statuscast=$1 python=$2 listen=$3 data=$4
url=http://$listen
toot=$(dirname "$python")/toot
work=$(mktemp -d)
server=
export XDG_CONFIG_HOME="$work/config"
finish() {
    [ -z "$server" ] || { kill "$server" 2>/dev/null; wait "$server" 2>/dev/null || true; }
    rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT TERM
say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
field() { "$python" -c "import json,sys; print(json.load(sys.stdin)['$1'])"; }
answer() { curl -sS --fail-with-body "$@"; }

if ! curl -fs "$url/health/live" >/dev/null 2>&1; then
    say "No server at $url: starting one on a temporary directory"
    data=$work/data
    "$statuscast" up --data "$data" --listen "$listen" --log-level warning &
    server=$!
    tries=0
    until curl -fs "$url/health/live" >/dev/null 2>&1; do
        tries=$((tries + 1))
        [ $tries -lt 100 ] && kill -0 "$server" 2>/dev/null || { echo "the server does not start" >&2; exit 1; }
        sleep 0.1
    done
fi

# The front answers before the store has opened; people can sign up when it has.
tries=0
until curl -fs "$url/health/ready" 2>/dev/null | grep -q '"store":"answers"'; do
    tries=$((tries + 1))
    [ $tries -lt 150 ] || { echo "the server at $url is not ready: $(curl -s "$url/health/ready")" >&2; exit 1; }
    sleep 0.2
done

number=$(date +%s)
alice=alice$number bob=bob$number
say "Two people sign up: $alice and $bob"
app=$(answer "$url/api/v1/apps" -d client_name=demo -d redirect_uris=urn:ietf:wg:oauth:2.0:oob -d 'scopes=read write follow')
id=$(echo "$app" | field client_id) secret=$(echo "$app" | field client_secret)
token=$(answer "$url/oauth/token" -d grant_type=client_credentials -d client_id="$id" -d client_secret="$secret" \
    -d 'scope=read write follow' | field access_token)
for name in $alice $bob; do
    answer "$url/api/v1/accounts" -H "Authorization: Bearer $token" -d username="$name" -d email="$name@example.org" \
        -d password="demo password" -d agreement=true -d locale=en >/dev/null || {
        echo "Signing up failed. A server takes five sign-ups in half an hour from one address: wait, or start it with" \
            "--rate-limits off (make run RATE_LIMITS=off)." >&2
        exit 1
    }
    "$toot" login_cli -i "$url" -e "$name@example.org" -p "demo password"
done

say "$bob follows $alice"
"$toot" activate "$bob@$listen"
"$toot" follow "$alice"

say "$alice posts"
"$toot" activate "$alice@$listen"
"$toot" post "Hello from the demo, $bob! #statuscast"

say "$bob reads the home timeline"
"$toot" activate "$bob@$listen"
tries=0
until "$toot" timelines home --no-pager 2>/dev/null | tee "$work/timeline" | grep -q "Hello from the demo"; do
    tries=$((tries + 1))
    [ $tries -lt 50 ] || { echo "the status has not arrived" >&2; exit 1; }
    sleep 0.2
done
cat "$work/timeline"

account=$(answer "$url/api/v1/accounts/lookup?acct=$bob" | field id)
if [ ! -d "$data/shared/mailboxes" ]; then
    echo "The server keeps its data elsewhere: name the directory with DATA= to see the mailbox."
    exit 0
fi
say "$bob's mailbox, opened with Python's mailbox"
"$python" - "$data" "$account" <<'PYTHON'
import glob, mailbox, sys, time
data, account = sys.argv[1:]
for _ in range(300):
    paths = glob.glob(f"{data}/shared/mailboxes/*/*/account-{account}/home.*.mbox")
    messages = [(path, message) for path in paths for message in mailbox.mbox(path)]
    if messages:
        break
    time.sleep(0.2)
else:
    sys.exit("the mailbox is still empty")
for path, message in messages:
    print(path)
    for name in ("From", "Date", "Subject", "Message-ID"):
        print(f"  {name}: {message[name]}")
PYTHON
