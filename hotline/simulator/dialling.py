"""The Dial verb: phones ring, one may hear a whisper, two people talk, and the action is told how it went."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from math import inf
from typing import Protocol
from xml.etree.ElementTree import Element

from hotline.simulator.legs import Leg
from hotline.simulator.line import LegOver, LegState
from hotline.simulator.records import Call, CallStatus
from hotline.simulator.twiml_walk import Document, Verb, Walk

DEFAULT_TIMEOUT = "30"
DEFAULT_TIME_LIMIT = "14400"
SIMULATED_NOUNS = ("Number",)
# The outcome told to the action if nobody picked up: the most hopeful one.
BY_HOPE = (CallStatus.NO_ANSWER, CallStatus.BUSY, CallStatus.FAILED, CallStatus.CANCELED)


class DialServices(Protocol):
    """What dialling needs of the exchange."""

    def ring(self, leg: Leg, timeout: float) -> CallStatus:
        """Let the phone ring: in-progress if somebody picked up, else how it ended."""

    def move(self, call: Call, status: CallStatus) -> None:
        """Put a call into a status."""

    def finish(self, leg: Leg, status: CallStatus) -> None:
        """End a leg and tell the application."""

    def spawn(self, work: Callable[[], None]) -> None:
        """Run a leg in its own thread."""

    def blame(self, code: int, leg: Leg, detail: str) -> None:
        """Note a fault of the application."""


@dataclass
class Race:
    """Several phones ringing for one caller."""

    legs: list[Leg]
    timeout: float
    picked_up: Leg | None = None
    ready: Leg | None = None
    outcomes: list[CallStatus] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def decided(self) -> bool:
        """Whether two people can talk, or nobody will."""
        return self.ready is not None or len(self.outcomes) == len(self.legs)


# The caller's leg, the number, the Dial and its noun -> the leg to the phone.
OpenLeg = Callable[[Leg, str, Element, Element], Leg]


def dial_verb(services: DialServices, open_leg: OpenLeg) -> Verb:
    """The Dial verb over one exchange."""

    def dial(walk: Walk, verb: Element) -> Document | None:
        if walk.whisper:
            services.blame(12200, walk.leg, "Dial inside a whisper")
            return None
        if verb.get("answerOnBridge") != "true":
            walk.answer()
        race = _start_race(services, open_leg, walk, verb)
        walk.leg.enter(LegState.DIALLING)
        walk.leg.wait_for(lambda: race.decided, inf)
        bridged = race.ready is not None and not walk.leg.torn
        if race.ready is not None and bridged:
            walk.answer()
            walk.leg.talk(race.ready, float(verb.get("timeLimit", DEFAULT_TIME_LIMIT)))
        for leg in race.legs:
            leg.drop()
        walk.leg.enter(LegState.WALKING)
        return _after(walk, verb, _result(walk, race, bridged))

    return dial


def _start_race(services: DialServices, open_leg: OpenLeg, walk: Walk, verb: Element) -> Race:
    nouns = [noun for noun in verb if noun.tag in SIMULATED_NOUNS] or ([verb] if (verb.text or "").strip() else [])
    if len(nouns) < len(list(verb)) or not nouns:
        services.blame(13214, walk.leg, "a Dial noun the simulated carrier does not know")
    legs = [open_leg(walk.leg, (noun.text or "").strip(), verb, noun) for noun in nouns]
    race = Race(legs, float(verb.get("timeout", DEFAULT_TIMEOUT)))
    walk.leg.children = legs
    for leg, noun in zip(legs, nouns, strict=True):
        whisper = walk.absolute(noun.get("url", "")) if noun.get("url") else ""
        services.spawn(partial(_run_leg, services, walk, race, leg, whisper))
    return race


def _run_leg(services: DialServices, walk: Walk, race: Race, leg: Leg, whisper: str) -> None:
    """The life of one dialled leg, in its own thread."""
    services.move(leg.call, CallStatus.INITIATED)
    services.move(leg.call, CallStatus.RINGING)
    outcome = services.ring(leg, race.timeout)
    if outcome is CallStatus.IN_PROGRESS and not _picks_up_first(race, leg):
        outcome = CallStatus.CANCELED
    if outcome is CallStatus.IN_PROGRESS:
        services.move(leg.call, CallStatus.IN_PROGRESS)
        try:
            _whisper(walk, leg, whisper)
            race.ready = leg
            leg.enter(LegState.WALKING)
            leg.wait_for(lambda: leg.gone, inf)
        except LegOver:
            leg.drop()
        outcome = CallStatus.COMPLETED
    services.finish(leg, outcome)
    race.outcomes.append(outcome)
    leg.enter(LegState.ENDED)


def _picks_up_first(race: Race, leg: Leg) -> bool:
    """The first phone to pick up takes the call, even if a machine did it; the others stop ringing.

    https://www.twilio.com/docs/voice/twiml/number: "The first call to pick up is connected to the current call and
    the rest are hung up."
    """
    with race.lock:
        if race.picked_up is not None:
            return False
        race.picked_up = leg
    for other in race.legs:
        if other is not leg:
            other.drop()
    return True


def _whisper(walk: Walk, leg: Leg, url: str) -> None:
    if url:
        document = walk.services.fetch(leg, url, {})
        Walk(walk.services, leg, walk.verbs, whisper=True).run(document)
    leg.check()


def _result(walk: Walk, race: Race, bridged: bool) -> dict[str, str]:
    """What the action is told. A picked-up call that was not joined is `completed`, but not `DialBridged`."""
    told = race.picked_up or (race.legs[0] if race.legs else None)
    if race.picked_up is not None:
        status = CallStatus.COMPLETED
    else:
        status = next((outcome for outcome in BY_HOPE if outcome in race.outcomes), CallStatus.NO_ANSWER)
    form = {"DialCallStatus": str(status), "DialBridged": str(bridged).lower()}
    if told is not None:
        form["DialCallSid"] = told.call.sid
    if bridged and told is not None:
        form["DialCallDuration"] = str(walk.services.seconds_since(told.call))
    return form


def _after(walk: Walk, verb: Element, told: dict[str, str]) -> Document | None:
    action = verb.get("action")
    if action is None:
        walk.leg.check()
        return None
    if walk.leg.gone:
        # The caller is gone: the application is told, but nobody hears its answer.
        walk.services.tell(walk.leg, walk.absolute(action), told)
        raise LegOver
    walk.leg.check()
    return walk.follow(action, told)
