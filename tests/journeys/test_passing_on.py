"""Story: a report changes hands: given back, handed over, assigned, a counsellor beside. It is always somebody's."""

import pytest

from hotline import casework
from hotline.acceptance import Verdict
from hotline.transfers import Request
from tests.builders import EMERGENCY, HIGH
from tests.town import Member, Town
from triage.casework import CloseReason
from triage.protocol import Level
from triage.states import DispatchState, DueKind, Happening, OfferState, Role


def take(town: Town, words: str = HIGH) -> Member:
    """Somebody writes, and Sari takes it."""
    sari, _rina, _head = town.hire_everybody()
    town.caller().forget_expected().whatsapp(words)
    town.work()
    sari.phone.expect("YA").reply("YA {code}")
    town.work()
    sari.phone.expect("sekarang Anda pegang")
    return sari


# --- the first contact -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["KONTAK {}", "kontak", "{} terhubung"])
def test_a_holder_records_the_first_contact_by_message(town: Town, word: str) -> None:
    sari = take(town)
    code = town.report_of(town.caller()).code
    sari.phone.whatsapp(word.format(code))
    town.work()
    sari.phone.expect("kontak pertama")
    case = town.report_of(town.caller())
    assert (case.state, case.due_kind) == (DispatchState.IN_CONTACT, DueKind.FOLLOW_UP)


def test_nobody_records_a_contact_of_what_another_holds(town: Town) -> None:
    take(town)
    rina, code = town.staff["Rina"], town.report_of(town.caller()).code
    rina.phone.whatsapp(f"KONTAK {code}")
    town.work()
    rina.phone.expect("tidak Anda pegang")
    assert town.report_of(town.caller()).first_contact_at is None


def test_whoever_let_it_lapse_takes_it_again_with_her_contact(town: Town) -> None:
    sari = take(town)
    town.pass_time(minutes=31)
    for name in ("Rina", "Kepala"):
        town.staff[name].phone.forget_expected()
    sari.phone.forget_expected().whatsapp("KONTAK")
    town.work()
    case = town.report_of(town.caller())
    assert (case.holder_id, case.state) == (sari.id, DispatchState.IN_CONTACT)


# --- given back ------------------------------------------------------------------------------------------------------


def test_what_is_given_back_is_offered_at_once_to_others_and_the_head_answers_for_it(town: Town) -> None:
    sari = take(town)
    sari.phone.whatsapp("LEPAS")
    town.work()
    sari.phone.expect("Anda lepas")
    town.staff["Rina"].phone.expect("Laporan baru")
    town.staff["Kepala"].phone.expect("dilepas oleh SA")
    case = town.report_of(town.caller())
    assert (case.state, case.holder_id) == (DispatchState.OFFERED, None)
    assert case.responsible_id == town.staff["Kepala"].id
    assert Happening.RELEASED in town.books.happenings(case)


def test_whoever_gave_it_back_is_asked_again_only_with_everybody(town: Town) -> None:
    sari = take(town)
    casework.release(town.web, sari.id, town.report_of(town.caller()).ref, "shift over")
    town.pass_time(minutes=9)
    assert not any("Laporan baru" in one.body for one in sari.phone.messages[2:])
    town.pass_time(minutes=2)
    for member in town.staff.values():
        member.phone.forget_expected()
    last = town.books.offers_of(town.report_of(town.caller()))
    assert sari.id in {row.staff_id for row in last if row.state == OfferState.PENDING}


# --- handed over -----------------------------------------------------------------------------------------------------


def hand_over(town: Town, by: Member, to: str) -> Verdict:
    """One asks another by name."""
    request = Request(by.id, town.staff[to].hired.code, "shift over")
    outcome = casework.ask_person(town.web, town.report_of(town.caller()).ref, request)
    town.work()
    return outcome.verdict


def test_a_hand_over_needs_a_yes_and_the_giver_holds_it_until_then(town: Town) -> None:
    sari, rina = take(town), town.staff["Rina"]
    assert hand_over(town, sari, "Rina") is Verdict.ASKED
    assert town.holder_of(town.caller()) == "Sari"
    rina.phone.expect("SA meminta Anda").reply("YA {code}")
    town.work()
    rina.phone.expect("sekarang Anda pegang")
    sari.phone.expect("sekarang dipegang RI")
    case = town.report_of(town.caller())
    assert (case.holder_id, case.responsible_id) == (rina.id, rina.id)
    assert Happening.HANDED_OVER in town.books.happenings(case)


def test_a_no_leaves_the_report_with_the_giver(town: Town) -> None:
    sari = take(town)
    hand_over(town, sari, "Rina")
    town.staff["Rina"].phone.expect("SA meminta Anda").reply("TIDAK {code}")
    town.work()
    sari.phone.expect("RI tidak bisa mengambil")
    town.staff["Rina"].phone.expect("tidak bisa menerima")
    assert town.holder_of(town.caller()) == "Sari"


def test_silence_leaves_it_too_and_the_giver_is_told(town: Town) -> None:
    sari = take(town)
    hand_over(town, sari, "Rina")
    town.pass_time(minutes=6)
    sari.phone.expect("RI belum menjawab")
    town.staff["Rina"].phone.expect("SA meminta Anda")
    assert town.holder_of(town.caller()) == "Sari"
    assert town.books.offers_of(town.report_of(town.caller()))[-1].state == OfferState.EXPIRED


def test_the_clock_of_the_giver_runs_while_somebody_is_asked(town: Town) -> None:
    sari = take(town)
    due = town.report_of(town.caller()).next_due_at
    hand_over(town, sari, "Rina")
    assert town.report_of(town.caller()).next_due_at == due
    town.staff["Rina"].phone.forget_expected()


def test_who_neither_holds_nor_leads_gives_nothing_to_anybody(town: Town) -> None:
    take(town)
    assert hand_over(town, town.staff["Rina"], "Rina") is Verdict.NOT_YOURS
    assert hand_over(town, town.staff["Kepala"], "Sari") is Verdict.NOT_HER


def test_a_supervisor_assigns_and_the_assigned_must_say_yes_or_the_ladder_goes_on(town: Town) -> None:
    sari, rina, head = town.hire_everybody()
    town.caller().forget_expected().whatsapp(EMERGENCY)
    town.work()
    sari.phone.forget_expected()
    assert hand_over(town, head, "Rina") is Verdict.ASKED
    rina.phone.expect("KE meminta Anda")
    case = town.report_of(town.caller())
    assert (case.state, case.holder_id) == (DispatchState.OFFERED, None)
    town.pass_time(minutes=2.5)
    rina.phone.forget_expected()
    assert town.report_of(town.caller()).rung == 1
    rina.phone.whatsapp(f"YA {case.code}")
    town.work()
    assert town.holder_of(town.caller()) == "Rina"
    for member in (sari, rina, head):
        member.phone.forget_expected()


# --- the second case role --------------------------------------------------------------------------------------------


def test_a_counsellor_is_sought_beside_the_companion_with_a_code_of_her_own(town: Town) -> None:
    sari, dewi = take(town), town.hire("Dewi", Role.COUNSELLOR)
    first = town.report_of(town.caller())
    assert casework.seek_counsellor(town.web, sari.id, first.ref).verdict is Verdict.ASKED
    town.work()
    offered = dewi.phone.expect("Laporan baru")
    assert first.code not in offered.body
    offered.reply("YA {code}")
    town.work()
    dewi.phone.expect("sekarang Anda pegang")
    held = {case.holder_id for case in town.books.cases_of(town.caller().number)}
    assert held == {sari.id, dewi.id}
    casework.close_report(town.web, sari.id, first.ref, CloseReason.HELPED)
    assert {case.state for case in town.books.cases_of(town.caller().number)} == {DispatchState.CLOSED}


# --- four eyes -------------------------------------------------------------------------------------------------------


def test_one_person_closes_no_emergency_and_two_do(town: Town) -> None:
    sari, head = take(town, EMERGENCY), town.staff["Kepala"]
    ref = town.report_of(town.caller()).ref
    for _ in range(2):
        assert casework.close_report(town.web, sari.id, ref, CloseReason.HELPED).verdict is Verdict.SECOND_PERSON
    town.work()
    head.phone.expect("Orang kedua harus memutuskan")
    assert casework.close_report(town.web, head.id, ref, CloseReason.REFERRED).verdict is Verdict.SECOND_PERSON
    assert casework.close_report(town.web, sari.id, ref, CloseReason.REFERRED).verdict is Verdict.RECORDED
    head.phone.forget_expected()


def test_words_after_the_first_consent_make_it_void(town: Town) -> None:
    sari, head = take(town, EMERGENCY), town.staff["Kepala"]
    ref = town.report_of(town.caller()).ref
    casework.close_report(town.web, sari.id, ref, CloseReason.HELPED)
    town.clock.forward(minutes=1)
    town.caller().whatsapp("dia kembali")
    town.work()
    assert casework.close_report(town.web, head.id, ref, CloseReason.HELPED).verdict is Verdict.SECOND_PERSON
    for member in (sari, head):
        member.phone.forget_expected()


def test_two_people_lower_an_emergency_and_its_fate_stands_in_the_log(town: Town) -> None:
    sari, head = take(town, EMERGENCY), town.staff["Kepala"]
    ref = town.report_of(town.caller()).ref
    first = casework.lower_level(town.web, sari.id, ref, Level.HIGH, "no danger now")
    assert (first.verdict, town.report_of(town.caller()).level) == (Verdict.SECOND_PERSON, Level.EMERGENCY)
    casework.lower_level(town.web, head.id, ref, Level.HIGH, "no danger now")
    case = town.report_of(town.caller())
    assert case.level is Level.HIGH
    assert Happening.REPORT_LOWERED in town.books.happenings(case)
    town.work()
    head.phone.forget_expected()


# --- she writes again ------------------------------------------------------------------------------------------------


def test_words_that_a_holder_in_contact_does_not_answer_are_offered_on(town: Town) -> None:
    sari = take(town)
    casework.record_contact(town.web, sari.id, town.report_of(town.caller()).ref)
    town.clock.forward(minutes=1)
    town.caller().whatsapp("dia datang lagi, saya takut")
    town.work()
    sari.phone.expect("ada pesan baru")
    town.pass_time(minutes=15)
    sari.phone.expect("belum ditanggapi")
    town.pass_time(minutes=15)
    sari.phone.expect("Anda tetap bertanggung jawab")
    case = town.report_of(town.caller())
    assert (case.state, case.responsible_id) == (DispatchState.OFFERED, sari.id)
    for name in ("Rina", "Kepala"):
        town.staff[name].phone.forget_expected()


def test_a_yes_of_the_holder_answers_her_words(town: Town) -> None:
    sari = take(town)
    case = town.report_of(town.caller())
    casework.record_contact(town.web, sari.id, case.ref)
    town.caller().whatsapp("dia datang lagi, saya takut")
    town.work()
    sari.phone.forget_expected().whatsapp(f"YA {case.code}")
    town.work()
    sari.phone.expect("memang sudah Anda pegang")
    assert town.report_of(town.caller()).due_kind is DueKind.FOLLOW_UP


def test_a_closed_report_is_followed_by_one_that_knows_it_and_asks_who_knew_her(town: Town) -> None:
    sari, rina, _head = town.hire_everybody()
    town.caller().forget_expected().whatsapp(HIGH)
    town.work()
    town.pass_time(minutes=5)
    rina.phone.expect("Laporan baru").reply("YA {code}")
    town.work()
    casework.close_report(town.web, rina.id, town.report_of(town.caller()).ref, CloseReason.HELPED)
    town.clock.forward(minutes=1)
    town.caller().whatsapp(HIGH)
    town.work()
    _first, second = town.books.cases_of(town.caller().number)
    why = {row.staff_id: row.why for row in town.books.offers_of(second)}
    assert set(why) == {sari.id, rina.id}
    assert "knows the caller" in why[rina.id]
    for member in (sari, rina):
        member.phone.forget_expected()
