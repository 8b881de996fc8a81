"""The end of a report, and a lower level: only people decide that, and of an emergency two of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hotline import notices
from hotline.outcomes import Outcome, Verdict
from hotline.services import Services
from hotline.store import callers, crew, dispatches, events, exclusions, offers, outbox, reports
from hotline.store.crew import Member
from hotline.store.dispatches import Standing
from hotline.store.session import Transaction
from triage.casework import CloseReason
from triage.protocol import Level
from triage.states import CasePart, DispatchState, Happening, OfferState, Role

# Leaders may end what a companion could not; nobody else does.
_LEADERS = frozenset({Role.HEAD, Role.SUPERVISOR})


@dataclass(frozen=True)
class Decision:
    """What one person wants to happen to a report: `what` is kept until a second person says the same."""

    staff_id: str
    what: str


def close(
    tx: Transaction, services: Services, standing: Standing, by: tuple[str, CloseReason], now: datetime
) -> Outcome:
    """T12: the holder or a leader ends a report, with a reason; an emergency needs a second person."""
    staff_id, reason = by
    refused = _refused(tx, standing, staff_id)
    if refused:
        return refused
    decision = Decision(staff_id, f"close:{reason}")
    who = crew.member(tx, staff_id)
    if who is None or _needs_second(tx, services, standing, decision, now):
        return Outcome(Verdict.SECOND_PERSON, standing.code)
    _end(tx, services, standing, (who, reason), now)
    return Outcome(Verdict.RECORDED, standing.code)


def lower(
    tx: Transaction, services: Services, standing: Standing, to: tuple[str, Level, str], now: datetime
) -> Outcome:
    """A person lowers a level, with a reason; from emergency only two people do (urgency-protocol 5.1)."""
    staff_id, level, reason = to
    refused = _refused(tx, standing, staff_id)
    if refused:
        return refused
    if level.rank >= standing.level.rank:
        return Outcome(Verdict.NOT_HER, standing.code)
    who = crew.member(tx, staff_id)
    if who is None or _needs_second(tx, services, standing, Decision(staff_id, f"lower:{level}"), now):
        return Outcome(Verdict.SECOND_PERSON, standing.code)
    detail = {"from": standing.level, "to": level, "reason": reason[:32], **_asked(tx, standing)}
    dispatches.change(tx, standing, {"level": level, "urgency": level.rank, **_NOTHING_ASKED})
    reports.lower_level(tx, standing.report_id, level)
    entry = events.Entry(standing.ref, Happening.REPORT_LOWERED, who.code, detail)
    events.append(tx, [entry], services.unit.id, now)
    return Outcome(Verdict.RECORDED, standing.code)


_NOTHING_ASKED: dict[str, Any] = {"asked_by_id": None, "asked_for": None, "asked_at": None}


def _refused(tx: Transaction, standing: Standing, staff_id: str) -> Outcome | None:
    if standing.state is DispatchState.CLOSED:
        return Outcome(Verdict.CLOSED, standing.code)
    who = crew.member(tx, staff_id)
    may = who is not None and (standing.holder_id == staff_id or who.role in _LEADERS)
    shut_out = exclusions.is_excluded(tx, standing.report_id, staff_id)
    return None if may and not shut_out else Outcome(Verdict.NOT_YOURS, standing.code)


def _needs_second(tx: Transaction, services: Services, standing: Standing, decision: Decision, now: datetime) -> bool:
    """True while only one person wants it; what was asked before the caller's last words does not count any more."""
    if standing.level is not Level.EMERGENCY or standing.part is not CasePart.RESPONDER:
        return False
    fresh = standing.asked_at is not None and reports.last_heard(tx, standing.report_id) <= standing.asked_at
    if fresh and standing.asked_for == decision.what and standing.asked_by_id != decision.staff_id:
        return False
    who = crew.member(tx, decision.staff_id)
    asks = {"asked_by_id": decision.staff_id, "asked_for": decision.what, "asked_at": now}
    dispatches.change(tx, standing, asks)
    code, initials = (who.code, who.initials) if who else ("?", "–")
    entry = events.Entry(standing.ref, Happening.SECOND_ASKED, code, {"for": decision.what})
    events.append(tx, [entry], services.unit.id, now)
    leaders = [one for one in crew.leaders(tx, standing.unit_id, standing.report_id) if one != decision.staff_id]
    told = [notices.passed_on("alert.second", standing, one, initials) for one in leaders]
    outbox.plan(tx, services.unit.id, told, now)
    return True


def _asked(tx: Transaction, standing: Standing) -> dict[str, Any]:
    asker = crew.member(tx, standing.asked_by_id) if standing.asked_by_id else None
    return {"asked_by": asker.code} if asker else {}


def _end(
    tx: Transaction, services: Services, standing: Standing, by: tuple[Member, CloseReason], now: datetime
) -> None:
    who, reason = by
    detail = {"reason": reason, "part": standing.part, **_asked(tx, standing)}
    _close_one(tx, standing, reason, now)
    if standing.part is CasePart.RESPONDER:
        second = dispatches.lock_by_ref(tx, services.unit.id, standing.ref, CasePart.COUNSELLOR)
        if second is not None and second.state is not DispatchState.CLOSED:
            _close_one(tx, second, reason, now)
            again = events.Entry(standing.ref, Happening.REPORT_CLOSED, who.code, {"part": second.part})
            events.append(tx, [again], services.unit.id, now)
        reports.close(tx, standing.report_id, now)
        callers.remember_last(tx, standing.report_id, standing.holder_id)
    events.append(tx, [events.Entry(standing.ref, Happening.REPORT_CLOSED, who.code, detail)], services.unit.id, now)


def _close_one(tx: Transaction, standing: Standing, reason: CloseReason, now: datetime) -> None:
    open_offers = [offer.id for offer in offers.pending(tx, [standing.id]).get(standing.id, [])]
    offers.end(tx, open_offers, OfferState.RESCINDED, now, "closed")
    outbox.cancel_for_offers(tx, open_offers)
    facts = {"closed_at": now, "closed_s": max(0, int((now - standing.opened_at).total_seconds()))}
    values: dict[str, Any] = {"state": DispatchState.CLOSED, "next_due_at": None, "close_reason": reason}
    dispatches.change(tx, standing, values | facts | _NOTHING_ASKED)
