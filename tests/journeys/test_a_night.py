"""Story: somebody writes at two in the morning, and the companion on duty takes it."""

import pytest

from tests.builders import EMERGENCY, HIGH, UNSAFE
from tests.town import Town
from triage.protocol import Level
from triage.states import DispatchState, DueKind, Happening


@pytest.mark.parametrize("answer", ["YA {code}", "ya {code}.", "YA", "iya", "Terima {code}"])
def test_a_victim_writes_at_night_and_the_first_companion_takes_it(town: Town, answer: str) -> None:
    sari, _rina, _head = town.hire_everybody()
    ibu = town.caller()
    ibu.whatsapp(EMERGENCY)
    town.work()
    ibu.expect("sudah masuk")
    sari.phone.expect("DARURAT").reply(answer)
    town.work()
    sari.phone.expect("sekarang Anda pegang")
    case = town.report_of(ibu)
    assert (case.level, case.state, case.due_kind) == (Level.EMERGENCY, DispatchState.ACCEPTED, DueKind.REMIND_HOLDER)
    assert case.holder_id == case.responsible_id == sari.id


def test_a_pressed_button_takes_it(town: Town) -> None:
    sari, _rina, _head = town.hire_everybody()
    ibu = town.caller()
    ibu.whatsapp(HIGH)
    town.work()
    ibu.expect("sudah masuk")
    sari.phone.expect("TINGGI").reply("Terima", button="YA {code}")
    town.work()
    sari.phone.expect("sekarang Anda pegang")
    assert town.holder_of(ibu) == "Sari"


def test_the_yes_is_said_only_after_it_is_committed_and_the_others_are_told(town: Town) -> None:
    sari, rina, _head = town.hire_everybody()
    ibu = town.caller()
    ibu.whatsapp(EMERGENCY)
    town.work()
    ibu.expect("sudah masuk")
    town.pass_time(minutes=2)
    offer_to_sari = sari.phone.expect("DARURAT")
    rina.phone.expect("DARURAT").reply("YA {code}")
    assert not rina.phone.unexpected(), "nothing may be said before the worker has sent what was committed"
    town.work()
    rina.phone.expect("sekarang Anda pegang")
    offer_to_sari.reply("YA {code}")
    town.work()
    sari.phone.expect("sudah dipegang RI")


def test_everybody_who_was_rung_and_is_still_asked_hears_who_has_it(town: Town) -> None:
    people = town.hire_everybody()
    ibu = town.caller()
    ibu.whatsapp(HIGH)
    town.work()
    ibu.expect("sudah masuk")
    town.pass_time(minutes=11)
    for member in people:
        member.phone.expect("TINGGI")
    sari, rina, head = people
    sari.phone.expect("TINGGI")
    rina.phone.expect("TINGGI").reply("YA {code}")
    town.work()
    rina.phone.expect("sekarang Anda pegang")
    sari.phone.expect("sudah diterima oleh RI")
    head.phone.expect("sudah diterima oleh RI")


def test_whoever_says_that_somebody_reads_along_gets_no_answer(town: Town) -> None:
    sari, _rina, _head = town.hire_everybody()
    ibu = town.caller()
    ibu.whatsapp(UNSAFE)
    town.work()
    sari.phone.expect("YA")
    assert ibu.messages == []
    assert Happening.REPORT_OPENED in town.books.happenings(town.report_of(ibu))


def test_an_sms_is_answered_by_sms(town: Town) -> None:
    sari, _rina, _head = town.hire_everybody()
    ibu = town.caller()
    ibu.sms(HIGH)
    town.work()
    assert not ibu.expect("sudah masuk").whatsapp
    sari.phone.sms("YA")
    town.work()
    sari.phone.expect("TINGGI")
    assert not sari.phone.expect("sekarang Anda pegang").whatsapp
