"""Calls in both directions: placed, answered, walked through our TwiML, ended, and told about."""

from collections.abc import Callable, Mapping
from typing import Protocol
from xml.etree import ElementTree

from hotline.simulator.call_forms import call_form, status_form
from hotline.simulator.clock import Clock
from hotline.simulator.contract import voice_grammar
from hotline.simulator.faults import Fault, Faults
from hotline.simulator.gathering import gather
from hotline.simulator.ledger import Answer, Ledger
from hotline.simulator.legs import Leg
from hotline.simulator.line import LegOver, LegState
from hotline.simulator.phones import CallPlan, Phone
from hotline.simulator.queueing import enqueue_verb, leave
from hotline.simulator.recording import record_verb
from hotline.simulator.records import Call, CallStatus, Direction
from hotline.simulator.ringing import ring
from hotline.simulator.settings import Settings
from hotline.simulator.twiml_check import check_twiml
from hotline.simulator.twiml_walk import SIMPLE_VERBS, Document, Verb, Walk
from hotline.simulator.webhooks import WebhookSender

CALL_PATH = "/twilio/call"
STATUS_PATH = "/twilio/call/status"
FALLBACK_PATH = "/twilio/fallback/call"
_EVENTS = {
    CallStatus.INITIATED: "initiated",
    CallStatus.RINGING: "ringing",
    CallStatus.IN_PROGRESS: "answered",
}


class Surroundings(Protocol):
    """What calls need of the carrier they belong to."""

    settings: Settings
    clock: Clock
    ledger: Ledger
    faults: Faults
    sender: WebhookSender
    default_plan: CallPlan

    def phone(self, number: str) -> Phone:
        """The phone with this number."""

    def start(self, work: Callable[[], None]) -> None:
        """Do something short in the background."""

    def spawn(self, work: Callable[[], None]) -> None:
        """Do something long in a thread of its own."""


class Exchange:
    """Every call of the carrier, and the TwiML each of them walks through."""

    def __init__(self, carrier: Surroundings) -> None:
        self.legs: dict[str, Leg] = {}
        self._carrier = carrier
        self._verbs: dict[str, Verb] = {**SIMPLE_VERBS, "Gather": gather, "Leave": leave}
        self._verbs |= {"Record": record_verb(carrier), "Enqueue": enqueue_verb(carrier.ledger)}

    def use_dial(self, verb: Verb) -> None:
        """Teach the walks to dial."""
        self._verbs["Dial"] = verb

    # --- calls begin ---------------------------------------------------------------------------------------------

    def connect(self, phone: Phone, withheld: bool, whatsapp: bool) -> Leg:
        """A phone calls the hotline; returns when the carrier has come to its first stop."""
        settings = self._carrier.settings
        sender = "anonymous" if withheld else f"whatsapp:{phone.number}" if whatsapp else phone.number
        recipient = settings.whatsapp_sender if whatsapp else settings.hotline_number
        call = self.book(sender, recipient, Direction.INBOUND, CallStatus.RINGING)
        call.status_callback = settings.webhook_url(STATUS_PATH)
        call.fallback_url = settings.webhook_url(FALLBACK_PATH)
        leg = self.open(call, phone.number)
        url = settings.webhook_url(CALL_PATH)
        self._carrier.spawn(lambda: self.walk(leg, lambda: self.fetch(leg, url, {})))
        leg.settle()
        return leg

    def book(self, sender: str, recipient: str, direction: Direction, status: CallStatus) -> Call:
        """A new call in the books."""
        ledger = self._carrier.ledger
        call = Call(ledger.mint("CA"), sender, recipient, direction, status, self._carrier.clock.now())
        with ledger.change():
            ledger.calls[call.sid] = call
        return call

    def open(self, call: Call, number: str) -> Leg:
        """The phone's side of a call."""
        leg = Leg(call, number, self._carrier.ledger, self._carrier.clock)
        with self._carrier.ledger.change():
            self.legs[call.sid] = leg
            self._carrier.phone(number).legs.append(leg)
        return leg

    def open_to_phone(self, call: Call, number: str) -> Leg:
        """A leg that will ring at a phone."""
        leg = self.open(call, number)
        with self._carrier.ledger.change():
            self._carrier.phone(number).calls.append(leg)
        return leg

    def ring(self, leg: Leg, timeout: float) -> CallStatus:
        """Let the phone of a leg ring for at most `timeout` carrier seconds."""
        plan = self._carrier.phone(leg.number).plan or self._carrier.default_plan
        return ring(leg, plan, self._carrier.faults, timeout)

    @property
    def stands_still(self) -> bool:
        """Whether every call is over or waits for a person."""
        return all(leg.settled for leg in self.legs.values())

    # --- calls go on and end -------------------------------------------------------------------------------------

    def walk(self, leg: Leg, first: Callable[[], Document]) -> None:
        """Go through TwiML until the call is over, then book its end."""
        try:
            Walk(self, leg, self._verbs).run(first())
        except LegOver:
            leg.drop()
        silent = leg.call.status is CallStatus.RINGING
        self.finish(leg, CallStatus.NO_ANSWER if silent else CallStatus.COMPLETED)
        leg.enter(LegState.ENDED)

    def move(self, call: Call, status: CallStatus) -> None:
        """Put a call into a status and tell the application if it asked for that; an ended call stays as it is."""
        now, ledger = self._carrier.clock.now(), self._carrier.ledger
        with ledger.working("call"):
            with ledger.change():
                if call.ended:
                    return
                call.status = status
                call.started_at = now if status is CallStatus.IN_PROGRESS else call.started_at
                call.ended_at = now if call.ended else None
            self._call_back(call)

    def finish(self, leg: Leg, status: CallStatus) -> None:
        """End a call; nothing if it is booked as ended already."""
        self.move(leg.call, status)

    def seconds_since(self, call: Call) -> int:
        """Whole seconds since a call was answered."""
        start = call.started_at or self._carrier.clock.now()
        return max(0, round((self._carrier.clock.now() - start).total_seconds()))

    def spawn(self, work: Callable[[], None]) -> None:
        """Run a leg in its own thread."""
        self._carrier.spawn(work)

    def blame(self, code: int, leg: Leg, detail: str) -> None:
        """Note a fault of the application in its TwiML."""
        self._carrier.ledger.blame(code, f"call {leg.call.sid}", detail)

    # --- TwiML ---------------------------------------------------------------------------------------------------

    def fetch(self, leg: Leg, url: str, extra: Mapping[str, str]) -> Document:
        """TwiML from the application, or from its fallback URL; without any the call ends."""
        form = {**call_form(leg.call, self._carrier.settings.account_sid), **extra}
        fallback = leg.call.fallback_url
        answer = self._carrier.sender.ask(url, form, fallback)
        code = self._wrong_with(leg, answer)
        if answer.good and code and fallback and not fallback.startswith(answer.url):
            answer = self._carrier.sender.ask(fallback, {**form, "ErrorCode": str(code), "ErrorUrl": answer.url})
            code = self._wrong_with(leg, answer)
        return self._document(leg, answer, code)

    def parse(self, leg: Leg, url: str, twiml: str) -> Document:
        """Inline TwiML as a document."""
        answer = Answer(200, "text/xml", twiml.encode(), url)
        return self._document(leg, answer, self._wrong_with(leg, answer))

    def tell(self, leg: Leg, url: str, extra: Mapping[str, str]) -> None:
        """Post an action whose answer nobody will hear: the call is over by then."""
        form = call_form(leg.call, self._carrier.settings.account_sid)
        form |= {"CallStatus": str(CallStatus.COMPLETED), **extra}
        self._carrier.sender.tell(url, form)

    def _wrong_with(self, leg: Leg, answer: Answer) -> int:
        """Check an answer, blame the application for its faults; the number of the first, or 0."""
        if not answer.good:
            return answer.error_code
        faults = check_twiml(answer.content_type, answer.body, voice_grammar())
        for fault in faults:
            self._carrier.ledger.blame(fault.code, answer.url or f"call {leg.call.sid}", fault.detail)
        return faults[0].code if faults else 0

    def _document(self, leg: Leg, answer: Answer, code: int) -> Document:
        if code or not answer.good:
            leg.hear("[application error]")
            raise LegOver
        # Checked before: our own application's answer, without a document type.
        return Document(answer.url, tuple(ElementTree.fromstring(answer.body)))  # noqa: S314

    def _call_back(self, call: Call) -> None:
        event = _EVENTS.get(call.status, "completed")
        if not call.status_callback or event not in call.callback_events:
            return
        faults = self._carrier.faults
        if faults.take(Fault.CALLBACK_LOST, "Calls", call.recipient):
            return
        form = status_form(call, self._carrier.settings.account_sid, self._carrier.clock.now())
        for _ in range(2 if faults.take(Fault.CALLBACK_TWICE, "Calls", call.recipient) else 1):
            self._carrier.sender.tell(call.status_callback, form)
