"""What people do with the front, so that every kind of answer is there to be looked at."""

from people import PASSWORD

# Described, and never a success on a server without TLS, or where an operator does not let everybody see it.
NOT_HERE = {"GET /.well-known/oauth-authorization-server", "GET /metrics", "POST /oauth/authorize", "POST /sign-up"}


def two(people):
    """Ada follows Ben, and he her."""
    ada, ben = people.join("ada"), people.join("ben")
    ada.post(f"/api/v1/accounts/{ben.id}/follow")
    ben.post(f"/api/v1/accounts/{ada.id}/follow", reblogs=True, notify=True)
    return ada, ben


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
    for path in ("/avatars/original/missing.png", "/headers/original/missing.png"):
        nobody.get(path)
    for path in ("/api/v1/accounts/1", "/api/v1/statuses/1", "/@nobody", "/@nobody/1", "/api/v1/polls/1", "/metrics"):
        assert nobody.ask("GET", path).status_code == 404, path


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
        assert len(caller.get(one + "/history")) == 2
        assert caller.get(one + "/source")["text"] == "Ends well"


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


def absences(people):
    ada = people.join("ada")
    for path in ("v1/announcements", "v1/suggestions", "v2/suggestions", "v1/endorsements", "v1/domain_blocks"):
        ada.get("/api/" + path)
    ada.delete("/api/v1/push/subscription")
    for method in ("GET", "POST", "PUT"):
        assert ada.ask(method, "/api/v1/push/subscription").status_code == 404
    for path in ("/api/v1/media", "/api/v2/media"):
        assert ada.ask("POST", path).status_code == 422


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


def possessions(ada, ben, status):
    """Something of each kind that Ada can have, as ids by the collection in which they are."""
    made = ada.post(
        "/api/v2/filters", title="Words", context=["home"], keywords_attributes=[{"keyword": "kraken"}])
    return {"filters": [made["id"]], "keywords": [made["keywords"][0]["id"]]}


ALL = [strangers, applications, statuses, interactions, threads, notifications, relations, filters, absences, errors]
