"""usage: web_client.py BASE FOLDER CHROMIUM

A person in a real browser uses a web client that others made, served from another origin: signs in through our page,
reads home, posts, and sees what somebody else posts arrive without a reload. FOLDER is the client as it is built,
CHROMIUM the browser.
"""

import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import requests
from people import PASSWORD, People
from playwright.sync_api import expect, sync_playwright


class Origin(SimpleHTTPRequestHandler):
    """The client under /_ui/: its files, and its page for every path that is none of them.

    It asks for streams where it comes from, whatever server was chosen; those are passed on.
    """

    front = ""

    def do_GET(self):
        if not self.path.startswith("/api/"):
            return super().do_GET()
        with requests.get(self.front + self.path, stream=True, timeout=60) as stream:
            self.send_response(stream.status_code)
            self.send_header("Content-Type", stream.headers["Content-Type"])
            self.end_headers()
            try:
                while piece := stream.raw.read1(65536):
                    self.wfile.write(piece)
                    self.wfile.flush()
            except OSError:
                pass  # The browser has gone.

    def translate_path(self, path):
        inside = path.split("?")[0].removeprefix("/_ui/")
        found = super().translate_path("/" + inside)
        return found if Path(found).is_file() else super().translate_path("/index.html")

    def log_message(self, *_):
        pass


def serve(folder, base):
    Origin.front = base
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Origin, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://localhost:{server.server_port}/_ui/"


def sign_in(page, client, base, ada):
    page.goto(client + "login")
    page.get_by_placeholder("https://another.instance").fill(base)
    page.get_by_role("button", name="Use", exact=True).click()
    page.get_by_role("button", name="show", exact=True).click()
    page.get_by_role("button", name="Authorize via OAuth").click()
    # Our own page.
    page.wait_for_url(base + "/oauth/authorize**")
    page.locator("[name=username]").fill(f"{ada.name}@example.org")
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign in and allow").click()
    page.wait_for_url(client + "**")


def use(page, client, base, ada, ben):
    sign_in(page, client, base, ada)
    expect(page.get_by_text("What was there before")).to_be_visible()

    page.locator("textarea").first.fill("Written in a browser")
    page.get_by_role("button", name="Post", exact=True).click()
    expect(page.get_by_text("Written in a browser")).to_be_visible()
    ben.until("Ben's home has it", lambda: "Written in a browser" in str(ben.get("/api/v1/timelines/home")))

    with page.expect_request("**/api/v1/streaming**"):
        page.get_by_role("button", name="Go live").click()
    # A reload would take this away.
    page.evaluate("window.notReloaded = true")
    for number in range(2):
        ben.post("/api/v1/statuses", status=f"While she looks on, {number}")
        expect(page.get_by_text(f"While she looks on, {number}")).to_be_visible()
    assert page.evaluate("window.notReloaded")


def main():
    base, folder, chromium = sys.argv[1:]
    people = People(base)
    ada, ben = people.join("ada"), people.join("ben")
    ada.post(f"/api/v1/accounts/{ben.id}/follow")
    ben.post(f"/api/v1/accounts/{ada.id}/follow")
    ben.post("/api/v1/statuses", status="What was there before")
    client = serve(folder, base)
    said = []
    expect.set_options(timeout=20_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        page.set_default_timeout(20_000)
        page.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
        page.on("response", lambda answer: said.append(f"{answer.status} {answer.url}"))
        page.on("pageerror", lambda error: said.append(f"error: {error}"))
        try:
            use(page, client, base, ada, ben)
        except Exception:
            print(f"at {page.url}:\n{page.inner_text('body')}", *said, sep="\n")
            raise
        browser.close()
    # A refusal by the browser, as for want of a CORS header, is an error there.
    if refused := [line for line in said if "CORS" in line or "Content Security Policy" in line]:
        sys.exit("\n".join(refused))
    print("signed in, read, posted and saw a status arrive")


main()
