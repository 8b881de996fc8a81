"""The roster: importing it from a file, showing it, and finding its holes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hotline import roster_file
from hotline.roster_file import BadRoster, Fault, Line, Sheet
from hotline.services import Services
from hotline.staffing import BY_COMMAND, STREAM
from hotline.store import roster
from hotline.store.batch import insert_all
from hotline.store.events import Entry, chained
from hotline.store.roster import ShiftShown
from hotline.store.session import Transaction
from triage.roster import Gap, Shift, gaps
from triage.states import Duty, Happening

__all__ = ["BadRoster", "Gap", "Imported", "ShiftShown"]

# The line number of a shift that no line of the file stands for.
_IN_THE_ROSTER = 0


@dataclass(frozen=True)
class Imported:
    """What an import changed: shifts written, found there already, and taken out."""

    added: int
    unchanged: int
    removed: int


def import_roster(services: Services, text: str, *, replace: bool = False) -> Imported:
    """Writes the shifts of a file, all or none; raises BadRoster with every wrong line.

    A shift that is there already is left alone. With `replace` the file is the whole truth from its first start to
    its last end: shifts that begin within it, or contradict it, and are not in it are taken out.
    """
    sheet = roster_file.parse(text, services.unit.zone)
    now = services.now()
    return services.database.run(lambda tx: _import(tx, services, sheet, (replace, now)))


def _import(tx: Transaction, services: Services, sheet: Sheet, how: tuple[bool, datetime]) -> Imported:
    replace, now = how
    wanted = _as_shifts(tx, services, sheet)
    if not wanted:
        return Imported(0, 0, 0)
    named = {shift for _, shift in wanted}
    window = _window(list(named))
    there = set(roster.shifts(tx, services.unit.id, window))
    gone = {old for old in there - named if replace and _is_replaced(old, named, window[0])}
    _refuse(_overlaps(wanted, there - gone))
    roster.remove_shifts(tx, services.unit.id, gone)
    roster.add_shifts(tx, services.unit.id, sorted(named - there, key=lambda one: one.starts_at), now)
    done = Imported(len(named - there), len(named & there), len(gone))
    if done.added or done.removed:
        entry = Entry(STREAM, Happening.ROSTER_IMPORTED, BY_COMMAND, {"added": done.added, "removed": done.removed})
        insert_all(tx, chained(tx, [entry], services.unit.id, now))
    return done


def roster_gaps(services: Services, within: timedelta) -> tuple[Gap, ...]:
    """The holes from now on in which nobody has the first, or nobody the second duty; by their start."""
    now = services.now()
    window = (now, now + within)
    with services.database.look() as tx:
        shifts = roster.shifts(tx, services.unit.id, window)
    holes = [hole for duty in Duty for hole in gaps(shifts, duty, window)]
    return tuple(sorted(holes, key=lambda hole: (hole.starts_at, hole.duty)))


def roster_shown(services: Services, within: timedelta) -> tuple[ShiftShown, ...]:
    """The shifts that are on now or begin within the time, by their start."""
    now = services.now()
    with services.database.look() as tx:
        return tuple(roster.shifts_shown(tx, services.unit.id, (now, now + within)))


def _as_shifts(tx: Transaction, services: Services, sheet: Sheet) -> list[tuple[int, Shift]]:
    """The shifts of the file; a file with any fault is refused with all of them, so that it is corrected once."""
    people = roster.staff_by_phone(tx, services.unit.id, {phone for _, phone in sheet.phones})
    unknown = [(n, "no active staff member has this phone") for n, phone in sheet.phones if phone not in people]
    wanted = [(line.number, _shift(people[line.phone], line)) for line in sheet.lines if line.phone in people]
    if sheet.faults or unknown:
        _refuse([*sheet.faults, *unknown, *_overlaps(wanted, set())])
    return wanted


def _shift(staff_id: str, line: Line) -> Shift:
    return Shift(staff_id, line.duty, line.starts_at, line.ends_at)


def _refuse(faults: list[Fault]) -> None:
    if faults:
        raise BadRoster(faults)


def _is_replaced(old: Shift, named: set[Shift], begins_at: datetime) -> bool:
    """A shift that was on before the file begins stays, unless a line corrects that very shift."""
    if old.starts_at >= begins_at:
        return True
    place = (old.staff_id, old.duty)
    return any((new.staff_id, new.duty) == place and new.starts_at < old.ends_at for new in named)


def _window(shifts: Sequence[Shift]) -> tuple[datetime, datetime]:
    return min(one.starts_at for one in shifts), max(one.ends_at for one in shifts)


def _overlaps(wanted: Sequence[tuple[int, Shift]], there: set[Shift]) -> list[Fault]:
    """One person cannot have one duty twice at once: two lines that say so contradict each other."""
    every = [(_IN_THE_ROSTER, old) for old in there] + list(wanted)
    faults: list[Fault] = []
    longest: dict[tuple[str, Duty], tuple[int, Shift]] = {}
    for number, shift in sorted(every, key=lambda one: (one[1].starts_at, one[1].ends_at, one[0])):
        place = (shift.staff_id, shift.duty)
        before, earlier = longest.get(place, (number, shift))
        if earlier != shift and shift.starts_at < earlier.ends_at:
            faults.append(_overlap(number, before))
        if shift.ends_at >= earlier.ends_at:
            longest[place] = (number, shift)
    return faults


def _overlap(number: int, other: int) -> Fault:
    if _IN_THE_ROSTER in (number, other):
        return max(number, other), "overlaps a shift that is in the roster already"
    return number, f"overlaps line {other}: the same person and duty"
