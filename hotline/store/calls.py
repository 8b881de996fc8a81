"""Calls: the legs a waiting call rings, and which report a call belongs to."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from hotline.store.crypto import Unreadable
from hotline.store.ids import new_id
from hotline.store.session import Transaction
from hotline.store.tables import call_leg, contact_point, dispatch, inbound_event, message, offer, outbox, report
from triage.events import Channel, EventKind
from triage.states import CasePart, OfferState


@dataclass(frozen=True)
class Leg:
    """One staff phone rung for one waiting call."""

    id: str
    call_sid: str
    number: int
    offer_id: str
    staff_id: str
    dispatch_id: str
    accepted_at: datetime | None
    ended_at: datetime | None


_LEG = select(call_leg, offer.c.staff_id, offer.c.dispatch_id).join(offer, offer.c.id == call_leg.c.offer_id)


def new_leg(tx: Transaction, place: tuple[str, int], offer_id: str, report_id: str, now: datetime) -> str:
    """Writes a leg before it rings; its place (call, number) makes a repeated step harmless. Returns its id."""
    call_sid, number = place
    row_id = new_id(now)
    values = {"id": row_id, "call_sid": call_sid, "number": number, "offer_id": offer_id, "report_id": report_id}
    tx.execute(call_leg.insert().values(**values, started_at=now))
    return row_id


def leg(tx: Transaction, leg_id: str) -> Leg | None:
    """One leg by its id."""
    row = tx.one(_LEG.where(call_leg.c.id == leg_id))
    return _leg(row) if row else None


def leg_of_call(tx: Transaction, call_sid: str, number: int) -> Leg | None:
    """The n-th leg of a call."""
    row = tx.one(_LEG.where(call_leg.c.call_sid == call_sid, call_leg.c.number == number))
    return _leg(row) if row else None


def rung_people(tx: Transaction, call_sid: str) -> set[str]:
    """The staff ids of those whom this call has rung already, whichever of their offers it was."""
    query = select(offer.c.staff_id).join(call_leg, call_leg.c.offer_id == offer.c.id)
    return {row.staff_id for row in tx.rows(query.where(call_leg.c.call_sid == call_sid))}


def accept_leg(tx: Transaction, leg_id: str, now: datetime) -> None:
    """She pressed the key."""
    tx.execute(update(call_leg).where(call_leg.c.id == leg_id).values(accepted_at=now))


def end_leg(tx: Transaction, leg_id: str, outcome: str, now: datetime) -> None:
    """The leg is over."""
    values = {"ended_at": now, "outcome": outcome[:24]}
    tx.execute(update(call_leg).where(call_leg.c.id == leg_id, call_leg.c.ended_at.is_(None)).values(**values))


def voice_phone(tx: Transaction, staff_id: str) -> str | None:
    """The number on which a staff member is rung; None if there is none, or none that can be read."""
    query = select(contact_point.c.id, contact_point.c.address_enc).where(
        contact_point.c.staff_id == staff_id,
        contact_point.c.channel == Channel.VOICE,
        contact_point.c.disabled_at.is_(None),
    )
    row = tx.one(query.limit(1))
    try:
        return tx.open("contact_point", "address_enc", row.id, row.address_enc) if row else None
    except Unreadable:  # the next person is rung; a caller must not be lost to one broken row
        return None


@dataclass(frozen=True)
class CallReport:
    """The report of a call, and when the call began."""

    report_id: str
    ref: str
    dispatch_id: str
    started_at: datetime


def report_of_call(tx: Transaction, call_sid: str) -> CallReport | None:
    """Which report an incoming call belongs to."""
    query = (
        select(report.c.id, report.c.ref, dispatch.c.id.label("dispatch_id"), inbound_event.c.received_at)
        .join(message, message.c.report_id == report.c.id)
        .join(inbound_event, inbound_event.c.id == message.c.event_id)
        .join(dispatch, dispatch.c.report_id == report.c.id)
        .where(inbound_event.c.kind == EventKind.CALL, inbound_event.c.provider_sid == call_sid)
        .where(dispatch.c.part == CasePart.RESPONDER)
        .order_by(inbound_event.c.received_at, dispatch.c.episode.desc())
        .limit(1)
    )
    row = tx.one(query)
    return CallReport(row.id, row.ref, row.dispatch_id, row.received_at) if row else None


@dataclass(frozen=True)
class CalledAbout:
    """The report that an outgoing call to a staff member is about, and what the call is for, by its template."""

    template: str
    staff_id: str
    dispatch_id: str
    code: str
    level: str
    state: str


def about_notice(tx: Transaction, outbox_id: str) -> CalledAbout | None:
    """What an outgoing call to a staff member is about, by the id in its URL."""
    query = (
        select(outbox.c.template, outbox.c.staff_id, dispatch.c.id, dispatch.c.code, dispatch.c.level, dispatch.c.state)
        .join(dispatch, dispatch.c.id == outbox.c.dispatch_id)
        .where(outbox.c.id == outbox_id, outbox.c.staff_id.is_not(None))
    )
    row = tx.one(query)
    return CalledAbout(row.template, row.staff_id, row.id, row.code, row.level, row.state) if row else None


def notice_of_open_offer(tx: Transaction, staff_id: str) -> str | None:
    """The id of the newest notice of the most urgent open offer to a person, for whoever calls back."""
    query = (
        select(outbox.c.id)
        .join(offer, offer.c.id == outbox.c.offer_id)
        .join(dispatch, dispatch.c.id == offer.c.dispatch_id)
        .where(offer.c.staff_id == staff_id, offer.c.state == OfferState.PENDING)
        .order_by(dispatch.c.urgency.desc(), outbox.c.created_at.desc(), outbox.c.id)
        .limit(1)
    )
    row = tx.one(query)
    return str(row.id) if row else None


def _leg(row: Any) -> Leg:
    return Leg(
        row.id, row.call_sid, row.number, row.offer_id, row.staff_id, row.dispatch_id, row.accepted_at, row.ended_at
    )
