"""usage: check_answers.py BASE

People use the front, and every answer that they get is held against the description. Every answer that it describes for
a success must have been among them: a new endpoint needs a line under journeys.
"""

import sys
import traceback

import journeys
import requests
from description import Description
from people import People


def main():
    description = Description()
    problems, met = {}, set()

    def seen(method, path, answer):
        operation = description.operation(method, path)
        if operation is None:
            problems.setdefault(f"{method} {path}", set()).add("is not described")
            return
        if answer.status_code == 200:
            met.add(operation.name)
        for problem in description.problems(operation, answer.status_code, answer.headers, answer.json):
            problems.setdefault(operation.name, set()).add(problem)

    for journey in journeys.ALL:
        try:
            journey(People(sys.argv[1], seen))
        except (AssertionError, LookupError, TypeError, requests.RequestException):
            problems.setdefault(f"the journey {journey.__name__}", set()).add(traceback.format_exc(limit=-3))
    for operation in description.operations:
        content = operation.about["responses"].get("200", {}).get("content", {})
        if content and not operation.is_stream and operation.name not in met | journeys.NOT_HERE:
            problems.setdefault(operation.name, set()).add("was never answered with 200")
    if problems:
        sys.exit("\n".join(f"{name}: {each}" for name in sorted(problems) for each in sorted(problems[name])))
    print(f"{len(met)} operations answered as described")


main()
