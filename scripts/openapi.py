#!/usr/bin/env python3
"""Writes docs/api/openapi.yaml from the compact files under docs/api/source, which are what people edit.

With --check it writes nothing and fails where the file is not what it would write.
"""

import sys
from pathlib import Path

import yaml

HOME = Path(__file__).resolve().parent.parent / "docs/api"
TARGET = HOME / "openapi.yaml"

PLAIN = {
    "text": {"type": "string"},
    "id": {"type": "string", "pattern": "^[0-9]{1,20}$"},
    "cursor": {"type": "string", "pattern": "^[0-9]{1,20}$"},
    "flag": {"type": "boolean"},
    "count": {"type": "integer", "minimum": 0},
    "integer": {"type": "integer"},
    "time": {"type": "string", "format": "date-time"},
    "date": {"type": "string", "format": "date"},
    "url": {"type": "string", "format": "uri"},
    "object": {"type": "object", "additionalProperties": True},
}
# What an endpoint may give other than JSON.
MEDIA = {
    "page": ["text/html"], "page or feed": ["text/html", "application/atom+xml"], "words": ["text/plain"],
    "events": ["text/event-stream"], "picture": ["image/png", "image/jpeg", "image/webp", "image/gif"],
    "style": ["text/css"],
}
REFUSALS = {
    400: ("Unreadable", "The request cannot be understood"),
    401: ("NoToken", "A good token is missing"),
    403: ("NotAllowed", "The token or the person may not do this"),
    404: ("NotFound", "There is no such thing, or it is not for this person to see"),
    413: ("TooLarge", "The body is too large"),
    415: ("UnknownType", "The body is of a type that is not read"),
    422: ("Invalid", "What was sent breaks a rule"),
    426: ("NoUpgrade", "The handshake is none"),
    429: ("TooMany", "Too many requests; X-RateLimit-Reset says when there may be more"),
    503: ("Unavailable", "A part that this needs is away for now; Retry-After says when to try again"),
}
OTHERS = {101: "The stream goes on over WebSocket", 302: "The browser goes back to the application"}
PAGE = ["max_id", "since_id", "min_id", "limit"]
FORMS = ["application/json", "application/x-www-form-urlencoded", "multipart/form-data"]
HEADERS = {"Idempotency-Key": "The same key within an hour means the same status"}


def schema(word):
    """The schema of a word for a type, or of a list with one such word."""
    if isinstance(word, list):
        return {"type": "array", "items": schema(word[0])}
    if word.endswith(" or null"):
        inner = schema(word.removesuffix(" or null"))
        if "type" in inner:
            return {**inner, "type": [inner["type"], "null"]}
        return {"anyOf": [inner, {"type": "null"}]}
    if word.startswith("["):
        return schema([word[1:-1]])
    if word in PLAIN:
        return dict(PLAIN[word])
    if " or " in word:
        return {"anyOf": [schema(each) for each in word.split(" or ")]}
    if "|" in word:
        return {"type": "string", "enum": word.split("|")}
    return {"$ref": f"#/components/schemas/{word}"}


def structure(fields, entities):
    """An object; `extends` brings another one's fields in front of its own."""
    base = fields.get("extends")
    inherited = structure(entities[base], entities) if base else {"properties": {}, "required": []}
    properties, required = dict(inherited["properties"]), list(inherited.get("required", []))
    for name, word in fields.items():
        if name == "extends":
            continue
        properties[name.removesuffix("*")] = schema(word)
        if not name.endswith("*"):
            required.append(name)
    result = {"type": "object", "properties": properties}
    return {**result, "required": required} if required else result


def parameters(path, about):
    found = [
        {"name": part[1:-1], "in": "path", "required": True, "schema": schema("id" if part == "{id}" else "text")}
        for part in path.split("/") if part.startswith("{")
    ]
    for name in about.get("query", []):
        # With a mark of exclamation: it must be there.
        for each in PAGE if name == "page" else [name]:
            found.append({"$ref": f"#/components/parameters/{component(each)}"})
    for name in about.get("headers", []):
        found.append({"name": name, "in": "header", "description": HEADERS[name], "schema": schema("text")})
    return found


def component(name):
    return name.replace("[]", "_list").replace("!", "_needed")


def queries(known):
    found = {
        component(name): {"name": name, "in": "query", "description": meaning, "schema": schema(word)}
        for name, (word, meaning) in known.items()
    }
    return found | {component(name + "!"): {**about, "required": True} for name, about in zip(known, found.values())}


def security(words):
    """A person's token with a scope; `application SCOPE`: also its own; `anybody SCOPE`: one that is there needs it."""
    kind, _, scope = words.rpartition(" ") if " " in words else ("", "", words)
    if scope in ("anybody", "application"):
        kind, scope = scope, None
    return ([{}] if kind == "anybody" else []) + [{"oauth": [scope] if scope else []}]


def success(given, pages):
    content = {kind: {"schema": PLAIN["text"]} for kind in MEDIA[given]} if given in list(MEDIA) else None
    answer = {"description": "As asked for", "content": content or {"application/json": {"schema": schema(given)}}}
    if pages and not content:
        link = "Where the older page (rel=next, first) and the newer page (rel=prev) are"
        answer["headers"] = {"Link": {"description": link, "schema": schema("text")}}
    return answer


def responses(method, path, about):
    given = about.get("gives")
    answers = {}
    if given is not None:
        answers["200"] = success(given, "page" in about.get("query", []))
    codes = {400, 401, 403, 422, 429, 503} | set(about.get("also", []))
    if "{" in path:
        codes.add(404)
    if method != "get":
        codes |= {413, 415}
    kind = "Page" if given in ("page", "page or feed") else ""
    for code in sorted(codes):
        if code in REFUSALS:
            answers[str(code)] = {"$ref": f"#/components/responses/{kind}{REFUSALS[code][0]}"}
        else:
            answers[str(code)] = {"description": OTHERS[code]}
    if unready := about.get("unready"):
        answers["503"] = {**success(unready, False), "description": "Not as it should be"}
    return answers


def operation(tag, key, about, entities, bodies):
    method, path = key.split(" ")
    wanted = about.get("for", "anybody")
    words = [part.strip("{}") for part in path.replace(".", "/").split("/") if part]
    described = {
        "operationId": "_".join([method.lower()] + words), "tags": [tag], "summary": about["does"],
        "security": security(wanted),
    }
    if not wanted.startswith(("anybody", "application")):
        described["x-needs-person"] = True
    if found := parameters(path, about):
        described["parameters"] = found
    if "takes" in about:
        name = "".join(part.capitalize() for part in described["operationId"].replace("_api_", "_").split("_"))
        bodies[name] = structure(about["takes"], entities)
        described["requestBody"] = {"content": {kind: {"schema": schema(name)} for kind in FORMS}}
    described["responses"] = responses(method.lower(), path, about)
    return path, method.lower(), described


def refusals():
    error = {"schema": {"$ref": "#/components/schemas/Error"}}
    found = {}
    for name, meaning in REFUSALS.values():
        found[name] = {"description": meaning, "content": {"application/json": error}}
        found["Page" + name] = {
            "description": meaning, "content": {"text/html": {"schema": PLAIN["text"]}, "application/json": error}}
    return found


def used(parts, kind, text):
    return {name: part for name, part in parts.items() if f"/{kind}/{name}'" in text}


def document():
    def read(name):
        return yaml.safe_load((HOME / "source" / name).read_text())

    entities, known = read("entities.yaml"), read("parameters.yaml")
    areas = sorted(p for p in (HOME / "source").glob("*.yaml") if p.stem not in ("entities", "parameters"))
    paths, scopes, bodies = {}, {}, {}
    for area in areas:
        for key, about in read(area.name).items():
            path, method, described = operation(area.stem, key, about, entities, bodies)
            paths.setdefault(path, {})[method] = described
            for way in described["security"]:
                scopes.update({scope: scope.replace(":", " ") for scope in way.get("oauth", [])})
    scopes = dict(sorted(scopes.items()))
    flows = {
        "authorizationCode": {"authorizationUrl": "/oauth/authorize", "tokenUrl": "/oauth/token", "scopes": scopes},
        "clientCredentials": {"tokenUrl": "/oauth/token", "scopes": scopes},
        "password": {"tokenUrl": "/oauth/token", "scopes": scopes},
    }
    about = (
        "The Mastodon client API as Statuscast's front serves it. Ids are decimal and grow with time. Every path may "
        "end with a slash. Bodies are JSON, forms or multipart; in forms, lists are spelled name[]. `read`, `write` "
        "and `follow` stand for all scopes that begin with them. Optional fields are absent where they say nothing."
    )
    return {
        "openapi": "3.1.0",
        "info": {"title": "Statuscast", "version": "1", "description": about,
                 "license": {"name": "See the repository"}},
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "securitySchemes": {"oauth": {"type": "oauth2", "flows": flows}},
            "responses": used(refusals(), "responses", repr(paths)),
            "parameters": used(queries(known), "parameters", repr(paths)),
            "schemas": {name: structure(fields, entities) for name, fields in entities.items()} | bodies,
        },
    }


class Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data):
        return True


def main():
    text = "# Written by `make openapi` from docs/api/source; edit there.\n" + yaml.dump(
        document(), Dumper=Dumper, sort_keys=False, width=120, allow_unicode=True)
    if "--check" not in sys.argv:
        TARGET.write_text(text)
    elif not TARGET.exists() or TARGET.read_text() != text:
        sys.exit("docs/api/openapi.yaml is not what docs/api/source says: run `make openapi` and commit it.")


main()
