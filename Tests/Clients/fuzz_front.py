"""usage: fuzz_front.py BASE SECONDS [SEED]

Schemathesis sends what the description allows and what it does not, for so long. No answer may be a 5xx, none may be
other than described, and every request is answered within 10 seconds. The seed that is printed repeats the requests.
"""

import json
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

import journeys
from description import PLACE
from people import PASSWORD, People

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"


def world(base):
    """A person with something of everything, and the ids of it for the requests to name."""
    people = People(base)
    ada, ben = journeys.two(people)
    posted = [ada.post("/api/v1/statuses", status=f"One of #proof for @{ben.name}, {each}") for each in range(4)]
    posted += [ben.post("/api/v1/statuses", status="An answer", in_reply_to_id=posted[0]["id"])]
    ids = {"accounts": [ada.id, ben.id], "statuses": [each["id"] for each in posted]}
    for collection, made in journeys.possessions(ada, ben, posted[0]["id"]).items():
        ids[collection] = ids.get(collection, []) + made
    values = {
        "client_id": [people.app["client_id"]], "client_secret": [people.app["client_secret"]],
        "redirect_uri": [people.app["redirect_uri"]], "response_type": ["code"], "password": [PASSWORD],
        "username": [f"{ben.name}@example.org"], "acct": [ben.name], "q": [ben.name, "#proof"],
    }
    return ada, {"ids": ids, "values": values}


def main():
    base, seconds = sys.argv[1:3]
    seed = sys.argv[3] if len(sys.argv) > 3 else str(random.SystemRandom().randrange(1 << 32))
    print(f"seed {seed}", flush=True)
    ada, known = world(base)
    with tempfile.TemporaryDirectory() as place:
        environment = {
            **os.environ, "SCHEMATHESIS_HOOKS": "fuzz_hooks", "STATUSCAST_FUZZ_KNOWN": json.dumps(known),
            "PYTHONPATH": str(Path(__file__).parent), "NO_COLOR": "1"}
        program = Path(sys.executable).parent / "schemathesis"
        result = subprocess.run(
            [program, "run", PLACE, "--url", base, "--header", f"Authorization: Bearer {ada.token}",
             "--checks", CHECKS, "--max-time", seconds, "--seed", seed, "--request-timeout", "10",
             # Streams have no end; their requests have tests of their own.
             "--exclude-path", "/api/v1/streaming",
             "--phases", "coverage,fuzzing,stateful", "--continue-on-failure", "--warnings", "off",
             "--max-redirects", "0", "--generation-database", "none"],
            env=environment, cwd=place, timeout=float(seconds) * 2 + 60)
        answers = json.loads((Path(place) / "answers.json").read_text())
    ready = ada.ask("GET", "/health/ready")
    if ready.status_code != 200:
        sys.exit(f"the front is not ready afterwards: {ready.text}")
    print(f"answers: {answers}")
    # Where all is refused nothing was tried.
    if answers.get("2xx", 0) * 10 < sum(answers.values()):
        sys.exit("too few requests were good")
    sys.exit(result.returncode)


main()
