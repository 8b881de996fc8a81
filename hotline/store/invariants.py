"""What must hold at every moment, as queries: a row that comes back is a person who may be lost."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, exists, func, or_, select

from hotline.store.claims import LEASE
from hotline.store.session import Transaction
from hotline.store.tables import dispatch, event, exclusion, inbound_event, offer, outbox, outbox_attempt, report, staff
from triage.protocol import Level
from triage.states import Audience, CasePart, DispatchState, OfferKind, OfferState, OutboxState

_OPEN = dispatch.c.state != DispatchState.CLOSED
_SEEKING = (DispatchState.WAITING, DispatchState.OFFERED)
_HELD = (DispatchState.ACCEPTED, DispatchState.IN_CONTACT)
_A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Bounds:
    """By what the moments are judged.

    `tick`: the pause between two rounds of the ticker; `longest`: how far ahead a report may be due; `rounds`: the
    longest wait of each level.
    """

    tick: timedelta
    longest: timedelta
    rounds: Mapping[Level, timedelta]


def violations(tx: Transaction, now: datetime, bounds: Bounds) -> Iterator[str]:
    """Each broken invariant with the id of its row: no time window, no age limit for what is open."""
    queries = {
        **_of_dispatches(now, bounds),
        **_of_offers(),
        **_of_the_silent(now, bounds),
        **_of_the_post(now, bounds.tick),
        **_of_words(now),
    }
    for name, query in queries.items():
        for row in tx.rows(query.limit(20)):
            yield f"{name}: {row[0]}"
    yield from _sent_for_nothing(tx)


def _of_dispatches(now: datetime, bounds: Bounds) -> dict[str, Select[Any]]:
    too_far = and_(dispatch.c.state.in_(_SEEKING), dispatch.c.next_due_at > now + bounds.longest)
    late = now - max(2 * bounds.tick, timedelta(seconds=30))
    written = select(func.max(event.c.seq)).where(event.c.stream == report.c.ref).correlate(report).scalar_subquery()
    unwritten = (
        select(dispatch.c.id)
        .join(report, report.c.id == dispatch.c.report_id)
        .where(_OPEN, dispatch.c.epoch > func.coalesce(written, 0))
    )
    return {
        "I1 report without dispatch": select(report.c.ref)
        .outerjoin(dispatch, dispatch.c.report_id == report.c.id)
        .where(report.c.closed_at.is_(None), dispatch.c.id.is_(None)),
        "I2 open without due time": select(dispatch.c.id).where(_OPEN, dispatch.c.next_due_at.is_(None)),
        "I2 due too far away": select(dispatch.c.id).where(too_far),
        "I9 changed without an event": unwritten,
        "I11 due and untouched": select(dispatch.c.id).where(_OPEN, dispatch.c.next_due_at < late),
    }


def _of_offers() -> dict[str, Select[Any]]:
    holder_said_yes = exists().where(
        offer.c.dispatch_id == dispatch.c.id,
        offer.c.state == OfferState.ACCEPTED,
        offer.c.staff_id == dispatch.c.holder_id,
    )
    shut_out = and_(exclusion.c.report_id == dispatch.c.report_id, dispatch.c.state != DispatchState.CLOSED)
    involved = or_(dispatch.c.holder_id == exclusion.c.staff_id, dispatch.c.responsible_id == exclusion.c.staff_id)
    asked = exists().where(
        offer.c.dispatch_id == dispatch.c.id,
        offer.c.staff_id == exclusion.c.staff_id,
        offer.c.state.in_([OfferState.PENDING, OfferState.ACCEPTED]),
    )
    return {
        "I3 held without a yes": select(dispatch.c.id).where(dispatch.c.state.in_(_HELD), ~holder_said_yes),
        "I3 open offer of a held report": select(offer.c.id)
        .join(dispatch, dispatch.c.id == offer.c.dispatch_id)
        .where(offer.c.state == OfferState.PENDING, dispatch.c.state.not_in(_SEEKING))
        .where(or_(offer.c.kind == OfferKind.LADDER, dispatch.c.state == DispatchState.CLOSED)),
        "conflict of interest": select(dispatch.c.id).join(exclusion, shut_out).where(or_(involved, asked)),
    }


def _of_the_silent(now: datetime, bounds: Bounds) -> dict[str, Select[Any]]:
    """I4: rounds went by, and no carrier took a notice of this report for anybody."""
    found = {}
    for level, wait in bounds.rounds.items():
        recent = and_(offer.c.dispatch_id == dispatch.c.id, offer.c.offered_at > now - 2 * wait)
        went_by = exists().where(recent, offer.c.offered_at <= now - wait)
        told = exists().where(recent, offer.c.first_sent_at.is_not(None))
        first = dispatch.c.part == CasePart.RESPONDER
        seeking = and_(dispatch.c.state == DispatchState.OFFERED, dispatch.c.level == level, first)
        found[f"I4 {level} and nobody was told"] = select(dispatch.c.id).where(seeking, went_by, ~told)
    return found


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
    # A lease that lapsed raised the token and not the attempts; each lapse excuses one more sending to staff.
    unexcused = (
        select(outbox.c.id)
        .join(outbox_attempt, outbox_attempt.c.outbox_id == outbox.c.id)
        .where(outbox.c.attempts > 1, outbox.c.audience == Audience.STAFF, outbox_attempt.c.outcome == "sent")
        .group_by(outbox.c.id, outbox.c.lease_token, outbox.c.attempts)
        .having(func.count() > 1 + outbox.c.lease_token - outbox.c.attempts)
    )
    lapsed = and_(outbox.c.state == OutboxState.SENDING, outbox.c.lease_until < now - 2 * tick)
    left = and_(inbound_event.c.processed_at.is_(None), inbound_event.c.attempts > 5)
    return {
        "I7 a caller was sent to more than once": twice,
        "I7 staff were sent to more often than leases lapsed": unexcused,
        "I10 lease lapsed and nobody came": select(outbox.c.id).where(lapsed),
        "I14 raw event left behind": select(inbound_event.c.id).where(left),
    }


def _of_words(now: datetime) -> dict[str, Select[Any]]:
    """I6: whoever was told "yours" within a day said yes in the same transaction."""
    said_yes = exists().where(offer.c.staff_id == outbox.c.staff_id, offer.c.accepted_at == outbox.c.created_at)
    yours = and_(outbox.c.template == "answer.yours", outbox.c.created_at > now - _A_DAY)
    # From each person to what she was told of late: an index leads there, and none does through all years.
    told = select(outbox.c.id).select_from(staff.join(outbox, outbox.c.staff_id == staff.c.id))
    return {"I6 told yours without a yes": told.where(yours, ~said_yes)}


def _sent_for_nothing(tx: Transaction) -> Iterator[str]:
    """I5: a notice of an offer was claimed after the offer was over; what is only looked for again is not meant."""
    query = (
        select(outbox.c.id, outbox.c.lease_until, offer.c.closed_at)
        .join(offer, offer.c.id == outbox.c.offer_id)
        .where(outbox.c.state == OutboxState.SENDING, outbox.c.attempts == outbox.c.lease_token)
        .where(outbox.c.template.like("offer.%"), offer.c.closed_at.is_not(None))
    )
    for row in tx.rows(query):
        if row.lease_until is not None and row.lease_until - LEASE > row.closed_at:
            yield f"I5 claimed for an offer that is over: {row.id}"
