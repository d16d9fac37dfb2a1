"""The server itself: what it is, who may come in, what it refuses."""

from journeys import journey
from people import PASSWORD


@journey
def strangers(people):
    nobody, base = people.nobody, "/api/v1/instance"
    for path in (base, "/api/v2/instance", base + "/extended_description", "/.well-known/nodeinfo", "/nodeinfo/2.0"):
        nobody.get(path)
    for word in ("peers", "rules", "activity", "domain_blocks", "translation_languages"):
        nobody.get(f"{base}/{word}")
    for word in ("", "/tags", "/statuses", "/links"):
        nobody.get("/api/v1/trends" + word)
    for path in ("custom_emojis", "directory", "streaming/health"):
        nobody.get("/api/v1/" + path)
    for path in ("/health", "/health/live", "/health/ready", "/", "/sign-up", "/assets/style.css"):
        nobody.get(path)
    for name in ("avatar.png", "header.png"):
        nobody.get("/pictures/1/" + name)
    for path in ("/api/v1/accounts/1", "/api/v1/statuses/1", "/@nobody", "/@nobody/1", "/api/v1/polls/1", "/metrics"):
        assert nobody.ask("GET", path).status_code == 404, path


@journey
def applications(people):
    people.application.get("/api/v1/apps/verify_credentials")
    person = people.join("cleo")
    asked = {
        "client_id": people.app["client_id"], "redirect_uri": people.app["redirect_uri"], "response_type": "code",
        "scope": "read"}
    people.nobody.get("/oauth/authorize", **asked)
    for broken in ({"client_id": "x"}, {"response_type": "x"}):
        assert people.nobody.ask("GET", "/oauth/authorize", params={**asked, **broken}).status_code == 400
    taken = people.application.ask("POST", "/api/v1/accounts", json={"username": person.name})
    assert taken.status_code == 422 and taken.json()["details"], taken.text
    token = people.token(grant_type="password", username=f"{person.name}@example.org", password=PASSWORD, scope="read")
    known = {"client_id": people.app["client_id"], "client_secret": people.app["client_secret"]}
    people.nobody.post("/oauth/revoke", token=token, **known)


@journey
def absences(people):
    ada = people.join("ada")
    for path in ("v1/announcements", "v1/endorsements", "v1/domain_blocks"):
        ada.get("/api/" + path)
    ada.delete("/api/v1/push/subscription")
    for method in ("GET", "POST", "PUT"):
        assert ada.ask(method, "/api/v1/push/subscription").status_code == 404
    for path in ("/api/v1/media", "/api/v2/media"):
        assert ada.ask("POST", path).status_code == 422


@journey
def errors(people):
    ada = people.join("ada")
    for path in ("/api/v1/timelines/home?max_id=x", "/api/v2/search", "/tags/proof?max_id=x"):
        assert ada.ask("GET", path).status_code == 400, path
    for body, status in (({"status": ""}, 422), ({"status": "x", "in_reply_to_id": "1"}, 404)):
        assert ada.ask("POST", "/api/v1/statuses", json=body).status_code == status
    # An id of something else, young enough for its issuer to be asked.
    for end in ("", "/deliveries"):
        assert ada.ask("GET", f"/api/v1/statuses/{ada.id}{end}").status_code == 404, end
    huge = ada.ask("POST", "/api/v1/statuses", data=b"x" * 2_000_000)
    assert huge.status_code == 413, huge.status_code
    assert ada.ask("POST", "/api/v1/statuses", data=b"x", headers={"Content-Type": "text/x"}).status_code == 415
