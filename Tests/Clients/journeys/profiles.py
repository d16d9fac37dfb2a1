"""One's own account, and who may follow it."""

from journeys import journey, two


@journey
def profiles(people):
    ada, ben = two(people)
    changed = ada.patch(
        "/api/v1/accounts/update_credentials", display_name="Ada", note="Of #proof", bot=True, discoverable=False,
        fields_attributes=[{"name": "page", "value": "https://example.org/"}],
        source={"privacy": "unlisted", "sensitive": True, "language": "en"})
    assert changed["fields"] and changed["source"]["privacy"] == "unlisted"
    ben.get(f"/api/v1/accounts/{ada.id}")
    ada.get("/api/v1/preferences")
    for purpose in ("avatar", "header"):
        ada.delete("/api/v1/profile/" + purpose)
    there = f"/api/v1/accounts/{ben.id}"
    for caller in (ada, people.nobody):
        assert caller.get(there + "/followers") and caller.get(there + "/following")
        caller.get(there + "/endorsements")
    assert ada.post(there + "/note", comment="tall")["note"] == "tall"
    for word in ("pin", "endorse"):
        assert ada.ask("POST", f"{there}/{word}").status_code == 422
        ada.post(f"{there}/un{word}")
    ada.get("/api/v1/accounts/search", q=ben.name)
    ada.post(there + "/remove_from_followers")


@journey
def follow_requests(people):
    locked = people.join("eve")
    locked.patch("/api/v1/accounts/update_credentials", locked=True)
    for word in ("authorize", "reject"):
        other = people.join("ben")
        assert other.post(f"/api/v1/accounts/{locked.id}/follow")["requested"]
        assert locked.get("/api/v1/follow_requests")
        locked.post(f"/api/v1/follow_requests/{other.id}/{word}")
    locked.until("a notification", lambda: any(
        each["type"] == "follow_request" for each in locked.get("/api/v1/notifications")))


@journey
def search_and_suggestions(people):
    ada, ben = two(people)
    eve = people.join("eve")
    ben.post(f"/api/v1/accounts/{eve.id}/follow")
    for version in ("v1", "v2"):
        assert ada.get(f"/api/{version}/suggestions")
        ben.post("/api/v1/statuses", status="of #proof")
        assert ada.get(f"/api/{version}/search", q="#proof")["hashtags"]
        assert ada.get(f"/api/{version}/search", q=ben.name)["accounts"]
