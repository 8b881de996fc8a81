"""One leg of a call as the carrier drives it: played to, listened to, joined with another, ended."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import inf

from hotline.simulator.clock import Clock
from hotline.simulator.ledger import Ledger
from hotline.simulator.records import Call

# A scripted phone (voicemail, an absent-minded person) is cut off after this many silences: no script rings for ever.
MOST_SILENCES = 8


class LegState(StrEnum):
    """What a leg is doing."""

    WALKING = "walking"  # the carrier is playing TwiML
    RINGING = "ringing"  # the phone rings and somebody must decide
    LISTENING = "listening"  # a key, a sentence or silence is expected
    HOLDING = "holding"  # a loop of waiting music, one round per silence
    DIALLING = "dialling"  # hears the ringing of another leg
    BRIDGED = "bridged"  # talks with somebody
    ENDED = "ended"


class Sign(StrEnum):
    """What a person at a phone can do during a call."""

    KEYS = "keys"
    SPEECH = "speech"
    SOUND = "sound"
    SILENCE = "silence"


@dataclass(frozen=True)
class Decision:
    """One thing done at the phone."""

    sign: Sign
    text: str = ""
    sound: bytes = b""


HANG_UP = "hangup"
SILENT = Decision(Sign.SILENCE)


class LegOver(Exception):
    """Raised inside a walk when its phone or the application ended the call, and at a phone that acts too late."""


class LegMoved(Exception):
    """Raised inside a walk when the application gave the call new TwiML."""


class Line:
    """The carrier's end of a leg. What the person at the phone decides arrives through `decide`."""

    def __init__(self, call: Call, number: str, ledger: Ledger, clock: Clock) -> None:
        self.call = call
        self.number = number
        self.heard: list[str] = []
        self.state = LegState.WALKING
        self.children: Sequence[Line] = ()
        self.talked_with: list[str] = []
        self.script: deque[Decision] | None = None
        self.talks_for = 0.0
        self.rings_for = 0.0
        self.answered = False
        self.declined = False
        self.unmoved = False
        self.gone = False
        self.moved_to: tuple[str, str] | None = None
        self.partner: Line | None = None
        self.ledger = ledger
        self.clock = clock
        self._decisions: deque[Decision] = deque()
        self._silences = 0

    @property
    def settled(self) -> bool:
        """Whether nothing moves on this leg until somebody decides."""
        if self.state is LegState.DIALLING:
            return any(leg.awaits_person for leg in self.children)
        if self.state is LegState.BRIDGED:
            return self.partner is not None and self.partner.script is None
        return self.state is not LegState.WALKING

    @property
    def awaits_person(self) -> bool:
        """Whether this leg stands still until the person at its phone acts."""
        return self.state in (LegState.RINGING, LegState.LISTENING, LegState.HOLDING)

    @property
    def ended(self) -> bool:
        """Whether the call is over."""
        return self.state is LegState.ENDED

    def decide(self, decision: Decision) -> None:
        """Take note of what the person does; raises LegOver if the call is not there any more."""
        with self.ledger.change():
            if self.ended or self.gone:
                raise LegOver("the call is over")
            self._decisions.append(decision)
            if self.clock.instant and self.state in (LegState.LISTENING, LegState.HOLDING):
                self.state = LegState.WALKING

    def drop(self) -> None:
        """End the leg, whoever wants it."""
        with self.ledger.change():
            self.gone = True
            for leg in (self, self.partner):
                if leg is not None and leg.state is not LegState.ENDED:
                    leg.state = LegState.WALKING

    def move_to(self, url: str, twiml: str) -> None:
        """Give the call other TwiML; the walk takes it up at once."""
        with self.ledger.change():
            self.moved_to = (url, twiml)
            if self.state is not LegState.ENDED:
                self.state = LegState.WALKING

    def join(self, other: "Line") -> None:
        """Two people can talk from now on."""
        with self.ledger.change():
            for leg, partner in ((self, other), (other, self)):
                leg.partner, leg.state = partner, LegState.BRIDGED
                leg.talked_with.append(partner.number)

    def enter(self, state: LegState) -> None:
        """Note what the leg is doing now."""
        with self.ledger.change():
            if self.state is not LegState.ENDED:
                self.state = state

    def hear(self, text: str, seconds: float = 0.0) -> None:
        """Play something that takes `seconds`; keys already pressed cut it short."""
        with self.ledger.change():
            self.heard.append(text)
        self.rest(seconds)

    def check(self) -> None:
        """Raise LegOver or LegMoved if the call was ended or moved meanwhile."""
        if self.gone or self.ledger.closed:
            raise LegOver
        if self.moved_to is not None:
            raise LegMoved

    def rest(self, seconds: float) -> None:
        """Let time pass on the line."""
        with self.ledger.board:
            self.clock.rest(self.ledger.board, self._disturbed, seconds)
        self.check()

    def linger(self, seconds: float) -> None:
        """Let time pass until it is over or the leg is torn; the walk finds out by itself."""
        with self.ledger.board:
            self.clock.rest(self.ledger.board, lambda: self.torn, seconds)

    def listen(self, seconds: float, state: LegState = LegState.LISTENING) -> Decision:
        """What the person does within `seconds`; silence if nothing."""
        if self.script is not None:
            return self._next_of_script(seconds)
        with self.ledger.change():
            if not self._decisions:
                self.state = state
        with self.ledger.board:
            self.clock.wait(self.ledger.board, self._disturbed, seconds)
            self.check()
            decision = self._decisions.popleft() if self._decisions else SILENT
            self.state = LegState.WALKING
        return decision

    def wait_for(self, done: Callable[[], bool], seconds: float) -> bool:
        """Wait until `done()` or until the call is ended or moved; True if done."""
        with self.ledger.board:
            self.clock.wait(self.ledger.board, lambda: done() or self.torn, seconds)
            return done()

    def talk(self, other: "Line", limit: float) -> None:
        """Talk until one puts the phone down, a scripted one has said enough, or `limit` seconds are over."""
        self.join(other)
        if other.script is not None:
            self.linger(min(limit, other.talks_for))
        else:
            # A test may leave two people talking as long as it likes.
            self.wait_for(lambda: other.gone, inf if self.clock.instant else limit)
        self.partner = other.partner = None

    @property
    def torn(self) -> bool:
        """Whether the walk of this leg must be left."""
        return self.gone or self.moved_to is not None or self.ledger.closed

    def follow(self, decisions: Sequence[Decision]) -> None:
        """Let a script decide instead of a person."""
        self.script = deque(decisions)

    def _disturbed(self) -> bool:
        return bool(self._decisions) or self.torn

    def _next_of_script(self, seconds: float) -> Decision:
        self.check()
        if self.script:
            return self.script.popleft()
        self._silences += 1
        if self._silences > MOST_SILENCES:
            self.drop()
        self.rest(seconds)
        return SILENT
