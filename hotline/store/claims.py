"""Claims on what is to be sent: taken under a lease, sent by one process, and recorded as it came out."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, Update, and_, bindparam, case, exists, func, insert, or_, select, update

from hotline.store.bulk import ManyUpdate, insert_many
from hotline.store.crypto import Unreadable
from hotline.store.ids import new_id
from hotline.store.session import Transaction
from hotline.store.tables import caller, contact_point, offer, outbox, outbox_attempt
from triage.events import Channel
from triage.states import Audience, OfferState, OutboxState

# How long a sender may hold a row before others may think it dead, and how close to that end it may still call: a
# stalled, not killed, sender would otherwise send after somebody else has sent (dispatch.md 5.9).
LEASE = timedelta(seconds=60)
MARGIN = timedelta(seconds=15)
_CALLERS_BESIDE_STAFF = 4
# A SID of the carrier has 34 signs; one that is longer than the column must not spoil the record of a whole batch.
_SID = 64


@dataclass(frozen=True, repr=False)
class Claimed:
    """A row this process may send until `lease_until`, with the address it goes to."""

    id: str
    lease_token: int
    lease_until: datetime
    attempts: int
    audience: Audience
    channel: Channel
    template: str
    params: Mapping[str, str]
    address: str | None
    language: str
    dispatch_id: str | None
    offer_id: str | None
    staff_id: str | None
    created_at: datetime
    send_before: datetime
    due_at: datetime


_withdrawn = and_(
    outbox.c.offer_id.is_not(None),
    ~exists().where(offer.c.id == outbox.c.offer_id, offer.c.state == OfferState.PENDING),
)
# What an offer plans is withdrawn when the offer is over; the words about the end of an offer are not.
_ABOUT_OPEN_OFFERS = ("offer.message", "offer.call", "offer.request")


_hers, _same = caller.alias("hers"), caller.alias("same")
# Asked again at the last moment: since it was planned, she may have said that somebody else reads along.
_silenced = exists().where(
    _hers.c.id == outbox.c.caller_id,
    or_(
        _hers.c.unsafe_at.is_not(None),
        exists().where(
            _same.c.unit_id == _hers.c.unit_id,
            _same.c.phone_idx == _hers.c.phone_idx,
            _same.c.unsafe_at.is_not(None),
        ),
    ),
)

_now = bindparam("now", type_=outbox.c.not_before.type)
_is_due = and_(
    outbox.c.unit_id == bindparam("unit"), outbox.c.state == OutboxState.PENDING, outbox.c.not_before <= _now
)
_DUE = (
    select(
        outbox.c.id,
        outbox.c.audience,
        or_(and_(outbox.c.template.in_(_ABOUT_OPEN_OFFERS), _withdrawn), _silenced).label("withdrawn"),
        (outbox.c.send_before <= _now).label("too_late"),
    )
    .where(_is_due)
    # Whoever can help is rung before a caller reads that her message has arrived.
    .order_by(outbox.c.audience == Audience.CALLER, outbox.c.urgency.desc(), outbox.c.not_before)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)


def claim_due(tx: Transaction, unit_id: str, now: datetime, limit: int) -> list[Claimed]:
    """Takes up to `limit` due rows of the unit under a lease, those to staff first, of these the most urgent.

    Rows of closed offers are cancelled.
    """
    picked = _staff_first(tx.rows(_DUE, {"unit": unit_id, "now": now, "most": limit}))
    _end(tx, [row.id for row in picked if row.withdrawn], OutboxState.CANCELLED)
    # A page that comes hours late helps nobody and confuses; a late receipt on a shared phone may harm.
    _end(tx, [row.id for row in picked if row.too_late and not row.withdrawn], OutboxState.FAILED)
    ids = [row.id for row in picked if not row.withdrawn and not row.too_late]
    if not ids:
        return []
    lease = {"state": OutboxState.SENDING, "lease_until": now + LEASE}
    counted = {"lease_token": outbox.c.lease_token + 1, "attempts": outbox.c.attempts + 1}
    tx.execute(update(outbox).where(outbox.c.id.in_(ids)).values(**lease, **counted))
    return _claimed(tx, ids)


def _staff_first(due: Sequence[Any]) -> list[Any]:
    """While staff are being rung only a few callers read that her message has arrived; in a storm the rest wait."""
    callers = [row for row in due if row.audience == Audience.CALLER]
    staff = [row for row in due if row.audience != Audience.CALLER]
    return staff + callers[: _CALLERS_BESIDE_STAFF if staff else len(callers)]


def _end(tx: Transaction, ids: Sequence[str], state: OutboxState) -> None:
    if ids:
        tx.execute(update(outbox).where(outbox.c.id.in_(ids)).values(state=state, lease_until=None))


_CLAIMED = (
    select(
        outbox,
        contact_point.c.id.label("point_id"),
        contact_point.c.address_enc.label("point_enc"),
        caller.c.address_enc.label("caller_enc"),
    )
    .outerjoin(
        contact_point,
        and_(
            contact_point.c.staff_id == outbox.c.staff_id,
            contact_point.c.channel == outbox.c.channel,
            contact_point.c.disabled_at.is_(None),
        ),
    )
    .outerjoin(caller, caller.c.id == outbox.c.caller_id)
    .where(outbox.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(outbox.c.audience == Audience.CALLER, outbox.c.urgency.desc(), outbox.c.not_before)
)


def _claimed(tx: Transaction, ids: Sequence[str]) -> list[Claimed]:
    return [_to_claimed(tx, row) for row in tx.rows(_CLAIMED, {"ids": list(ids)})]


def _to_claimed(tx: Transaction, row: Any) -> Claimed:
    try:
        address, params = _address_of(tx, row), json.loads(tx.open("outbox", "params_enc", row.id, row.params_enc))
    except Unreadable:  # a sick row stops no other: without an address it fails, and its report climbs
        address, params = None, {}
    return Claimed(
        id=row.id,
        lease_token=row.lease_token,
        lease_until=row.lease_until,
        attempts=row.attempts,
        audience=Audience(row.audience),
        channel=Channel(row.channel),
        template=row.template,
        params=params,
        address=address,
        language="id",
        dispatch_id=row.dispatch_id,
        offer_id=row.offer_id,
        staff_id=row.staff_id,
        created_at=row.created_at,
        send_before=row.send_before,
        due_at=row.not_before,
    )


def _address_of(tx: Transaction, row: Any) -> str | None:
    if row.point_enc is not None:
        return tx.open("contact_point", "address_enc", row.point_id, row.point_enc)
    if row.caller_enc is not None:
        return tx.open("caller", "address_enc", row.caller_id, row.caller_enc)
    return None


def _sent(given: Mapping[str, ColumnElement[Any]]) -> Update:
    """A status that came first (callbacks may be faster than the carrier's answer) is not undone; its SID is kept."""
    mine = and_(outbox.c.lease_token == given["token"], outbox.c.state == OutboxState.SENDING)
    return (
        update(outbox)
        .where(outbox.c.id == given["row"])
        .values(
            state=case((mine, OutboxState.SENT), else_=outbox.c.state),
            provider_sid=case((mine, given["sid"]), else_=func.coalesce(outbox.c.provider_sid, given["sid"])),
            sent_at=case((mine, given["now"]), else_=outbox.c.sent_at),
            lease_until=case((mine, None), else_=outbox.c.lease_until),
            status_rank=case((mine, 1), else_=outbox.c.status_rank),
        )
    )


_SENT = ManyUpdate(
    {"row": outbox.c.id, "token": outbox.c.lease_token, "sid": outbox.c.provider_sid, "now": outbox.c.sent_at}, _sent
)


def record_sent(tx: Transaction, sent: Sequence[tuple[Claimed, str]], now: datetime) -> None:
    """The carrier has them, each under its SID."""
    rows = [{"row": claimed.id, "token": claimed.lease_token, "sid": sid[:_SID], "now": now} for claimed, sid in sent]
    _SENT.run(tx, sorted(rows, key=itemgetter("row")))
    insert_many(tx, outbox_attempt, [_attempt(claimed, "sent", now, sid) for claimed, sid in sent])


def record_ended(tx: Transaction, claimed: Claimed, state: OutboxState, code: str, now: datetime) -> bool:
    """It failed for good, or nobody can know; True if this process still held the row."""
    note_attempt(tx, claimed, state, now)
    return tx.changed_one(
        update(outbox)
        .where(outbox.c.id == claimed.id, outbox.c.lease_token == claimed.lease_token)
        .where(outbox.c.state == OutboxState.SENDING)
        .values(state=state, error_code=code[:24], lease_until=None)
    )


def record_again(tx: Transaction, claimed: Claimed, code: str, at: datetime, now: datetime) -> None:
    """It surely did not go; it is due again at `at`."""
    note_attempt(tx, claimed, "again", now)
    tx.execute(
        update(outbox)
        .where(outbox.c.id == claimed.id, outbox.c.lease_token == claimed.lease_token)
        .where(outbox.c.state == OutboxState.SENDING)
        .values(state=OutboxState.PENDING, not_before=at, error_code=code[:24], lease_until=None)
    )


def note_attempt(tx: Transaction, claimed: Claimed, outcome: str, now: datetime) -> None:
    """One row per real request, so that what went twice can be seen."""
    tx.execute(insert(outbox_attempt), [_attempt(claimed, outcome, now)])


def _attempt(claimed: Claimed, outcome: str, now: datetime, sid: str | None = None) -> dict[str, Any]:
    values = {"id": new_id(now), "outbox_id": claimed.id, "lease_token": claimed.lease_token, "started_at": now}
    return {**values, "ended_at": now, "provider_sid": sid and sid[:_SID], "outcome": outcome[:32]}


def claim_lapsed(tx: Transaction, unit_id: str, now: datetime, limit: int) -> list[Claimed]:
    """Rows whose sender died or stalled: taken under a fresh lease, to be looked for at the carrier first."""
    query = (
        select(outbox.c.id)
        .where(outbox.c.unit_id == unit_id, outbox.c.state == OutboxState.SENDING, outbox.c.lease_until <= now)
        .order_by(outbox.c.urgency.desc(), outbox.c.lease_until)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    ids = [row.id for row in tx.rows(query)]
    if not ids:
        return []
    values = {"lease_token": outbox.c.lease_token + 1, "lease_until": now + LEASE}
    tx.execute(update(outbox).where(outbox.c.id.in_(ids)).values(**values))
    return _claimed(tx, ids)
