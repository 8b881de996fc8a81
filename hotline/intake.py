"""Intake: whatever reaches the hotline becomes a report with a responsible person, in one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from secrets import SystemRandom
from typing import Any

from hotline import notices, raising
from hotline.services import Services
from hotline.store import dispatches, events, exclusions, outbox, reports, silence, staff, wishes
from hotline.store.batch import Row, insert_all
from hotline.store.ids import new_id, new_ref
from hotline.store.outbox import Notice
from hotline.store.recognition import Address, Known, OpenReport
from hotline.store.reports import WITHHELD, Past, Said
from hotline.store.session import Transaction
from triage.answers import new_code
from triage.clocks import first_due
from triage.contact import Conversation as Safety
from triage.contact import Purpose, Verdict, may_send
from triage.events import Channel, EventKind
from triage.protocol import Factor, Level
from triage.silence import asks_for_silence
from triage.states import ConflictReason, DueKind, Happening
from triage.urgency import Assessment, Conversation, score_safely
from triage.wishes import wish_of

_RANDOM = SystemRandom()
_NOTHING = Past((), 0, frozenset(), complaint=False, receipts=0)
# A receipt that is late belongs to a conversation that is over.
_RECEIPT_WITHIN = timedelta(minutes=5)


@dataclass(frozen=True, repr=False)
class Arrival:
    """One event of a caller: its key for ever, where it came from, what was said, and the carrier's own form."""

    kind: EventKind
    sid: str
    step: str
    address: Address
    said: Said
    form: Mapping[str, Any]
    unreadable: bool = False
    calls_before: int = 0

    @property
    def key(self) -> tuple[EventKind, str, str]:
        """What makes a second delivery the same event."""
        return self.kind, self.sid, self.step


@dataclass(frozen=True)
class Taken:
    """The report an event belongs to."""

    report_id: str
    ref: str
    dispatch_id: str
    level: Level
    is_new: bool


@dataclass(frozen=True)
class _Heard:
    """An arrival, what triage makes of it, and whether nothing may be sent to her phone."""

    arrival: Arrival
    found: Assessment
    silent: bool


def take_in(tx: Transaction, services: Services, arrival: Arrival, known: Known, now: datetime) -> Taken:
    """Stores the event and its report.

    Raises Conflict when the same event or a first message came twice at once, or when a fresh code is another open
    report's: run again, it draws a new one.
    """
    open_ = known.open_report
    past = reports.past_of(tx, open_.report_id) if open_ else _NOTHING
    found = _assess(services, arrival, past, open_.level if open_ else None)
    heard = _Heard(arrival, found, known.unsafe or _asks_for_silence(arrival, past, found))
    if heard.silent and not known.unsafe:
        silence.keep_silent(tx, services.unit.id, known.caller_id or "", arrival.address, now)
    if open_ is None:
        return _open(tx, services, heard, known, now)
    return _append(tx, services, heard, open_, now)


def _asks_for_silence(arrival: Arrival, past: Past, found: Assessment) -> bool:
    says_unsafe = any(evidence.code is Factor.UNSAFE_TO_TALK for evidence in found.factors)
    return says_unsafe or asks_for_silence([*past.texts, arrival.said.text])


def _open(tx: Transaction, services: Services, heard: _Heard, known: Known, now: datetime) -> Taken:
    arrival, found = heard.arrival, heard.found
    report_id, ref, unit_id = new_id(now), new_ref(), services.unit.id
    event = reports.event_row(tx, unit_id, arrival.key, arrival.form, now)
    first_time = [] if known.caller_id else [_caller_row(tx, services, heard, now)]
    caller_id = known.caller_id or str(first_time[0][1]["id"])
    opened = _report_row(services, arrival, found, (report_id, ref, caller_id), now)
    if known.last_report_id:
        opened = (opened[0], {**opened[1], "previous_id": known.last_report_id})
    values = _dispatch_values(services, found, known, (report_id, arrival.address.channel), now)
    if known.staff_id:
        values |= {"responsible_id": staff.successor(tx, unit_id, {known.staff_id})}
    dispatch = dispatches.opening_row(values | _booking(services, heard, known, now), now)
    detail = {"channel": arrival.address.channel, "level": found.level, "reasons": list(found.reasons)}
    entries = [events.Entry(ref, Happening.REPORT_OPENED, "caller", detail)]
    more = _beside(report_id, arrival, known, now)
    if dispatch[1]["due_kind"] is DueKind.BOOKED:
        entries.append(events.Entry(ref, Happening.REPORT_BOOKED, "system", {"surge": known.surge}))
    rows: list[Row] = [
        event,
        *first_time,
        opened,
        *more,
        *reports.message_rows(tx, report_id, str(event[1]["id"]), arrival.said, now),
        reports.assessment_row(tx, report_id, found, now),
        dispatch,
        *events.chained(tx, entries, unit_id, now, known={}),
    ]
    receipt = _receipt(heard, dispatch[1], caller_id)
    if receipt:
        rows.append(outbox.outbox_row(tx, unit_id, receipt, now))
    insert_all(tx, rows)
    return Taken(report_id, ref, str(dispatch[1]["id"]), found.level, is_new=True)


def _beside(report_id: str, arrival: Arrival, known: Known, now: datetime) -> list[Row]:
    """What stands beside few reports: that a colleague wrote it, or what the caller wishes."""
    rows = []
    if known.staff_id:
        rows.append(exclusions.row(report_id, known.staff_id, (ConflictReason.IS_CALLER, "system"), now))
    wished = wish_of(arrival.said.text)
    if wished:
        rows.append(wishes.row(report_id, wished, "caller", now))
    return rows


def _caller_row(tx: Transaction, services: Services, heard: _Heard, now: datetime) -> Row:
    table, values = reports.caller_row(tx, services.unit.id, heard.arrival.address, now)
    return table, {**values, "unsafe_at": now if heard.silent else None}


def _report_row(
    services: Services, arrival: Arrival, found: Assessment, ids: tuple[str, str, str], now: datetime
) -> Row:
    report_id, ref, caller_id = ids
    return reports.report_row(
        {
            "id": report_id,
            "unit_id": services.unit.id,
            "ref": ref,
            "caller_id": caller_id,
            "channel": arrival.address.channel,
            "level": found.level,
            "complaint": found.complaint,
            "flagged": found.flagged,
            "opened_at": now,
            "last_message_at": now,
        }
    )


def _dispatch_values(
    services: Services, found: Assessment, known: Known, of: tuple[str, Channel], now: datetime
) -> dict[str, Any]:
    report_id, channel = of
    return {
        "unit_id": services.unit.id,
        "report_id": report_id,
        "code": new_code(_RANDOM),
        "level": found.level,
        "channel": channel,
        "urgency": found.level.rank,
        "responsible_id": known.responsible_id,
        "ladder_id": services.ladder.version,
        "next_due_at": first_due(found.level, now, services.unit.zone),
        "answer_by": now + services.ladder.levels[found.level].answer_within,
    }


def _booking(services: Services, heard: _Heard, known: Known, now: datetime) -> dict[str, Any]:
    """Whom she knows, and when it is first rung if it may wait: in a surge, or from a number that was blocked."""
    values: dict[str, Any] = {"preferred_id": known.last_holder_id} if known.last_holder_id else {}
    if not (known.surge or known.blocked):
        return values
    level = heard.found.level
    if known.blocked and not _is_danger(heard):
        level = Level.LOW
    at = services.rules.surge.booked_at(level, now, services.unit.zone)
    return values | ({"next_due_at": at, "due_kind": DueKind.BOOKED} if at else {})


def _is_danger(heard: _Heard) -> bool:
    """What a block does not put off: words that are not surely harmless, or a burst of calls; one call says nothing.

    Medium counts, for what the triage does not understand stands there.
    """
    found = heard.found
    least = Level.EMERGENCY if heard.arrival.kind is EventKind.CALL else Level.MEDIUM
    return found.complaint and found.level.rank >= least.rank


def _receipt(heard: _Heard, opened: Mapping[str, Any], caller_id: str) -> Notice | None:
    arrival, found = heard.arrival, heard.found
    safety = Safety(arrival.address.channel, heard.silent)
    if may_send(Purpose.RECEIPT, safety) is not Verdict.ALLOWED or not found.complaint:
        return None
    if arrival.address.text.startswith(WITHHELD):
        return None
    dispatch_id = str(opened["id"])
    return Notice(
        "caller.receipt_busy" if opened["due_kind"] is DueKind.BOOKED else "caller.receipt",
        arrival.address.channel,
        f"receipt:{dispatch_id}",
        caller_id=caller_id,
        dispatch_id=dispatch_id,
        urgency=found.level.rank,
        send_within=_RECEIPT_WITHIN,
    )


def _append(tx: Transaction, services: Services, heard: _Heard, open_: OpenReport, now: datetime) -> Taken:
    arrival, found, unit_id = heard.arrival, heard.found, services.unit.id
    event = reports.event_row(tx, unit_id, arrival.key, arrival.form, now)
    entries = [events.Entry(open_.ref, Happening.REPORT_MESSAGE, "caller", {"channel": arrival.address.channel})]
    rows: list[Row] = [event, *reports.message_rows(tx, open_.report_id, str(event[1]["id"]), arrival.said, now)]
    rows.append(reports.assessment_row(tx, open_.report_id, found, now))
    words: list[Notice] = []
    if found.level.rank > open_.level.rank:
        entry, words = raising.raise_level(tx, services, open_, found, now)
        entries.append(entry)
    elif open_.holder_id:
        words = [notices.more_words(open_.dispatch_id, open_.code, open_.holder_id, found.level, now)]
        within = services.ladder.levels[open_.level].contact_within
        dispatches.heed_words(tx, open_.dispatch_id, now + within / 2)
    wished = wish_of(arrival.said.text)
    if wished:
        wishes.note(tx, open_.report_id, wished, "caller", now)
        entries.append(events.Entry(open_.ref, Happening.WISH_NOTED, "caller", {"only": wished.only}))
    reports.touch(tx, open_.report_id, now)
    insert_all(tx, [*rows, *events.chained(tx, entries, unit_id, now)])
    outbox.plan(tx, unit_id, words, now)
    return Taken(open_.report_id, open_.ref, open_.dispatch_id, found.level, is_new=False)


def _assess(services: Services, arrival: Arrival, past: Past, prior: Level | None) -> Assessment:
    conversation = Conversation(
        messages=(*past.texts, arrival.said.text),
        channel=arrival.address.channel,
        unheard_media=past.unheard_media + len(arrival.said.media),
        prior_level=prior,
        prior_factors=past.factors,
        unreadable=arrival.unreadable or past.spoiled,
    )
    found = score_safely(conversation, services.protocol)
    raised = services.rules.flood.raised(found.level, arrival.calls_before) if arrival.calls_before else found.level
    return found if raised is found.level else replace(found, level=raised, reasons=(*found.reasons, "redial"))
