"""What one look at a due dispatch changes: climb, remind, take back, follow up. Nothing is written here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from hotline import notices
from hotline.store import events
from hotline.store.dispatches import Standing
from hotline.store.ids import new_id
from hotline.store.offers import Offered, new_row
from hotline.store.outbox import Notice
from triage import ladder as rules
from triage.choosing import Chosen, Limits
from triage.clocks import contact_by
from triage.ladder import Emptiness, Ladder, Means
from triage.pace import Pace
from triage.protocol import Level
from triage.roster import Person
from triage.states import DispatchState, DueKind, Duty, Happening, OfferState

# What leaders are told when a rung was empty, by why.
_ALARMS = {
    Emptiness.ROSTER: "alert.no_cover",
    Emptiness.CONFLICT: "alert.conflict",
    Emptiness.WISH: "alert.wish",
}


@dataclass(frozen=True)
class Repeat:
    """A notice of an offer to somebody who was told of the report before: it may be bundled with others."""

    standing: Standing
    row: Mapping[str, Any]
    means: Means


@dataclass
class Changes:
    """Everything one batch of steps will write, gathered before the first word is written."""

    standings: list[tuple[Standing, dict[str, Any]]] = field(default_factory=list)
    clocks: list[tuple[Standing, datetime]] = field(default_factory=list)
    expired: list[str] = field(default_factory=list)
    offers: list[dict[str, Any]] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    repeats: list[Repeat] = field(default_factory=list)
    entries: list[events.Entry] = field(default_factory=list)
    lapsed: list[Standing] = field(default_factory=list)
    alarms: list[tuple[Standing, str]] = field(default_factory=list)


@dataclass
class Scene:
    """What a step sees beside its dispatch; whoever is asked in this batch is busier for the next of it."""

    ladder: Ladder
    people: list[Person]
    limits: Mapping[str, Limits]
    pace: Pace
    now: datetime

    def limits_of(self, standing: Standing) -> Limits:
        """Whom a dispatch may be offered."""
        return self.limits.get(standing.id, Limits())

    def steps(self, standing: Standing) -> rules.Steps:
        """The rungs and times of a dispatch."""
        return self.ladder.steps(standing.level, standing.part)

    def note_asked(self, chosen: Sequence[Chosen]) -> None:
        """Three reports in the same second go to three people, if there are three."""
        asked = {one.person.staff_id for one in chosen}
        self.people = [
            replace(person, open_reports=person.open_reports + 1, last_offered_at=self.now)
            if person.staff_id in asked
            else person
            for person in self.people
        ]


def take_step(changes: Changes, standing: Standing, pending: Sequence[Offered], scene: Scene) -> None:
    """Adds to `changes` what is due for one dispatch."""
    match standing.due_kind:
        case DueKind.NEXT_RUNG | DueKind.BOOKED:
            later = _time_left(standing, pending, scene)
            if later:
                changes.clocks.append((standing, later))
            else:
                climb(changes, standing, pending, scene)
        case DueKind.REMIND_HOLDER:
            _remind(changes, standing, scene)
        case DueKind.CONTACT_LAPSE:
            _lapse(changes, standing, scene)
        case DueKind.FOLLOW_UP:
            _follow_up(changes, standing, scene)


def _time_left(standing: Standing, pending: Sequence[Offered], scene: Scene) -> datetime | None:
    """A companion's time counts from when her notice left, but never longer than twice the time (dispatch.md 5.3)."""
    if standing.rung < 0 or not pending:
        return None
    wait = scene.steps(standing).rungs
    within = wait[min(standing.rung, len(wait) - 1)].wait_within
    ends = [min(o.first_sent_at + within, o.offered_at + 2 * within) for o in pending if o.first_sent_at]
    latest = max(ends, default=None)
    return latest if latest and latest > scene.now else None


def climb(changes: Changes, standing: Standing, pending: Sequence[Offered], scene: Scene) -> None:
    """T1: the open offers end, and the next rung that is not empty is asked, with its whole plan of notices."""
    limits = scene.limits_of(standing)
    where = rules.Standing(standing.level, standing.rung, standing.round, limits, standing.part)
    step = rules.next_step(where, scene.ladder, scene.people, scene.now)
    changes.expired += [offer.id for offer in pending]
    for chosen in step.people:
        _offer(changes, standing, step, chosen, scene)
    scene.note_asked(step.people)
    if step.empty:
        empty = Happening.NO_COVER if step.no_cover else Happening.RUNG_EMPTY
        detail: dict[str, Any] = {"rungs": list(step.skipped), "why": step.empty}
        changes.entries.append(events.Entry(standing.ref, empty, "system", detail))
        changes.alarms.append((standing, _ALARMS[step.empty]))
    values = clocks(standing, step.next_due_at, DueKind.NEXT_RUNG)
    values |= {"rung": step.rung, "round": step.round}
    if step.people:
        detail = {"rung": step.rung, "round": step.round, "to": [chosen.person.code for chosen in step.people]}
        changes.entries.append(events.Entry(standing.ref, Happening.RUNG_OFFERED, "system", detail))
        values |= {"state": DispatchState.OFFERED, "first_offered_at": standing.first_offered_at or scene.now}
    changes.standings.append((standing, values))


def _offer(changes: Changes, standing: Standing, step: rules.Step, chosen: Chosen, scene: Scene) -> None:
    what = {"rung": step.rung, "state": OfferState.PENDING, "expires_at": step.next_due_at, "why": chosen.why[:120]}
    row = new_row(standing, new_id(scene.now), chosen.person.staff_id, scene.now) | what
    changes.offers.append(row)
    was_asked = chosen.person.staff_id in scene.limits_of(standing).asked
    if scene.pace.is_repeat(standing.level, step.round, was_asked):
        changes.repeats += [Repeat(standing, row, means) for means in step.means]
    else:
        changes.notices += [notices.offer(standing, row, means) for means in step.means]


def clocks(standing: Standing, at: datetime, kind: DueKind) -> dict[str, Any]:
    """All of the ladder's columns as they are, with a new due time."""
    return {
        "state": standing.state,
        "holder_id": standing.holder_id,
        "responsible_id": standing.responsible_id,
        "rung": standing.rung,
        "round": standing.round,
        "next_due_at": at,
        "due_kind": kind,
        "first_offered_at": standing.first_offered_at,
    }


def _remind(changes: Changes, standing: Standing, scene: Scene) -> None:
    """At half time. Who is in contact is reminded of words that she has not answered yet."""
    steps = scene.steps(standing)
    deadline = contact_by(steps, standing.held_at or scene.now)
    if deadline <= scene.now:  # it was raised, or she wrote again, long after it was taken: half of the time is hers
        deadline = scene.now + steps.contact_within / 2
    template = "holder.remind" if standing.state is DispatchState.ACCEPTED else "holder.remind_words"
    if standing.holder_id:
        changes.notices.append(notices.to_holder(template, standing, standing.holder_id, standing.epoch))
        if standing.level in (Level.EMERGENCY, Level.HIGH):
            _tell_duty(changes, standing, scene)
    changes.entries.append(events.Entry(standing.ref, Happening.CONTACT_REMINDED, "system", {}))
    changes.standings.append((standing, clocks(standing, deadline, DueKind.CONTACT_LAPSE)))


def _tell_duty(changes: Changes, standing: Standing, scene: Scene) -> None:
    """A holder who is off duty may sleep: whoever is on duty knows of it before the time is over (T13)."""
    off_duty = {person.staff_id for person in scene.people if not person.duties}
    if standing.holder_id not in off_duty:
        return
    limits = scene.limits_of(standing)
    first = [one.staff_id for one in scene.people if Duty.FIRST in one.duties and limits.allow(one)]
    changes.notices += notices.alarm("alert.holder_away", standing, first, standing.epoch)


def _lapse(changes: Changes, standing: Standing, scene: Scene) -> None:
    """T8: nobody has reached the caller; the report is offered again, the former holder stays responsible."""
    changes.lapsed.append(standing)
    if standing.holder_id:
        changes.notices.append(notices.to_holder("holder.lapsed", standing, standing.holder_id, standing.epoch))
    changes.entries.append(events.Entry(standing.ref, Happening.CONTACT_LAPSED, "system", {}))
    changes.alarms.append((standing, "alert.lapsed"))
    values = clocks(standing, scene.now, DueKind.NEXT_RUNG)
    changes.standings.append((standing, values | {"state": DispatchState.OFFERED, "holder_id": None}))


def _follow_up(changes: Changes, standing: Standing, scene: Scene) -> None:
    if standing.holder_id:
        changes.notices.append(notices.to_holder("holder.follow_up", standing, standing.holder_id, standing.epoch))
    changes.entries.append(events.Entry(standing.ref, Happening.FOLLOW_UP_DUE, "system", {}))
    later = scene.now + scene.steps(standing).follow_up_within
    changes.standings.append((standing, clocks(standing, later, DueKind.FOLLOW_UP)))
