"""Streams with real clients: Mastodon.py over server-sent events, websockets over WebSocket.

usage: stream_clients.py BASE DATA

Prints what went wrong and ends with 1, or prints the median time from a delivery (its mailbox file's time) to the
event, in milliseconds.
"""
import glob
import json
import os
import queue
import statistics
import sys
import threading
import time

import requests
from mastodon import Mastodon, StreamListener
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

base, data = sys.argv[1], sys.argv[2]
patience = 20


def post(path, token=None, **form):
    headers = {"Authorization": "Bearer " + token} if token else {}
    answer = requests.post(base + path, data=form, headers=headers, timeout=patience)
    answer.raise_for_status()
    return answer.json()


def sign_up(name):
    app = post("/api/v1/apps", client_name="t", redirect_uris="urn:ietf:wg:oauth:2.0:oob", scopes="read write follow")
    client = post("/oauth/token", grant_type="client_credentials", client_id=app["client_id"],
                  client_secret=app["client_secret"], scope="read write follow")
    return post("/api/v1/accounts", client["access_token"], username=name, email=name + "@example.com",
                password="a password that is long", agreement="true", locale="en")["access_token"]


def expect(condition, text):
    if not condition:
        sys.exit("wrong: " + text)


class Listener(StreamListener):
    def __init__(self):
        self.events = queue.Queue()

    def on_update(self, status):
        self.events.put(("update", time.time(), status))

    def on_notification(self, notification):
        self.events.put(("notification", time.time(), notification))

    def on_delete(self, status_id):
        self.events.put(("delete", time.time(), status_id))

    def handle_heartbeat(self):
        self.events.put(("heartbeat", time.time(), None))

    def next(self, kind):
        end = time.time() + patience
        while True:
            event = self.events.get(timeout=max(0.01, end - time.time()))
            if event[0] == kind:
                return event


def delivered(account):
    files = glob.glob(data + "/**/mailboxes/**/home.*.mbox", recursive=True)
    return max(os.stat(f).st_mtime for f in files if "account-%s/" % account in f)


def next_event(socket, kind):
    while True:
        frame = json.loads(socket.recv(timeout=patience))
        if frame.get("event") == kind:
            return frame


suffix = "%06x" % (int(time.time() * 1000) % 0xFFFFFF)
alice, bob = sign_up("alice" + suffix), sign_up("bob" + suffix)
listener, alices = Listener(), Listener()
client = Mastodon(access_token=bob, api_base_url=base, version_check_mode="none")
other = Mastodon(access_token=alice, api_base_url=base, version_check_mode="none")
me = other.account_verify_credentials()
bob_id = str(client.account_verify_credentials()["id"])
expect(client.stream_healthy(), "the health of streams")
first = client.stream_user(listener, run_async=True)
second = other.stream_user(alices, run_async=True)
client.account_follow(me["id"])
expect(alices.next("notification")[2]["type"] == "follow", "the notification of a follow")

times = []
with connect(base.replace("http", "ws") + "/api/v1/streaming", subprotocols=[bob]) as socket:
    socket.send(json.dumps({"type": "subscribe", "stream": "user"}))
    socket.send(json.dumps({"type": "subscribe", "stream": "hashtag", "tag": "Stream"}))
    socket.send("{")
    expect(json.loads(socket.recv(timeout=patience))["status"] == 400, "the error frame")
    deadline = time.time() + patience
    attempt = 0
    while not times:
        # The follow takes effect in its own time: the first status that arrives ends the wait.
        expect(time.time() < deadline, "no status arrives")
        # Another text each time: the same twice within a minute is refused.
        attempt += 1
        other.status_post("warming up, attempt %d" % attempt)
        try:
            while listener.events.get(timeout=1)[0] != "update":
                pass
            times.append(None)
        except queue.Empty:
            pass
    times = []
    for number in range(5):
        # What was posted to warm up may still arrive.
        status = other.status_post("number %d #stream" % number)
        while True:
            _, at, seen = listener.next("update")
            if str(seen["id"]) == str(status["id"]):
                break
        times.append(1000 * (at - delivered(bob_id)))
        names = set()
        while len(names) < 2:
            frame = next_event(socket, "update")
            told = json.loads(frame["payload"])
            if told["id"] == str(status["id"]):
                names.add(tuple(frame["stream"]))
        expect(names == {("user",), ("hashtag", "Stream")}, "the streams: %s" % names)
    other.status_delete(status["id"])
    while str(listener.next("delete")[2]) != str(status["id"]):
        pass
    while next_event(socket, "delete")["payload"] != str(status["id"]):
        pass

for url, options in [("/api/v1/streaming?access_token=wrong", {}), ("/api/v1/streaming", {"subprotocols": ["wrong"]})]:
    try:
        connect(base.replace("http", "ws") + url, **options).close()
        expect(False, "a wrong token is taken at " + url)
    except InvalidStatus as error:
        expect(error.response.status_code == 401, "the status of a refusal")
first.close()
second.close()
print("%.1f" % statistics.median(times))
