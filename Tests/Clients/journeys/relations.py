"""What people are to each other, and what they do not want to see."""

from journeys import belongings, journey, two


@journey
def relations(people):
    ada, ben = two(people)
    there = f"/api/v1/accounts/{ben.id}"
    ada.get(there)
    ada.get("/api/v1/accounts", **{"id[]": [ada.id, ben.id]})
    ada.get("/api/v1/accounts/lookup", acct=ben.name)
    ada.get("/api/v1/accounts/relationships", **{"id[]": [ben.id]})
    ada.get("/api/v1/accounts/familiar_followers", **{"id[]": [ben.id]})
    for name in (ben.name, "#proof"):
        ada.get("/api/v2/search", q=name)
    ada.post(there + "/mute", duration=3600)
    assert ada.get("/api/v1/mutes")[0]["mute_expires_at"]
    ada.post(there + "/mute", notifications=False)
    ada.get("/api/v1/mutes")
    ada.post(there + "/unmute")
    ada.post(there + "/block")
    assert ada.get("/api/v1/blocks")
    ada.post(there + "/unblock")
    ada.post(there + "/unfollow")


@journey
def filters(people):
    ada, ben = two(people)
    made = ada.post(
        "/api/v2/filters", title="Words", context=["home", "public", "thread"], filter_action="warn", expires_in=3600,
        keywords_attributes=[{"keyword": "kraken", "whole_word": True}])
    one = f"/api/v2/filters/{made['id']}"
    ada.get("/api/v2/filters")
    ada.get(one)
    ada.put(one, title="Beasts")
    ada.get(one + "/keywords")
    word = ada.post(one + "/keywords", keyword="hydra", whole_word=False)
    ada.get(f"/api/v2/filters/keywords/{word['id']}")
    ada.put(f"/api/v2/filters/keywords/{word['id']}", keyword="chimera")
    posted = ben.post("/api/v1/statuses", status="A kraken!")
    assert ada.get(f"/api/v1/statuses/{posted['id']}")["filtered"], "the filter shows"
    ada.delete(f"/api/v2/filters/keywords/{word['id']}")
    ada.delete(one)


@belongings
def filter_of(ada, ben, status):
    made = ada.post(
        "/api/v2/filters", title="Words", context=["home"], keywords_attributes=[{"keyword": "kraken"}])
    keywords = [each["id"] for each in made["keywords"]]
    return {"filters": [made["id"]] + keywords, "keywords": keywords}
