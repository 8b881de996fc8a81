"""Story: the database is away for half a minute. The carrier hears 503 in time, and nothing accepted is missing."""

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from hotline.errors import StoreAway
from tests.builders import HIGH
from tests.crash.conftest import FrailPostgres
from tests.town import Town
from triage.states import DispatchState

LONGEST_S = 5.0
Outage = Callable[[], contextlib.AbstractContextManager[None]]


@contextlib.contextmanager
def stopped(town: Town, server: FrailPostgres) -> Iterator[None]:
    """The server is down; whoever reads next finds that her connection is of yesterday."""
    server.stop()
    yield
    server.start()
    town.worker.database.run(lambda tx: tx.rows(select(1)))


@contextlib.contextmanager
def locked(file: Path) -> Iterator[None]:
    """Somebody else is writing and does not come to an end."""
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@contextlib.contextmanager
def moved(town: Town, file: Path) -> Iterator[None]:
    """The disk with the file is not there."""
    for services in (town.web, town.worker):
        services.database.close()
    aside = file.with_suffix(".aside")
    file.rename(aside)
    file.mkdir()
    yield
    file.rmdir()
    aside.rename(file)


@pytest.fixture(params=["stopped", "locked", "moved"])
def broken_town(request: pytest.FixtureRequest, redis_url: str) -> Iterator[tuple[Town, Outage]]:
    """A town and a way to take its database away."""
    if request.param == "stopped":
        server: FrailPostgres = request.getfixturevalue("frail_postgres")
        url, away = server.url, lambda town: stopped(town, server)
    else:
        url = request.getfixturevalue("sqlite_url")
        file = Path(url.removeprefix("sqlite:///"))
        away = (lambda town: locked(file)) if request.param == "locked" else (lambda town: moved(town, file))
    with Town(url, redis_url) as town:
        town.slowest_webhook_s = LONGEST_S
        yield town, lambda: away(town)
        town.assert_well()


def message_form(town: Town, sid: str) -> dict[str, str]:
    """What the carrier posts for a message, without its own attempts to post it again."""
    sender = f"whatsapp:{town.caller().number}"
    ids = {"MessageSid": sid, "SmsSid": sid, "AccountSid": town.carrier.settings.account_sid, "NumMedia": "0"}
    return {**ids, "From": sender, "To": town.carrier.settings.whatsapp_sender, "Body": HIGH}


def test_a_message_during_the_outage_is_refused_in_time_and_gets_in_later(broken_town: tuple[Town, Outage]) -> None:
    town, away = broken_town
    sari, _rina, _head = town.hire_everybody()
    town.let_write_to(town.caller())
    town.caller(8).forget_expected().whatsapp(HIGH)
    form = message_form(town, "SM" + "e" * 32)
    with away():
        assert town.post("/twilio/message", **form).status == 503
        town.clock.forward(seconds=30)
    again = town.post("/twilio/fallback/message", ErrorCode="11200", **form)
    assert again.status == 200
    assert town.carrier.ledger.excuse(11200)
    town.work()
    town.caller().expect("sudah masuk")
    for _ in range(2):
        sari.phone.expect("TINGGI")
    assert town.report_of(town.caller()).state is DispatchState.OFFERED


@pytest.mark.parametrize("broken_town", ["stopped", "moved"], indirect=True)
def test_a_call_during_the_outage_hears_a_sentence_with_the_number_of_the_police(
    broken_town: tuple[Town, Outage],
) -> None:
    town, away = broken_town
    town.hire_everybody()
    with away():
        leg = town.caller().call()
        assert leg.ended
        assert "satu satu nol" in leg.heard[0]
        assert "one one zero" in leg.heard[1]
    town.carrier.ledger.excuse(11200)
    assert town.books.count("report") == 0, "nobody was promised anything"


def test_workers_and_ticker_survive_the_outage_and_go_on(broken_town: tuple[Town, Outage]) -> None:
    town, away = broken_town
    sari, rina, _head = town.hire_everybody()
    town.caller().forget_expected().whatsapp(HIGH)
    town.work()
    town.clock.forward(minutes=5)
    with away(), pytest.raises(StoreAway):
        town.tick_as("ticker")
    with contextlib.suppress(StoreAway):
        town.tick_as("ticker")
    town.clock.forward(seconds=30)
    town.tick()
    sari.phone.expect("TINGGI")
    rina.phone.expect("TINGGI")
