"""More waiting than free people: off-duty staff are called in, what can wait is booked, and it ends by itself."""

from datetime import datetime

from hotline import notices
from hotline.services import Services
from hotline.store import crew, crowd, events, outbox
from hotline.store.crowd import Surge
from hotline.store.session import Transaction
from triage.roster import Shift
from triage.states import Duty, Happening
from triage.surge import Crowd

# Events of the whole house stand in a stream of their own.
STREAM = "house"


def look(services: Services) -> None:
    """One look at the crowd: surge begins, goes on or ends. On a quiet night nothing is written."""
    now, rules = services.now(), services.rules.surge
    with services.database.look() as tx:
        is_on = crowd.surge_of(tx, services.unit.id).since is not None
        seen = crowd.measure(tx, services.unit.id, now - rules.waits_within, now)
    if is_on or rules.is_crowded(seen):
        services.database.run(lambda tx: _switch(tx, services, seen, now))


def _switch(tx: Transaction, services: Services, seen: Crowd, now: datetime) -> None:
    unit_id, rules = services.unit.id, services.rules.surge
    before = crowd.surge_of(tx, unit_id)
    if before.since is None:
        if rules.is_crowded(seen) and crowd.set_surge(tx, unit_id, before, Surge(now, now)):
            _begin(tx, services, seen, now)
    elif rules.is_crowded(seen):
        crowd.set_surge(tx, unit_id, before, Surge(before.since, now))
    elif rules.is_over(seen, before.crowded_at or before.since, now) and crowd.set_surge(
        tx, unit_id, before, Surge(None, None)
    ):
        crowd.ring_booked(tx, unit_id, now)
        _note(tx, services, Happening.SURGE_OFF, seen, now)


def _begin(tx: Transaction, services: Services, seen: Crowd, now: datetime) -> None:
    unit_id = services.unit.id
    told = [*notices.call_in(crowd.off_duty(tx, unit_id, now), now)]
    told += notices.surge_began(crew.leaders(tx, unit_id), seen.waiting, now)
    outbox.plan(tx, unit_id, told, now)
    _note(tx, services, Happening.SURGE_ON, seen, now)


def _note(tx: Transaction, services: Services, name: Happening, seen: Crowd, now: datetime) -> None:
    entry = events.Entry(STREAM, name, "system", {"waiting": seen.waiting, "free": seen.free})
    events.append(tx, [entry], services.unit.id, now)


def come_in(tx: Transaction, services: Services, staff_id: str, now: datetime) -> str:
    """HADIR of somebody who was called in: she is on duty from now on. Returns the sentence that says so."""
    present = crew.member(tx, staff_id)
    code = present.code if present else "?"
    events.append(tx, [events.Entry(f"staff:{staff_id}", Happening.STAFF_PRESENT, code, {})], services.unit.id, now)
    if crowd.surge_of(tx, services.unit.id).since is None:
        return "answer.present"
    if staff_id not in crowd.off_duty(tx, services.unit.id, now):
        return "answer.present"
    until = now + services.rules.surge.help_within
    crowd.add_shift(tx, services.unit.id, Shift(staff_id, Duty.FIRST, now, until))
    return "answer.came_in"
