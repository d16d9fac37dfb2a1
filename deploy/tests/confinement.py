"""What a service manager does around a process, as far as it can be done without one: the user, no privileges, limits,
and a read-only world but for ReadWritePaths=. What needs root is left out for other users, and said."""

import os
import resource
import shlex
import shutil
import subprocess

DATA = "/var/lib/statuscast"
CONFIGURATION = "/etc/statuscast/statuscast.yaml"
NOBODY = (65534, 65534)


class Confinement:
    def __init__(self, root):
        self.root = root
        self.privileged = os.geteuid() == 0
        self.read_only = self.privileged and subprocess.run(
            ["unshare", "-m", "mount", "-t", "tmpfs", "none", "/mnt"], stderr=subprocess.DEVNULL).returncode == 0
        self.user = None

    def prepare(self):
        self._prepare_directories()
        self._root_configuration()

    def _root_configuration(self):
        """The installed configuration, with its data under the root, and readable for the user as the rule of tmpfiles says."""
        path = self.root + CONFIGURATION
        with open(path, encoding="utf-8") as file:
            text = file.read()
        if f"\ndata: {DATA}\n" not in text:
            raise SystemExit(f"{path} does not name {DATA}, where the units may write")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text.replace(f"\ndata: {DATA}\n", f"\ndata: {self.root}{DATA}\n"))
        if self.user and not shutil.which("systemd-tmpfiles"):
            os.chown(path, 0, self.user[1])

    def _prepare_directories(self):
        """The user and the directories, made by systemd's own tools where they are and it is root who asks."""
        if self.privileged and shutil.which("systemd-sysusers") and shutil.which("systemd-tmpfiles"):
            os.makedirs(self.root + "/etc", exist_ok=True)
            for tool in (["systemd-sysusers"], ["systemd-tmpfiles", "--create"]):
                subprocess.run([*tool, "--root=" + self.root, "statuscast.conf"], check=True)
            with open(self.root + "/etc/passwd", encoding="utf-8") as file:
                entry = next(line.split(":") for line in file if line.startswith("statuscast:"))
            self.user = (int(entry[2]), int(entry[3]))
            return
        self.user = NOBODY if self.privileged else None
        with open(self.root + "/usr/lib/tmpfiles.d/statuscast.conf", encoding="utf-8") as file:
            lines = [line.split() for line in file if line.startswith("d ")]
        for _, path, mode, *_ in lines:
            os.makedirs(self.root + path, int(mode, 8), exist_ok=True)
            if self.user:
                os.chown(self.root + path, *self.user)

    def start(self, unit, words, **more):
        """Starts `words`, or the unit's own command, as the unit says; paths lie under the root."""
        command = [self._rooted(word) for word in words or unit.command()]
        if not os.access(command[0], os.X_OK):
            raise SystemExit(f"{unit.name}: {command[0]} is not there")
        if self.user:
            command = [
                "setpriv", f"--reuid={self.user[0]}", f"--regid={self.user[1]}", "--clear-groups",
                "--inh-caps=-all", "--bounding-set=-all", "--no-new-privs", *command,
            ]
        if self.read_only:
            command = ["unshare", "-m", "--propagation", "private", "sh", "-ec", self._mounts(unit) + 'exec "$@"', "sh",
                       *command]
        environment = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", **unit.environment()}
        return subprocess.Popen(
            command, env=environment, cwd=self._rooted(unit.value("Service", "WorkingDirectory", "/")),
            stdin=subprocess.DEVNULL, preexec_fn=lambda: self._limits(unit), **more)

    def _limits(self, unit):
        os.umask(int(unit.value("Service", "UMask"), 8))
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        wanted = int(unit.value("Service", "LimitNOFILE"))
        limit = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))

    def _mounts(self, unit):
        """ProtectSystem=strict and ReadWritePaths= as mounts of the process's own namespace."""
        if unit.value("Service", "ProtectSystem") != "strict":
            raise SystemExit(f"{unit.name} is not protected by ProtectSystem=strict")
        root = shlex.quote(self.root)
        steps = [f"mount --bind {root} {root}", f"mount -o remount,bind,ro {root}", "mount -o remount,bind,ro /"]
        for path in unit.values("Service", "ReadWritePaths"):
            path = shlex.quote(self._rooted(path))
            steps += [f"mount --bind {path} {path}", f"mount -o remount,bind,rw {path}"]
        return "\n".join(steps) + "\n"

    def _rooted(self, word):
        return self.root + word if word.startswith(("/usr/bin/statuscast", DATA, CONFIGURATION)) else word
