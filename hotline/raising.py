"""A report that becomes more urgent: shorter clocks from now on, and whoever holds it is rung (T14, T13)."""

from datetime import datetime
from typing import Any

from hotline import notices
from hotline.services import Services
from hotline.store import crew, dispatches, events, exclusions, offers, reports
from hotline.store.dispatches import Standing
from hotline.store.outbox import Notice
from hotline.store.recognition import OpenReport
from hotline.store.session import Transaction
from triage.clocks import due_after_raise
from triage.ladder import Steps
from triage.protocol import Level
from triage.states import DispatchState, DueKind, Duty, Happening
from triage.urgency import Assessment


def raise_level(
    tx: Transaction, services: Services, open_: OpenReport, found: Assessment, now: datetime
) -> tuple[events.Entry, list[Notice]]:
    """Writes the higher level and the shorter clocks; returns what happened, and who is to be told of it."""
    told: list[Notice] = []
    standing = dispatches.lock(tx, open_.dispatch_id)
    if standing and standing.state is not DispatchState.CLOSED and standing.next_due_at:
        steps = services.ladder.levels[found.level]
        values: dict[str, Any] = {
            "level": found.level,
            "urgency": found.level.rank,
            "next_due_at": _due(standing, standing.next_due_at, steps, now),
            "answer_by": min(standing.answer_by, now + steps.answer_within),
        }
        dispatches.change(tx, standing, values)
        if standing.state is DispatchState.IN_CONTACT and standing.due_kind is DueKind.FOLLOW_UP:
            # Her talk was about something milder: the holder has to show that she has heard of this.
            values |= {"due_kind": DueKind.REMIND_HOLDER}
            values |= {"next_due_at": min(standing.next_due_at, now + steps.contact_within / 2)}
        if standing.due_kind is DueKind.BOOKED:
            values |= {"due_kind": DueKind.NEXT_RUNG}
        told = _told(tx, standing, found.level, steps, now)
    reports.raise_level(tx, open_.report_id, found)
    detail = {"from": open_.level, "to": found.level, "reasons": list(found.reasons)}
    return events.Entry(open_.ref, Happening.REPORT_RAISED, "system", detail), told


def _due(standing: Standing, due_at: datetime, steps: Steps, now: datetime) -> datetime:
    """The elapsed rungs stay; whoever is being asked, or holds it, has the shorter time of the new level."""
    if standing.state.is_seeking and standing.rung < 0:
        return now
    return min(due_at, due_after_raise(steps, standing.due_kind, standing.rung, now))


def _told(tx: Transaction, standing: Standing, level: Level, steps: Steps, now: datetime) -> list[Notice]:
    """The holder by all means of the new level; others too if an emergency may not find her at work on it.

    Of a report that nobody holds, whoever is being asked is rung by the means that its old level did not have.
    """
    if standing.holder_id is None:
        asked = offers.pending(tx, [standing.id]).get(standing.id, [])
        return [notices.offer_again(standing, one, level, means) for one in asked for means in steps.means]
    said = notices.raised(standing, level, standing.holder_id, steps.means)
    people = crew.people(tx, standing.unit_id, now)
    on_duty = {person.staff_id for person in people if person.duties}
    away = standing.holder_id not in on_duty or standing.state is DispatchState.IN_CONTACT
    if level is not Level.EMERGENCY or not away:
        return said
    shut_out = exclusions.of_reports(tx, [standing.report_id]).get(standing.report_id, set())
    first = [one.staff_id for one in people if Duty.FIRST in one.duties and one.staff_id not in shut_out]
    others = dict.fromkeys([*first, *crew.leaders(tx, standing.unit_id, standing.report_id)])
    holder = crew.member(tx, standing.holder_id)
    initials = holder.initials if holder else "–"
    return said + notices.raised_elsewhere(
        standing, level, [one for one in others if one != standing.holder_id], initials
    )
