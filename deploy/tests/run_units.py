"""Runs what the units of an installation say, without systemd: every ExecStart with its user, directories, limits and
environment. A status is posted through one front and read through another; everything is stopped by SIGTERM in time.

    run_units.py ROOT       ROOT was the DESTDIR of an installation with PREFIX=/usr

Prints what it did as JSON. Exit code 1 and the reason on standard error where a unit does not do its work.
"""

import contextlib
import json
import os
import signal
import socket
import sys
import time
import urllib.parse
import urllib.request

from confinement import Confinement
from unit_files import Unit


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def eventually(what, seconds, ask):
    """Asks until there is an answer that holds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.suppress(OSError, ValueError):
            answer = ask()
            if answer:
                return answer
        time.sleep(0.05)
    raise SystemExit(f"waited {seconds} s in vain: {what}")


class Front:
    def __init__(self, port):
        self.base = f"http://127.0.0.1:{port}"
        self.token = None

    def ask(self, path, **fields):
        body = urllib.parse.urlencode(fields).encode() if fields else None
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        with urllib.request.urlopen(urllib.request.Request(self.base + path, body, headers), timeout=10) as answer:
            return json.load(answer)

    def wait_until_ready(self):
        def state():
            health = self.ask("/health/ready")
            return health.get("ready") and health.get("store") == "answers"
        eventually(f"{self.base} is ready", 60, state)

    def sign_up(self, name):
        app = self.ask("/api/v1/apps", client_name="units", redirect_uris="urn:ietf:wg:oauth:2.0:oob",
                       scopes="read write follow")
        self.token = self.ask("/oauth/token", grant_type="client_credentials", client_id=app["client_id"],
                              client_secret=app["client_secret"], scope="read write follow")["access_token"]
        self.token = self.ask("/api/v1/accounts", username=name, email=f"{name}@example.org",
                              password="correct horse battery", agreement="true", locale="en")["access_token"]

    def has(self, identifier):
        return identifier in [status["id"] for status in self.ask("/api/v1/timelines/home")]


class Machine:
    """The processes of the units that run, in the order of their start."""

    def __init__(self, root):
        self.units = root + "/usr/lib/systemd/system"
        self.confinement = Confinement(root)
        self.confinement.prepare()
        self.running = []
        self.stopped = {}

    def wanted(self):
        """What the target starts, queue nodes first, with fronts on free ports and a second process of a lane."""
        names = [name for name in Unit(self.units, "statuscast.target").values("Unit", "Wants")
                 if name.endswith(".service") and not name.startswith("statuscast-api@")]
        first = [name for name in names if name.startswith("statuscast-queue@")]
        return first + [name for name in names if name not in first] + ["statuscast-deliver@normal-2.service"]

    def start(self, name, words=None):
        unit = Unit(self.units, name)
        self.running.append((unit, self.confinement.start(unit, words)))

    def expect_alive(self):
        for unit, process in self.running:
            if process.poll() is not None:
                raise SystemExit(f"{unit.name} ended by itself with {process.returncode}")

    def stop(self):
        """SIGTERM to each, the last started first; each has to end with 0 in the time that its unit gives it."""
        while self.running:
            unit, process = self.running.pop()
            began = time.monotonic()
            process.send_signal(getattr(signal, unit.value("Service", "KillSignal")))
            try:
                process.wait(unit.seconds("TimeoutStopSec"))
            except Exception:
                process.kill()
                raise SystemExit(f"{unit.name} does not stop within {unit.value('Service', 'TimeoutStopSec')}")
            if process.returncode != 0:
                raise SystemExit(f"{unit.name} ends with {process.returncode} after SIGTERM")
            self.stopped[unit.name] = round(time.monotonic() - began, 2)

    def kill(self):
        for _, process in self.running:
            process.kill()
            process.wait()

    def expect_closed_elsewhere(self, name, path):
        """That the read-only world is one: the unit's user may write where its unit says and nowhere else."""
        unit = Unit(self.units, name)
        process = self.confinement.start(unit, ["/bin/sh", "-c", f"echo >'{path}'"], stderr=-3)
        if process.wait() == 0:
            raise SystemExit(f"{name} can write {path}")


def main(root):
    machine = Machine(root)
    ports = [free_port(), free_port()]
    try:
        for name in machine.wanted() + [f"statuscast-api@{port}.service" for port in ports]:
            machine.start(name)
        fronts = [Front(port) for port in ports]
        for front in fronts:
            front.wait_until_ready()
        machine.expect_alive()
        fronts[0].sign_up("alice")
        fronts[1].token = fronts[0].token
        identifier = fronts[0].ask("/api/v1/statuses", status="posted through a unit")["id"]
        eventually("the other front shows the status", 20, lambda: fronts[1].has(identifier))
        if machine.confinement.read_only:
            machine.expect_closed_elsewhere("statuscast-queue@q1.service", root + "/var/lib/statuscast/store/x")
            machine.expect_closed_elsewhere("statuscast-up.service", root + "/etc/statuscast/x")
        machine.stop()

        # One process on what the many have left; only the port differs from the unit's own words.
        up = Front(free_port())
        up.token = fronts[0].token
        words = Unit(machine.units, "statuscast-up.service").command()
        words += ["--listen", up.base.removeprefix("http://")]
        machine.start("statuscast-up.service", words)
        up.wait_until_ready()
        if not up.has(identifier):
            raise SystemExit("statuscast-up.service does not show what was posted before")
        machine.stop()
    finally:
        machine.kill()
    print(json.dumps({"stopped": machine.stopped, "user": machine.confinement.user,
                      "read_only": machine.confinement.read_only}))


if __name__ == "__main__":
    main(os.path.realpath(sys.argv[1]))
