"""Story: an empty roster, a quiet night, a rising danger, a silent holder, an end that only a human writes."""

from datetime import UTC, datetime, timedelta

import pytest

from hotline import casework
from hotline.acceptance import Verdict
from tests.builders import EMERGENCY, HIGH, LOW, MEDIUM
from tests.town import Member, Town
from triage.casework import CloseReason
from triage.protocol import Level
from triage.states import DispatchState, DueKind, Happening, Role


def take(town: Town, words: str) -> Member:
    """Somebody writes, and Sari takes it."""
    sari, _rina, _head = town.hire_everybody()
    town.caller().whatsapp(words)
    town.work()
    town.caller().expect("sudah masuk")
    sari.phone.expect("YA").reply("YA {code}")
    town.work()
    sari.phone.expect("sekarang Anda pegang")
    return sari


# --- nobody there ----------------------------------------------------------------------------------------------------


def test_a_report_in_a_house_without_staff_waits_with_an_owner_and_a_due_time(town: Town) -> None:
    town.caller().whatsapp(EMERGENCY)
    town.work()
    town.caller().expect("sudah masuk")
    town.pass_time(minutes=20, step_s=60)
    case = town.report_of(town.caller())
    assert case.state is DispatchState.WAITING
    assert case.responsible_id.startswith("desk-")
    assert Happening.NO_COVER in town.books.happenings(case)
    sari = town.hire("Sari", Role.COMPANION)
    sari.phone.does_not_answer()
    town.pass_time(minutes=3, step_s=60)
    sari.phone.expect("DARURAT")


def test_empty_rungs_are_skipped_at_once_and_the_head_is_told(town: Town) -> None:
    sari, head = town.hire("Sari", Role.COMPANION), town.hire("Kepala", Role.HEAD)
    town.caller().whatsapp(HIGH)
    town.work()
    town.caller().expect("sudah masuk")
    sari.phone.expect("Laporan baru")
    head.phone.expect("Laporan baru")
    head.phone.expect("Jadwal piket kosong")
    case = town.report_of(town.caller())
    assert (case.rung, town.clock.now()) == (2, case.opened_at)


def test_the_head_is_told_once_of_an_empty_roster_and_not_at_every_round(town: Town) -> None:
    head = town.hire("Kepala", Role.HEAD)
    head.phone.forget_expected()
    town.caller().forget_expected().whatsapp(HIGH)
    town.work()
    town.pass_time(minutes=60, step_s=60)
    assert sum("Jadwal piket kosong" in received.body for received in head.phone.messages) == 1


# --- the clocks ------------------------------------------------------------------------------------------------------


def test_a_plain_question_at_night_waits_for_seven_in_the_morning(town: Town) -> None:
    sari, _rina, _head = town.hire_everybody()
    town.caller().whatsapp(LOW)
    town.work()
    town.caller().expect("sudah masuk")
    town.pass_time(minutes=4 * 60 + 59, step_s=600)
    assert sari.phone.messages == []
    town.pass_time(minutes=2, step_s=30)
    sari.phone.expect("RENDAH")
    case = town.report_of(town.caller())
    assert town.books.offers_of(case)[0].offered_at >= datetime(2026, 3, 10, 0, 0, tzinfo=UTC)


def test_a_question_that_becomes_a_danger_at_night_is_rung_at_once(town: Town) -> None:
    sari, _rina, _head = town.hire_everybody()
    town.caller().whatsapp(LOW)
    town.caller().whatsapp(EMERGENCY)
    town.work()
    town.caller().expect("sudah masuk")
    sari.phone.expect("DARURAT")
    assert town.report_of(town.caller()).level is Level.EMERGENCY


def test_a_rising_danger_shortens_the_time_of_whoever_is_being_asked(town: Town) -> None:
    sari, rina, _head = town.hire_everybody()
    town.caller().whatsapp(MEDIUM)
    town.work()
    town.caller().expect("sudah masuk")
    sari.phone.expect("SEDANG")
    town.pass_time(minutes=5)
    town.caller().whatsapp(EMERGENCY)
    town.work()
    sari.phone.expect("DARURAT")
    due = town.report_of(town.caller()).next_due_at
    assert due is not None
    assert due <= town.clock.now() + timedelta(minutes=2)
    town.pass_time(minutes=2)
    rina.phone.expect("DARURAT")
    assert Happening.REPORT_RAISED in town.books.happenings(town.report_of(town.caller()))


def test_no_machine_lowers_a_level(town: Town) -> None:
    sari = take(town, EMERGENCY)
    for words in ("terima kasih", "sudah aman, tidak jadi", LOW):
        town.caller().whatsapp(words)
    town.work()
    sari.phone.forget_expected()
    assert town.report_of(town.caller()).level is Level.EMERGENCY


@pytest.mark.parametrize("bubbles", [1, 12])
def test_the_holder_hears_of_new_words_at_most_once_in_two_minutes(town: Town, bubbles: int) -> None:
    sari = take(town, HIGH)
    for _ in range(bubbles):
        town.caller().whatsapp("dia datang lagi tadi malam")
        town.work()
        town.clock.forward(seconds=2)
    sari.phone.expect("ada pesan baru")
    town.clock.forward(minutes=2)
    town.caller().whatsapp("halo")
    town.work()
    sari.phone.expect("ada pesan baru")


# --- the holder ------------------------------------------------------------------------------------------------------


def test_a_holder_who_reaches_nobody_is_reminded_then_the_report_is_offered_again(town: Town) -> None:
    sari = take(town, EMERGENCY)
    rina = town.staff["Rina"]
    town.pass_time(minutes=5)
    sari.phone.expect("waktu tinggal setengah")
    town.pass_time(minutes=5)
    sari.phone.expect("Anda tetap bertanggung jawab")
    town.staff["Kepala"].phone.expect("ditawarkan lagi")
    rina.phone.expect("DARURAT")
    case = town.report_of(town.caller())
    assert (case.state, case.holder_id, case.responsible_id) == (DispatchState.OFFERED, None, sari.id)
    rina.phone.whatsapp(f"YA {case.code}")
    town.work()
    rina.phone.expect("sekarang Anda pegang")
    assert town.report_of(town.caller()).responsible_id == rina.id


def test_a_holder_who_let_it_lapse_may_take_it_again(town: Town) -> None:
    sari = take(town, EMERGENCY)
    town.pass_time(minutes=10.25)
    town.staff["Rina"].phone.forget_expected()
    town.staff["Kepala"].phone.expect("ditawarkan lagi")
    code = town.report_of(town.caller()).code
    sari.phone.forget_expected().whatsapp(f"YA {code}")
    town.work()
    assert town.holder_of(town.caller()) == "Sari"


def test_a_recorded_contact_ends_the_reminders_and_begins_the_follow_up(town: Town) -> None:
    sari = take(town, HIGH)
    case = town.report_of(town.caller())
    assert casework.record_contact(town.web, sari.id, case.ref).verdict is Verdict.RECORDED
    town.pass_time(minutes=3 * 60 + 59, step_s=300)
    town.pass_time(minutes=2, step_s=30)
    sari.phone.expect("masih terbuka")
    now = town.report_of(town.caller())
    assert (now.state, now.due_kind) == (DispatchState.IN_CONTACT, DueKind.FOLLOW_UP)
    assert now.first_contact_at == case.accepted_at


def test_only_a_human_closes_and_only_one_who_may(town: Town) -> None:
    sari = take(town, HIGH)
    case = town.report_of(town.caller())
    rina, head = town.staff["Rina"], town.staff["Kepala"]
    casework.record_contact(town.web, sari.id, case.ref)
    town.pass_time(minutes=3 * 24 * 60, step_s=3600)
    sari.phone.forget_expected()
    assert town.report_of(town.caller()).state is DispatchState.IN_CONTACT
    reason = next(iter(CloseReason))
    assert casework.close_report(town.web, rina.id, case.ref, reason).verdict is Verdict.NOT_YOURS
    assert casework.close_report(town.web, head.id, case.ref, reason).verdict is Verdict.RECORDED
    assert casework.close_report(town.web, sari.id, case.ref, reason).verdict is Verdict.CLOSED
    assert town.report_of(town.caller()).next_due_at is None


def test_whoever_writes_after_the_end_opens_a_new_report(town: Town) -> None:
    sari = take(town, HIGH)
    case = town.report_of(town.caller())
    casework.close_report(town.web, sari.id, case.ref, next(iter(CloseReason)))
    town.clock.forward(minutes=1)
    town.caller().whatsapp(EMERGENCY)
    town.work()
    town.caller().expect("sudah masuk")
    sari.phone.expect("DARURAT")
    first, second = town.books.cases_of(town.caller().number)
    assert (first.state, second.state) == (DispatchState.CLOSED, DispatchState.OFFERED)
    sari.phone.whatsapp(f"YA {first.code}")
    town.work()
    sari.phone.expect("sudah ditutup")
