"""docs/api/openapi.yaml, and whether an answer is as it says."""

import re
from datetime import date, datetime
from pathlib import Path
from urllib.parse import urlsplit

import jsonschema
import yaml

PLACE = Path(__file__).resolve().parents[2] / "docs/api/openapi.yaml"
METHODS = ("get", "post", "put", "patch", "delete")
formats = jsonschema.FormatChecker(formats=())


@formats.checks("date-time", raises=ValueError)
def is_time(value):
    return not isinstance(value, str) or (value.endswith("Z") and bool(datetime.fromisoformat(value)))


@formats.checks("date", raises=ValueError)
def is_date(value):
    return not isinstance(value, str) or bool(date.fromisoformat(value))


@formats.checks("uri", raises=ValueError)
def is_url(value):
    return not isinstance(value, str) or (bool(urlsplit(value).scheme) and bool(urlsplit(value).netloc))


def closed(value):
    """The description stays open to fields that come later; here a field that is not described is an error."""
    if isinstance(value, list):
        return [closed(each) for each in value]
    if not isinstance(value, dict):
        return value
    result = {name: closed(each) for name, each in value.items()}
    if result.get("type") == "object" and "additionalProperties" not in result:
        result["additionalProperties"] = False
    return result


class Operation:
    def __init__(self, method, template, about):
        self.method, self.template, self.about = method.upper(), template, about
        # A fixed path before one with holes: /api/v1/accounts/lookup before /api/v1/accounts/{id}.
        self.holes = template.count("{")
        self.pattern = re.compile(re.sub(r"\\{.*?\\}", "[^/]+", re.escape(template)) + "/?$")
        ways = about["security"]
        self.is_open = {} in ways
        self.needs_person = about.get("x-needs-person", False)
        self.scopes = [scope for way in ways for scope in way.get("oauth", [])]

    @property
    def name(self):
        return f"{self.method} {self.template}"

    @property
    def is_stream(self):
        return "text/event-stream" in self.about["responses"].get("200", {}).get("content", {})


class Description:
    def __init__(self, place=PLACE):
        self.document = yaml.load(place.read_text(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        self.closed = closed(self.document)
        self.operations = sorted(
            (Operation(method, path, about) for path, item in self.closed["paths"].items()
             for method, about in item.items() if method in METHODS),
            key=lambda each: each.holes)

    def operation(self, method, path):
        return next((o for o in self.operations if o.method == method and o.pattern.match(path)), None)

    def problems(self, operation, status, headers, body):
        """What is not as described in an answer; an empty list is good."""
        described = operation.about["responses"].get(str(status))
        if described is None:
            return [f"the status {status} is not described"]
        if "$ref" in described:
            described = self.closed["components"]["responses"][described["$ref"].split("/")[-1]]
        content = described.get("content")
        if content is None:
            return []
        kind = headers.get("Content-Type", "").split(";")[0]
        if kind not in content:
            return [f"the type {kind!r} is not described for {status}"]
        if kind != "application/json":
            return []
        # References in a schema are looked up from its own root.
        schema = {"components": self.closed["components"], **content[kind]["schema"]}
        checker = jsonschema.Draft202012Validator(schema, format_checker=formats)
        return [f"{error.json_path}: {error.message[:300]}" for error in checker.iter_errors(body())]
