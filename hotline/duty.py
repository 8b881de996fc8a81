"""Who is on duty now and next, and where the roster has holes: what the roster page of the console shows."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from hotline.services import Services
from hotline.store import roster
from hotline.store.roster import ShiftShown
from triage.roster import Gap, gaps
from triage.states import Duty

# A hole must be seen while there is still somebody to ask (ux reference, S8).
HOLES_WITHIN = timedelta(hours=72)
_PLANNED_WITHIN = timedelta(days=14)


@dataclass(frozen=True)
class DutyBoard:
    """The shifts that run now, those that come within two weeks, and the holes of the next 72 hours."""

    running: tuple[ShiftShown, ...]
    coming: tuple[ShiftShown, ...]
    holes: tuple[Gap, ...]
    asked_at: datetime


def duty_board(services: Services) -> DutyBoard:
    """The roster of the unit as of now."""
    now = services.now()
    with services.database.look() as tx:
        shown = roster.shifts_shown(tx, services.unit.id, (now, now + _PLANNED_WITHIN))
        near = roster.shifts(tx, services.unit.id, (now, now + HOLES_WITHIN))
    holes = [hole for duty in Duty for hole in gaps(near, duty, (now, now + HOLES_WITHIN))]
    return DutyBoard(
        running=tuple(shift for shift in shown if shift.starts_at <= now),
        coming=tuple(shift for shift in shown if shift.starts_at > now),
        holes=tuple(sorted(holes, key=lambda hole: (hole.starts_at, hole.duty))),
        asked_at=now,
    )
