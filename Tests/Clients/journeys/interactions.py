"""What is done with statuses, and threads of them."""

from journeys import journey, two


@journey
def interactions(people):
    ada, ben = two(people)
    posted = ada.post("/api/v1/statuses", status="Like this")
    one = f"/api/v1/statuses/{posted['id']}"
    for verb in ("favourite", "bookmark", "mute"):
        ben.post(f"{one}/{verb}")
    assert ada.post(one + "/pin")["pinned"]
    reblog = ben.post(one + "/reblog", visibility="unlisted")
    assert reblog["reblog"]["id"] == posted["id"]
    for caller in (ada, ben, people.nobody):
        for path in (one, f"/api/v1/statuses/{reblog['id']}", f"/api/v1/accounts/{ben.id}/statuses"):
            caller.get(path)
        caller.get(f"/api/v1/accounts/{ada.id}/statuses", pinned="true")
        caller.until("Ben likes it", lambda: caller.get(one + "/favourited_by"))
        caller.until("Ben repeats it", lambda: caller.get(one + "/reblogged_by"))
    assert ben.get("/api/v1/favourites") and ben.get("/api/v1/bookmarks")
    ada.until("the reblog comes home", lambda: any(s["reblog"] for s in ada.get("/api/v1/timelines/home")))
    for verb in ("unfavourite", "unbookmark", "unmute", "unreblog"):
        ben.post(f"{one}/{verb}")
    ada.post(one + "/unpin")


@journey
def threads(people):
    ada, ben = two(people)
    first = ada.post("/api/v1/statuses", status="Begins")
    answer = ben.post("/api/v1/statuses", status="Goes on", in_reply_to_id=first["id"])
    last = ada.post("/api/v1/statuses", status="Ends", in_reply_to_id=answer["id"])
    for caller in (ada, people.nobody):
        around = caller.get(f"/api/v1/statuses/{answer['id']}/context")
        assert [each["id"] for each in around["ancestors"] + around["descendants"]] == [first["id"], last["id"]]
    one = f"/api/v1/statuses/{last['id']}"
    assert ada.put(one, status="Ends well", spoiler_text="The end", language="en")["edited_at"]
    for caller in (ada, people.nobody):
        caller.until("both versions are stored", lambda: len(caller.get(one + "/history")) == 2)
        assert caller.get(one + "/source")["text"] == "Ends well"
