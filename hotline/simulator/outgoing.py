"""Calls the application places through the REST API, and the legs its Dial verb opens."""

import re
from collections.abc import Callable
from urllib.parse import urljoin
from xml.etree.ElementTree import Element

from hotline.simulator.addresses import E164, is_valid_callback
from hotline.simulator.calls import Exchange
from hotline.simulator.contract import parameters_of
from hotline.simulator.errors import CarrierRefusal
from hotline.simulator.legs import Leg
from hotline.simulator.line import LegState
from hotline.simulator.message_rules import Form, check_known, first
from hotline.simulator.records import Call, CallStatus, Direction
from hotline.simulator.settings import Settings
from hotline.simulator.twiml_walk import Document

MAX_TWIML = 4000
MAX_TIMEOUT = 600
DEFAULT_TIMEOUT = "60"
CALL_EVENTS = frozenset({"initiated", "ringing", "answered", "completed"})
_NUMBER = re.compile(r"\d{1,3}")


class Outgoing:
    """Places calls for the application."""

    def __init__(self, exchange: Exchange, settings: Settings) -> None:
        self._exchange = exchange
        self._settings = settings

    def accept(self, form: Form) -> Call:
        """Take on a call; raises CarrierRefusal. It does not ring before `launch`."""
        check_known(form, parameters_of("Calls.create"))
        check_call(form, self._settings)
        call = self._exchange.book(first(form, "From"), first(form, "To"), Direction.OUTBOUND_API, CallStatus.QUEUED)
        call.status_callback, call.fallback_url = first(form, "StatusCallback"), first(form, "FallbackUrl")
        call.callback_events = _events(form.get("StatusCallbackEvent", []))
        return call

    def launch(self, call: Call, form: Form) -> None:
        """Let a call ring, in a thread of its own."""
        leg = self._exchange.open_to_phone(call, call.recipient)
        timeout = float(first(form, "Timeout") or DEFAULT_TIMEOUT)
        self._exchange.spawn(lambda: self._ring_out(leg, timeout, self._first_document(leg, form)))

    def update(self, call: Call, form: Form) -> Call:
        """End a call or give it other TwiML; raises CarrierRefusal (21220 if it is over)."""
        check_known(form, parameters_of("Calls.update"))
        if call.ended:
            raise CarrierRefusal(21220)
        leg, status = self._exchange.legs[call.sid], first(form, "Status")
        if status == "canceled" and call.status is CallStatus.IN_PROGRESS:
            raise CarrierRefusal(21220)
        if status in ("completed", "canceled"):
            leg.drop()
        elif status:
            raise CarrierRefusal(20001, "Status")
        elif call.status is not CallStatus.IN_PROGRESS:
            raise CarrierRefusal(21220)
        else:
            _check_twiml_source(form)
            leg.move_to(first(form, "Url"), first(form, "Twiml"))
        return call

    def open_leg(self, parent: Leg, number: str, dial: Element, noun: Element) -> Leg:
        """A leg for a Dial; a caller id that is not the account's own or the caller's is a fault (13214)."""
        sender = dial.get("callerId") or parent.call.sender
        if sender not in (self._settings.hotline_number, parent.call.sender):
            self._exchange.blame(13214, parent, "callerId is not a number of the account")
        if not E164.fullmatch(number):
            self._exchange.blame(13223, parent, "Dial to something that is not a number")
        call = self._exchange.book(sender, number, Direction.OUTBOUND_DIAL, CallStatus.QUEUED)
        call.parent_sid, call.fallback_url = parent.call.sid, ""
        if noun.tag == "Number" and noun.get("statusCallback"):
            call.status_callback = urljoin(self._settings.public_base, noun.get("statusCallback"))
            call.callback_events = tuple(noun.get("statusCallbackEvent", "completed").split())
        return self._exchange.open_to_phone(call, number)

    def _first_document(self, leg: Leg, form: Form) -> Callable[[], Document]:
        url, twiml = first(form, "Url"), first(form, "Twiml")
        if url:
            return lambda: self._exchange.fetch(leg, url, {})
        return lambda: self._exchange.parse(leg, "", twiml)

    def _ring_out(self, leg: Leg, timeout: float, document: Callable[[], Document]) -> None:
        self._exchange.move(leg.call, CallStatus.INITIATED)
        self._exchange.move(leg.call, CallStatus.RINGING)
        outcome = self._exchange.ring(leg, timeout)
        self._exchange.move(leg.call, outcome)
        if outcome is CallStatus.IN_PROGRESS:
            self._exchange.walk(leg, document)
        leg.enter(LegState.ENDED)


def check_call(form: Form, settings: Settings) -> None:
    """Refuse a call the carrier would refuse at once; raises CarrierRefusal."""
    recipient, sender = first(form, "To"), first(form, "From")
    if not recipient:
        raise CarrierRefusal(21201)
    if not E164.fullmatch(recipient):
        raise CarrierRefusal(21211)
    if not sender:
        raise CarrierRefusal(21213)
    if sender != settings.hotline_number:
        raise CarrierRefusal(21212)
    _check_twiml_source(form)
    callback = first(form, "StatusCallback")
    if callback and not is_valid_callback(callback):
        raise CarrierRefusal(21609)
    _check_call_options(form)


def _check_call_options(form: Form) -> None:
    timeout = first(form, "Timeout")
    if timeout and not (_NUMBER.fullmatch(timeout) and int(timeout) <= MAX_TIMEOUT):
        raise CarrierRefusal(20001, "Timeout")
    if not CALL_EVENTS.issuperset(_events(form.get("StatusCallbackEvent", []))):
        raise CarrierRefusal(20001, "StatusCallbackEvent")


def _check_twiml_source(form: Form) -> None:
    """Exactly what the carrier wants: a URL, or inline TwiML of bounded length (the URL wins if both are given)."""
    url, twiml = first(form, "Url"), first(form, "Twiml")
    if url and is_valid_callback(url):
        return
    if url or not twiml:
        raise CarrierRefusal(21205)
    if len(twiml) > MAX_TWIML:
        raise CarrierRefusal(32018)


def _events(written: list[str]) -> tuple[str, ...]:
    events = [event for value in written for event in value.split()]
    return tuple(events) or ("completed",)
