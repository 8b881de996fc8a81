"""Phones as objects: they write, call, receive, answer, decline, and say what nobody expected of the hotline."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, TypeVar

from hotline.simulator.ledger import Ledger
from hotline.simulator.legs import Leg
from hotline.simulator.records import Message

Found = TypeVar("Found")
_CODE = re.compile(r"\bYA ([A-Z0-9]{4,5})\b")


class OnCall(StrEnum):
    """What a phone does when it rings."""

    MANUAL = "manual"
    ANSWERS = "answers"
    VOICEMAIL = "voicemail"
    NO_ANSWER = "no-answer"
    BUSY = "busy"
    DECLINES = "declines"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True)
class CallPlan:
    """How a phone takes calls: `keys` are pressed one by one whenever something is asked; seconds of carrier time."""

    behaviour: OnCall
    keys: tuple[str, ...] = ()
    rings_for: float = 4.0
    talks_for: float = 30.0


@dataclass(frozen=True)
class Content:
    """What a person puts into a message. `location`: latitude, longitude, label."""

    text: str = ""
    media: tuple[tuple[str, bytes], ...] = ()
    location: tuple[float, float, str] | None = None
    button: str = ""
    reply_to: str = ""
    profile_name: str = ""


@dataclass(frozen=True)
class Sent:
    """A message a phone has sent: its SID, what the application was told last, the answers in its TwiML."""

    sid: str
    status: int | None
    replies: tuple[str, ...] = ()


class Network(Protocol):
    """What a phone asks of the carrier."""

    def carry(self, phone: "Phone", content: Content, whatsapp: bool) -> Sent:
        """Bring a message from a phone to the hotline."""

    def connect(self, phone: "Phone", withheld: bool, whatsapp: bool) -> Leg:
        """Start a call from a phone to the hotline."""


@dataclass
class Received:
    """A message that reached a phone."""

    message: Message
    phone: "Phone" = field(repr=False)
    expected: bool = False

    @property
    def body(self) -> str:
        """Its text."""
        return self.message.body

    @property
    def code(self) -> str:
        """The code of the offer in it; empty if it holds none."""
        found = _CODE.search(self.message.body)
        return found.group(1) if found else ""

    @property
    def whatsapp(self) -> bool:
        """Whether it came by WhatsApp, else by SMS."""
        return self.message.recipient.startswith("whatsapp:")

    def reply(self, text: str, button: str = "") -> Sent:
        """Answer on the same channel; `{code}` stands for the code in the message."""
        written = text.replace("{code}", self.code)
        if self.whatsapp:
            return self.phone.whatsapp(written, button=button.replace("{code}", self.code), reply_to=self.message.sid)
        return self.phone.sms(written)


class Phone:
    """One telephone. What happens on it by itself is decided by its plan; the rest by the person who holds it."""

    def __init__(self, number: str, ledger: Ledger, network: Network, plan: CallPlan | None = None) -> None:
        self.number = number
        self.name = ""
        self.role = ""
        self.reads = True
        self.reachable = True
        self.tolerant = False
        self.messages: list[Received] = []
        self.calls: list[Leg] = []
        self.legs: list[Leg] = []
        self.expected_calls: list[Leg] = []
        self.plan = plan
        self._ledger = ledger
        self._network = network

    # --- what the person does ------------------------------------------------------------------------------------

    def whatsapp(
        self,
        text: str = "",
        *,
        media: Sequence[tuple[str, bytes]] = (),
        location: tuple[float, float, str] | None = None,
        button: str = "",
        reply_to: str = "",
    ) -> Sent:
        """Send a WhatsApp message. `media`: (content type, bytes); `button`: payload of a pressed button."""
        content = Content(text, tuple(media), location, button, reply_to, self.name)
        return self._network.carry(self, content, whatsapp=True)

    def sms(self, text: str) -> Sent:
        """Send an SMS."""
        return self._network.carry(self, Content(text), whatsapp=False)

    def call(self, *, withheld: bool = False, whatsapp: bool = False) -> Leg:
        """Call the hotline, perhaps with a withheld number or through WhatsApp."""
        return self._network.connect(self, withheld, whatsapp)

    # --- what the phone does when it rings -----------------------------------------------------------------------

    def answers(self, *keys: str, talks_for: float = 30.0) -> "Phone":
        """Answer calls, and press one of `keys` at each question."""
        return self._plan(CallPlan(OnCall.ANSWERS, keys, talks_for=talks_for))

    def has_voicemail(self) -> "Phone":
        """Let a machine answer, which presses nothing."""
        return self._plan(CallPlan(OnCall.VOICEMAIL, rings_for=15.0))

    def does_not_answer(self) -> "Phone":
        """Let it ring."""
        return self._plan(CallPlan(OnCall.NO_ANSWER))

    def is_busy(self) -> "Phone":
        """Be engaged."""
        return self._plan(CallPlan(OnCall.BUSY))

    def declines(self) -> "Phone":
        """Refuse calls."""
        return self._plan(CallPlan(OnCall.DECLINES))

    def is_unreachable(self) -> "Phone":
        """Be switched off: calls fail, an SMS stays undelivered, WhatsApp shows one tick."""
        self.reachable = False
        return self._plan(CallPlan(OnCall.UNREACHABLE))

    def waits_for_me(self) -> "Phone":
        """Ring until the person (the test, the page) answers or declines."""
        return self._plan(CallPlan(OnCall.MANUAL))

    # --- what is expected ----------------------------------------------------------------------------------------

    def expect(self, text: str = "", within: float = 5.0) -> Received:
        """The first message nobody has asked for yet that contains `text`; waits `within` wall seconds.

        Raises AssertionError if none comes.
        """
        found = self._wait(lambda: self._first(text), within)
        if found is None:
            raise AssertionError(f"no message with {text!r}; {len(self.messages)} messages in all")
        found.expected = True
        return found

    def expect_call(self, within: float = 5.0) -> Leg:
        """The first incoming call nobody has asked for yet. Raises AssertionError if none comes."""
        leg = self._wait(lambda: next((each for each in self.calls if each not in self.expected_calls), None), within)
        if leg is None:
            raise AssertionError("no call came")
        self.expected_calls.append(leg)
        return leg

    def forget_expected(self) -> "Phone":
        """Accept whatever comes: nothing on this phone counts as unexpected."""
        self.tolerant = True
        return self

    def unexpected(self) -> list[str]:
        """Messages and calls of the hotline nobody expected, without their content."""
        if self.tolerant:
            return []
        texts = [f"message {each.message.sid} to {self.number}" for each in self.messages if not each.expected]
        planned = self.plan is not None
        calls = [leg for leg in self.calls if leg not in self.expected_calls and not planned]
        return texts + [f"call {leg.call.sid} to {self.number}" for leg in calls]

    def _plan(self, plan: CallPlan) -> "Phone":
        self.plan = plan
        return self

    def _first(self, text: str) -> Received | None:
        return next((each for each in self.messages if not each.expected and text in each.body), None)

    def _wait(self, look: Callable[[], Found | None], within: float) -> Found | None:
        self._ledger.wait_until(lambda: look() is not None, within)
        return look()
