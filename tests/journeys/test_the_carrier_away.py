"""Story: the carrier's API is down, slow, or its answer is lost. Staff are told all the same; a victim never twice."""

import pytest

from hotline.simulator import Fault
from tests.builders import EMERGENCY, HIGH
from tests.town import Town
from triage.states import DispatchState, Happening, OutboxState


def test_a_carrier_that_is_down_for_ten_minutes_delays_and_loses_nothing(town: Town) -> None:
    people = town.hire_everybody()
    with town.carrier_down():
        town.caller().whatsapp(EMERGENCY)
        town.work()
        town.pass_time(minutes=10)
        assert all(member.phone.messages == [] for member in people)
        assert town.report_of(town.caller()).state is DispatchState.OFFERED
    town.pass_time(minutes=3.5)
    for member in people:
        assert "DARURAT" in member.phone.expect("DARURAT").body
        member.phone.forget_expected()
    assert town.caller().messages == [], "a receipt after so long belongs to a conversation that is over"


def test_a_lost_answer_to_a_page_is_found_at_the_carrier_and_not_sent_again(town: Town) -> None:
    sari, _rina, _head = town.hire_everybody()
    town.caller().sms(HIGH)
    with town.carrier.faults.during(Fault.CALLBACK_LOST):
        town.carrier.faults.next(Fault.ANSWER_LOST, only="Messages", times=2)
        town.work()
    town.caller().expect("sudah masuk")
    sari.phone.expect("TINGGI")
    (offer,) = town.books.notices(template="offer.message")
    assert (offer.state, offer.attempts) == (OutboxState.SENT, 1)


def test_a_page_whose_fate_is_unknown_is_sent_once_more(town: Town) -> None:
    sari, _rina, _head = town.hire_everybody()
    town.carrier.faults.next(Fault.HANG, only="Messages", times=2, seconds=3)
    town.caller().whatsapp(HIGH)
    town.work()
    town.pass_time(minutes=0.5)
    sari.phone.expect("TINGGI")
    (offer,) = town.books.notices(template="offer.message")
    assert offer.attempts == 2


@pytest.mark.parametrize("fault", [Fault.HANG, Fault.SERVER_ERROR, Fault.BAD_GATEWAY, Fault.DROPPED])
def test_a_victims_phone_gets_one_message_or_none_when_the_answer_is_unclear(town: Town, fault: Fault) -> None:
    with town.carrier.faults.during(fault, seconds=1):
        town.caller().whatsapp(HIGH)
        town.work()
    town.pass_time(minutes=2)
    assert town.caller().messages == []
    (receipt,) = town.books.notices(audience="caller")
    assert (receipt.state, receipt.attempts) == (OutboxState.UNKNOWN, 1)
    assert Happening.NOTICE_UNKNOWN in town.books.happenings(town.report_of(town.caller()))


def test_a_victims_receipt_whose_answer_was_lost_is_adopted(town: Town) -> None:
    town.carrier.faults.next(Fault.ANSWER_LOST, only="Messages")
    town.caller().whatsapp(HIGH)
    town.work()
    town.pass_time(minutes=2)
    town.caller().expect("sudah masuk")
    (receipt,) = town.books.notices(audience="caller")
    assert receipt.attempts == 1


@pytest.mark.parametrize("fault", [Fault.TOO_MANY, Fault.SERVER_ERROR, Fault.BAD_GATEWAY, Fault.DROPPED])
def test_a_refused_page_goes_out_as_soon_as_the_carrier_takes_it(town: Town, fault: Fault) -> None:
    sari, _rina, _head = town.hire_everybody()
    with town.carrier.faults.during(fault, only="Messages"):
        town.caller().forget_expected().whatsapp(HIGH)
        town.work()
        town.pass_time(minutes=0.1)
    town.pass_time(minutes=0.5)
    sari.phone.expect("TINGGI")


def test_an_account_without_money_fails_over_to_calls_and_shows_in_the_log(town: Town) -> None:
    sari, _rina, _head = town.hire_everybody()
    with town.carrier.faults.during(Fault.REFUSED, only="Messages", code=21211):
        town.caller().whatsapp(EMERGENCY)
        sari.phone.answers("1")
        town.work()
    case = town.report_of(town.caller())
    assert case.holder_id == sari.id, "the call went through"
    assert Happening.NOTICE_FAILED in town.books.happenings(case)


def test_another_message_about_the_same_report_is_not_taken_for_the_lost_one(town: Town) -> None:
    sari, _rina, _head = town.hire_everybody()
    town.caller().forget_expected().whatsapp(HIGH)
    town.work()
    sari.phone.expect("TINGGI").reply("YA {code}")
    sari.phone.whatsapp("YA")
    with town.carrier.faults.during(Fault.DROPPED, only="Messages"):
        town.work()
    town.caller().whatsapp("dia datang lagi")
    town.work()
    town.pass_time(minutes=1)
    for words in ("ada pesan baru", "sekarang Anda pegang", "Tidak ada laporan yang menunggu"):
        sari.phone.expect(words)
