"""What people do with the front, so that every kind of answer is there to be looked at.

Every module here adds its journeys and what a person can have.
"""

import importlib
import pkgutil

# Described, and never a success on a server without TLS, or where an operator does not let everybody see it.
NOT_HERE = {"GET /.well-known/oauth-authorization-server", "GET /metrics", "POST /oauth/authorize", "POST /sign-up"}
ALL, BELONGINGS = [], []


def journey(function):
    """It gets a `People` of its own."""
    ALL.append(function)
    return function


def belongings(function):
    """It gets a person, another who is followed, and a status, and answers ids by the collection in which they are."""
    BELONGINGS.append(function)
    return function


def two(people):
    """Ada follows Ben, and he her."""
    ada, ben = people.join("ada"), people.join("ben")
    ada.post(f"/api/v1/accounts/{ben.id}/follow")
    ben.post(f"/api/v1/accounts/{ada.id}/follow", reblogs=True, notify=True)
    return ada, ben


def possessions(ada, ben, status):
    """Something of each kind that Ada can have, as ids by the collection in which they are."""
    ids = {}
    for each in BELONGINGS:
        for collection, some in each(ada, ben, status).items():
            ids.setdefault(collection, []).extend(some)
    return ids


for found in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{found.name}")
