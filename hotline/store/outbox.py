"""Everything that is to leave the house: notices as rows, planned once, withdrawn when they are pointless."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, case, func, select, update

from hotline.store.batch import Row
from hotline.store.bulk import insert_many
from hotline.store.crypto import Unreadable
from hotline.store.ids import new_id
from hotline.store.session import Transaction
from hotline.store.tables import offer, outbox
from triage.events import Channel
from triage.ladder import Means
from triage.pace import Heard
from triage.states import Audience, OfferState, OutboxState

# Not a message but an order to the carrier: the phone shall stop ringing.
END_CALL = "order.end_call"


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
    insert_many(tx, outbox, [outbox_row(tx, unit_id, notice, now)[1] for notice in fresh])


def plan_by_sms(tx: Transaction, outbox_id: str, now: datetime) -> None:
    """Plans the same notice again by SMS: WhatsApp could not bring it to a staff member. Once per notice."""
    row = tx.one(select(outbox).where(outbox.c.id == outbox_id))
    key = f"sms:{outbox_id}"
    if row is None or tx.one(select(outbox.c.id).where(outbox.c.dedupe_key == key)):
        return
    try:
        params = json.loads(tx.open("outbox", "params_enc", row.id, row.params_enc))
    except Unreadable:
        return  # it failed because nobody can read it; another channel cannot either
    again = Notice(
        row.template,
        Channel.SMS,
        key,
        staff_id=row.staff_id,
        dispatch_id=row.dispatch_id,
        offer_id=row.offer_id,
        urgency=row.urgency,
        params=params,
        send_within=row.send_before - row.not_before,
    )
    plan(tx, row.unit_id, [again], now)


def cancel_for_offers(tx: Transaction, offer_ids: Sequence[str]) -> None:
    """Nothing more goes out for offers that are over."""
    if offer_ids:
        tx.execute(
            update(outbox)
            .where(outbox.c.offer_id.in_(offer_ids), outbox.c.state == OutboxState.PENDING)
            .values(state=OutboxState.CANCELLED)
        )


def cancel_for_staff(tx: Transaction, dispatch_id: str, staff_id: str) -> None:
    """Nothing more about a report goes to this person."""
    hers = and_(outbox.c.dispatch_id == dispatch_id, outbox.c.staff_id == staff_id)
    tx.execute(update(outbox).where(hers, outbox.c.state == OutboxState.PENDING).values(state=OutboxState.CANCELLED))


def ringing_calls(tx: Transaction, offer_ids: Sequence[str]) -> list[tuple[str, str, str]]:
    """The calls about these offers that have not been answered: notice, staff member, and the carrier's SID."""
    if not offer_ids:
        return []
    ringing = and_(outbox.c.state == OutboxState.SENT, outbox.c.provider_sid.is_not(None))
    query = select(outbox.c.id, outbox.c.staff_id, outbox.c.provider_sid).where(outbox.c.offer_id.in_(offer_ids))
    rows = tx.rows(query.where(outbox.c.channel == Channel.VOICE, ringing))
    return [(row.id, row.staff_id, row.provider_sid) for row in rows]


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


def overdue_count(tx: Transaction, unit_id: str, before: datetime) -> int:
    """Pending rows of a unit that were due before a moment: more than none means that nobody hears the doorbell."""
    query = select(func.count()).where(outbox.c.state == OutboxState.PENDING, outbox.c.not_before <= before)
    row = tx.one(query.select_from(outbox).where(outbox.c.unit_id == unit_id))
    return int(row[0]) if row else 0


def heard_lately(
    tx: Transaction, staff_ids: Iterable[str], since: tuple[datetime, datetime]
) -> dict[tuple[str, Means], Heard]:
    """How many notices each person was sent by each means since the two moments, the later one first."""
    quarter, hour = since
    spoken = (outbox.c.channel == Channel.VOICE).label("spoken")
    query = (
        select(outbox.c.staff_id, spoken, func.count().label("hour"), _count_since(quarter).label("quarter"))
        .where(outbox.c.staff_id.in_(list(staff_ids)), outbox.c.created_at > hour)
        .where(outbox.c.state.not_in([OutboxState.CANCELLED, OutboxState.FAILED]), outbox.c.template != END_CALL)
        .group_by(outbox.c.staff_id, spoken)
    )
    return {
        (row.staff_id, Means.CALL if row.spoken else Means.MESSAGE): Heard(int(row.quarter), row.hour)
        for row in tx.rows(query)
    }


def _count_since(moment: datetime) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((outbox.c.created_at > moment, 1), else_=0)), 0)


def replies_since(tx: Transaction, staff_id: str, template: str, now: datetime) -> int:
    """How often a person was told the same within the last hour."""
    since = now - timedelta(hours=1)
    query = select(func.count()).select_from(outbox)
    query = query.where(outbox.c.staff_id == staff_id, outbox.c.template == template, outbox.c.created_at > since)
    row = tx.one(query)
    return int(row[0]) if row else 0
