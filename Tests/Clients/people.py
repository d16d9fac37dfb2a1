"""People on a server: an application, accounts and requests whose answers are looked at."""

import secrets
import time

import requests

SCOPES = "read write follow push profile"
PASSWORD = "correct horse battery"


class Caller:
    """Requests with one token. `seen` gets the method, the path and the answer of every one."""

    def __init__(self, base, token=None, seen=lambda method, path, answer: None):
        self.base, self.token, self.seen = base, token, seen
        self.session = requests.Session()
        if token:
            self.session.headers["Authorization"] = f"Bearer {token}"

    def ask(self, method, path, **more):
        answer = self.session.request(method, self.base + path, timeout=15, allow_redirects=False, **more)
        self.seen(method, path.split("?")[0], answer)
        return answer

    def want(self, method, path, **more):
        """The JSON of an answer that must be a 200."""
        answer = self.ask(method, path, **more)
        if answer.status_code != 200:
            raise AssertionError(f"{method} {path}: {answer.status_code} {answer.text[:500]}")
        return answer.json() if "json" in answer.headers.get("Content-Type", "") else answer.text

    def get(self, path, **query):
        return self.want("GET", path, params=query)

    def post(self, path, **fields):
        return self.want("POST", path, json=fields)

    def put(self, path, **fields):
        return self.want("PUT", path, json=fields)

    def patch(self, path, **fields):
        return self.want("PATCH", path, json=fields)

    def delete(self, path, **fields):
        return self.want("DELETE", path, json=fields)

    def until(self, what, ask, seconds=30):
        """The first answer that is true."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if answer := ask():
                return answer
            time.sleep(0.05)
        raise AssertionError(f"waited {seconds} s in vain: {what}")


class Person(Caller):
    def __init__(self, base, name, token, seen):
        super().__init__(base, token, seen)
        self.name = name
        self.id = self.get("/api/v1/accounts/verify_credentials")["id"]


class People:
    """An application of its own, and accounts with names that nobody else has."""

    def __init__(self, base, seen=lambda method, path, answer: None, redirect="urn:ietf:wg:oauth:2.0:oob"):
        self.base, self.seen = base, seen
        self.nobody = Caller(base, seen=seen)
        self.app = self.nobody.post("/api/v1/apps", client_name="proof", redirect_uris=redirect, scopes=SCOPES)
        self.application = Caller(base, self.token(grant_type="client_credentials", scope=SCOPES), seen)

    def token(self, **fields):
        known = {"client_id": self.app["client_id"], "client_secret": self.app["client_secret"]}
        return self.nobody.post("/oauth/token", **known, **fields)["access_token"]

    def join(self, name):
        name += secrets.token_hex(3)
        token = self.application.post(
            "/api/v1/accounts", username=name, email=f"{name}@example.org", password=PASSWORD, agreement=True,
            locale="en")["access_token"]
        return Person(self.base, name, token, self.seen)

    def narrow(self, person, scope):
        """The same person with a token for one scope alone."""
        token = self.token(
            grant_type="password", username=f"{person.name}@example.org", password=PASSWORD, scope=scope)
        return Caller(self.base, token, self.seen)
