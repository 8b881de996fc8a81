"""A real console on a port of the loopback, and a real Chromium that looks at it."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.hotline.web.console.house import PASSWORD, House
from triage.states import Duty, Role

CHROMIUM = "/usr/bin/chromium"


class _Quiet(WSGIRequestHandler):
    def log_request(self, *args: Any) -> None:
        """Says nothing: the log of a test holds no requests."""


@dataclass
class Console:
    """A unit whose console can be visited."""

    house: House
    address: str
    faults: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        """Notes whatever a visitor's browser complains of: script errors, refused resources, foreign requests."""
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", lambda line: self._hear(line.text) if line.type == "error" else None)
        page.on("request", lambda request: self._judge(request.url))

    def _hear(self, complaint: str) -> None:
        # A page that is refused (401, 404) is one that a test asked for; whatever else is said is a fault.
        if not complaint.startswith("Failed to load resource"):
            self.faults.append(complaint)

    def _judge(self, url: str) -> None:
        if not url.startswith((self.address, "data:")):
            self.faults.append(f"foreign request: {url}")


@pytest.fixture
def console(sqlite_url: str) -> Iterator[Console]:
    """Sari and Rina have the duty, Hasna leads."""
    house = House(sqlite_url)
    house.hire("sari", Role.COMPANION, duty=Duty.FIRST)
    house.hire("rina", Role.COMPANION, duty=Duty.SECOND)
    house.hire("hasna", Role.HEAD)
    server = make_server("127.0.0.1", 0, house.app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    running = Console(house, f"http://127.0.0.1:{server.port}")
    yield running
    server.shutdown()
    thread.join()
    server.server_close()
    house.close()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all tests of a process."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


Visit = Callable[..., Page]


@pytest.fixture
def visit(chromium: Browser, console: Console) -> Iterator[Visit]:
    """Opens a page as somebody who is signed in, or as nobody, in a browser of her own."""
    contexts: list[BrowserContext] = []

    def open_page(username: str = "", path: str = "/", **look: Any) -> Page:
        context = chromium.new_context(**({"locale": "id-ID", "viewport": {"width": 360, "height": 780}} | look))
        contexts.append(context)
        page = context.new_page()
        console.watch(page)
        page.goto(f"{console.address}/login?next={path}")
        if username:
            page.fill("#username", username)
            page.fill("#password", PASSWORD)
            page.click("main form button[type=submit]")
            page.wait_for_url(f"{console.address}{path}")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert console.faults == []
