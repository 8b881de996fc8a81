"""Dispatch: climbing the ladder, step by step, until a human has said yes."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from hotline import notices
from hotline.errors import Conflict, StoreAway
from hotline.services import Services
from hotline.store import dispatches, events, offers, outbox, setup
from hotline.store.dispatches import Standing
from hotline.store.ids import new_id
from hotline.store.offers import Offered
from hotline.store.outbox import Notice
from hotline.store.session import Transaction
from triage import ladder as rules
from triage.clocks import contact_by
from triage.ladder import Ladder, parse_ladder_source
from triage.roster import Person
from triage.states import DispatchState, DueKind, Happening, OfferState

_log = logging.getLogger(__name__)
BATCH = 40
_ASIDE = timedelta(seconds=5)


@dataclass
class Changes:
    """Everything one batch of steps will write, gathered before the first word is written."""

    standings: list[tuple[Standing, dict[str, Any]]] = field(default_factory=list)
    expired: list[str] = field(default_factory=list)
    offers: list[dict[str, Any]] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    entries: list[events.Entry] = field(default_factory=list)
    lapsed: list[Standing] = field(default_factory=list)


def advance_due(services: Services, now: datetime, limit: int = BATCH) -> int:
    """Takes every due dispatch one step up; returns how many. One that cannot be worked on steps aside alone."""
    try:
        return services.database.run(lambda tx: _advance(tx, services, now, limit))
    except (StoreAway, Conflict):
        raise
    except Exception:  # one sick row must not stop the rest: each is now tried by itself
        _log.exception("dispatch.batch_failed")
        return _advance_singly(services, now, limit)


def _advance_singly(services: Services, now: datetime, limit: int) -> int:
    done = 0
    for _ in range(limit):
        try:
            if not services.database.run(lambda tx: _advance(tx, services, now, 1)):
                break
            done += 1
        except (StoreAway, Conflict):
            raise
        except Exception:  # the sick row itself: it is moved out of the way, visibly
            _log.exception("dispatch.row_failed")
            services.database.run(lambda tx: _step_aside(tx, services, now))
    return done


def _step_aside(tx: Transaction, services: Services, now: datetime) -> None:
    for standing in dispatches.due_batch(tx, services.unit.id, now, 1):
        dispatches.step_aside(tx, standing.id, now + _ASIDE)


def _advance(tx: Transaction, services: Services, now: datetime, limit: int) -> int:
    due = dispatches.due_batch(tx, services.unit.id, now, limit)
    if not due:
        return 0
    people = dispatches.people(tx, services.unit.id, now)
    pending = offers.pending(tx, [standing.id for standing in due])
    changes = Changes()
    for standing in due:
        ladder = ladder_of(tx, services, standing.ladder_id)
        _step(changes, standing, pending.get(standing.id, []), _Scene(ladder, people, now))
    _tell_leaders(tx, services, changes)
    _write(tx, services, changes, now)
    return len(due)


@dataclass(frozen=True)
class _Scene:
    ladder: Ladder
    people: Sequence[Person]
    now: datetime


def _step(changes: Changes, standing: Standing, pending: Sequence[Offered], scene: _Scene) -> None:
    match standing.due_kind:
        case DueKind.NEXT_RUNG:
            later = _time_left(standing, pending, scene)
            if later:
                changes.standings.append((standing, _clocks(standing, later, DueKind.NEXT_RUNG)))
            else:
                _climb(changes, standing, pending, scene)
        case DueKind.REMIND_HOLDER:
            _remind(changes, standing, scene)
        case DueKind.CONTACT_LAPSE:
            _lapse(changes, standing, scene)
        case DueKind.FOLLOW_UP:
            _follow_up(changes, standing, scene)


def _time_left(standing: Standing, pending: Sequence[Offered], scene: _Scene) -> datetime | None:
    """A companion's time counts from when her notice left, but never longer than twice the time (dispatch.md 5.3)."""
    if standing.rung < 0 or not pending:
        return None
    wait = scene.ladder.levels[standing.level].rungs
    within = wait[min(standing.rung, len(wait) - 1)].wait_within
    ends = [min(o.first_sent_at + within, o.offered_at + 2 * within) for o in pending if o.first_sent_at]
    latest = max(ends, default=None)
    return latest if latest and latest > scene.now else None


def _climb(changes: Changes, standing: Standing, pending: Sequence[Offered], scene: _Scene) -> None:
    where = rules.Standing(standing.level, standing.rung, standing.round)
    step = rules.next_step(where, scene.ladder, scene.people, scene.now)
    changes.expired += [offer.id for offer in pending]
    for chosen in step.people:
        _offer(changes, standing, step, chosen, scene.now)
    detail = {"rung": step.rung, "round": step.round, "to": [chosen.person.code for chosen in step.people]}
    if step.skipped or step.no_cover:
        empty = Happening.NO_COVER if step.no_cover else Happening.RUNG_EMPTY
        changes.entries.append(events.Entry(standing.ref, empty, "system", {"rungs": list(step.skipped)}))
    if step.people:
        changes.entries.append(events.Entry(standing.ref, Happening.RUNG_OFFERED, "system", detail))
    values = _clocks(standing, step.next_due_at, DueKind.NEXT_RUNG)
    values |= {"rung": step.rung, "round": step.round}
    if step.people:
        values |= {"state": DispatchState.OFFERED, "first_offered_at": standing.first_offered_at or scene.now}
    changes.standings.append((standing, values))


def _offer(changes: Changes, standing: Standing, step: rules.Step, chosen: rules.Chosen, now: datetime) -> None:
    what = {"rung": step.rung, "state": OfferState.PENDING, "expires_at": step.next_due_at, "why": chosen.why}
    row = offers.new_row(standing, new_id(now), chosen.person.staff_id, now) | what
    changes.offers.append(row)
    changes.notices += [notices.offer(standing, row, means) for means in step.means]


def _clocks(standing: Standing, at: datetime, kind: DueKind) -> dict[str, Any]:
    return {
        "state": standing.state,
        "holder_id": standing.holder_id,
        "rung": standing.rung,
        "round": standing.round,
        "next_due_at": at,
        "due_kind": kind,
        "first_offered_at": standing.first_offered_at,
    }


def _remind(changes: Changes, standing: Standing, scene: _Scene) -> None:
    steps = scene.ladder.levels[standing.level]
    deadline = contact_by(steps, standing.held_at or scene.now)
    if deadline <= scene.now:  # the report was raised long after it was taken: half of the new time is still hers
        deadline = scene.now + steps.contact_within / 2
    if standing.holder_id:
        changes.notices.append(notices.to_holder("holder.remind", standing, standing.holder_id, standing.epoch))
    changes.entries.append(events.Entry(standing.ref, Happening.CONTACT_REMINDED, "system", {}))
    changes.standings.append((standing, _clocks(standing, deadline, DueKind.CONTACT_LAPSE)))


def _lapse(changes: Changes, standing: Standing, scene: _Scene) -> None:
    """T8: nobody has reached the caller; the report is offered again, the former holder stays responsible."""
    changes.lapsed.append(standing)
    if standing.holder_id:
        changes.notices.append(notices.to_holder("holder.lapsed", standing, standing.holder_id, standing.epoch))
    changes.entries.append(events.Entry(standing.ref, Happening.CONTACT_LAPSED, "system", {}))
    values = _clocks(standing, scene.now, DueKind.NEXT_RUNG)
    changes.standings.append((standing, values | {"state": DispatchState.OFFERED, "holder_id": None}))


def _follow_up(changes: Changes, standing: Standing, scene: _Scene) -> None:
    steps = scene.ladder.levels[standing.level]
    if standing.holder_id:
        changes.notices.append(notices.to_holder("holder.follow_up", standing, standing.holder_id, standing.epoch))
    changes.entries.append(events.Entry(standing.ref, Happening.FOLLOW_UP_DUE, "system", {}))
    later = scene.now + steps.follow_up_within
    changes.standings.append((standing, _clocks(standing, later, DueKind.FOLLOW_UP)))


def _tell_leaders(tx: Transaction, services: Services, changes: Changes) -> None:
    empty = {e.stream for e in changes.entries if e.name in (Happening.RUNG_EMPTY, Happening.NO_COVER)}
    if empty:
        leaders = dispatches.leaders(tx, services.unit.id)
        for standing, _ in changes.standings:
            if standing.ref in empty:
                changes.notices += notices.no_cover(standing, leaders)


def _write(tx: Transaction, services: Services, changes: Changes, now: datetime) -> None:
    unit_id = services.unit.id
    offers.end(tx, changes.expired, OfferState.EXPIRED, now)
    outbox.cancel_for_offers(tx, changes.expired)
    for standing in changes.lapsed:
        offers.lapse_accepted(tx, standing.id, now, "lapsed")
    dispatches.change_many(tx, changes.standings)
    offers.insert_many(tx, changes.offers)
    outbox.plan(tx, unit_id, changes.notices, now)
    events.append(tx, changes.entries, unit_id, now)


def ladder_of(tx: Transaction, services: Services, ladder_id: str) -> Ladder:
    """The ladder a dispatch was frozen to; today's, if it cannot be found any more."""
    if ladder_id == services.ladder.version:
        return services.ladder
    source = setup.ladder_source(tx, ladder_id)
    return parse_ladder_source(source) if source else services.ladder


def climb_now(tx: Transaction, services: Services, dispatch_id: str, now: datetime) -> None:
    """The next rung at once: somebody is waiting on the line, and whoever was rung did not answer.

    The last rung keeps its pace: a caller who waits must not have everybody rung anew at every try.
    """
    standing = dispatches.lock(tx, dispatch_id)
    if standing is None or not standing.state.is_seeking:
        return
    ladder = ladder_of(tx, services, standing.ladder_id)
    if standing.rung >= len(ladder.levels[standing.level].rungs) - 1:
        return
    people = dispatches.people(tx, services.unit.id, now)
    changes = Changes()
    pending = offers.pending(tx, [standing.id]).get(standing.id, [])
    _climb(changes, standing, pending, _Scene(ladder, people, now))
    _tell_leaders(tx, services, changes)
    _write(tx, services, changes, now)


def climb_if_unreachable(tx: Transaction, services: Services, dispatch_id: str, now: datetime) -> None:
    """T3: nobody of this rung can have heard, so nobody is waited for; on the last rung its pause still holds."""
    standing = dispatches.lock(tx, dispatch_id)
    if standing is None or not standing.state.is_seeking or outbox.live_notices(tx, dispatch_id):
        return
    pending = offers.pending(tx, [dispatch_id]).get(dispatch_id, [])
    if not pending:
        return
    offers.end(tx, [offer.id for offer in pending], OfferState.DEAD, now)
    rungs = ladder_of(tx, services, standing.ladder_id).levels[standing.level].rungs
    if standing.rung < len(rungs) - 1:
        dispatches.look_again(tx, dispatch_id, now)
    entry = events.Entry(standing.ref, Happening.OFFER_DEAD, "system", {"rung": standing.rung})
    events.append(tx, [entry], services.unit.id, now)
