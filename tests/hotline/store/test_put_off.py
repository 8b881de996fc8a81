"""A transaction that puts off its BEGIN is whole or nothing all the same, whatever is done in it."""

import pytest
from sqlalchemy import func, select

from hotline.errors import StoreAway
from hotline.store.batch import insert_all
from hotline.store.bulk import insert_many
from hotline.store.session import Transaction
from hotline.store.tables import unit
from tests.hotline.house import House


def unit_row(house: House, name: str) -> dict[str, object]:
    return {"id": f"unit-{name}", "code": name, "created_at": house.clock.now()}


def units(tx: Transaction) -> int:
    return int(tx.execute(select(func.count()).select_from(unit)).scalar_one())


def count(house: House) -> int:
    with house.services.database.look() as tx:
        return units(tx)


def test_what_one_statement_writes_is_there_afterwards(house: House) -> None:
    before = count(house)
    house.services.database.run(lambda tx: insert_all(tx, [(unit, unit_row(house, "a")), (unit, unit_row(house, "b"))]))
    assert count(house) == before + 2


def test_whoever_reads_her_own_writing_sees_it(house: House) -> None:
    def work(tx: Transaction) -> tuple[int, int]:
        before = units(tx)
        insert_many(tx, unit, [unit_row(house, "c")])
        return before, units(tx)

    before, after = house.services.database.run(work)
    assert after == before + 1


@pytest.mark.parametrize("reads_too", [False, True])
def test_nothing_is_written_by_a_block_that_fails(house: House, reads_too: bool) -> None:
    def work(tx: Transaction) -> None:
        insert_many(tx, unit, [unit_row(house, "d")])
        if reads_too:
            units(tx)
        raise LookupError

    before = count(house)
    with pytest.raises(LookupError):
        house.services.database.run(work)
    assert count(house) == before


def test_a_second_writing_that_fails_takes_the_first_with_it(house: House) -> None:
    def work(tx: Transaction) -> None:
        insert_many(tx, unit, [unit_row(house, "e")])
        units(tx)
        insert_many(tx, unit, [{**unit_row(house, "f"), "code": "e"}])

    before = count(house)
    with pytest.raises(StoreAway):
        house.services.database.run(work)
    assert count(house) == before


def test_lists_carry_every_sign(house: House) -> None:
    odd = 'a"b\\c{d},é\n NULL'
    house.services.database.run(lambda tx: insert_many(tx, unit, [unit_row(house, odd), unit_row(house, "NULL")]))
    with house.services.database.look() as tx:
        names = [row.code for row in tx.rows(select(unit.c.code).order_by(unit.c.code))]
    assert {odd, "NULL"} <= set(names)


def test_a_nul_is_refused_and_not_the_end_of_a_text(house: House) -> None:
    before = count(house)
    if house.services.database.is_postgresql:
        with pytest.raises(ValueError, match="NUL"):
            house.services.database.run(lambda tx: insert_many(tx, unit, [unit_row(house, "a\0b")]))
        assert count(house) == before
