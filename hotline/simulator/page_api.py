"""The page on which a person plays the phones: its static files and the JSON behind it."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from hotline.simulator.addresses import E164
from hotline.simulator.calls import Exchange
from hotline.simulator.faults import Fault, Faults
from hotline.simulator.ledger import Ledger
from hotline.simulator.legs import Leg
from hotline.simulator.line import LegOver
from hotline.simulator.page_view import view
from hotline.simulator.phones import Phone
from hotline.simulator.rest import Reply, Request
from hotline.simulator.settings import Settings, is_loopback

FOLDER = Path(__file__).parent / "page"
KINDS = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
}
# Wall seconds a browser's question waits for news; shorter than any proxy's patience.
LONG_POLL = 20.0
ONE_SECOND_OF_SOUND = b"RIFF" + bytes(8000)


class Desk(Protocol):
    """What the page needs of the carrier."""

    settings: Settings
    ledger: Ledger
    faults: Faults
    exchange: Exchange
    phones: dict[str, Phone]

    def phone(self, number: str) -> Phone:
        """The phone with this number."""


class Page:
    """Answers everything below /simulator."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._acts: dict[str, Callable[[Mapping[str, str]], object]] = {
            "phones": self._add_phone,
            "whatsapp": lambda told: self._phone(told).whatsapp(told.get("text", ""), button=told.get("button", "")),
            "sms": lambda told: self._phone(told).sms(told.get("text", "")),
            "location": lambda told: self._phone(told).whatsapp(location=(1.6666, 101.4001, told.get("text", ""))),
            "call": lambda told: self._phone(told).call(withheld=told.get("withheld") == "yes"),
            "press": lambda told: self._leg(told).press(told["keys"]),
            "speak": lambda told: self._leg(told).say_after_beep(ONE_SECOND_OF_SOUND),
            "answer": lambda told: self._leg(told).answer(),
            "decline": lambda told: self._leg(told).decline(),
            "hang-up": lambda told: self._leg(told).hang_up(),
            "faults": self._add_fault,
        }

    def show(self, request: Request) -> Reply:
        """A file, the state, or the answer to an act; refuses any host name that is not the loopback."""
        # A page elsewhere that points its own name at 127.0.0.1 must not play our phones.
        if not is_loopback(urlsplit("//" + request.headers.get("Host", "")).hostname or ""):
            return Reply(403, content=b"loopback only", content_type="text/plain")
        path = request.path.removeprefix("/simulator").strip("/")
        if path == "api/state" and request.method == "GET":
            return self._state(int(request.query.get("since", ["-1"])[0]))
        if path.startswith("api/"):
            return self._act(request, path.removeprefix("api/"))
        return _file(path or "index.html")

    def _state(self, since: int) -> Reply:
        """The state once it is newer than `since`, or after the long poll."""
        ledger = self._desk.ledger
        ledger.wait_until(lambda: ledger.version > since, LONG_POLL)
        with ledger.board:
            return Reply(payload=view(self._desk.settings, ledger, list(self._desk.phones.values())))

    def _act(self, request: Request, name: str) -> Reply:
        act = self._acts.get(name)
        # A form of another site cannot send this content type without asking first.
        if request.method != "POST" or request.headers.get("Content-Type", "").split(";")[0] != "application/json":
            return Reply(405, {"error": "POST with JSON"})
        if act is None:
            return Reply(404, {"error": "no such act"})
        try:
            act({str(key): str(value) for key, value in json.loads(request.body or b"{}").items()})
        except (KeyError, ValueError, AttributeError, LegOver) as wrong:
            return Reply(409, {"error": f"{type(wrong).__name__}: {wrong}"})
        return Reply(payload={"ok": True})

    def _phone(self, told: Mapping[str, str]) -> Phone:
        number = told["number"]
        if not E164.fullmatch(number):
            raise ValueError("not a number")
        return self._desk.phone(number)

    def _leg(self, told: Mapping[str, str]) -> Leg:
        return self._desk.exchange.legs[told["leg"]]

    def _add_phone(self, told: Mapping[str, str]) -> None:
        phone = self._phone(told)
        with self._desk.ledger.change():
            phone.name, phone.role = told.get("name", ""), told.get("role", "victim")

    def _add_fault(self, told: Mapping[str, str]) -> None:
        fault = Fault(told["fault"])
        self._desk.faults.next(fault, times=int(told.get("times", "1")), seconds=float(told.get("seconds", "5")))


def _file(name: str) -> Reply:
    path = FOLDER / name
    if path.parent != FOLDER or path.suffix not in KINDS or not path.is_file():
        return Reply(404, content=b"not found", content_type="text/plain")
    return Reply(content=path.read_bytes(), content_type=KINDS[path.suffix])
