"""Calls: every step the carrier asks about becomes an event, an act and the words that are heard next."""

import logging
from datetime import datetime

from hotline import callers_line, offer_calls, reception
from hotline.errors import Conflict, StaleConnection, StoreAway
from hotline.services import Services
from hotline.store import calls, events, reports
from hotline.store.session import Transaction
from triage.callflow import GoTo, HangUp, Say, Script
from triage.events import CallEvent, CallStep, EventKind, RecordingNotice, StatusNotice
from triage.protocol import Level
from triage.states import Happening

_log = logging.getLogger(__name__)


def step(services: Services, event: CallEvent) -> str:
    """Commits one step of a call and returns the TwiML for it; the same step twice is answered alike.

    Raises StoreAway when nothing could be committed: the carrier then asks the fallback, which speaks without us.
    """
    now = services.now()
    try:
        answer = _commit(services, event, now)
    except StoreAway:
        raise
    except Exception:  # a fault of ours must not lose a caller: she stays a report, and hears whom else to call
        if event.step is not CallStep.INCOMING:
            raise
        _log.exception("calls.failed")
        reception.keep_unprocessed(services, event.key, event.form, now)
        answer = _apology(services)
    services.doorbell.ring_soon()
    return answer


def _commit(services: Services, event: CallEvent, now: datetime) -> str:
    try:
        with services.database.begin() as tx:
            return _work(tx, services, event, now)
    except (Conflict, StaleConnection):
        return services.database.run(lambda tx: _work(tx, services, event, now))


def _apology(services: Services) -> str:
    return services.twiml.render((Say("call.failure.caller"), HangUp()))


def _work(tx: Transaction, services: Services, event: CallEvent, now: datetime) -> str:
    kept = reports.kept_answer(tx, event.key)
    if kept is not None:
        return kept or _apology(services)
    script = _incoming(tx, services, event, now) if event.step is CallStep.INCOMING else None
    if script is None:
        reports.keep_event(tx, services.unit.id, event.key, event.form, now)
        script = _later_step(tx, services, event, now)
    answer = services.twiml.render(script)
    reports.keep_answer(tx, event.key, answer)
    return answer


def _incoming(tx: Transaction, services: Services, event: CallEvent, now: datetime) -> Script:
    """Nobody has spoken yet, and the report is already open: whoever hangs up now is not lost.

    A companion who returns our missed call hears what is offered to her; one to whom nothing is offered is a caller.
    """
    known = reception.recognise(tx, services, reception.call_address(event), now)
    offered = offer_calls.called_back(tx, services, known.staff_id) if known.staff_id else None
    if offered:
        reports.keep_event(tx, services.unit.id, event.key, event.form, now)
        return offered
    taken = reception.receive_call(tx, services, event, known, now)
    if known.blocked and taken.level is not Level.EMERGENCY:
        # A blocked number rings nobody for a call that says nothing; what it says after the tone is heard.
        return (GoTo(f"/twilio/call/voicemail?t={taken.dispatch_id}&n=0"),)
    return Say("call.greeting"), GoTo(callers_line.ring_path(taken.dispatch_id, 1))


def _later_step(tx: Transaction, services: Services, event: CallEvent, now: datetime) -> Script:
    match event.step:
        case CallStep.RING:
            return callers_line.ring(tx, services, event, now)
        case CallStep.WHISPER:
            return callers_line.whisper(event)
        case CallStep.WHISPER_KEY:
            return callers_line.whisper_key(tx, services, event, now)
        case CallStep.VOICEMAIL:
            return callers_line.voicemail(tx, services, event, now)
        case CallStep.RECORDED:
            return callers_line.recorded(tx, services, event, now)
        case CallStep.OFFER:
            return offer_calls.offer(tx, services, event)
        case CallStep.OFFER_KEY:
            return offer_calls.offer_key(tx, services, event, now)
        case CallStep.INCOMING:
            return (HangUp(),)


def note_recording(services: Services, notice: RecordingNotice) -> None:
    """The carrier has a recording ready, or has none; the file is fetched later by its SID."""
    now = services.now()
    key = (EventKind.RECORDING, notice.sid, notice.status)

    def work(tx: Transaction) -> None:
        if reports.is_known_event(tx, key):
            return
        reports.keep_event(tx, services.unit.id, key, notice.form, now)
        found = calls.report_of_call(tx, notice.call_sid)
        if found:
            detail = {"status": notice.status, "seconds": notice.seconds}
            entry = events.Entry(found.ref, Happening.CALL_RECORDED, "carrier", detail)
            events.append(tx, [entry], services.unit.id, now)

    services.database.run(work)


def note_caller_status(services: Services, notice: StatusNotice) -> None:
    """What the carrier says of an incoming call as a whole; a caller who hung up stays a report."""
    now = services.now()
    key = (EventKind.CALL_STATUS, notice.sid, notice.status)

    def work(tx: Transaction) -> None:
        if reports.is_known_event(tx, key):
            return
        reports.keep_event(tx, services.unit.id, key, notice.form, now)
        found = calls.report_of_call(tx, notice.sid)
        if found:
            entry = events.Entry(found.ref, Happening.CALL_ENDED, "carrier", {"status": notice.status})
            events.append(tx, [entry], services.unit.id, now)

    services.database.run(work)
    services.doorbell.ring_soon()
