"""Each promise broken by hand: the auditor finds it, or the database refuses it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from hotline import casework, engine
from hotline.errors import Conflict
from hotline.store import claims, exclusions
from hotline.store.ids import new_id
from hotline.store.session import Transaction
from hotline.store.tables import dispatch, inbound_event, offer, outbox, outbox_attempt, report
from tests.builders import HIGH
from tests.hotline.house import House
from triage.states import ConflictReason, DispatchState, OfferState, OutboxState, Role

LONG = timedelta(days=4)


@pytest.fixture
def offered(house: House) -> House:
    """A house with one report that a companion is being asked to take."""
    house.hire(1)
    house.hire(2, Role.HEAD)
    house.put_on_duty(1)
    house.hear(HIGH)
    house.climb()
    assert engine.audit(house.services) == []
    return house


def one(house: House, table: Any) -> Any:
    """The first row of a table."""
    with house.services.database.look() as tx:
        return tx.rows(select(table))[0]


def change(house: House, table: Any, **values: Any) -> None:
    """What no code of ours would do, to every row of a table."""
    house.services.database.run(lambda tx: tx.execute(update(table).values(**values)))


def found(house: House, name: str) -> bool:
    """Whether the auditor sees it."""
    return any(line.startswith(name) for line in engine.audit(house.services))


def without_dispatch(house: House) -> None:
    """A report that nobody will ever look at."""

    def work(tx: Transaction) -> None:
        row = tx.rows(select(report))[0]._asdict()
        tx.execute(update(report).values(closed_at=house.clock.now()))
        tx.execute(insert(report).values({**row, "id": new_id(house.clock.now()), "ref": "LOST123"}))

    house.services.database.run(work)


def accepted(house: House) -> str:
    """Somebody holds it."""
    staff_id, ref = one(house, offer).staff_id, one(house, report).ref
    casework.accept(house.services, staff_id, ref)
    return str(staff_id)


def held_without_yes(house: House) -> None:
    """The yes of the holder is gone."""
    accepted(house)
    change(house, offer, state=OfferState.EXPIRED)


def still_ringing(house: House) -> None:
    """Somebody is rung for what another holds."""
    accepted(house)
    change(house, offer, state=OfferState.PENDING)


def rounds_in_silence(house: House) -> None:
    """Rounds go by and the carrier takes nothing."""
    for _ in range(5):
        house.clock.forward(minutes=5)
        house.climb()


def claimed_too_late(house: House) -> None:
    """A sender holds a notice of an offer that was over when it was claimed."""
    now, unit_id = house.clock.now(), house.services.unit.id
    house.services.database.run(lambda tx: claims.claim_due(tx, unit_id, now, 9))
    change(house, offer, state=OfferState.EXPIRED, closed_at=now - timedelta(minutes=1))


def told_yours_for_nothing(house: House) -> None:
    """A confirmation without an acceptance."""
    change(house, outbox, template="answer.yours")


def attempts(house: House, count: int, **row: Any) -> None:
    """So many sendings of one notice, none of them after a lapsed lease."""
    now, notice = house.clock.now(), one(house, outbox)
    change(house, outbox, attempts=count, lease_token=count, **row)
    for n in range(count):
        values = {"id": new_id(now), "outbox_id": notice.id, "lease_token": n + 1, "started_at": now, "outcome": "sent"}
        house.services.database.run(lambda tx, values=values: tx.execute(insert(outbox_attempt).values(**values)))


def staff_twice(house: House) -> None:
    """Sent twice to staff, and no lease lapsed."""
    house.services.database.run(lambda tx: tx.execute(outbox.delete().where(outbox.c.audience == "caller")))
    attempts(house, 2)


def caller_twice(house: House) -> None:
    """Sent twice to a caller."""
    house.services.database.run(lambda tx: tx.execute(outbox.delete().where(outbox.c.audience == "staff")))
    attempts(house, 2)


def changed_in_silence(house: House) -> None:
    """The epoch rose and the log says nothing."""
    change(house, dispatch, epoch=dispatch.c.epoch + 5)


def lapsed_and_forgotten(house: House) -> None:
    """A lease that ended long ago."""
    change(house, outbox, state=OutboxState.SENDING, lease_until=house.clock.now() - timedelta(minutes=9))


def left_raw(house: House) -> None:
    """An event that was tried six times and given up."""
    change(house, inbound_event, processed_at=None, attempts=6)


def conflicted(house: House) -> None:
    """A person with a conflict of interest is being asked."""
    now, at = house.clock.now(), one(house, offer)
    why = ConflictReason.PARTY, "test"
    report_id = one(house, report).id
    house.services.database.run(lambda tx: exclusions.add(tx, report_id, at.staff_id, why, now))


BROKEN: dict[str, Callable[[House], None]] = {
    "I1": without_dispatch,
    "I2 due too far": lambda house: change(house, dispatch, next_due_at=house.clock.now() + LONG),
    "I3 held": held_without_yes,
    "I3 open": still_ringing,
    "I4": rounds_in_silence,
    "I5": claimed_too_late,
    "I6": told_yours_for_nothing,
    "I7 staff": staff_twice,
    "I7 a caller": caller_twice,
    "I9": changed_in_silence,
    "I10": lapsed_and_forgotten,
    "I11": lambda house: house.clock.forward(hours=1),
    "I14": left_raw,
    "conflict": conflicted,
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_promise_is_found(offered: House, name: str) -> None:
    assert not found(offered, name)
    BROKEN[name](offered)
    assert found(offered, name)


REFUSED: dict[str, tuple[Any, dict[str, Any]]] = {
    "I2 an open report without a due time": (dispatch, {"next_due_at": None}),
    "I2 a report that nobody answers for": (dispatch, {"responsible_id": None}),
    "I3 a held report without a holder": (dispatch, {"state": DispatchState.ACCEPTED}),
    "I8 what arrived falls back": (outbox, {"status_rank": 4, "state": OutboxState.SENT}),
    "I8 what did not arrive is called read": (outbox, {"status_rank": 1, "state": OutboxState.READ}),
    "an unknown state": (dispatch, {"state": "lost"}),
    "one wish for four eyes without a person": (dispatch, {"asked_for": "close:helped"}),
    "a request of nobody": (offer, {"kind": "handover"}),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_must_never_be_is_refused_by_the_database(offered: House, name: str) -> None:
    table, values = REFUSED[name]
    with pytest.raises(Conflict), offered.services.database.begin() as tx:
        tx.execute(update(table).values(**values))


def test_two_yes_to_one_report_are_refused_by_the_database(offered: House) -> None:
    accepted(offered)
    row = one(offered, offer)._asdict()
    with pytest.raises(Conflict), offered.services.database.begin() as tx:
        tx.execute(insert(offer).values({**row, "id": new_id(offered.clock.now()), "epoch": 99}))
