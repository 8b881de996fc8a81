"""Messages to phones: accepted or refused, then their fate, told by status callbacks."""

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Protocol

from hotline.simulator.addresses import bare, count_segments, is_whatsapp
from hotline.simulator.clock import Clock
from hotline.simulator.contract import parameters_of
from hotline.simulator.errors import CarrierRefusal
from hotline.simulator.faults import Fault, Faults
from hotline.simulator.ledger import Ledger
from hotline.simulator.message_callbacks import callback_form
from hotline.simulator.message_rules import Form, check_known, check_message, first, template_variables
from hotline.simulator.phones import Phone, Received
from hotline.simulator.records import Direction, Message, MessageStatus
from hotline.simulator.settings import Settings
from hotline.simulator.webhooks import WebhookSender

# WhatsApp: free text only within 24 hours of the person's last message (63016 after that).
WINDOW = timedelta(hours=24)
OUTSIDE_WINDOW = 63016
WRONG_VARIABLES = 63028
UNREACHABLE = 30003
UNKNOWN_FAILURE = 30008
_VARIABLE = re.compile(r"\{\{(\w+)\}\}")
# Carrier seconds until each status, so that the page shows one tick, two ticks, blue ticks.
DELAYS = {
    MessageStatus.SENT: 0.4,
    MessageStatus.DELIVERED: 0.8,
    MessageStatus.READ: 2.5,
    MessageStatus.FAILED: 0.6,
    MessageStatus.UNDELIVERED: 1.5,
}
Fate = list[tuple[MessageStatus, int | None]]


class Surroundings(Protocol):
    """What messages need of the carrier they belong to."""

    settings: Settings
    clock: Clock
    ledger: Ledger
    faults: Faults
    sender: WebhookSender

    def phone(self, number: str) -> Phone:
        """The phone with this number."""

    def start(self, work: Callable[[], None]) -> None:
        """Do something in the background."""


class Messenger:
    """Takes messages from the application to the phones."""

    def __init__(self, carrier: Surroundings) -> None:
        self._carrier = carrier
        self._ledger = carrier.ledger

    def accept(self, form: Form) -> Message:
        """Take on a message of the application; raises CarrierRefusal. Nothing happens to it before `launch`."""
        check_known(form, parameters_of("Messages.create"))
        check_message(form, self._carrier.settings, self._ledger)
        return self._accept(form)

    def launch(self, message: Message) -> None:
        """Let a message meet its fate: in the background, or at once if its callbacks are to come early."""
        if self._carrier.faults.take(Fault.CALLBACK_EARLY, "Messages", message.recipient):
            self._live_through(message)
        else:
            self._carrier.start(lambda: self._live_through(message))

    def update(self, message: Message, form: Form) -> Message:
        """Redact a message (`Body` empty) or cancel it while it is queued; raises CarrierRefusal."""
        check_known(form, parameters_of("Messages.update"))
        with self._ledger.change():
            if first(form, "Status") == "canceled" and message.status is MessageStatus.QUEUED:
                message.status = MessageStatus.CANCELED
            elif "Status" in form or first(form, "Body"):
                raise CarrierRefusal(20001, "only an empty Body, or Status=canceled of a queued message")
            else:
                message.body = ""
            message.updated_at = self._carrier.clock.now()
        return message

    def delete(self, message: Message) -> None:
        """Remove a message and its media."""
        with self._ledger.change():
            self._ledger.messages.pop(message.sid, None)
            for media in message.media:
                self._ledger.media.pop(media.sid, None)

    def reply(self, recipient: str, body: str) -> None:
        """A message out of our TwiML: it has a fate, but no callback."""
        settings = self._carrier.settings
        sender = settings.whatsapp_sender if is_whatsapp(recipient) else settings.sms_sender
        message = self._keep(sender, recipient, body, Direction.OUTBOUND_REPLY)
        self._carrier.start(lambda: self._live_through(message))

    def _accept(self, form: Form) -> Message:
        body = first(form, "Body")
        content = first(form, "ContentSid")
        if content:
            body = render(self._carrier.settings.templates[content], template_variables(form))
        message = self._keep(first(form, "From"), first(form, "To"), body, Direction.OUTBOUND_API)
        message.content_sid = content
        message.status_callback = first(form, "StatusCallback")
        return message

    def _keep(self, sender: str, recipient: str, body: str, direction: Direction) -> Message:
        sid, now = self._ledger.mint("SM"), self._carrier.clock.now()
        message = Message(sid, sender, recipient, body, direction, MessageStatus.QUEUED, now)
        message.segments = count_segments(body)
        with self._ledger.change():
            self._ledger.messages[sid] = message
        return message

    def _live_through(self, message: Message) -> None:
        """Every status of a message, one after the other, each told to the application."""
        faults, subjects = self._carrier.faults, ("Messages", message.recipient, bare(message.recipient))
        backwards = faults.take(Fault.CALLBACK_REVERSED, *subjects) is not None
        times = 2 if faults.take(Fault.CALLBACK_TWICE, *subjects) else 1
        times = 0 if faults.take(Fault.CALLBACK_LOST, *subjects) else times
        untold: Fate = []
        for step in self._fate(message, subjects):
            self._pass_time(DELAYS[step[0]])
            if message.status is MessageStatus.CANCELED or self._ledger.closed:
                return
            self._reach(message, *step)
            untold.insert(0, step)
            if not backwards:
                self._tell(message, untold, times)
        self._tell(message, untold, times)

    def _tell(self, message: Message, untold: Fate, times: int) -> None:
        """Send the callbacks that are due, and forget them."""
        for status, code in untold:
            form = callback_form(message, status, code, self._carrier.settings.account_sid)
            for _ in range(times if message.status_callback else 0):
                self._carrier.sender.tell(message.status_callback, form)
        untold.clear()

    def _fate(self, message: Message, subjects: tuple[str, ...]) -> Fate:
        faults = self._carrier.faults
        for fault, status in ((Fault.FAILED, MessageStatus.FAILED), (Fault.UNDELIVERED, MessageStatus.UNDELIVERED)):
            plan = faults.take(fault, *subjects)
            if plan:
                before: Fate = [] if status is MessageStatus.FAILED else [(MessageStatus.SENT, None)]
                return [*before, (status, plan.code or UNKNOWN_FAILURE)]
        return self._whatsapp_fate(message) if is_whatsapp(message.recipient) else self._sms_fate(message)

    def _sms_fate(self, message: Message) -> Fate:
        if not self._carrier.phone(bare(message.recipient)).reachable:
            return [(MessageStatus.SENT, None), (MessageStatus.UNDELIVERED, UNREACHABLE)]
        return [(MessageStatus.SENT, None), (MessageStatus.DELIVERED, None)]

    def _whatsapp_fate(self, message: Message) -> Fate:
        if not message.content_sid and not self._window_open(message):
            return [(MessageStatus.FAILED, OUTSIDE_WINDOW)]
        if _VARIABLE.search(message.body) and message.content_sid:
            return [(MessageStatus.FAILED, WRONG_VARIABLES)]
        phone = self._carrier.phone(bare(message.recipient))
        steps: Fate = [(MessageStatus.SENT, None)]
        if phone.reachable:
            steps.append((MessageStatus.DELIVERED, None))
        return [*steps, (MessageStatus.READ, None)] if phone.reachable and phone.reads else steps

    def _window_open(self, message: Message) -> bool:
        last = self._ledger.last_inbound.get((message.recipient, message.sender))
        return last is not None and self._carrier.clock.now() - last < WINDOW

    def _pass_time(self, seconds: float) -> None:
        with self._ledger.board:
            self._carrier.clock.rest(self._ledger.board, lambda: self._ledger.closed, seconds)

    def _reach(self, message: Message, status: MessageStatus, code: int | None) -> None:
        """Put a message into a status; delivered means that it is on the phone."""
        with self._ledger.change():
            message.status, message.error_code = status, code
            message.updated_at = self._carrier.clock.now()
            if status is MessageStatus.SENT:
                message.sent_at = message.updated_at
            if status is MessageStatus.DELIVERED:
                phone = self._carrier.phone(bare(message.recipient))
                phone.messages.append(Received(message, phone))


def render(template: str, variables: Mapping[str, str]) -> str:
    """A template with its variables filled in; what has no value stays as it is written."""
    return _VARIABLE.sub(lambda found: variables.get(found.group(1), found.group(0)), template)
