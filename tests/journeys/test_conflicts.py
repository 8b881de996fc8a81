"""Story: a town is small. Whoever is party to a report never hears of it, and a woman who asks for a woman gets one."""

import dataclasses

import pytest
from sqlalchemy import update

from hotline import callers_number, casework, conflicts, oversight, staffing
from hotline.acceptance import Verdict
from hotline.errors import NotFound
from hotline.store import staff as store_of_staff
from hotline.store.tables import staff
from hotline.transfers import Request
from hotline.views import Viewer
from tests.builders import EMERGENCY, HIGH
from tests.town import Member, Town
from triage.choosing import Wish
from triage.states import ConflictReason, DispatchState, Gender, Happening, Role

ASKS_FOR_A_WOMAN = f"{HIGH}. saya mau petugas perempuan saja"


def write(town: Town, words: str = HIGH) -> None:
    """Somebody writes, and whoever is due is asked."""
    town.caller().forget_expected().whatsapp(words)
    town.work()


def shut_out(town: Town, name: str, by: str = "Kepala") -> Verdict:
    """The head names a party."""
    ref, code = town.report_of(town.caller()).ref, town.staff[name].hired.code
    outcome = conflicts.exclude(town.web, town.staff[by].id, ref, code, ConflictReason.PARTY)
    town.work()
    return outcome.verdict


def is_woman(town: Town, *names: str) -> None:
    """The books say who is a woman and who is a man."""
    for name, member in town.staff.items():
        gender = Gender.WOMAN if name in names else Gender.MAN
        change = update(staff).where(staff.c.id == member.id).values(gender=gender)
        town.web.database.run(lambda tx, change=change: tx.execute(change))


def hush(*members: Member) -> None:
    """What these were told is no part of the story."""
    for member in members:
        member.phone.forget_expected()


# --- conflicts of interest -------------------------------------------------------------------------------------------


def test_a_holder_named_as_party_loses_it_at_once_and_sees_it_nowhere(town: Town) -> None:
    sari, rina, head = town.hire_everybody()
    write(town)
    sari.phone.expect("YA").reply("YA {code}")
    town.work()
    assert shut_out(town, "Sari") is Verdict.RECORDED
    case, viewer = town.report_of(town.caller()), Viewer(sari.id, Role.HEAD)
    assert (case.holder_id, case.responsible_id) == (None, head.id)
    assert oversight.queue(town.web, viewer) == ()
    assert oversight.reports(town.web, viewer).reports == ()
    for look in (oversight.report_page, oversight.report_events):
        with pytest.raises(NotFound):
            look(town.web, viewer, case.ref)
    with pytest.raises(NotFound):
        callers_number.reveal(town.web, viewer, case.ref, callers_number.Purpose.CALL)
    rina.phone.expect("Laporan baru")
    hush(sari, head)


def test_nothing_brings_it_back_to_her(town: Town) -> None:
    sari, rina, head = town.hire_everybody()
    write(town)
    code = sari.phone.expect("YA").body.split("YA ")[1][:4]
    shut_out(town, "Sari")
    sari.phone.whatsapp(f"YA {code}")
    town.work()
    sari.phone.expect("tidak ditawarkan kepada Anda")
    ref = town.report_of(town.caller()).ref
    request = Request(head.id, sari.hired.code, "other")
    assert casework.ask_person(town.web, ref, request).verdict is Verdict.NOT_HER
    for act in (casework.accept, casework.record_contact, casework.seek_counsellor):
        with pytest.raises(NotFound):
            act(town.web, sari.id, ref)
    town.pass_time(minutes=40, step_s=60)
    assert sari.phone.messages[-1].body.startswith("Laporan itu tidak")
    hush(sari, rina, head)


def test_an_emptied_rung_climbs_at_once_and_the_head_is_told(town: Town) -> None:
    _sari, rina, head = town.hire_everybody()
    write(town, EMERGENCY)
    shut_out(town, "Sari")
    case = town.report_of(town.caller())
    assert (case.rung, town.clock.now()) == (1, case.opened_at)
    rina.phone.expect("DARURAT")
    assert Happening.PERSON_EXCLUDED in town.books.happenings(case)
    hush(town.staff["Sari"], head)


def test_a_roster_of_parties_alone_tells_the_head_and_goes_on(town: Town) -> None:
    sari, rina, head = town.hire_everybody()
    town.caller().forget_expected().whatsapp(HIGH)
    shut_out(town, "Sari")
    rina.phone.expect("Laporan baru")
    head.phone.expect("tidak boleh menangani")
    assert town.report_of(town.caller()).rung == 1
    hush(sari)


def test_an_excluded_head_answers_for_nothing_and_hears_nothing(town: Town) -> None:
    sari, _rina, head = town.hire_everybody()
    wakil = town.hire("Wakil", Role.SUPERVISOR)
    write(town)
    assert shut_out(town, "Kepala", by="Wakil") is Verdict.RECORDED
    assert town.report_of(town.caller()).responsible_id == wakil.id
    town.pass_time(minutes=40, step_s=60)
    assert head.phone.messages == []
    hush(sari, town.staff["Rina"], wakil)


def test_a_colleague_who_asks_for_help_is_nobodys_colleague_in_her_own_report(town: Town) -> None:
    sari, rina, head = town.hire_everybody()
    sari.phone.whatsapp("tolong saya, suami saya pegang parang di depan pintu")
    town.work()
    (case,) = town.books.cases()
    assert {row.staff_id for row in town.books.offers_of(case)} == {rina.id}
    assert oversight.queue(town.web, Viewer(sari.id, Role.COMPANION)) == ()
    hush(sari, rina, head)


def test_who_says_no_because_she_knows_them_is_asked_never_again(town: Town) -> None:
    sari, rina, head = town.hire_everybody()
    write(town)
    ref = town.report_of(town.caller()).ref
    casework.decline(town.web, sari.id, ref, "acquainted")
    town.pass_time(minutes=40, step_s=60)
    assert [row.staff_id for row in town.books.offers_of(town.report_of(town.caller()))].count(sari.id) == 1
    hush(sari, rina, head)


def test_only_a_leader_names_a_party(town: Town) -> None:
    sari, rina, _head = town.hire_everybody()
    write(town)
    assert shut_out(town, "Sari", by="Rina") is Verdict.NOT_YOURS
    hush(sari, rina)


def test_the_answer_to_what_she_asked_of_another_does_not_come_to_her(town: Town) -> None:
    sari, rina, head = town.hire_everybody()
    write(town)
    sari.phone.expect("YA").reply("YA {code}")
    town.work()
    ref = town.report_of(town.caller()).ref
    casework.ask_person(town.web, ref, Request(sari.id, rina.hired.code, "other"))
    town.work()
    shut_out(town, "Sari")
    before = len(sari.phone.messages)
    rina.phone.whatsapp(f"TIDAK {town.report_of(town.caller()).code}")
    town.work()
    assert len(sari.phone.messages) == before
    hush(sari, rina, head)


def test_a_new_leader_answers_for_what_the_excluded_head_may_not(town: Town) -> None:
    head = town.hire("Kepala", Role.HEAD)
    write(town)
    shut_out(town, "Kepala")
    assert town.report_of(town.caller()).responsible_id.startswith("desk-")
    staffing.add_staff(town.worker, "Wakil Satu", Role.SUPERVISOR, "+628110000077")
    assert town.report_of(town.caller()).responsible_id not in (head.id, "")
    assert not town.report_of(town.caller()).responsible_id.startswith("desk-")
    hush(head)


def test_whoever_asked_for_help_before_she_was_hired_sees_nothing_of_it(town: Town) -> None:
    town.hire_everybody()
    write(town)
    number, ref = town.caller().number, town.report_of(town.caller()).ref
    code = staffing.add_staff(town.worker, "Bu Baru", Role.SUPERVISOR, number)
    with town.worker.database.look() as tx:
        hers = store_of_staff.active_by_code(tx, town.worker.unit.id, code)
    assert oversight.queue(town.web, Viewer(hers, Role.SUPERVISOR)) == ()
    with pytest.raises(NotFound):
        oversight.report_page(town.web, Viewer(hers, Role.SUPERVISOR), ref)
    hush(*town.staff.values())


# --- wishes ----------------------------------------------------------------------------------------------------------


def test_a_woman_who_asks_for_a_woman_never_gets_a_man_even_as_the_last(town: Town) -> None:
    sari, rina, head = town.hire_everybody()
    is_woman(town, "Rina")
    write(town, ASKS_FOR_A_WOMAN)
    rina.phone.expect("Laporan baru")
    town.pass_time(minutes=40, step_s=60)
    case = town.report_of(town.caller())
    assert {row.staff_id for row in town.books.offers_of(case)} == {rina.id}
    assert casework.accept(town.web, head.id, case.ref).verdict is Verdict.WISHED_OTHERWISE
    hush(sari, rina, head)


def test_the_head_is_asked_to_ask_her_and_with_her_yes_anybody_may_come(town: Town) -> None:
    sari, rina, head = town.hire_everybody()
    is_woman(town)
    write(town, ASKS_FOR_A_WOMAN)
    head.phone.expect("meminta petugas perempuan")
    case = town.report_of(town.caller())
    assert case.state is DispatchState.WAITING
    assert casework.waive_wish(town.web, head.id, case.ref).verdict is Verdict.RECORDED
    town.pass_time(minutes=0.5)
    assert Happening.WISH_WAIVED in town.books.happenings(case)
    assert town.report_of(town.caller()).state is DispatchState.OFFERED
    hush(sari, rina, head)


def test_a_softer_wish_is_an_order_and_shuts_nobody_out(town: Town) -> None:
    sari, rina, head = town.hire_everybody()
    is_woman(town, "Rina")
    write(town)
    wanted = Wish(Gender.WOMAN)
    case = town.report_of(town.caller())
    assert casework.note_wish(town.web, head.id, case.ref, wanted).verdict is Verdict.RECORDED
    assert casework.note_wish(town.web, rina.id, case.ref, dataclasses.replace(wanted, only=True)).verdict is (
        Verdict.NOT_YOURS
    )
    town.pass_time(minutes=16, step_s=60)
    assert {row.staff_id for row in town.books.offers_of(case)} == {sari.id, rina.id, head.id}
    hush(sari, rina, head)
