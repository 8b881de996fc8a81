"""The walk through a TwiML document: what the carrier plays, verb after verb, until somebody ends the call."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urljoin
from xml.etree.ElementTree import Element

from hotline.simulator.legs import Leg
from hotline.simulator.line import LegMoved, LegOver, LegState
from hotline.simulator.records import Call, CallStatus

# Spoken Indonesian runs at roughly 14 letters a second; nobody playing the demo wants to wait longer than this.
LETTERS_A_SECOND = 14
LONGEST_WAIT = 8.0
PLAY_SECONDS = 3.0
# Keeps a loop without any pause from spinning when time is live.
ROUND_SECONDS = 0.05
WITHOUT_ANSWERING = frozenset({"Reject", "Pause", "Redirect", "Dial"})


@dataclass(frozen=True)
class Document:
    """A TwiML document that passed the check, and the URL its links are relative to (empty for inline TwiML)."""

    url: str
    verbs: tuple[Element, ...]


class CallServices(Protocol):
    """What a walk needs of the exchange."""

    def fetch(self, leg: Leg, url: str, extra: Mapping[str, str]) -> Document:
        """Ask the application for TwiML; raises LegOver if it has none."""

    def parse(self, leg: Leg, url: str, twiml: str) -> Document:
        """Inline TwiML as a document; raises LegOver if it is none."""

    def tell(self, leg: Leg, url: str, extra: Mapping[str, str]) -> None:
        """Tell the application something whose answer does not matter."""

    def move(self, call: Call, status: CallStatus) -> None:
        """Put a call into a status."""

    def seconds_since(self, call: Call) -> int:
        """Whole seconds a call has been answered."""


class Walk:
    """One leg going through TwiML. `whisper` says that its end joins two people instead of ending the call."""

    def __init__(self, services: CallServices, leg: Leg, verbs: Mapping[str, "Verb"], whisper: bool = False) -> None:
        self.services = services
        self.leg = leg
        self.verbs = verbs
        self.whisper = whisper
        self.document = Document("", ())
        self._rounds: Counter[str] = Counter()

    def run(self, document: Document) -> None:
        """Walk until the last document has ended; raises LegOver if the call ends first."""
        start: Document | None = document
        while start is not None:
            try:
                self.walk_through(start)
                start = None
            except LegMoved:
                start = self._moved()

    def walk_through(self, document: Document) -> None:
        """As `run`, but leaves it to the caller to go where the application moved the call (LegMoved)."""
        following: Document | None = document
        while following is not None:
            following = self._play(following)

    def follow(self, url: str, extra: Mapping[str, str] | None = None) -> Document:
        """The document behind a link of this one."""
        return self.services.fetch(self.leg, self.absolute(url), extra or {})

    def absolute(self, url: str) -> str:
        """A link of this document as an absolute URL; an empty link is the document itself."""
        return urljoin(self.document.url, url) if url else self.document.url

    def answer(self) -> None:
        """Pick up, if the call still rings at the hotline."""
        if self.leg.call.status is CallStatus.RINGING:
            self.services.move(self.leg.call, CallStatus.IN_PROGRESS)

    def hold_if_going_round(self, url: str) -> None:
        """A loop of waiting music costs one silence of the person per round, or a test would never see the end."""
        self._rounds[url] += 1
        if self._rounds[url] > 1:
            self.leg.listen(ROUND_SECONDS, LegState.HOLDING)

    def _play(self, document: Document) -> Document | None:
        self.document = document
        for verb in document.verbs:
            self.leg.check()
            if verb.tag not in WITHOUT_ANSWERING:
                self.answer()
            following = self.verbs.get(verb.tag, _not_simulated)(self, verb)
            if following is not None:
                return following
        return None

    def _moved(self) -> Document:
        url, twiml = self.leg.moved_to or ("", "")
        self.leg.moved_to = None
        if twiml:
            return self.services.parse(self.leg, "", twiml)
        return self.services.fetch(self.leg, url, {})


Verb = Callable[[Walk, Element], Document | None]


def said(verb: Element) -> str:
    """The text of a Say, without its markup."""
    return " ".join("".join(verb.itertext()).split())


def play_sound(walk: Walk, verb: Element) -> None:
    """Play one Say, Play or Pause."""
    if verb.tag == "Pause":
        walk.leg.rest(float(verb.get("length", "1")))
        return
    text = said(verb)
    long = min(LONGEST_WAIT, len(text) / LETTERS_A_SECOND) if verb.tag == "Say" else PLAY_SECONDS
    walk.leg.hear(text if verb.tag == "Say" else f"▶ {text}", long)


def sound(walk: Walk, verb: Element) -> None:
    """Say, Play, Pause."""
    play_sound(walk, verb)


def redirect(walk: Walk, verb: Element) -> Document:
    """Go on with another document."""
    url = walk.absolute((verb.text or "").strip())
    walk.hold_if_going_round(url)
    return walk.follow(url)


def hang_up(walk: Walk, verb: Element) -> None:
    """End the call."""
    walk.leg.drop()
    raise LegOver


def reject(walk: Walk, verb: Element) -> None:
    """Refuse the call without answering it."""
    busy = verb.get("reason") == "busy"
    walk.services.move(walk.leg.call, CallStatus.BUSY if busy else CallStatus.NO_ANSWER)
    walk.leg.drop()
    raise LegOver


def _not_simulated(walk: Walk, verb: Element) -> None:
    walk.leg.hear(f"[{verb.tag}: not simulated]")


SIMPLE_VERBS: dict[str, Verb] = {
    "Say": sound,
    "Play": sound,
    "Pause": sound,
    "Redirect": redirect,
    "Hangup": hang_up,
    "Reject": reject,
}
