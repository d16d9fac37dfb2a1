"""Reads systemd unit files as far as Statuscast's use them: sections, continued lines, drop-ins, lists that an empty
assignment clears, quotes in command lines, and the specifiers of a template."""

import glob
import os
import re
import shlex

# Settings of which the last one counts; all others add up.
SINGLE = {
    "Description", "Type", "User", "Group", "UMask", "WorkingDirectory", "Restart", "RestartSec", "KillSignal",
    "TimeoutStopSec", "TimeoutStartSec", "LimitNOFILE", "NoNewPrivileges", "ProtectSystem", "ProtectHome", "PrivateTmp",
}


class Unit:
    def __init__(self, directory, name):
        """`name` as systemctl takes it: `statuscast-api@3000.service`."""
        self.name = name
        stem, kind = name.rsplit(".", 1)
        self.prefix, at, self.instance = stem.partition("@")
        template = f"{self.prefix}{at}.{kind}"
        self.settings = {}
        self._read(os.path.join(directory, template))
        for folder in self._drop_in_folders(template):
            for path in sorted(glob.glob(os.path.join(directory, folder, "*.conf"))):
                self._read(path)

    def _drop_in_folders(self, template):
        """Of the unit itself, and of everything that its name begins with: a-b.service has a-.service.d."""
        kind = template.rsplit(".", 1)[1]
        parts = self.prefix.split("-")
        shortened = ["-".join(parts[:count]) + f"-.{kind}.d" for count in range(1, len(parts))]
        return shortened + [f"{template}.d"]

    def _read(self, path):
        with open(path, encoding="utf-8") as file:
            lines = [line for line in file.read().split("\n") if not re.match(r"\s*[#;]", line)]
        section = None
        for line in re.sub(r"\\\n\s*", " ", "\n".join(lines)).split("\n"):
            line = line.strip()
            if re.fullmatch(r"\[\w+\]", line):
                section = line[1:-1]
            elif line:
                name, equals, value = line.partition("=")
                if not equals or section is None:
                    raise SystemExit(f"{path}: not understood: {line}")
                values = self.settings.setdefault((section, name.strip()), [])
                if name.strip() in SINGLE or not value:
                    values.clear()
                if value:
                    values.append(value.strip())

    def values(self, section, name):
        """Every word of a setting, specifiers replaced."""
        return [self._specified(word) for value in self.settings.get((section, name), []) for word in value.split()]

    def value(self, section, name, otherwise=None):
        values = self.settings.get((section, name), [])
        return self._specified(values[-1]) if values else otherwise

    def command(self):
        """The words of ExecStart; there is exactly one."""
        lines = self.settings.get(("Service", "ExecStart"), [])
        if len(lines) != 1:
            raise SystemExit(f"{self.name} has {len(lines)} lines of ExecStart")
        return [self._specified(word) for word in shlex.split(lines[0])]

    def environment(self):
        pairs = [word for line in self.settings.get(("Service", "Environment"), []) for word in shlex.split(line)]
        return dict(self._specified(pair).split("=", 1) for pair in pairs)

    def seconds(self, name):
        amount, unit = re.fullmatch(r"(\d+)(ms|s|min)?", self.value("Service", name)).groups()
        return int(amount) * {"ms": 0.001, "s": 1, None: 1, "min": 60}[unit]

    def _specified(self, text):
        known = {"i": self.instance, "p": self.prefix, "n": self.name, "%": "%"}
        return re.sub(r"%(.)", lambda match: known[match[1]], text)
