"""Offers: which report was offered to whom, and what became of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row as DatabaseRow
from sqlalchemy import and_, case, func, select, update

from hotline.store import bulk
from hotline.store.dispatches import Standing
from hotline.store.session import Transaction
from hotline.store.tables import dispatch, offer
from triage.states import DispatchState, OfferKind, OfferState


@dataclass(frozen=True)
class Offered:
    """One offer of one report to one person."""

    id: str
    dispatch_id: str
    staff_id: str
    state: OfferState
    offered_at: datetime
    first_sent_at: datetime | None
    expires_at: datetime
    epoch: int
    kind: OfferKind
    asked_by_id: str | None
    accepted_at: datetime | None

    @property
    def is_open_request(self) -> bool:
        """Somebody asked this very person, and waits for her answer."""
        return self.kind.is_personal and self.state is OfferState.PENDING


def pending(tx: Transaction, dispatch_ids: Iterable[str]) -> dict[str, list[Offered]]:
    """The open offers of each dispatch, oldest first."""
    query = select(offer).where(offer.c.dispatch_id.in_(list(dispatch_ids)), offer.c.state == OfferState.PENDING)
    found: dict[str, list[Offered]] = {}
    for row in tx.rows(query.order_by(offer.c.offered_at, offer.c.id)):
        found.setdefault(row.dispatch_id, []).append(_offered(row))
    return found


def by_id(tx: Transaction, offer_id: str) -> Offered | None:
    """One offer."""
    row = tx.one(select(offer).where(offer.c.id == offer_id))
    return _offered(row) if row else None


def latest_to(tx: Transaction, dispatch_id: str, staff_id: str) -> Offered | None:
    """The latest offer of this report to this person, whatever became of it."""
    query = select(offer).where(offer.c.dispatch_id == dispatch_id, offer.c.staff_id == staff_id)
    row = tx.one(query.order_by(offer.c.epoch.desc()).limit(1))
    return _offered(row) if row else None


def asked_alone(tx: Transaction, staff_id: str) -> list[str]:
    """The dispatches that have an open offer to this person and to nobody else."""
    hers = select(offer.c.dispatch_id).where(offer.c.staff_id == staff_id, offer.c.state == OfferState.PENDING)
    query = (
        select(offer.c.dispatch_id)
        .where(offer.c.dispatch_id.in_(hers), offer.c.state == OfferState.PENDING)
        .group_by(offer.c.dispatch_id)
        .having(func.count() == 1)
    )
    return [row.dispatch_id for row in tx.rows(query)]


@dataclass(frozen=True)
class Answerable:
    """A report that a person may still say yes or no to."""

    dispatch_id: str
    code: str
    state: DispatchState
    offer_state: OfferState


_seeking = dispatch.c.state.in_([DispatchState.WAITING, DispatchState.OFFERED])
_how_open = case(
    (and_(offer.c.state == OfferState.PENDING, _seeking), 0),
    (_seeking, 1),
    (dispatch.c.state != DispatchState.CLOSED, 2),
    else_=3,
)


def answerable(tx: Transaction, staff_id: str, code: str | None) -> list[Answerable]:
    """The latest offer of each report to this person; with a code also those that are over.

    Open offers stand first, then what is late and nobody's, then what is held, and what is closed last: codes are used
    again, and a yes is meant for what is open.
    """
    latest = (
        select(offer.c.dispatch_id, func.max(offer.c.epoch).label("epoch"))
        .where(offer.c.staff_id == staff_id)
        .group_by(offer.c.dispatch_id)
        .subquery()
    )
    query = (
        select(offer.c.dispatch_id, dispatch.c.code, dispatch.c.state, offer.c.state.label("offer_state"))
        .join(latest, and_(latest.c.dispatch_id == offer.c.dispatch_id, latest.c.epoch == offer.c.epoch))
        .join(dispatch, dispatch.c.id == offer.c.dispatch_id)
        .where(offer.c.staff_id == staff_id)
        .order_by(_how_open, dispatch.c.urgency.desc(), dispatch.c.opened_at.desc())
    )
    if code:
        query = query.where(dispatch.c.code == code)
    else:
        # Without a code: what is open to her, and what is late but still nobody's.
        query = query.where(_seeking, offer.c.state.in_([OfferState.PENDING, OfferState.EXPIRED]))
    return [
        Answerable(row.dispatch_id, row.code, DispatchState(row.state), OfferState(row.offer_state))
        for row in tx.rows(query.limit(20))
    ]


def codes_open_to(tx: Transaction, staff_id: str) -> list[str]:
    """The codes of all that a person is being asked now, the most urgent first."""
    query = (
        select(dispatch.c.code)
        .join(offer, offer.c.dispatch_id == dispatch.c.id)
        .where(offer.c.staff_id == staff_id, offer.c.state == OfferState.PENDING)
        .order_by(dispatch.c.urgency.desc(), dispatch.c.opened_at)
    )
    return [row.code for row in tx.rows(query)]


def personal_overdue(tx: Transaction, unit_id: str, now: datetime, limit: int) -> list[Offered]:
    """Open offers to somebody who was chosen by another, of held reports, whose time is over."""
    held = dispatch.c.state.in_([DispatchState.ACCEPTED, DispatchState.IN_CONTACT])
    query = (
        select(offer)
        .join(dispatch, dispatch.c.id == offer.c.dispatch_id)
        .where(offer.c.state == OfferState.PENDING, offer.c.kind != OfferKind.LADDER, offer.c.expires_at <= now)
        .where(dispatch.c.unit_id == unit_id, held)
        .order_by(offer.c.expires_at)
        .limit(limit)
    )
    return [_offered(row) for row in tx.rows(query)]


def end(tx: Transaction, ids: Sequence[str], state: OfferState, now: datetime, reason: str = "") -> None:
    """Closes open offers."""
    if ids:
        tx.execute(
            update(offer)
            .where(offer.c.id.in_(ids), offer.c.state == OfferState.PENDING)
            .values(state=state, closed_at=now, close_reason=reason or None)
        )


def mark_accepted(tx: Transaction, offer_id: str, now: datetime) -> None:
    """The one yes; the partial unique index refuses a second."""
    values = {"state": OfferState.ACCEPTED, "closed_at": now, "accepted_at": now}
    tx.execute(update(offer).where(offer.c.id == offer_id).values(**values))


def lapse_accepted(tx: Transaction, dispatch_id: str, now: datetime, reason: str) -> None:
    """Takes the yes back, so that somebody else may say it."""
    tx.execute(
        update(offer)
        .where(offer.c.dispatch_id == dispatch_id, offer.c.state == OfferState.ACCEPTED)
        .values(state=OfferState.RESCINDED, closed_at=now, close_reason=reason)
    )


def note_sent(tx: Transaction, ids: Sequence[str], now: datetime) -> None:
    """The first notice of each offer has left: her time counts from here, and so does our promise."""
    if not ids:
        return
    owners = select(offer.c.dispatch_id).where(offer.c.id.in_(ids))
    unnoted = dispatch.c.first_notified_at.is_(None)
    tx.execute(update(dispatch).where(dispatch.c.id.in_(owners), unnoted).values(first_notified_at=now))
    tx.execute(update(offer).where(offer.c.id.in_(ids), offer.c.first_sent_at.is_(None)).values(first_sent_at=now))


def note_bundle_sent(tx: Transaction, staff_ids: Sequence[str], now: datetime) -> None:
    """A message that named all that waits for these people has left: it is the notice of each of their open offers."""
    if staff_ids:
        hers = and_(offer.c.staff_id.in_(staff_ids), offer.c.state == OfferState.PENDING)
        tx.execute(update(offer).where(hers, offer.c.first_sent_at.is_(None)).values(first_sent_at=now))


def new_row(standing: Standing, offer_id: str, staff_id: str, now: datetime) -> dict[str, Any]:
    """What every new offer holds; its epoch is the one its dispatch is about to have."""
    epoch = standing.epoch + 1
    return {"id": offer_id, "dispatch_id": standing.id, "epoch": epoch, "staff_id": staff_id, "offered_at": now}


def insert_many(tx: Transaction, rows: Sequence[Mapping[str, Any]]) -> None:
    """Writes new offers."""
    bulk.insert_many(tx, offer, rows)


def _offered(row: DatabaseRow[Any]) -> Offered:
    return Offered(
        row.id,
        row.dispatch_id,
        row.staff_id,
        OfferState(row.state),
        row.offered_at,
        row.first_sent_at,
        row.expires_at,
        row.epoch,
        OfferKind(row.kind),
        row.asked_by_id,
        row.accepted_at,
    )


def is_pending(tx: Transaction, offer_id: str | None) -> bool:
    """Whether this offer is still open."""
    row = tx.one(select(offer.c.state).where(offer.c.id == offer_id))
    return row is not None and row.state == OfferState.PENDING


def accepted_of(tx: Transaction, dispatch_id: str) -> list[Offered]:
    """The one accepted offer of a dispatch, if somebody holds it."""
    query = select(offer).where(offer.c.dispatch_id == dispatch_id, offer.c.state == OfferState.ACCEPTED)
    return [_offered(row) for row in tx.rows(query)]
