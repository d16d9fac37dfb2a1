"""Compares mailboxes and store with a ledger of what was acknowledged.

It shares nothing with the server: mailboxes are opened with Python's `mailbox`, the store with its `sqlite3`.

    check_mailboxes.py bodies  --shared DIR --account ID      prints the texts of a home mailbox, in order, as JSON
    check_mailboxes.py history --shared DIR --store DIR --ledger FILE

The ledger is JSON: {"followers": {author: [follower, ...]}, "acknowledged": {id: {"author": a, "text": t}},
"unacknowledged": [{"author": a, "text": t}]}. An author sees the own statuses too. Exit code 1 and a list on standard
error where something is missing, wrong, where it should not be, or only in part where it had to be all or nothing.
"""

import argparse
import email.policy
import glob
import json
import mailbox
import sqlite3
import sys
from email.parser import BytesParser


def text_of(raw):
    """The status text of a record: `mailbox` leaves the quoting of mboxrd in place, so one `>` is taken away here."""
    message = BytesParser(policy=email.policy.default).parsebytes(raw)
    body = raw.split(b"\n\n", 1)[1]
    lines = []
    for line in body.split(b"\n"):
        if line.startswith(b">") and line.lstrip(b">").startswith(b"From "):
            line = line[1:]
        lines.append(line)
    body = b"\n".join(lines)
    return message, body.removesuffix(b"\n").decode("utf-8")


def records(path):
    box = mailbox.mbox(path, create=False)
    for key in box.iterkeys():
        message, text = text_of(box.get_bytes(key))
        identifier = message["Message-ID"].strip("<> ").split("@")[0]
        yield identifier, message["X-Statuscast-Author"], text


def home(shared, account):
    """id -> (author, text) of all files of one home mailbox; copies of a record must be equal."""
    found = {}
    for path in sorted(glob.glob(f"{shared}/mailboxes/*/*/account-{account}/home.*.mbox")):
        for identifier, author, text in records(path):
            if identifier in found and found[identifier] != (author, text):
                raise SystemExit(f"{path}: two different records of {identifier}")
            found[identifier] = (author, text)
    return found


def stored(directory):
    """id -> how often it is in the message store, accepted."""
    counts = {}
    for path in glob.glob(f"{directory}/messages-*.sqlite"):
        connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        for identifier, record in connection.execute("SELECT id, record FROM statuses"):
            if record:
                counts[str(identifier)] = counts.get(str(identifier), 0) + 1
        connection.close()
    return counts


def history(arguments):
    with open(arguments.ledger, encoding="utf-8") as file:
        ledger = json.load(file)
    acknowledged = ledger["acknowledged"]
    unacknowledged = {(entry["author"], entry["text"]) for entry in ledger["unacknowledged"]}
    recipients = {author: set(followers) | {author} for author, followers in ledger["followers"].items()}
    everybody = set().union(*recipients.values())
    store = stored(arguments.store)
    faults = []
    homes = {account: home(arguments.shared, account) for account in everybody}

    for identifier, entry in acknowledged.items():
        if store.get(identifier, 0) != 1:
            faults.append(f"acknowledged {identifier} is {store.get(identifier, 0)} times in the store")
        for account in recipients[entry["author"]]:
            got = homes[account].get(identifier)
            if got is None:
                faults.append(f"acknowledged {identifier} by {entry['author']} is missing at {account}")
            elif got != (entry["author"], entry["text"]):
                faults.append(f"{identifier} at {account} differs from what was acknowledged")

    partial = {}
    for account, records_at in homes.items():
        for identifier, (author, text) in records_at.items():
            if account not in recipients.get(author, set()):
                faults.append(f"{identifier} by {author} is at {account}, who does not follow")
            if identifier not in acknowledged:
                if (author, text) not in unacknowledged:
                    faults.append(f"{identifier} at {account} was never posted: {text[:60]!r}")
                partial.setdefault(identifier, (author, set()))[1].add(account)
    for identifier, (author, accounts) in partial.items():
        if accounts != recipients[author] or store.get(identifier, 0) != 1:
            faults.append(
                f"unacknowledged {identifier} is at {len(accounts)} of {len(recipients[author])} and "
                f"{store.get(identifier, 0)} times in the store: neither everywhere nor nowhere"
            )
    for identifier in store:
        if identifier not in acknowledged and identifier not in partial:
            faults.append(f"unacknowledged {identifier} is in the store and in no mailbox")

    print(json.dumps({"acknowledged": len(acknowledged), "unacknowledged_everywhere": len(partial)}))
    if faults:
        sys.exit("\n".join(faults[:20] + [f"{len(faults)} faults"]))


def bodies(arguments):
    print(json.dumps([text for _, (_, text) in sorted(home(arguments.shared, arguments.account).items())]))


def main():
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers(required=True)
    one = commands.add_parser("bodies")
    one.add_argument("--shared", required=True)
    one.add_argument("--account", required=True)
    one.set_defaults(run=bodies)
    two = commands.add_parser("history")
    two.add_argument("--shared", required=True)
    two.add_argument("--store", required=True)
    two.add_argument("--ledger", required=True)
    two.set_defaults(run=history)
    arguments = parser.parse_args()
    arguments.run(arguments)


if __name__ == "__main__":
    main()
