"""Defects that other hotlines' software has, each shut out by name; some more are shut out in stories of their own."""

from datetime import timedelta

import pytest

from hotline import casework, oversight, soft_block, staffing
from hotline.acceptance import Verdict
from hotline.simulator import Fault
from hotline.store.ids import new_ref
from hotline.views import Viewer
from tests.builders import EMERGENCY, HIGH, LOW
from tests.promises import PROMISES
from tests.town import Member, Town
from triage.states import DispatchState, Duty, Happening, OfferState, Role


def hush_all(town: Town) -> None:
    """What the staff are told is no part of the story."""
    for member in town.staff.values():
        member.phone.forget_expected()


def disconnect(town: Town, member: Member) -> None:
    """Nothing reaches her number any more: no message, no call."""
    number = member.phone.number
    for only in (f"whatsapp:{number}", number):
        town.carrier.faults.for_a_while(Fault.UNDELIVERED, timedelta(hours=1), only=only, code=30005)
    town.carrier.faults.for_a_while(Fault.FAILED, timedelta(hours=1), only=number, code=30005)


def test_a_hidden_number_is_answered_though_numbers_are_blocked(town: Town) -> None:
    _sari, _rina, head = town.hire_everybody()
    town.caller(1).forget_expected().whatsapp(LOW)
    soft_block.set_blocked(town.web, head.id, town.report_of(town.caller(1)).ref, blocked=True)
    leg = town.caller(2).call(withheld=True)
    assert "mencari petugas" in leg.heard[0]
    leg.hang_up()
    town.work()
    hush_all(town)


def test_a_blocked_number_that_says_he_will_kill_me_is_rung(town: Town) -> None:
    sari, _rina, head = town.hire_everybody()
    loud = town.caller(1).forget_expected()
    loud.whatsapp(LOW)
    soft_block.set_blocked(town.web, head.id, town.report_of(loud).ref, blocked=True)
    loud.whatsapp("dia akan membunuh saya")
    town.work()
    sari.phone.expect("DARURAT")


def test_a_disconnected_first_number_does_not_stop_the_ladder(town: Town) -> None:
    sari, rina, _head = town.hire_everybody()
    disconnect(town, sari)
    town.caller(1).forget_expected().whatsapp(EMERGENCY)
    town.work()
    rina.phone.expect("DARURAT")
    assert town.books.happenings(town.report_of(town.caller(1))).count(Happening.OFFER_DEAD) == 1
    hush_all(town)


def test_with_nobody_rostered_the_head_is_rung_and_the_caller_hears_the_truth(town: Town) -> None:
    head = town.hire("Kepala", Role.HEAD)
    head.phone.does_not_answer()
    leg = town.caller(1).call()
    town.work()
    assert not any(PROMISES.search(words) for words in leg.heard)
    leg.hang_up()
    town.work()
    head.phone.expect("Jadwal piket kosong")
    head.phone.expect("Laporan baru")


def test_the_same_words_under_a_new_id_are_one_report_and_both_are_kept(town: Town) -> None:
    town.hire_everybody()
    caller = town.caller(1).forget_expected()
    caller.whatsapp(HIGH)
    caller.whatsapp(HIGH)
    town.work()
    assert (town.books.count("report"), town.books.count("message")) == (1, 2)
    hush_all(town)


def test_a_thousand_labels_in_one_second_are_a_thousand_labels() -> None:
    assert len({new_ref() for _ in range(1000)}) == 1000


def test_when_no_notice_reaches_anybody_the_caller_is_promised_nothing(town: Town) -> None:
    people = town.hire_everybody()
    for member in people:
        disconnect(town, member)
    caller = town.caller(1)
    caller.whatsapp(EMERGENCY)
    town.work()
    assert not PROMISES.search(caller.expect("sudah masuk").body)
    case = town.report_of(caller)
    assert (case.state, case.responsible_id) == (DispatchState.OFFERED, town.staff["Kepala"].id)
    hush_all(town)


def test_a_notice_is_sent_only_when_the_carrier_has_it_and_delivered_only_when_it_says_so(town: Town) -> None:
    town.hire_everybody()
    town.caller(1).forget_expected().whatsapp(HIGH)
    town.drain_ladder_only()
    assert {row.state for row in town.books.notices(audience="staff")} == {"pending"}
    town.drain()
    assert {row.state for row in town.books.notices(audience="staff")} <= {"sent", "delivered"}
    hush_all(town)


def test_a_caller_never_receives_a_number_of_staff(town: Town) -> None:
    sari, _rina, _head = town.hire_everybody()
    caller = town.caller(1)
    caller.whatsapp(HIGH)
    town.work()
    sari.phone.expect("YA").reply("YA {code}")
    town.work()
    sari.phone.expect("sekarang Anda pegang")
    numbers = [member.phone.number[3:] for member in town.staff.values()]
    words = caller.expect("sudah masuk").body
    assert not any(number in words for number in numbers)


@pytest.mark.parametrize("act", ["accept", "contact", "close"])
def test_who_acts_is_who_is_signed_in_and_nobody_else(town: Town, act: str) -> None:
    sari, rina, _head = town.hire_everybody()
    town.caller(1).forget_expected().whatsapp(HIGH)
    town.work()
    ref = town.report_of(town.caller(1)).ref
    acts = {
        "accept": lambda: casework.accept(town.web, rina.id, ref),
        "contact": lambda: casework.record_contact(town.web, rina.id, ref),
        "close": lambda: casework.close_report(town.web, rina.id, ref, next(iter(casework.CloseReason))),
    }
    assert acts[act]().verdict in (Verdict.NOT_OFFERED, Verdict.NOT_YOURS)
    assert town.report_of(town.caller(1)).holder_id is None
    sari.phone.forget_expected()


def test_the_cases_of_a_disabled_colleague_are_somebody_elses_at_once(town: Town) -> None:
    sari, _rina, head = town.hire_everybody()
    town.caller(1).forget_expected().whatsapp(HIGH)
    town.work()
    sari.phone.expect("YA").reply("YA {code}")
    town.work()
    assert staffing.disable_staff(town.worker, sari.hired.code) == 1
    assert town.report_of(town.caller(1)).responsible_id == head.id
    town.work()
    assert town.report_of(town.caller(1)).state is DispatchState.OFFERED
    (item,) = oversight.queue(town.web, Viewer(head.id, Role.HEAD))
    assert item.holder_code is None
    hush_all(town)


def test_two_callers_at_once_ring_two_people_and_no_one_twice(town: Town) -> None:
    first, second = (town.hire(name, duty=Duty.FIRST) for name in ("Sari", "Rina"))
    for number in (1, 2):
        town.caller(number).forget_expected().whatsapp(EMERGENCY)
    town.work()
    asked = [row.staff_id for case in town.books.cases() for row in town.books.offers_of(case)]
    pending = {row.state for case in town.books.cases() for row in town.books.offers_of(case)}
    assert sorted(asked) == sorted([first.id, second.id])
    assert pending == {OfferState.PENDING}
    hush_all(town)
