"""Reports and what was said in them: rows to write, conversations to read."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update

from hotline.store.batch import Row
from hotline.store.crypto import Unreadable
from hotline.store.ids import new_id
from hotline.store.recognition import Address, address_index, caller_phone_index
from hotline.store.session import Transaction
from hotline.store.tables import assessment, caller, inbound_event, media, message, report
from triage.events import EventKey, EventKind, InboundMessage, Location, Media
from triage.protocol import Factor, Level
from triage.urgency import Assessment, Evidence

# How far a conversation is read back: people cut one sentence into many bubbles, but not into more than these. What
# was seen before stays as the level and the factors so far. Reading costs with the square of the number (10 ms at 8).
BUBBLES = 7

# The address of somebody whose number the carrier does not give: nobody can be rung back there.
WITHHELD = "withheld:"


@dataclass(frozen=True, repr=False)
class Said:
    """What a person sent in one event: text, files and a place."""

    text: str
    media: Sequence[Media] = ()
    location: Location | None = None


@dataclass(frozen=True, repr=False)
class Past:
    """An open conversation: earlier bubbles, oldest first, files nobody has opened, and what was seen in it.

    `spoiled` when a bubble could not be opened: its words are missing from `texts`.
    """

    texts: tuple[str, ...]
    unheard_media: int
    factors: frozenset[Factor]
    complaint: bool
    receipts: int
    spoiled: bool = False


def event_row(tx: Transaction, unit_id: str, key: EventKey, form: Any, now: datetime) -> Row:
    """The raw event, sealed whole; inserting it twice raises Conflict, which is how a repeated delivery is known."""
    kind, sid, step = key
    row_id = new_id(now)
    payload = tx.seal("inbound_event", "payload_enc", row_id, json.dumps(form, ensure_ascii=False))
    values = {"id": row_id, "unit_id": unit_id, "kind": kind, "provider_sid": sid, "step": step}
    return inbound_event, {**values, "payload_enc": payload, "received_at": now, "processed_at": now, "attempts": 0}


def is_known_event(tx: Transaction, key: EventKey) -> bool:
    """Whether this event was committed before."""
    kind, sid, step = key
    query = select(inbound_event.c.id).where(
        inbound_event.c.kind == kind, inbound_event.c.provider_sid == sid, inbound_event.c.step == step
    )
    return tx.one(query) is not None


def keep_event(tx: Transaction, unit_id: str, key: EventKey, form: Any, now: datetime) -> None:
    """Stores an event that opens no report. Raises Conflict if it is there already."""
    table, values = event_row(tx, unit_id, key, form, now)
    tx.execute(table.insert().values(values))


def keep_for_later(tx: Transaction, unit_id: str, key: EventKey, form: Any, now: datetime) -> None:
    """Stores an event that could not be worked on, for the ticker to try again."""
    table, values = event_row(tx, unit_id, key, form, now)
    tx.execute(table.insert().values({**values, "processed_at": None}))


def event_id(tx: Transaction, key: EventKey) -> str:
    """The row of an event that was just stored."""
    kind, sid, step = key
    query = select(inbound_event.c.id).where(
        inbound_event.c.kind == kind, inbound_event.c.provider_sid == sid, inbound_event.c.step == step
    )
    return str(tx.execute(query).scalar_one())


def keep_answer(tx: Transaction, key: EventKey, answer: str) -> None:
    """Keeps what we answered to a step of a call, so that a repeated delivery hears the same."""
    row_id = event_id(tx, key)
    sealed = tx.seal("inbound_event", "answer_enc", row_id, answer)
    tx.execute(update(inbound_event).where(inbound_event.c.id == row_id).values(answer_enc=sealed))


def kept_answer(tx: Transaction, key: EventKey) -> str | None:
    """What we answered to this event before; None if it is new, empty if there was nothing to say."""
    kind, sid, step = key
    query = select(inbound_event.c.id, inbound_event.c.answer_enc).where(
        inbound_event.c.kind == kind, inbound_event.c.provider_sid == sid, inbound_event.c.step == step
    )
    row = tx.one(query)
    if row is None:
        return None
    return tx.open("inbound_event", "answer_enc", row.id, row.answer_enc) if row.answer_enc else ""


def caller_row(tx: Transaction, unit_id: str, address: Address, now: datetime) -> Row:
    """A caller seen for the first time."""
    row_id = new_id(now)
    return caller, {
        "id": row_id,
        "unit_id": unit_id,
        "channel": address.channel,
        "address_enc": tx.seal("caller", "address_enc", row_id, address.text),
        "address_idx": address_index(tx, unit_id, address),
        "phone_idx": caller_phone_index(tx, unit_id, address.phone) if address.phone else None,
        "withheld": address.text.startswith(WITHHELD),
        "first_seen_at": now,
    }


def report_row(values: Mapping[str, Any]) -> Row:
    """A new report."""
    return report, values


def message_rows(tx: Transaction, report_id: str, event_id: str, said: Said, now: datetime) -> list[Row]:
    """One bubble and the files announced with it."""
    row_id = new_id(now)
    place = said.location and json.dumps([said.location.latitude, said.location.longitude, said.location.label])
    values = {
        "id": row_id,
        "report_id": report_id,
        "event_id": event_id,
        "outgoing": False,
        "body_enc": tx.seal("message", "body_enc", row_id, said.text),
        "location_enc": tx.seal("message", "location_enc", row_id, place) if place else None,
        "media_count": len(said.media),
        "at": now,
    }
    return [(message, values), *(_media_row(row_id, item, now) for item in said.media)]


def _media_row(message_id: str, item: Media, now: datetime) -> Row:
    values = {"id": new_id(now), "message_id": message_id, "provider_sid": item.sid}
    return media, {**values, "content_type": item.content_type[:128], "announced_at": now}


def assessment_row(tx: Transaction, report_id: str, found: Assessment, now: datetime) -> Row:
    """What triage decided, with the rules' version; the quoted words are sealed."""
    row_id = new_id(now)
    evidence = [[e.code, e.text, e.message, e.start, e.end] for e in found.factors]
    values = {
        "id": row_id,
        "report_id": report_id,
        "level": found.level,
        "complaint": found.complaint,
        "severity": found.severity,
        "immediacy": found.immediacy,
        "score": found.score,
        "reasons": json.dumps(found.reasons),
        "codes": json.dumps(sorted({str(e.code) for e in found.factors})),
        "evidence_enc": tx.seal("assessment", "evidence_enc", row_id, json.dumps(evidence, ensure_ascii=False)),
        "version": found.version,
        "flagged": found.flagged,
        "at": now,
    }
    return assessment, values


def evidence_of(tx: Transaction, row_id: str, sealed: bytes) -> tuple[Evidence, ...]:
    """The quoted words of an assessment."""
    listed = json.loads(tx.open("assessment", "evidence_enc", row_id, sealed))
    return tuple(Evidence(Factor(code), text, at, start, end) for code, text, at, start, end in listed)


def past_of(tx: Transaction, report_id: str) -> Past:
    """The conversation so far, at most BUBBLES of it, and the union of what earlier assessments saw."""
    query = (
        select(message.c.id, message.c.body_enc, message.c.media_count)
        .where(message.c.report_id == report_id, ~message.c.outgoing)
        .order_by(message.c.at.desc(), message.c.id.desc())
        .limit(BUBBLES)
    )
    rows = tx.rows(query)[::-1]
    words = [_words_of(tx, row) for row in rows]
    seen = tx.rows(select(assessment.c.codes, assessment.c.complaint).where(assessment.c.report_id == report_id))
    factors = frozenset(Factor(code) for row in seen for code in json.loads(row.codes))
    return Past(
        texts=tuple(word or "" for word in words),
        unheard_media=sum(row.media_count for row in rows),
        factors=factors,
        complaint=any(row.complaint for row in seen),
        receipts=0,
        spoiled=None in words,
    )


def _words_of(tx: Transaction, row: Any) -> str | None:
    """The words of a bubble; None where they cannot be opened: that must not keep out what she writes now."""
    try:
        return tx.open("message", "body_enc", row.id, row.body_enc)
    except Unreadable:
        return None


def touch(tx: Transaction, report_id: str, now: datetime) -> None:
    """Notes when the caller was last heard."""
    tx.execute(update(report).where(report.c.id == report_id).values(last_message_at=now))


def raise_level(tx: Transaction, report_id: str, found: Assessment) -> None:
    """Writes a higher level; the caller decides that it is one (no machine lowers a level)."""
    values = {"level": found.level, "complaint": found.complaint, "flagged": found.flagged}
    tx.execute(update(report).where(report.c.id == report_id).values(**values))


def calls_since(tx: Transaction, report_id: str, since: datetime) -> int:
    """How often the caller of a report has called since a moment."""
    query = (
        select(func.count())
        .select_from(message.join(inbound_event, inbound_event.c.id == message.c.event_id))
        .where(message.c.report_id == report_id, inbound_event.c.kind == EventKind.CALL)
        .where(inbound_event.c.received_at > since)
    )
    return int(tx.execute(query).scalar_one())


def lower_level(tx: Transaction, report_id: str, level: Level) -> None:
    """Writes a lower level: people decided that (no machine lowers a level)."""
    tx.execute(update(report).where(report.c.id == report_id).values(level=level))


def last_heard(tx: Transaction, report_id: str) -> datetime:
    """When the caller was last heard."""
    at: datetime = tx.execute(select(report.c.last_message_at).where(report.c.id == report_id)).scalar_one()
    return at


def close(tx: Transaction, report_id: str, now: datetime) -> None:
    """Ends the conversation; whoever writes again opens a new report."""
    tx.execute(update(report).where(report.c.id == report_id).values(closed_at=now))


def count_messages(tx: Transaction, report_id: str) -> int:
    """How many bubbles a report holds."""
    row = tx.one(select(func.count()).select_from(message).where(message.c.report_id == report_id))
    return int(row[0]) if row else 0


def said_of(arrival: InboundMessage) -> Said:
    """What a message says: its text, or the words on the button that was pressed."""
    return Said(arrival.text or arrival.button or "", arrival.media, arrival.location)


def level_of(tx: Transaction, report_id: str) -> Level:
    """The level a report has now."""
    row = tx.one(select(report.c.level).where(report.c.id == report_id))
    return Level(row.level) if row else Level.HIGH
