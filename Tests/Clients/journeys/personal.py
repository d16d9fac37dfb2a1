"""What is somebody's own: lists, hashtags, markers, statuses for later, conversations, notifications."""

from journeys import belongings, journey, two


@journey
def first_filters(people):
    ada, ben = two(people)
    made = ada.post("/api/v1/filters", phrase="kraken", context=["home"], whole_word=True)
    assert ada.get("/api/v1/filters") == [made]
    one = f"/api/v1/filters/{made['id']}"
    ada.get(one)
    ada.put(one, phrase="hydra", context=["home"], expires_in=3600, irreversible=True)
    ada.delete(one)
    whole = ada.post("/api/v2/filters", title="This one", context=["home", "thread"])
    posted = ben.post("/api/v1/statuses", status="Harmless")
    held = ada.post(f"/api/v2/filters/{whole['id']}/statuses", status_id=posted["id"])
    assert ada.get(f"/api/v1/statuses/{posted['id']}")["filtered"], "a filter names the status"
    ada.get(f"/api/v2/filters/{whole['id']}")
    ada.get(f"/api/v2/filters/{whole['id']}/statuses")
    ada.get(f"/api/v2/filters/statuses/{held['id']}")
    ada.delete(f"/api/v2/filters/statuses/{held['id']}")


@journey
def lists(people):
    ada, ben = two(people)
    made = ada.post("/api/v1/lists", title="Few", replies_policy="none")
    one = f"/api/v1/lists/{made['id']}"
    ada.get("/api/v1/lists")
    ada.get(one)
    ada.put(one, title="Fewer", exclusive=True)
    ada.post(one + "/accounts", account_ids=[ben.id])
    assert ada.get(one + "/accounts") and ada.get(f"/api/v1/accounts/{ben.id}/lists")
    ben.post("/api/v1/statuses", status="For the list")
    ada.until("the list has it", lambda: ada.get(f"/api/v1/timelines/list/{made['id']}"))
    ada.delete(one + "/accounts", account_ids=[ben.id])
    ada.delete(one)


@journey
def tags(people):
    ada, ben = two(people)
    ada.post("/api/v1/statuses", status="Some #proof and #other")
    for caller in (ada, people.nobody):
        caller.get("/api/v1/tags/Proof")
    assert ada.post("/api/v1/tags/proof/follow")["following"]
    assert ada.get("/api/v1/followed_tags")
    ada.post("/api/v1/tags/proof/unfollow")
    made = ada.post("/api/v1/featured_tags", name="proof")
    assert ada.get("/api/v1/featured_tags") and ben.get(f"/api/v1/accounts/{ada.id}/featured_tags")
    ada.until("a suggestion", lambda: ada.get("/api/v1/featured_tags/suggestions"))
    ada.until("a use", lambda: ada.get("/api/v1/featured_tags")[0]["last_status_at"])
    ada.delete(f"/api/v1/featured_tags/{made['id']}")


@journey
def markers(people):
    ada, _ = two(people)
    posted = ada.post("/api/v1/statuses", status="So far")
    ada.post("/api/v1/markers", home={"last_read_id": posted["id"]})
    assert ada.get("/api/v1/markers", **{"timeline[]": ["home", "notifications"]})["home"]


@journey
def later(people):
    ada = people.join("ada")
    made = ada.post("/api/v1/statuses", status="Later", scheduled_at="2099-01-01T00:00:00.000Z", spoiler_text="x")
    assert ada.get("/api/v1/scheduled_statuses")
    one = f"/api/v1/scheduled_statuses/{made['id']}"
    ada.get(one)
    ada.put(one, scheduled_at="2098-01-01T00:00:00.000Z")
    ada.delete(one)


@journey
def conversations(people):
    ada, ben = two(people)
    ben.post("/api/v1/statuses", status=f"Quietly, @{ada.name}", visibility="direct")
    talk = ada.until("a conversation", lambda: ada.get("/api/v1/conversations"))[0]
    assert not ada.post(f"/api/v1/conversations/{talk['id']}/read")["unread"]
    ada.delete(f"/api/v1/conversations/{talk['id']}")


@journey
def single_notifications(people):
    ada, ben = two(people)
    ben.post("/api/v1/statuses", status=f"Hello @{ada.name}")
    told = ada.until("two", lambda: len(found := ada.get("/api/v1/notifications")) > 1 and found)
    for version in (1, 2):
        ada.get(f"/api/v{version}/notifications/unread_count")
    groups = ada.get("/api/v2/notifications")
    assert len(groups["notification_groups"]) == 2 and groups["statuses"] and groups["accounts"]
    ada.get("/api/v2/notifications/policy")
    ada.get("/api/v1/notifications/requests")
    ada.get(f"/api/v1/notifications/{told[0]['id']}")
    ada.post(f"/api/v1/notifications/{told[0]['id']}/dismiss")
    ada.post("/api/v1/notifications/clear")
    assert ada.until("none is left", lambda: ada.get("/api/v1/notifications") == [])


@belongings
def everything(ada, ben, status):
    made = ada.post("/api/v2/filters", title="One", context=["home"])
    held = ada.post(f"/api/v2/filters/{made['id']}/statuses", status_id=status)
    few = ada.post("/api/v1/lists", title="Few")
    ada.post(f"/api/v1/lists/{few['id']}/accounts", account_ids=[ben.id])
    tag = ada.post("/api/v1/featured_tags", name="proof")
    later = ada.post("/api/v1/statuses", status="Later", scheduled_at="2099-01-01T00:00:00Z")
    ben.post("/api/v1/statuses", status=f"Quietly, @{ada.name}", visibility="direct")
    talk = ada.until("a conversation", lambda: ada.get("/api/v1/conversations"))
    told = ada.until("a notification", lambda: ada.get("/api/v1/notifications"))
    return {
        "filters": [made["id"]], "statuses": [held["id"]], "list": [few["id"]], "lists": [few["id"]],
        "featured_tags": [tag["id"]],
        "scheduled_statuses": [later["id"]], "conversations": [each["id"] for each in talk],
        "notifications": [each["id"] for each in told],
    }
