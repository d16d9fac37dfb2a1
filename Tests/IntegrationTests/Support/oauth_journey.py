"""Goes the way of a browser and an application through the authorization code grant, with requests and toot's own code.

usage: oauth_journey.py BASE [CERTIFICATE]; prints the secrets that it has seen, a line each, for a look into the logs.
"""

import base64
import hashlib
import html
import re
import sys
from urllib.parse import parse_qs, urlsplit

import requests
from toot import App, api

base = sys.argv[1]
verify = sys.argv[2] if len(sys.argv) > 2 else True
PASSWORD = "correct horse battery"
BACK = "https://app.example/back?x=1"
OOB = "urn:ietf:wg:oauth:2.0:oob"


def fields(page):
    found = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page.text)
    return {name: html.unescape(value) for name, value in found}


def browser():
    session = requests.Session()
    # An authority that the environment names would count instead.
    session.trust_env = False
    session.verify = verify
    return session


def sign_up(name):
    session = browser()
    page = session.get(base + "/sign-up")
    assert page.status_code == 200, page.status_code
    assert "HttpOnly" in page.headers["Set-Cookie"] and "SameSite=Lax" in page.headers["Set-Cookie"]
    assert ("Secure" in page.headers["Set-Cookie"]) == base.startswith("https")
    sent = fields(page) | {
        "username": name, "email": name + "@example.org", "password": PASSWORD, "agreement": "true"}
    assert requests.post(base + "/sign-up", data=sent, verify=verify).status_code == 403, "a form without its cookie"
    done = session.post(base + "/sign-up", data=sent)
    assert done.status_code == 200 and "@" + name in done.text, done.text


def application(redirect):
    answer = browser().post(base + "/api/v1/apps", json={
        "client_name": "journey", "redirect_uris": redirect, "scopes": "read write follow push"})
    assert answer.status_code == 200, answer.text
    return answer.json()


def consent(session, app, redirect, **more):
    asked = {"response_type": "code", "client_id": app["client_id"], "redirect_uri": redirect,
             "scope": "read write:statuses", "state": "a b&c"} | more
    page = session.get(base + "/oauth/authorize", params=asked, allow_redirects=False)
    if page.status_code != 200:
        return page
    return session.post(
        base + "/oauth/authorize", data=fields(page) | {"username": "alice@EXAMPLE.org", "password": PASSWORD},
        allow_redirects=False)


def exchange(app, code, redirect, **more):
    return browser().post(base + "/oauth/token", data={
        "grant_type": "authorization_code", "client_id": app["client_id"], "client_secret": app["client_secret"],
        "code": code, "redirect_uri": redirect} | more)


def outcome(answer):
    assert answer.status_code == 302 and answer.headers["Location"].startswith(BACK + "&"), answer.headers
    assert answer.headers["Cache-Control"] == "no-store"
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["Location"]).query).items()}


def knows(token):
    return browser().get(
        base + "/api/v1/apps/verify_credentials", headers={"Authorization": "Bearer " + token}).status_code == 200


def with_redirect(secrets):
    app = application(BACK)
    verifier = "v" * 50
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    pkce = {"code_challenge": challenge, "code_challenge_method": "S256"}
    got = outcome(consent(browser(), app, BACK, **pkce))
    assert got["state"] == "a b&c", got
    assert exchange(app, got["code"], BACK).json()["error"] == "invalid_grant"
    assert exchange(app, got["code"], "https://evil.example/", code_verifier=verifier).status_code == 400
    token = exchange(app, got["code"], BACK, code_verifier=verifier).json()
    assert token["scope"] == "read write:statuses" and token["token_type"] == "Bearer", token
    assert knows(token["access_token"])
    headers = {"Authorization": "Bearer " + token["access_token"]}
    own = browser().get(base + "/api/v1/accounts/verify_credentials", headers=headers).json()
    assert own["acct"] == "alice", own
    again = exchange(app, got["code"], BACK, code_verifier=verifier)
    assert again.status_code == 400 and again.json()["error"] == "invalid_grant", again.text
    assert not knows(token["access_token"]), "a code that was used twice leaves its token alive"

    assert outcome(consent(browser(), app, BACK, scope="admin"))["error"] == "invalid_scope"
    assert outcome(consent(browser(), app, BACK, response_type="token"))["error"] == "unsupported_response_type"
    plain = consent(browser(), app, BACK, code_challenge=challenge, code_challenge_method="plain")
    assert outcome(plain)["error"] == "invalid_request"
    foreign = consent(browser(), app, "https://evil.example/")
    assert foreign.status_code == 400 and "Location" not in foreign.headers
    secrets += [got["code"], token["access_token"], app["client_secret"], verifier]


def with_toot(secrets):
    made = api.create_app(base)
    app = App("localhost", base, made["client_id"], made["client_secret"])
    session = browser()
    page = session.get(api.get_browser_login_url(app))
    done = session.post(
        base + "/oauth/authorize", data=fields(page) | {"username": "alice", "password": PASSWORD})
    code = re.search(r'id="code">([^<]+)<', done.text).group(1)
    token = api.request_access_token(app, code)
    assert knows(token["access_token"])
    secrets += [code, token["access_token"]]


secrets = [PASSWORD]
sign_up("alice")
with_redirect(secrets)
if verify is True:
    with_toot(secrets)
preflight = browser().options(base + "/oauth/token", headers={"Origin": "https://x.example"})
assert preflight.headers["Access-Control-Allow-Origin"] == "*"
info = browser().get(base + "/.well-known/nodeinfo").json()["links"][0]["href"]
assert browser().get(base + urlsplit(info).path).json()["software"]["name"] == "statuscast"
print("\n".join(secrets))
