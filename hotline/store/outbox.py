"""Everything that leaves the house: rows to send, claims with a lease, outcomes and the carrier's word on them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any

from sqlalchemy import and_, bindparam, case, exists, func, insert, select, update

from hotline.store.batch import Row
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


@dataclass(frozen=True, repr=False)
class Notice:
    """One message or call to be sent. `params` fill the template; exactly one of the ids says whose phone it is."""

    template: str
    channel: Channel
    dedupe_key: str
    staff_id: str | None = None
    caller_id: str | None = None
    dispatch_id: str | None = None
    offer_id: str | None = None
    urgency: int = 0
    params: Mapping[str, str] = field(default_factory=dict)
    not_before: datetime | None = None
    send_within: timedelta = timedelta(minutes=15)


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


def outbox_row(tx: Transaction, unit_id: str, notice: Notice, now: datetime) -> Row:
    """The row of a notice; the unique dedupe key makes a second planning of the same notice impossible."""
    row_id = new_id(now)
    values = {
        "id": row_id,
        "unit_id": unit_id,
        "dispatch_id": notice.dispatch_id,
        "offer_id": notice.offer_id,
        "audience": Audience.CALLER if notice.caller_id else Audience.STAFF,
        "staff_id": notice.staff_id,
        "caller_id": notice.caller_id,
        "channel": notice.channel,
        "template": notice.template,
        "params_enc": tx.seal("outbox", "params_enc", row_id, json.dumps(dict(notice.params))),
        "state": OutboxState.PENDING,
        "urgency": notice.urgency,
        "created_at": now,
        "not_before": notice.not_before or now,
        "send_before": (notice.not_before or now) + notice.send_within,
        "lease_token": 0,
        "attempts": 0,
        "status_rank": 0,
        "dedupe_key": notice.dedupe_key,
    }
    return outbox, values


def plan(tx: Transaction, unit_id: str, notices: Sequence[Notice], now: datetime) -> None:
    """Inserts notices that are not planned yet; one that is there already is left as it is."""
    if not notices:
        return
    keys = [notice.dedupe_key for notice in notices]
    there = {row.dedupe_key for row in tx.rows(select(outbox.c.dedupe_key).where(outbox.c.dedupe_key.in_(keys)))}
    fresh = [notice for notice in notices if notice.dedupe_key not in there]
    if fresh:
        tx.execute(insert(outbox), [outbox_row(tx, unit_id, notice, now)[1] for notice in fresh])


_withdrawn = and_(
    outbox.c.offer_id.is_not(None),
    ~exists().where(offer.c.id == outbox.c.offer_id, offer.c.state == OfferState.PENDING),
)
_to_caller = outbox.c.audience == Audience.CALLER
# What an offer plans is withdrawn when the offer is over; the words about the end of an offer are not.
_ABOUT_OPEN_OFFERS = ("offer.message", "offer.call")


def claim_due(tx: Transaction, now: datetime, limit: int) -> list[Claimed]:
    """Takes up to `limit` due rows under a lease, those to staff first, of these the most urgent.

    Rows of closed offers are cancelled.
    """
    due = [outbox.c.state == OutboxState.PENDING, outbox.c.not_before <= now]
    withdrawn = and_(*due, outbox.c.template.in_(_ABOUT_OPEN_OFFERS), _withdrawn)
    query = (
        select(outbox.c.id, withdrawn.label("withdrawn"), (outbox.c.send_before <= now).label("too_late"))
        .where(*due)
        # Whoever can help is rung before a caller reads that her message has arrived.
        .order_by(_to_caller, outbox.c.urgency.desc(), outbox.c.not_before)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    picked = tx.rows(query)
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


def _end(tx: Transaction, ids: Sequence[str], state: OutboxState) -> None:
    if ids:
        tx.execute(update(outbox).where(outbox.c.id.in_(ids)).values(state=state, lease_until=None))


def _claimed(tx: Transaction, ids: Sequence[str]) -> list[Claimed]:
    query = (
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
        .where(outbox.c.id.in_(ids))
        .order_by(_to_caller, outbox.c.urgency.desc(), outbox.c.not_before)
    )
    return [_to_claimed(tx, row) for row in tx.rows(query)]


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


_mine = and_(outbox.c.lease_token == bindparam("token"), outbox.c.state == OutboxState.SENDING)
# A status that came first (callbacks may be faster than the carrier's answer) is not undone; its SID is kept always.
_SENT = (
    update(outbox)
    .where(outbox.c.id == bindparam("row"))
    .values(
        state=case((_mine, OutboxState.SENT), else_=outbox.c.state),
        provider_sid=case((_mine, bindparam("sid")), else_=func.coalesce(outbox.c.provider_sid, bindparam("sid"))),
        sent_at=case((_mine, bindparam("now")), else_=outbox.c.sent_at),
        lease_until=case((_mine, None), else_=outbox.c.lease_until),
        status_rank=case((_mine, 1), else_=outbox.c.status_rank),
    )
)


def record_sent(tx: Transaction, sent: Sequence[tuple[Claimed, str]], now: datetime) -> None:
    """The carrier has them, each under its SID."""
    rows = [{"row": claimed.id, "token": claimed.lease_token, "sid": sid, "now": now} for claimed, sid in sent]
    tx.execute(_SENT, sorted(rows, key=itemgetter("row")))
    tx.execute(insert(outbox_attempt), [_attempt(claimed, "sent", now, sid) for claimed, sid in sent])


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
    return {**values, "ended_at": now, "provider_sid": sid, "outcome": outcome[:32]}


def claim_lapsed(tx: Transaction, now: datetime, limit: int) -> list[Claimed]:
    """Rows whose sender died or stalled: taken under a fresh lease, to be looked for at the carrier first."""
    query = (
        select(outbox.c.id)
        .where(outbox.c.state == OutboxState.SENDING, outbox.c.lease_until <= now)
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


def cancel_for_offers(tx: Transaction, offer_ids: Sequence[str]) -> None:
    """Nothing more goes out for offers that are over."""
    if offer_ids:
        tx.execute(
            update(outbox)
            .where(outbox.c.offer_id.in_(offer_ids), outbox.c.state == OutboxState.PENDING)
            .values(state=OutboxState.CANCELLED)
        )


def offers_heard_of(tx: Transaction, offer_ids: Sequence[str]) -> set[str]:
    """The offers whose notice left the house: these people must be told when it is over."""
    gone = (OutboxState.SENDING, OutboxState.SENT, OutboxState.DELIVERED, OutboxState.READ, OutboxState.UNKNOWN)
    if not offer_ids:
        return set()
    query = select(outbox.c.offer_id).where(outbox.c.offer_id.in_(offer_ids), outbox.c.state.in_(gone)).distinct()
    return {row.offer_id for row in tx.rows(query)}


def live_notices(tx: Transaction, dispatch_id: str) -> int:
    """How many notices of open offers are still on their way or have arrived (for T3: are all channels dead?)."""
    query = (
        select(func.count())
        .select_from(outbox.join(offer, offer.c.id == outbox.c.offer_id))
        .where(offer.c.dispatch_id == dispatch_id, offer.c.state == OfferState.PENDING)
        .where(outbox.c.state.not_in([OutboxState.FAILED, OutboxState.CANCELLED]))
    )
    row = tx.one(query)
    return int(row[0]) if row else 0


def overdue_count(tx: Transaction, before: datetime) -> int:
    """Pending rows that were due before a moment: more than none means that nobody hears the doorbell."""
    query = select(func.count()).where(outbox.c.state == OutboxState.PENDING, outbox.c.not_before <= before)
    row = tx.one(query.select_from(outbox))
    return int(row[0]) if row else 0


def replies_since(tx: Transaction, staff_id: str, template: str, now: datetime) -> int:
    """How often a person was told the same within the last hour."""
    since = now - timedelta(hours=1)
    query = select(func.count()).select_from(outbox)
    query = query.where(outbox.c.staff_id == staff_id, outbox.c.template == template, outbox.c.created_at > since)
    row = tx.one(query)
    return int(row[0]) if row else 0
