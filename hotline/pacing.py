"""Repeated notices under their ceilings: one bundle instead of many pages. First notices never come here."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from hotline import notices
from hotline.steps import Repeat
from hotline.store import offers, outbox
from hotline.store.outbox import Notice
from hotline.store.session import Transaction
from triage.ladder import Means
from triage.pace import HOUR, QUARTER, Heard, Pace

_Counts = Mapping[tuple[str, Means], Heard]


def paced(tx: Transaction, pace: Pace, repeats: Sequence[Repeat], now: datetime) -> list[Notice]:
    """What goes of the repeated notices: to each person at most one call and one message, if she has peace for it.

    What is held back stays an open offer: she can take it, and the next message names it.
    """
    if not repeats:
        return []
    staff_ids = {str(repeat.row["staff_id"]) for repeat in repeats}
    counts = outbox.heard_lately(tx, staff_ids, (now - QUARTER, now - HOUR))
    planned: list[Notice] = []
    for staff_id in sorted(staff_ids):
        hers = [one for one in repeats if one.row["staff_id"] == staff_id]
        planned += _calls(pace, counts, staff_id, hers)
        if pace.allows(Means.MESSAGE, counts.get((staff_id, Means.MESSAGE), Heard())):
            planned += _message(tx, staff_id, hers, now)
    return planned + _at_least_somebody(tx, (repeats, counts), {str(one.staff_id) for one in planned}, now)


def _at_least_somebody(
    tx: Transaction, of: tuple[Sequence[Repeat], _Counts], told: set[str], now: datetime
) -> list[Notice]:
    """Ceilings spare people, they never silence a report: every second round somebody is told of it (I4).

    It is whoever was left in peace most.
    """
    repeats, counts = of
    forced: list[Notice] = []
    for dispatch_id in dict.fromkeys(one.standing.id for one in repeats):
        its = [one for one in repeats if one.standing.id == dispatch_id and one.means is Means.MESSAGE]
        if not its or its[0].standing.round % 2 or told & {str(one.row["staff_id"]) for one in its}:
            continue
        first = min(its, key=lambda one: counts.get((str(one.row["staff_id"]), Means.MESSAGE), Heard()).in_hour)
        staff_id = str(first.row["staff_id"])
        forced += _message(tx, staff_id, [first], now)
        told.add(staff_id)
    return forced


def _calls(pace: Pace, counts: _Counts, staff_id: str, hers: Sequence[Repeat]) -> list[Notice]:
    calls = [one for one in hers if one.means is Means.CALL]
    if not calls or not pace.allows(Means.CALL, counts.get((staff_id, Means.CALL), Heard())):
        return []
    first = max(calls, key=lambda one: one.standing.level.rank)
    return [notices.offer(first.standing, first.row, Means.CALL)]


def _message(tx: Transaction, staff_id: str, hers: Sequence[Repeat], now: datetime) -> list[Notice]:
    written = [one for one in hers if one.means is Means.MESSAGE]
    if not written:
        return []
    codes = offers.codes_open_to(tx, staff_id)
    if len(codes) == 1:
        return [notices.offer(written[0].standing, written[0].row, Means.MESSAGE)]
    urgency = max(one.standing.level.rank for one in written)
    return [notices.bundle(staff_id, codes, urgency, now)]
