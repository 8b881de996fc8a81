"""The database counts as a person would, one report at a time, also where it groups long times."""

from collections import Counter
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import insert

from hotline import oversight
from hotline.store import response_times
from hotline.store.ids import new_id
from hotline.store.reading import Listing, listed
from hotline.store.setup import ensure_unit
from hotline.store.staff import successor
from hotline.store.tables import caller, dispatch, report
from tests.hotline.house import House
from triage.events import Channel
from triage.indicators import Measure
from triage.protocol import Level
from triage.states import DispatchState, DueKind

COUNT = 300


def invented(house: House, number: int, random: Random) -> dict[str, Any]:
    """A report with random facts; every third has none of one kind."""
    facts = [random.choice([None, random.randint(0, 200), random.randint(0, 500_000)]) for _ in Measure]
    opened_at = house.clock.now() - timedelta(seconds=random.randint(1, 400_000))
    kinds = {"level": random.choice(list(Level)), "channel": random.choice(list(Channel))}
    return {"number": number, "opened_at": opened_at, **kinds, **dict(zip(Measure, facts, strict=True))}


def write(house: House, reports: list[dict[str, Any]]) -> None:
    """The rows of these reports."""
    now, unit = house.clock.now(), house.services.unit
    for one in reports:
        one |= {"id": new_id(now), "caller": new_id(now)}

    def rows(tx: Any) -> None:
        ensure_unit(tx, unit.id, unit.code, now)
        desk = successor(tx, unit.id)
        for table, columns in (
            (caller, [caller_row(one, unit.id) for one in reports]),
            (report, [report_row(one, unit.id) for one in reports]),
            (dispatch, [dispatch_row(one, unit.id, desk) for one in reports]),
        ):
            tx.execute(insert(table), columns)

    house.services.database.run(rows)


def caller_row(one: dict[str, Any], unit_id: str) -> dict[str, Any]:
    """Somebody who wrote once."""
    index = one["number"].to_bytes(32, "big")
    values = {"id": one["caller"], "unit_id": unit_id, "channel": one["channel"], "address_enc": b"", "withheld": False}
    return {**values, "address_idx": index, "first_seen_at": one["opened_at"]}


def report_row(one: dict[str, Any], unit_id: str) -> dict[str, Any]:
    """The report."""
    values = {"id": one["id"], "unit_id": unit_id, "ref": f"R{one['number']}", "caller_id": one["caller"]}
    times = {"opened_at": one["opened_at"], "last_message_at": one["opened_at"]}
    return {**values, **times, "channel": one["channel"], "level": one["level"], "complaint": True, "flagged": False}


def dispatch_row(one: dict[str, Any], unit_id: str, desk: str) -> dict[str, Any]:
    """Its dispatch with the facts; every column of the table that may be there gets a value."""
    opened_at, closed_s = one["opened_at"], one[Measure.CLOSE]
    chosen = {
        "id": one["id"],
        "unit_id": unit_id,
        "report_id": one["id"],
        "channel": one["channel"],
        "code": f"{one['number']:05d}",
        "level": one["level"],
        "urgency": one["level"].rank,
        "state": DispatchState.WAITING if closed_s is None else DispatchState.CLOSED,
        "responsible_id": desk,
        "ladder_id": "none",
        "opened_at": opened_at,
        "next_due_at": opened_at,
        "due_kind": DueKind.NEXT_RUNG,
        "answer_by": opened_at,
        "accepted_s": one[Measure.ACKNOWLEDGE],
        "contact_s": one[Measure.FIRST_CONTACT],
        "closed_s": closed_s,
    }
    return {name: value for name, value in chosen.items() if name in dispatch.c}


@pytest.fixture
def reports(house: House) -> list[dict[str, Any]]:
    """Three hundred reports with random facts, in the database and in the hand."""
    random = Random(7)
    made = [invented(house, number, random) for number in range(1, COUNT + 1)]
    write(house, made)
    return made


def counted_by_hand(house: House, same: list[dict[str, Any]], measure: Measure, target: int) -> tuple[int, int]:
    """How many met the target, and how many did not and cannot any more."""
    met = sum(one[measure] is not None and one[measure] <= target for one in same)
    breached = sum(one[measure] is not None and one[measure] > target for one in same)
    for one in same:
        waited = (house.clock.now() - one["opened_at"]).total_seconds()
        waited = waited if one[Measure.CLOSE] is None else one[Measure.CLOSE]
        breached += one[measure] is None and waited > target
    return met, breached


def test_every_figure_is_what_counting_by_hand_gives(house: House, reports: list[dict[str, Any]]) -> None:
    targets = oversight.read_targets(house.services.settings.protocol_file)
    window = (house.clock.now() - timedelta(seconds=300_000), house.clock.now())
    inside = [one for one in reports if window[0] <= one["opened_at"] < window[1]]
    with house.services.database.look() as tx:
        tallies = response_times.tallies(tx, house.services.unit.id, window, (targets, house.clock.now()))
    assert sum(tally.count for tally in tallies) == len(inside) * len(Measure)
    for tally in tallies:
        same = [one for one in inside if (one["level"], one["channel"]) == (tally.level, tally.channel)]
        done = Counter(one[tally.measure] for one in same if one[tally.measure] is not None)
        met, breached = counted_by_hand(house, same, tally.measure, targets[tally.level, tally.measure])
        late = sum(done.values()) - tally.met + tally.overdue
        assert (tally.count, tally.met, late, dict(tally.seconds)) == (len(same), met, breached, dict(done))


def test_many_reports_are_grouped_by_leading_digits_and_counted_exactly(
    house: House, reports: list[dict[str, Any]]
) -> None:
    targets = oversight.read_targets(house.services.settings.protocol_file)
    window = (house.clock.now() - timedelta(days=9), house.clock.now())
    unit_id, now = house.services.unit.id, house.clock.now()
    with house.services.database.look() as tx:
        exact = response_times.tallies(tx, unit_id, window, (targets, now))
        rough = response_times.tallies(tx, unit_id, window, (targets, now), exact_up_to=10)
    by_kind = {(tally.level, tally.channel, tally.measure): tally for tally in rough}
    for tally in exact:
        other = by_kind[tally.level, tally.channel, tally.measure]
        assert (tally.count, tally.met, tally.overdue) == (other.count, other.met, other.overdue)
        pairs = zip(sorted(Counter(tally.seconds).elements()), sorted(Counter(other.seconds).elements()), strict=True)
        assert all(0 <= true - said <= true / 100 for true, said in pairs)


def test_the_list_walks_every_report_once(house: House, reports: list[dict[str, Any]]) -> None:
    seen: list[str] = []
    after = None
    with house.services.database.look() as tx:
        while page := listed(tx, house.services.unit.id, Listing(after=after, limit=70)):
            seen += [one.facts.ref for one in page]
            after = (page[-1].facts.opened_at, page[-1].report_id)
    newest_first = sorted(reports, key=lambda one: (one["opened_at"], one["id"]), reverse=True)
    assert seen == [f"R{one['number']}" for one in newest_first]
