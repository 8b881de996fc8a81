"""A report changes hands: released, handed over with consent, assigned, or sought a counsellor for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from secrets import SystemRandom
from typing import Any

from hotline import conflicts, notices
from hotline.dispatch import ladder_of, withdraw_personal
from hotline.outcomes import Outcome, Verdict
from hotline.services import Services
from hotline.store import crew, dispatches, events, exclusions, offers, outbox, staff, wishes
from hotline.store.batch import insert_all
from hotline.store.crew import Member
from hotline.store.dispatches import Standing
from hotline.store.ids import new_id
from hotline.store.limits import RELEASED
from hotline.store.offers import Offered
from hotline.store.session import Transaction
from triage.answers import new_code
from triage.choosing import Wish
from triage.ladder import Means
from triage.states import CasePart, DispatchState, DueKind, Happening, OfferKind, OfferState, Role

_LEADERS = frozenset({Role.HEAD, Role.SUPERVISOR})
_RANDOM = SystemRandom()
_BATCH = 40


@dataclass(frozen=True)
class Request:
    """Who asks whom to take a report, and why."""

    by_id: str
    to_code: str
    reason: str


def release(tx: Transaction, services: Services, standing: Standing, of: tuple[str, str], now: datetime) -> Outcome:
    """T9: the holder gives it back; it is offered anew from the first rung, and whoever leads answers for it."""
    staff_id, reason = of
    if standing.state is DispatchState.CLOSED:
        return Outcome(Verdict.CLOSED, standing.code)
    who = crew.member(tx, staff_id)
    if who is None or standing.holder_id != staff_id:
        return Outcome(Verdict.NOT_YOURS, standing.code)
    offers.lapse_accepted(tx, standing.id, now, RELEASED)
    withdraw_personal(tx, standing.id, now, RELEASED)
    answering = conflicts.successor(tx, standing, staff_id)
    values = {"state": DispatchState.OFFERED, "holder_id": None, "responsible_id": answering, "rung": -1}
    dispatches.change(tx, standing, values | {"next_due_at": now, "due_kind": DueKind.NEXT_RUNG})
    if not answering.startswith("desk-"):
        told = notices.passed_on("alert.released", standing, answering, who.initials)
        outbox.plan(tx, services.unit.id, [told], now)
    entry = events.Entry(standing.ref, Happening.RELEASED, who.code, {"reason": reason[:32]})
    events.append(tx, [entry], services.unit.id, now)
    return Outcome(Verdict.RELEASED, standing.code)


def ask_person(tx: Transaction, services: Services, standing: Standing, request: Request, now: datetime) -> Outcome:
    """T10, T11: the holder, or a leader, asks one person by name. Until she says yes nothing else changes.

    She must say yes herself; the clocks run on, and of a report that nobody holds the ladder goes on after her time.
    """
    by, to = crew.member(tx, request.by_id), _named(tx, services, request.to_code)
    if standing.state is DispatchState.CLOSED:
        return Outcome(Verdict.CLOSED, standing.code)
    if by is None or not _may_ask(tx, standing, by):
        return Outcome(Verdict.NOT_YOURS, standing.code)
    if to is None or not _may_take(tx, standing, to):
        return Outcome(Verdict.NOT_HER, standing.code)
    if any(one.staff_id == to.id and one.kind.is_personal for one in _pending(tx, standing)):
        return Outcome(Verdict.ASKED, standing.code)
    kind = OfferKind.HANDOVER if standing.holder_id == by.id else OfferKind.ASSIGNED
    _ask(tx, services, standing, (by, to, kind, request.reason[:32]), now)
    return Outcome(Verdict.ASKED, standing.code)


def _named(tx: Transaction, services: Services, code: str) -> Member | None:
    staff_id = staff.active_by_code(tx, services.unit.id, code.strip().upper())
    return crew.member(tx, staff_id) if staff_id else None


def _may_ask(tx: Transaction, standing: Standing, by: Member) -> bool:
    leads = by.role in _LEADERS and not exclusions.is_excluded(tx, standing.report_id, by.id)
    return leads or (standing.state.is_held and standing.holder_id == by.id)


def _may_take(tx: Transaction, standing: Standing, to: Member) -> bool:
    wished = wishes.of_reports(tx, [standing.report_id]).get(standing.report_id, Wish())
    suits = not wished.only or to.gender in (None, wished.gender)
    shut_out = exclusions.is_excluded(tx, standing.report_id, to.id)
    return suits and not shut_out and to.role is not Role.AUDITOR and to.id != standing.holder_id


def _pending(tx: Transaction, standing: Standing) -> list[Offered]:
    return offers.pending(tx, [standing.id]).get(standing.id, [])


def _ask(
    tx: Transaction, services: Services, standing: Standing, what: tuple[Member, Member, OfferKind, str], now: datetime
) -> None:
    by, to, kind, reason = what
    steps = ladder_of(tx, services, standing.ladder_id).steps(standing.level, standing.part)
    # Whoever the ladder is asking already is asked by name now; her open offer becomes this one.
    before = [one.id for one in _pending(tx, standing) if one.staff_id == to.id]
    offers.end(tx, before, OfferState.RESCINDED, now, "assigned")
    outbox.cancel_for_offers(tx, before)
    row = _offer_row(standing, what, now + steps.confirm_within, now)
    offers.insert_many(tx, [row])
    planned = [notices.request(standing, row, by.initials)]
    if standing.state.is_seeking and Means.CALL in steps.means:
        planned.append(notices.offer(standing, row, Means.CALL))
    outbox.plan(tx, services.unit.id, planned, now)
    dispatches.change(tx, standing, _clock_of_request(standing, now + steps.confirm_within, now))
    name = Happening.HANDOVER_ASKED if kind is OfferKind.HANDOVER else Happening.ASSIGNED
    entry = events.Entry(standing.ref, name, by.code, {"to": to.code, "reason": reason})
    events.append(tx, [entry], services.unit.id, now)


def _offer_row(
    standing: Standing, what: tuple[Member, Member, OfferKind, str], until: datetime, now: datetime
) -> Mapping[str, Any]:
    by, to, kind, reason = what
    row = offers.new_row(standing, new_id(now), to.id, now)
    more = {"rung": standing.rung, "state": OfferState.PENDING, "kind": kind, "asked_by_id": by.id}
    return row | more | {"expires_at": until, "why": f"{kind} by {by.code}; {reason}"[:120]}


def _clock_of_request(standing: Standing, until: datetime, now: datetime) -> dict[str, Any]:
    """A held report keeps the clock of its holder. One that nobody holds is rung on when her time is over."""
    if standing.state.is_held:
        return {}
    first = standing.first_offered_at or now
    return {
        "state": DispatchState.OFFERED,
        "next_due_at": until,
        "due_kind": DueKind.NEXT_RUNG,
        "first_offered_at": first,
    }


def expire_unanswered(services: Services, now: datetime) -> int:
    """Who was asked and is silent: the giver keeps the report and is told. Returns how many requests ended."""
    with services.database.look() as tx:
        overdue = offers.personal_overdue(tx, services.unit.id, now, _BATCH)
    for offer in overdue:
        services.database.run(partial(_expire, services=services, offer=offer, now=now))
    return len(overdue)


def _expire(tx: Transaction, services: Services, offer: Offered, now: datetime) -> None:
    standing = dispatches.lock(tx, offer.dispatch_id)
    if standing is None or not offers.is_pending(tx, offer.id):
        return
    offers.end(tx, [offer.id], OfferState.EXPIRED, now, "silent")
    outbox.cancel_for_offers(tx, [offer.id])
    who = crew.member(tx, offer.staff_id)
    if offer.asked_by_id and who:
        told = notices.passed_on("handover.silent", standing, offer.asked_by_id, who.initials)
        outbox.plan(tx, services.unit.id, [told], now)
    entry = events.Entry(standing.ref, Happening.OFFER_UNANSWERED, "system", {"to": who.code if who else "?"})
    events.append(tx, [entry], services.unit.id, now)


def seek_counsellor(tx: Transaction, services: Services, standing: Standing, staff_id: str, now: datetime) -> Outcome:
    """The second case role: a dispatch of its own, with its own ladder, beside the first."""
    who = crew.member(tx, staff_id)
    if standing.state is DispatchState.CLOSED:
        return Outcome(Verdict.CLOSED, standing.code)
    if who is None or not _may_ask(tx, standing, who):
        return Outcome(Verdict.NOT_YOURS, standing.code)
    there = dispatches.lock_by_ref(tx, services.unit.id, standing.ref, CasePart.COUNSELLOR)
    if there is not None and there.state is not DispatchState.CLOSED:
        return Outcome(Verdict.ASKED, there.code)
    opened = _second_values(services, standing, there, now)
    insert_all(tx, [dispatches.opening_row(opened, now)])
    entry = events.Entry(standing.ref, Happening.COUNSELLOR_SOUGHT, who.code, {})
    events.append(tx, [entry], services.unit.id, now)
    return Outcome(Verdict.ASKED, str(opened["code"]))


def _second_values(services: Services, first: Standing, before: Standing | None, now: datetime) -> dict[str, Any]:
    steps = services.ladder.steps(first.level, CasePart.COUNSELLOR)
    return {
        "unit_id": first.unit_id,
        "report_id": first.report_id,
        "episode": before.episode + 1 if before else 1,
        "part": CasePart.COUNSELLOR,
        "code": new_code(_RANDOM),
        "level": first.level,
        "channel": first.channel,
        "urgency": first.level.rank,
        "responsible_id": first.responsible_id,
        "ladder_id": services.ladder.version,
        "next_due_at": now,
        "answer_by": now + steps.answer_within,
    }
