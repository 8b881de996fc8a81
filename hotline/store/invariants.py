"""What must hold at every moment, as queries: a row that comes back is a person who may be lost."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import and_, func, select

from hotline.store.session import Transaction
from hotline.store.tables import dispatch, inbound_event, offer, outbox, report
from triage.states import Audience, DispatchState, OfferState, OutboxState

_OPEN = dispatch.c.state != DispatchState.CLOSED


def violations(tx: Transaction, now: datetime, tick: timedelta, longest: timedelta) -> Iterator[str]:
    """Each broken invariant with the id of its row: no time window, no age limit.

    `tick` is the pause between two rounds of the ticker, `longest` the longest interval of the ladder.
    """
    checks = {
        "I1 report without dispatch": select(report.c.ref)
        .outerjoin(dispatch, dispatch.c.report_id == report.c.id)
        .where(dispatch.c.id.is_(None)),
        "I2 open without due time": select(dispatch.c.id).where(_OPEN, dispatch.c.next_due_at.is_(None)),
        "I2 due too far away": select(dispatch.c.id).where(
            dispatch.c.state.in_([DispatchState.WAITING, DispatchState.OFFERED]), dispatch.c.next_due_at > now + longest
        ),
        "I3 held without a yes": select(dispatch.c.id).where(
            dispatch.c.state.in_([DispatchState.ACCEPTED, DispatchState.IN_CONTACT]),
            ~select(offer.c.id)
            .where(
                offer.c.dispatch_id == dispatch.c.id,
                offer.c.state == OfferState.ACCEPTED,
                offer.c.staff_id == dispatch.c.holder_id,
            )
            .exists(),
        ),
        "I3 open offer of a held report": select(offer.c.id)
        .join(dispatch, dispatch.c.id == offer.c.dispatch_id)
        .where(
            offer.c.state == OfferState.PENDING,
            dispatch.c.state.in_([DispatchState.ACCEPTED, DispatchState.IN_CONTACT, DispatchState.CLOSED]),
        ),
        "I7 a caller was sent to more than once": select(outbox.c.id).where(
            outbox.c.audience == Audience.CALLER, outbox.c.attempts > 1, outbox.c.state == OutboxState.SENT
        ),
        "I10 lease lapsed and nobody came": select(outbox.c.id).where(
            outbox.c.state == OutboxState.SENDING, outbox.c.lease_until < now - 2 * tick
        ),
        "I11 due and untouched": select(dispatch.c.id).where(
            _OPEN, dispatch.c.next_due_at < now - max(2 * tick, timedelta(seconds=30))
        ),
        "I14 raw event left behind": select(inbound_event.c.id).where(
            and_(inbound_event.c.processed_at.is_(None), inbound_event.c.attempts > 5)
        ),
    }
    for name, query in checks.items():
        for row in tx.rows(query.limit(20)):
            yield f"{name}: {row[0]}"


def open_count(tx: Transaction) -> int:
    """How many reports are open."""
    row = tx.one(select(func.count()).select_from(dispatch).where(_OPEN))
    return int(row[0]) if row else 0
