"""What must hold at every moment, as queries: a row that comes back is a person who may be lost."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, exists, func, select

from hotline.store.session import Transaction
from hotline.store.tables import dispatch, inbound_event, offer, outbox, outbox_attempt, report
from triage.states import Audience, DispatchState, OfferState, OutboxState

_OPEN = dispatch.c.state != DispatchState.CLOSED
_SEEKING = (DispatchState.WAITING, DispatchState.OFFERED)
_HELD = (DispatchState.ACCEPTED, DispatchState.IN_CONTACT)


def violations(tx: Transaction, now: datetime, tick: timedelta, longest: timedelta) -> Iterator[str]:
    """Each broken invariant with the id of its row: no time window, no age limit.

    `tick` is the pause between two rounds of the ticker, `longest` the longest interval of the ladder.
    """
    for name, query in {**_of_dispatches(now, tick, longest), **_of_offers(), **_of_the_post(now, tick)}.items():
        for row in tx.rows(query.limit(20)):
            yield f"{name}: {row[0]}"


def _of_dispatches(now: datetime, tick: timedelta, longest: timedelta) -> dict[str, Select[Any]]:
    too_far = and_(dispatch.c.state.in_(_SEEKING), dispatch.c.next_due_at > now + longest)
    late = now - max(2 * tick, timedelta(seconds=30))
    return {
        "I1 report without dispatch": select(report.c.ref)
        .outerjoin(dispatch, dispatch.c.report_id == report.c.id)
        .where(report.c.closed_at.is_(None), dispatch.c.id.is_(None)),
        "I2 open without due time": select(dispatch.c.id).where(_OPEN, dispatch.c.next_due_at.is_(None)),
        "I2 due too far away": select(dispatch.c.id).where(too_far),
        "I11 due and untouched": select(dispatch.c.id).where(_OPEN, dispatch.c.next_due_at < late),
    }


def _of_offers() -> dict[str, Select[Any]]:
    holder_said_yes = exists().where(
        offer.c.dispatch_id == dispatch.c.id,
        offer.c.state == OfferState.ACCEPTED,
        offer.c.staff_id == dispatch.c.holder_id,
    )
    return {
        "I3 held without a yes": select(dispatch.c.id).where(dispatch.c.state.in_(_HELD), ~holder_said_yes),
        "I3 open offer of a held report": select(offer.c.id)
        .join(dispatch, dispatch.c.id == offer.c.dispatch_id)
        .where(offer.c.state == OfferState.PENDING, dispatch.c.state.not_in(_SEEKING)),
    }


def _of_the_post(now: datetime, tick: timedelta) -> dict[str, Select[Any]]:
    # Attempts that surely did not go (a 429) do not count; those that went, or may have gone, do.
    may_have_gone = outbox_attempt.c.outcome.in_(["sent", OutboxState.UNKNOWN])
    twice = (
        select(outbox.c.id)
        .join(outbox_attempt, outbox_attempt.c.outbox_id == outbox.c.id)
        .where(outbox.c.attempts > 1, outbox.c.audience == Audience.CALLER, may_have_gone)
        .group_by(outbox.c.id)
        .having(func.count() > 1)
    )
    lapsed = and_(outbox.c.state == OutboxState.SENDING, outbox.c.lease_until < now - 2 * tick)
    left = and_(inbound_event.c.processed_at.is_(None), inbound_event.c.attempts > 5)
    return {
        "I7 a caller was sent to more than once": twice,
        "I10 lease lapsed and nobody came": select(outbox.c.id).where(lapsed),
        "I14 raw event left behind": select(inbound_event.c.id).where(left),
    }
