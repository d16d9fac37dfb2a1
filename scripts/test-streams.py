"""Opens idle streams on a running server and reports the resident memory of its process.

usage: test-streams.py BASE PID [CONNECTIONS [LIMIT_MIB]]

Ends with 1 where a stream does not open, one of a sample does not get its event, or the memory is above the limit.
"""
import asyncio
import base64
import json
import os
import resource
import sys
import urllib.parse
import urllib.request

base, pid = sys.argv[1], sys.argv[2]
count = int(sys.argv[3]) if len(sys.argv) > 3 else 10_000
limit = int(sys.argv[4]) if len(sys.argv) > 4 else 500
host, port = urllib.parse.urlsplit(base).hostname, urllib.parse.urlsplit(base).port
people = 20


def post(path, token=None, **form):
    request = urllib.request.Request(base + path, data=urllib.parse.urlencode(form).encode())
    if token:
        request.add_header("Authorization", "Bearer " + token)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def sign_up(client, name):
    return post("/api/v1/accounts", client, username=name, email=name + "@example.com",
                password="a password that is long", agreement="true", locale="en")["access_token"]


def memory_mib():
    with open("/proc/%s/status" % pid) as lines:
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


def request(index, tokens):
    token = tokens[index % len(tokens)]
    path = ["user", "public", "hashtag?tag=t%d" % (index % 500)][index % 3]
    if index % 2:
        return "GET /api/v1/streaming/%s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n\r\n" % (path, token)
    query = path.replace("hashtag?", "hashtag&")
    key = base64.b64encode(os.urandom(16)).decode()
    return ("GET /api/v1/streaming?access_token=%s&stream=%s HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: %s\r\n\r\n") % (token, query, key)


async def stream(index, tokens, gate):
    async with gate:
        reader, writer = await asyncio.open_connection(host, port, limit=4096)
        writer.write(request(index, tokens).encode())
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 60)
        if head.split()[1] not in (b"200", b"101"):
            sys.exit("stream %d was refused: %s" % (index, head))
    return reader, writer


async def main():
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    app = post("/api/v1/apps", client_name="t", redirect_uris="urn:ietf:wg:oauth:2.0:oob", scopes="read write follow")
    client = post("/oauth/token", grant_type="client_credentials", client_id=app["client_id"],
                  client_secret=app["client_secret"], scope="read write follow")["access_token"]
    run = "%06x" % (os.getpid() % 0xFFFFFF)
    tokens = [sign_up(client, "s%s%d" % (run, number)) for number in range(people)]
    before = memory_mib()
    gate = asyncio.Semaphore(200)
    streams = await asyncio.gather(*(stream(index, tokens, gate) for index in range(count)))
    # Two heartbeats for everybody.
    await asyncio.sleep(31)
    idle = memory_mib()
    # Odd, and a third of them public: server-sent events that hear of a public status.
    sample = [streams[index][0] for index in range(1, min(count, 600), 6)]
    await asyncio.to_thread(post, "/api/v1/statuses", tokens[0], status="for everybody")
    await asyncio.gather(*(asyncio.wait_for(reader.readuntil(b"event: update\n"), 30) for reader in sample))
    print("%d streams: %.0f MiB before, %.0f MiB idle, %.1f KiB each, %.0f MiB after an event" % (
        count, before, idle, 1024 * (idle - before) / count, memory_mib()))
    for _, writer in streams:
        writer.transport.abort()
    if idle >= limit:
        sys.exit("that is more than %d MiB" % limit)


asyncio.run(main())
