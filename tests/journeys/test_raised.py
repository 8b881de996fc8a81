"""Story: a report that somebody holds becomes an emergency. Its holder is rung, and others where she may not hear."""

from datetime import timedelta

from hotline import casework
from hotline.store.tables import roster_shift
from tests.builders import EMERGENCY, MEDIUM
from tests.town import Member, Town
from triage.states import DispatchState, Duty, Role


def held(town: Town, *, in_contact: bool = False) -> Member:
    """A medium report in Sari's hands; Rina is on duty, too, and the head is there."""
    sari, rina = town.hire("Sari", duty=Duty.FIRST), town.hire("Rina", duty=Duty.FIRST)
    for member in (sari, rina, town.hire("Kepala", Role.HEAD)):
        member.phone.does_not_answer()
        member.phone.forget_expected()
    town.caller().forget_expected().whatsapp(MEDIUM)
    town.work()
    case = town.report_of(town.caller())
    casework.accept(town.worker, sari.id, case.ref)
    if in_contact:
        casework.record_contact(town.worker, sari.id, case.ref)
    town.work()
    return sari


def becomes_an_emergency(town: Town) -> None:
    """She writes that he is at the door."""
    town.caller().whatsapp("halo")
    town.caller().whatsapp(EMERGENCY)
    town.work()


def heard(town: Town, name: str) -> list[str]:
    """What a member read about the emergency."""
    return [received.body for received in town.staff[name].phone.messages if "kini DARURAT" in received.body]


def test_the_holder_is_rung_at_once_and_has_the_shorter_time(town: Town) -> None:
    sari = held(town)
    becomes_an_emergency(town)
    assert len(heard(town, "Sari")) == 1
    assert len(sari.phone.calls) == 1
    assert heard(town, "Rina") == []
    case = town.report_of(town.caller())
    assert case.next_due_at is not None
    assert case.next_due_at <= town.clock.now() + timedelta(minutes=5)
    assert case.answer_by <= town.clock.now() + timedelta(minutes=5)


def test_the_holder_who_answers_the_call_hears_which_report_it_is(town: Town) -> None:
    sari = held(town)
    sari.phone.answers("1")
    becomes_an_emergency(town)
    assert any("kini DARURAT" in words for words in sari.phone.legs[-1].heard)


def test_others_are_told_when_the_holder_is_in_contact_or_not_on_duty(town: Town) -> None:
    held(town, in_contact=True)
    becomes_an_emergency(town)
    assert len(heard(town, "Rina")) == 1
    assert "dipegang SA" in heard(town, "Rina")[0]
    assert town.report_of(town.caller()).state is DispatchState.IN_CONTACT


def test_a_holder_who_is_off_duty_is_not_the_only_one_who_hears(town: Town) -> None:
    sari = held(town)
    town.worker.database.run(lambda tx: tx.execute(roster_shift.delete().where(roster_shift.c.staff_id == sari.id)))
    becomes_an_emergency(town)
    assert len(heard(town, "Rina")) == len(heard(town, "Sari")) == 1


def test_a_report_raised_long_after_it_was_taken_leaves_its_holder_time_to_act(town: Town) -> None:
    sari = held(town)
    town.pass_time(minutes=30, step_s=600)
    becomes_an_emergency(town)
    town.pass_time(minutes=5, step_s=60)
    assert town.holder_of(town.caller()) == "Sari"
    assert any("waktu tinggal setengah" in received.body for received in sari.phone.messages)
    town.pass_time(minutes=6, step_s=60)
    assert town.holder_of(town.caller()) is None


def test_whoever_is_being_asked_when_it_rises_is_rung_by_the_means_of_the_new_level(town: Town) -> None:
    sari = town.hire("Sari", duty=Duty.FIRST)
    sari.phone.does_not_answer()
    town.caller().forget_expected().whatsapp(MEDIUM)
    town.work()
    sari.phone.expect("SEDANG")
    assert sari.phone.calls == []
    town.caller().whatsapp(EMERGENCY)
    town.work()
    sari.phone.expect("DARURAT")
    assert len(sari.phone.calls) == 1
