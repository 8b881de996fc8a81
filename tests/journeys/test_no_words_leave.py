"""Story: after a whole night, no number, name or word of anybody stands in logs, Redis, URLs or a copied database."""

import logging

import pytest
import redis
from sqlalchemy import MetaData, select

from hotline.store.tables import metadata
from tests.builders import EMERGENCY
from tests.town import Town

# Rare enough to be found wherever they leak.
CANARY = "burung kenari xylofonkuarsa"
NAME = "Namarahasia"


@pytest.fixture
def night(town: Town, caplog: pytest.LogCaptureFixture) -> Town:
    """Everything once: written, called, refused, taken, failed, with everything logged."""
    caplog.set_level(logging.DEBUG)
    sari, rina = town.hire(f"{NAME} Sari", duty=None), town.hire(f"{NAME} Rina")
    for member in (sari, rina):
        member.phone.forget_expected().does_not_answer()
    ibu = town.caller().forget_expected()
    ibu.name = f"{NAME} Ibu"
    ibu.whatsapp(f"{EMERGENCY}, {CANARY}")
    code = town.report_of(ibu).code
    with town.carrier_down():
        town.work()
    town.pass_time(minutes=1)
    ibu.call().hang_up()
    sari.phone.whatsapp(f"{CANARY} apa ini")
    sari.phone.whatsapp(f"YA {code}")
    ibu.sms(CANARY)
    ibu.whatsapp(CANARY, location=(1.66, 101.44, CANARY))
    town.pass_time(minutes=6)
    return town


def secrets_of(town: Town) -> list[str]:
    """Everything that belongs to a person in this story; numbers also without their plus sign."""
    numbers = [town.caller().number, *(member.phone.number for member in town.staff.values())]
    return [CANARY, "xylofonkuarsa", NAME, "pisau", *(number.lstrip("+") for number in numbers)]


def found_in(text: str, town: Town) -> list[str]:
    """Which of them stand in a text."""
    return [secret for secret in secrets_of(town) if secret.lower() in text.lower()]


def test_logs_hold_no_person(night: Town, caplog: pytest.LogCaptureFixture) -> None:
    ours = [record for record in caplog.records if record.name.split(".")[0] in ("hotline", "workers", "twilio", "rq")]
    written = "\n".join(f"{record.__dict__} {record.getMessage()} {record.exc_text}" for record in ours)
    assert found_in(written, night) == []


def test_redis_holds_no_person(night: Town, redis_url: str) -> None:
    night.caller().whatsapp(CANARY)
    with redis.Redis.from_url(redis_url) as store:
        keys = store.keys("*")
        assert keys, "the bell was rung"
        whole = b" ".join([*keys, *(store.dump(key) or b"" for key in keys)])
        whole += b" ".join(part for key in store.keys("rq:job:*") for part in store.hgetall(key).values())
    assert found_in(whole.decode("latin-1"), night) == []
    night.work()


def test_urls_hold_no_person(night: Town) -> None:
    urls = [hook.url for hook in night.carrier.webhooks]
    urls += [message.status_callback for message in night.carrier.ledger.messages.values()]
    urls += [call.status_callback for call in night.carrier.ledger.calls.values()]
    assert found_in("\n".join(urls), night) == []


def test_a_copied_database_holds_no_person(night: Town) -> None:
    tables: MetaData = metadata
    with night.worker.database.look() as tx:
        rows = [row for table in tables.sorted_tables for row in tx.rows(select(table))]
    cells = [cell for row in rows for cell in row]
    text = "\n".join(cell.decode("latin-1") if isinstance(cell, bytes) else str(cell) for cell in cells)
    assert len(rows) > 40
    assert found_in(text, night) == []


def test_messages_to_staff_hold_no_word_of_the_caller(night: Town) -> None:
    sent = [received.body for member in night.staff.values() for received in member.phone.messages]
    assert sent
    assert found_in("\n".join(sent), night) == []
