"""usage: check_routes.py BASE DATA

The description names every route of the front and no other, and says rightly who may use each. The routes are those
that the front counts, as its operator's page for monitoring shows them.
"""

import json
import re
import sys
import urllib.request

from description import Description
from people import People

PLACES = {"id": "1", "tag": "proof", "name": "proof", "handle": "@nobody", "account": "1"}


def served(data):
    address = json.load(open(f"{data}/run/metrics/up.json"))[0]["targets"][0]
    text = urllib.request.urlopen(f"http://{address}/metrics", timeout=10).read().decode()
    found = set(re.findall(r'statuscast_api_requests_total\{.*?route="([A-Z]+ [^"]+)"', text))
    if len(found) < 20:
        raise AssertionError(f"only {len(found)} routes on the page at {address}")
    return {re.sub(r":(\w+)", r"{\1}", route) for route in found}


def statuses(operation, caller):
    """What comes back without parameters."""
    path = re.sub(r"\{(\w+)\}", lambda hole: PLACES.get(hole[1], "1"), operation.template)
    return caller.ask(operation.method, path).status_code


def wrong_access(operation, people, person, narrow):
    """Who is let in or kept out against the description. An id that is nobody's keeps all of this without effect."""
    if operation.is_open and not operation.scopes:
        return [] if statuses(operation, people.nobody) != 401 else ["needs a token"]
    found = []
    without = statuses(operation, people.nobody)
    if (without == 401) == operation.is_open:
        found.append(f"answers {without} without a token")
    if operation.needs_person and (status := statuses(operation, people.application)) != 422:
        found.append(f"answers {status} to an application")
    for scope in operation.scopes:
        if (status := statuses(operation, narrow("profile"))) != 403:
            found.append(f"answers {status} to a token without {scope}")
        # An application may do this as itself alone, whatever the scope.
        if operation.needs_person and (status := statuses(operation, narrow(scope))) in (401, 403):
            found.append(f"answers {status} to a token for {scope}")
    return found


def main():
    base, data = sys.argv[1:]
    description = Description()
    described = {operation.name for operation in description.operations}
    routes = served(data)
    problems = [f"{name} is not described" for name in sorted(routes - described)]
    problems += [f"{name} is described, but there is no such route" for name in sorted(described - routes)]
    people = People(base)
    person = people.join("narrow")
    tokens = {}

    def narrow(scope):
        if scope not in tokens:
            tokens[scope] = people.narrow(person, scope)
        return tokens[scope]

    for operation in description.operations:
        if operation.name in routes and not operation.is_stream:
            problems += [f"{operation.name} {found}" for found in wrong_access(operation, people, person, narrow)]
    if problems:
        sys.exit("\n".join(problems))
    print(f"{len(routes)} routes are as described")


main()
