"""The parts of one report: its messages and files, what triage saw, its offers and what left the house for it."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select

from hotline.store.crypto import Unreadable
from hotline.store.reports import evidence_of
from hotline.store.session import Transaction
from hotline.store.tables import assessment, media, message, offer, outbox, staff
from triage.events import Channel, Location
from triage.protocol import Factor, Level
from triage.states import Audience, OfferState, OutboxState
from triage.urgency import Evidence

# What is shown in the place of a field that no key of the ring opens: never silence, which would look like no message.
UNREADABLE = "\N{REPLACEMENT CHARACTER}"
_KINDS = ("image", "audio", "video")


@dataclass(frozen=True)
class MediaShown:
    """A file a caller sent: `kind` is image, audio, video or file; `imported` once its bytes are here."""

    kind: str
    content_type: str
    imported: bool


@dataclass(frozen=True, repr=False)
class Bubble:
    """One message of a conversation."""

    text: str
    at: datetime
    outgoing: bool
    media: tuple[MediaShown, ...]
    location: Location | None


@dataclass(frozen=True, repr=False)
class Judgement:
    """What triage decided last; `evidence` holds the caller's own words and is empty where they may not be read."""

    level: Level
    complaint: bool
    severity: int
    immediacy: int
    score: int
    reasons: tuple[str, ...]
    codes: tuple[Factor, ...]
    evidence: tuple[Evidence, ...]
    version: str
    flagged: bool
    at: datetime


@dataclass(frozen=True)
class OfferShown:
    """One offer of the report to one staff member; `is_mine` when she is the viewer."""

    staff_code: str
    staff_initials: str
    state: OfferState
    rung: int
    offered_at: datetime
    first_sent_at: datetime | None
    expires_at: datetime
    closed_at: datetime | None
    why: str
    is_mine: bool


@dataclass(frozen=True)
class NoticeShown:
    """One message or call that left the house for this report: to whom by code, never by number."""

    audience: Audience
    staff_code: str | None
    staff_initials: str | None
    channel: Channel
    template: str
    state: OutboxState
    created_at: datetime
    sent_at: datetime | None
    attempts: int
    error_code: str | None


def count_messages(tx: Transaction, report_id: str) -> int:
    """How many messages a report has; the number tells nothing of what they say."""
    query = select(func.count()).select_from(message).where(message.c.report_id == report_id)
    return int(tx.execute(query).scalar_one())


def bubbles(tx: Transaction, report_id: str) -> list[Bubble]:
    """The conversation, oldest first."""
    query = select(message).where(message.c.report_id == report_id).order_by(message.c.at, message.c.id)
    files = _files(tx, report_id)
    return [_bubble(tx, row, files.get(row.id, ())) for row in tx.rows(query)]


def judgement(tx: Transaction, report_id: str, *, with_words: bool) -> Judgement | None:
    """The latest assessment; its evidence is opened only `with_words`."""
    query = select(assessment).where(assessment.c.report_id == report_id)
    row = tx.one(query.order_by(assessment.c.at.desc(), assessment.c.id.desc()).limit(1))
    if row is None:
        return None
    return Judgement(
        level=Level(row.level),
        complaint=row.complaint,
        severity=row.severity,
        immediacy=row.immediacy,
        score=row.score,
        reasons=tuple(json.loads(row.reasons)),
        codes=tuple(Factor(code) for code in json.loads(row.codes)),
        evidence=_evidence(tx, row) if with_words else (),
        version=row.version,
        flagged=row.flagged,
        at=row.at,
    )


def offers(tx: Transaction, dispatch_id: str, viewer_id: str | None) -> list[OfferShown]:
    """All offers of a dispatch, oldest first."""
    query = (
        select(offer, staff.c.code.label("staff_code"), staff.c.initials)
        .join(staff, staff.c.id == offer.c.staff_id)
        .where(offer.c.dispatch_id == dispatch_id)
        .order_by(offer.c.offered_at, offer.c.epoch, staff.c.code)
    )
    return [_offer(row, viewer_id) for row in tx.rows(query)]


def notices(tx: Transaction, dispatch_id: str) -> list[NoticeShown]:
    """All that was planned to leave the house for a dispatch, oldest first."""
    query = (
        select(outbox, staff.c.code.label("staff_code"), staff.c.initials)
        .outerjoin(staff, staff.c.id == outbox.c.staff_id)
        .where(outbox.c.dispatch_id == dispatch_id)
        .order_by(outbox.c.created_at, outbox.c.id)
    )
    return [_notice(row) for row in tx.rows(query)]


def _files(tx: Transaction, report_id: str) -> dict[str, tuple[MediaShown, ...]]:
    columns = (media.c.message_id, media.c.content_type, media.c.imported_at)
    query = select(*columns).join(message, message.c.id == media.c.message_id).where(message.c.report_id == report_id)
    found: dict[str, tuple[MediaShown, ...]] = {}
    for row in tx.rows(query.order_by(media.c.id)):
        kind = row.content_type.partition("/")[0]
        shown = MediaShown(kind if kind in _KINDS else "file", row.content_type, row.imported_at is not None)
        found[row.message_id] = (*found.get(row.message_id, ()), shown)
    return found


def _bubble(tx: Transaction, row: Row[Any], files: tuple[MediaShown, ...]) -> Bubble:
    text = _opened(tx, "body_enc", row.id, row.body_enc)
    place = _opened(tx, "location_enc", row.id, row.location_enc) if row.location_enc else None
    location = None if place in (None, UNREADABLE) else Location(*json.loads(place or "[]"))
    return Bubble(text, row.at, row.outgoing, files, location)


def _opened(tx: Transaction, column: str, row_id: str, sealed: bytes) -> str:
    try:
        return tx.open("message", column, row_id, sealed)
    except Unreadable:
        return UNREADABLE


def _evidence(tx: Transaction, row: Row[Any]) -> tuple[Evidence, ...]:
    try:
        return evidence_of(tx, row.id, row.evidence_enc)
    except Unreadable:
        return ()


def _offer(row: Row[Any], viewer_id: str | None) -> OfferShown:
    return OfferShown(
        staff_code=row.staff_code,
        staff_initials=row.initials,
        state=OfferState(row.state),
        rung=row.rung,
        offered_at=row.offered_at,
        first_sent_at=row.first_sent_at,
        expires_at=row.expires_at,
        closed_at=row.closed_at,
        why=row.why,
        is_mine=viewer_id is not None and row.staff_id == viewer_id,
    )


def _notice(row: Row[Any]) -> NoticeShown:
    return NoticeShown(
        audience=Audience(row.audience),
        staff_code=row.staff_code,
        staff_initials=row.initials,
        channel=Channel(row.channel),
        template=row.template,
        state=OutboxState(row.state),
        created_at=row.created_at,
        sent_at=row.sent_at,
        attempts=row.attempts,
        error_code=row.error_code,
    )
