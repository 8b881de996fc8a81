"""When a report is first looked at, and by when a person should have been answered: pure functions of time."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from triage.ladder import Steps
from triage.protocol import Level
from triage.states import DueKind

# urgency-protocol: `low` received at night waits for 07:00 local time; the others do not.
MORNING = time(7, 0)
EVENING = time(21, 0)


def first_due(level: Level, now: datetime, zone: ZoneInfo) -> datetime:
    """When the first rung is rung: at once, but a `low` report of the night waits for the morning."""
    if level is not Level.LOW:
        return now
    local = now.astimezone(zone)
    if MORNING <= local.time() < EVENING:
        return now
    day = local.date() if local.time() < MORNING else local.date() + timedelta(days=1)
    return datetime.combine(day, MORNING, zone).astimezone(now.tzinfo)


def after_acceptance(steps: Steps, now: datetime) -> tuple[datetime, DueKind]:
    """The holder is reminded at half time; the report is offered again when the whole time is over."""
    return now + steps.contact_within / 2, DueKind.REMIND_HOLDER


def contact_by(steps: Steps, accepted_at: datetime) -> datetime:
    """The deadline for the first human contact, counted from the acceptance."""
    return accepted_at + steps.contact_within


def due_after_raise(steps: Steps, kind: DueKind, rung: int, now: datetime) -> datetime:
    """The latest moment at which a report that was raised at `now` is looked at again, by what is due there (T14)."""
    match kind:
        case DueKind.NEXT_RUNG | DueKind.BOOKED:
            return now + steps.rungs[min(max(rung, 0), len(steps.rungs) - 1)].wait_within
        case DueKind.REMIND_HOLDER | DueKind.CONTACT_LAPSE:
            return now + steps.contact_within / 2
        case DueKind.FOLLOW_UP:
            return now + steps.follow_up_within
