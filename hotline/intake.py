"""Intake: whatever reaches the hotline becomes a report with a responsible person, in one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import SystemRandom
from typing import Any

from hotline import notices
from hotline.services import Services
from hotline.store import dispatches, events, outbox, reports
from hotline.store.batch import Row, insert_all
from hotline.store.ids import new_id, new_ref
from hotline.store.outbox import Notice
from hotline.store.recognition import Address, Known, OpenReport
from hotline.store.reports import Past, Said
from hotline.store.session import Transaction
from triage.answers import new_code
from triage.clocks import first_due
from triage.contact import Conversation as Safety
from triage.contact import Purpose, Verdict, may_send
from triage.events import Channel, EventKind
from triage.protocol import Factor, Level
from triage.states import DispatchState, Happening
from triage.urgency import Assessment, Conversation, score_safely

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


def take_in(tx: Transaction, services: Services, arrival: Arrival, known: Known, now: datetime) -> Taken:
    """Stores the event and its report; raises Conflict when the same event or a first message came twice at once."""
    if known.open_report is None:
        return _open(tx, services, arrival, known, now)
    return _append(tx, services, arrival, known.open_report, now)


def _open(tx: Transaction, services: Services, arrival: Arrival, known: Known, now: datetime) -> Taken:
    found = _assess(services, arrival, _NOTHING, None)
    report_id, ref, unit_id = new_id(now), new_ref(), services.unit.id
    event = reports.event_row(tx, unit_id, arrival.key, arrival.form, now)
    first_time = [] if known.caller_id else [reports.caller_row(tx, unit_id, arrival.address, now)]
    caller_id = known.caller_id or str(first_time[0][1]["id"])
    opened = _report_row(services, arrival, found, (report_id, ref, caller_id), now)
    dispatch = dispatches.opening_row(
        _dispatch_values(services, found, known, (report_id, arrival.address.channel), now), now
    )
    detail = {"channel": arrival.address.channel, "level": found.level, "reasons": list(found.reasons)}
    entry = events.Entry(ref, Happening.REPORT_OPENED, "caller", detail)
    rows: list[Row] = [
        event,
        *first_time,
        opened,
        *reports.message_rows(tx, report_id, str(event[1]["id"]), arrival.said, now),
        reports.assessment_row(tx, report_id, found, now),
        dispatch,
        *events.chained(tx, [entry], unit_id, now, known={}),
    ]
    receipt = _receipt(arrival, found, str(dispatch[1]["id"]), caller_id)
    if receipt:
        rows.append(outbox.outbox_row(tx, unit_id, receipt, now))
    insert_all(tx, rows)
    return Taken(report_id, ref, str(dispatch[1]["id"]), found.level, is_new=True)


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


def _receipt(arrival: Arrival, found: Assessment, dispatch_id: str, caller_id: str) -> Notice | None:
    says_unsafe = any(evidence.code is Factor.UNSAFE_TO_TALK for evidence in found.factors)
    safety = Safety(arrival.address.channel, says_unsafe)
    if may_send(Purpose.RECEIPT, safety) is not Verdict.ALLOWED or not found.complaint:
        return None
    return Notice(
        "caller.receipt",
        arrival.address.channel,
        f"receipt:{dispatch_id}",
        caller_id=caller_id,
        dispatch_id=dispatch_id,
        urgency=found.level.rank,
        send_within=_RECEIPT_WITHIN,
    )


def _append(tx: Transaction, services: Services, arrival: Arrival, open_: OpenReport, now: datetime) -> Taken:
    past = reports.past_of(tx, open_.report_id)
    found = _assess(services, arrival, past, open_.level)
    unit_id = services.unit.id
    event = reports.event_row(tx, unit_id, arrival.key, arrival.form, now)
    entries = [events.Entry(open_.ref, Happening.REPORT_MESSAGE, "caller", {"channel": arrival.address.channel})]
    rows: list[Row] = [event, *reports.message_rows(tx, open_.report_id, str(event[1]["id"]), arrival.said, now)]
    rows.append(reports.assessment_row(tx, open_.report_id, found, now))
    if found.level.rank > open_.level.rank:
        entries.append(_raise(tx, services, open_, found, now))
    reports.touch(tx, open_.report_id, now)
    insert_all(tx, [*rows, *events.chained(tx, entries, unit_id, now)])
    if open_.holder_id:
        word = notices.more_words(open_.dispatch_id, open_.code, open_.holder_id, found.level, now)
        outbox.plan(tx, unit_id, [word], now)
    return Taken(open_.report_id, open_.ref, open_.dispatch_id, found.level, is_new=False)


def _raise(tx: Transaction, services: Services, open_: OpenReport, found: Assessment, now: datetime) -> events.Entry:
    """T14: the elapsed rungs stay; whoever is being asked has the shorter time of the new level from now on."""
    standing = dispatches.lock(tx, open_.dispatch_id)
    if standing and standing.state is not DispatchState.CLOSED and standing.next_due_at:
        steps = services.ladder.levels[found.level]
        wait = steps.rungs[min(max(standing.rung, 0), len(steps.rungs) - 1)].wait_within
        soonest = now if standing.rung < 0 else min(standing.next_due_at, now + wait)
        values = {"level": found.level, "urgency": found.level.rank}
        due = soonest if standing.state.is_seeking else standing.next_due_at
        dispatches.change(tx, standing, {**values, "next_due_at": due})
    reports.raise_level(tx, open_.report_id, found)
    detail = {"from": open_.level, "to": found.level, "reasons": list(found.reasons)}
    return events.Entry(open_.ref, Happening.REPORT_RAISED, "system", detail)


def _assess(services: Services, arrival: Arrival, past: Past, prior: Level | None) -> Assessment:
    conversation = Conversation(
        messages=(*past.texts, arrival.said.text),
        channel=arrival.address.channel,
        unheard_media=past.unheard_media + len(arrival.said.media),
        prior_level=prior,
        prior_factors=past.factors,
        unreadable=arrival.unreadable or past.spoiled,
    )
    return score_safely(conversation, services.protocol)
