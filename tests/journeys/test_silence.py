"""Story: somebody else may read her phone. From that word on nothing is sent to it, on no channel, for ever."""

import pytest
from sqlalchemy import select

from hotline import casework
from hotline.store.tables import caller
from tests.builders import HIGH, UNSAFE
from tests.town import Town
from triage.casework import CloseReason
from triage.states import OutboxState, Role


@pytest.fixture(autouse=True)
def everybody(town: Town) -> None:
    """People at work whose messages are no part of the story."""
    for member in town.hire_everybody():
        member.phone.forget_expected()


def receipts(town: Town) -> list[str]:
    """What became of every receipt that was planned."""
    return [row.state for row in town.books.notices(template="caller.receipt")]


def test_a_word_once_said_holds_for_every_later_report(town: Town) -> None:
    town.caller().whatsapp(UNSAFE)
    town.work()
    (case,) = town.books.cases()
    for name in ("Kepala", "Wakil"):
        leader = town.staff.get(name) or town.hire(name, Role.SUPERVISOR)
        casework.close_report(town.worker, leader.id, case.ref, CloseReason.HELPED)
        leader.phone.forget_expected()
    town.caller().whatsapp("tolong dia pukul saya lagi")
    town.work()
    assert town.books.count("report") == 2
    assert receipts(town) == []


def test_a_word_said_on_one_channel_holds_on_the_others(town: Town) -> None:
    town.caller().whatsapp(UNSAFE)
    town.caller().sms(HIGH)
    town.caller(8).sms("ini nomor suami saya")
    town.caller(8).whatsapp(HIGH)
    town.work()
    assert receipts(town) == []
    with town.worker.database.look() as tx:
        assert all(row.unsafe_at for row in tx.rows(select(caller.c.unsafe_at)))


def test_a_word_that_comes_after_the_receipt_was_planned_withdraws_it(town: Town) -> None:
    town.caller().sms(HIGH)
    town.caller().whatsapp("jangan")
    town.caller().whatsapp("balas")
    town.work()
    assert set(receipts(town)) == {OutboxState.CANCELLED}
    assert town.caller().messages == []


def test_another_phone_is_answered_as_ever(town: Town) -> None:
    town.caller().whatsapp(UNSAFE)
    town.caller(8).whatsapp(HIGH)
    town.work()
    town.caller(8).expect("sudah masuk")


def test_two_who_hide_their_numbers_are_two_reports_and_get_no_answer(town: Town) -> None:
    for sid in ("1", "2"):
        form = {"AccountSid": town.carrier.settings.account_sid, "To": "+62765000000", "From": "anonymous"}
        town.post("/twilio/message", MessageSid=f"SM{sid * 32}", Body=HIGH, **form)
    town.work()
    assert town.books.count("report") == 2
    assert receipts(town) == []
