"""Before the first caller: the slow tables are built without asking anybody outside of the process."""

import pytest
from sqlalchemy import func, select

from hotline.errors import StoreAway
from hotline.rehearsal import rehearse, warm_up
from hotline.store.tables import inbound_event, report, unit
from hotline.wiring import build
from tests.hotline.house import House
from tests.services import environment
from triage.concepts.lexicon import lexicon


def test_the_tables_of_triage_are_there_before_the_first_message_and_no_database_is_asked() -> None:
    services = build(environment(DATABASE_URL="sqlite:////nowhere/at/all.sqlite3"))
    lexicon.cache_clear()
    rehearse(services)
    assert lexicon.cache_info().currsize == 1
    services.database.close()


def test_warming_up_writes_nothing_in_an_empty_house_nor_in_one_at_work(house: House) -> None:
    def counts() -> list[int]:
        with house.services.database.look() as tx:
            return [
                int(tx.execute(select(func.count()).select_from(t)).scalar_one()) for t in (unit, inbound_event, report)
            ]

    warm_up(house.services)
    assert counts() == [0, 0, 0]
    house.hear()
    warm_up(house.services)
    assert counts() == [1, 1, 1]


def test_a_process_starts_while_the_database_is_away() -> None:
    services = build(environment(DATABASE_URL="postgresql+psycopg://nobody@127.0.0.1:1/none"))
    warm_up(services)
    with pytest.raises(StoreAway), services.database.begin():
        raise AssertionError("nobody is there")
    services.database.close()
