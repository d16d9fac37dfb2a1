"""Statuses from the post to where they arrive."""

from journeys import journey, two


@journey
def statuses(people):
    ada, ben = two(people)
    first = ada.post("/api/v1/statuses", status=f"Hello @{ben.name}, read https://example.org/ #Proof", language="en")
    ada.until("Ben's home has it", lambda: ben.get("/api/v1/timelines/home"))
    reply = ben.post(
        "/api/v1/statuses", status=f"@{ada.name} indeed", in_reply_to_id=first["id"], spoiler_text="An answer",
        visibility="unlisted", sensitive=True)
    for caller in (ada, people.nobody):
        caller.get(f"/api/v1/statuses/{first['id']}")
        caller.get("/api/v1/statuses", **{"id[]": [first["id"], reply["id"]]})
        caller.until("it is public", lambda: caller.get("/api/v1/timelines/public", local="true"))
        caller.until("the hashtag has it", lambda: caller.get("/api/v1/timelines/tag/proof", **{"any[]": "other"}))
        caller.get(f"/api/v1/accounts/{ada.id}/statuses", exclude_replies="true", limit=1)
    people.nobody.get(f"/@{ada.name}")
    people.nobody.get(f"/@{ada.name}.atom")
    people.nobody.get(f"/@{ada.name}/{first['id']}")
    people.nobody.get("/tags/proof")
    ada.until("it is delivered", lambda: ada.get(f"/api/v1/statuses/{first['id']}/deliveries")["known"])
    assert ada.post("/api/v1/statuses", status="to go", visibility="private")["application"]["name"] == "proof"
    gone = ada.post("/api/v1/statuses", status="to go", visibility="direct")
    assert ada.delete(f"/api/v1/statuses/{gone['id']}")["text"] == "to go"
    assert ada.ask("GET", f"/api/v1/statuses/{gone['id']}").status_code == 404


@journey
def notifications(people):
    ada, ben = two(people)
    ben.post("/api/v1/statuses", status=f"Hello @{ada.name}")
    posted = ada.post("/api/v1/statuses", status="Like this")
    for verb in ("favourite", "reblog"):
        ben.post(f"/api/v1/statuses/{posted['id']}/{verb}")
    wanted = {"mention", "follow", "favourite", "reblog"}

    def kinds():
        found = ada.get("/api/v1/notifications", **{"types[]": sorted(wanted)})
        return wanted <= {each["type"] for each in found}

    ada.until("one of each kind arrives", kinds)
