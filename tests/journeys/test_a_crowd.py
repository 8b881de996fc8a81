"""Story: many at once, and one number that rings and writes without end. Nobody is drowned, nothing is promised."""

from datetime import timedelta

from hotline import engine, soft_block
from hotline.simulator import Phone
from hotline.store import crowd
from tests.builders import EMERGENCY, HIGH, LOW, MEDIUM
from tests.town import Town
from triage.protocol import Level
from triage.states import DispatchState, DueKind, Duty, Happening


def hush_all(town: Town) -> None:
    """What the staff are told is no part of the story."""
    for member in town.staff.values():
        member.phone.forget_expected()


def crowded(town: Town, callers: int = 4) -> None:
    """More wait than are free, and have for two minutes."""
    for number in range(1, callers + 1):
        town.caller(number).forget_expected().whatsapp(HIGH)
    town.work()
    town.pass_time(minutes=2.25)


def has_surge(town: Town) -> bool:
    """Whether the house says that it is crowded."""
    with town.worker.database.look() as tx:
        return crowd.surge_of(tx, town.worker.unit.id).since is not None


# --- surge -----------------------------------------------------------------------------------------------------------


def test_a_crowd_calls_in_whoever_is_off_duty_and_her_word_puts_her_on(town: Town) -> None:
    sari, _rina, head = town.hire_everybody()
    dewi = town.hire("Dewi")
    crowded(town)
    assert has_surge(town)
    head.phone.expect("4 laporan menunggu")
    dewi.phone.expect("balas HADIR").reply("HADIR")
    town.work()
    dewi.phone.expect("ikut bertugas mulai sekarang")
    town.caller(5).forget_expected().whatsapp(EMERGENCY)
    town.work()
    offered = town.books.offers_of(town.report_of(town.caller(5)))
    assert [row.staff_id for row in offered] == [dewi.id], "the one with least to do"
    assert sari.phone.messages
    hush_all(town)


def test_in_a_crowd_what_can_wait_is_booked_and_she_reads_that_it_may_take_long(town: Town) -> None:
    town.hire_everybody()
    crowded(town)
    asking = town.caller(6)
    asking.whatsapp(MEDIUM)
    town.work()
    asking.expect("menunggu bisa lebih lama")
    case = town.report_of(asking)
    assert (case.state, case.due_kind) == (DispatchState.WAITING, DueKind.BOOKED)
    assert case.next_due_at == case.opened_at + timedelta(minutes=45)
    assert Happening.REPORT_BOOKED in town.books.happenings(case)
    hush_all(town)


def test_a_crowd_slows_no_emergency_and_nothing_high(town: Town) -> None:
    town.hire_everybody()
    crowded(town)
    for number, words in ((6, EMERGENCY), (7, HIGH)):
        town.caller(number).whatsapp(words)
        town.work()
        town.caller(number).expect("Pesan Anda sudah masuk. Bila mendesak")
        assert town.report_of(town.caller(number)).state is DispatchState.OFFERED
    hush_all(town)


def test_a_crowd_ends_only_after_a_calm_while_and_then_the_booked_are_rung(town: Town) -> None:
    sari, _rina, _head = town.hire_everybody()
    crowded(town, 2)
    assert not has_surge(town), "two people on duty, two waiting"
    crowded(town, 3)
    assert has_surge(town)
    town.caller(6).forget_expected().whatsapp(MEDIUM)
    for number in (1, 2):
        sari.phone.forget_expected().whatsapp(f"YA {town.report_of(town.caller(number)).code}")
        sari.phone.forget_expected().whatsapp(f"KONTAK {town.report_of(town.caller(number)).code}")
        town.work()
    town.pass_time(minutes=9)
    assert has_surge(town), "calm, but not for long"
    town.pass_time(minutes=2)
    assert not has_surge(town)
    assert town.report_of(town.caller(6)).state is DispatchState.OFFERED
    hush_all(town)


def test_two_who_write_in_the_same_minute_are_no_crowd(town: Town) -> None:
    town.hire_everybody()
    for number in range(1, 6):
        town.caller(number).forget_expected().whatsapp(HIGH)
    town.work()
    town.tick()
    assert not has_surge(town)
    hush_all(town)


# --- one number ------------------------------------------------------------------------------------------------------


def test_a_hundred_messages_of_one_number_are_one_report_and_few_rings(town: Town) -> None:
    sari, _rina, _head = town.hire_everybody()
    loud = town.caller(1).forget_expected()
    loud.whatsapp(HIGH)
    town.work()
    for n in range(40):
        loud.whatsapp(f"halo {n}")
    town.work()
    assert town.books.count("message") == 41, "all is stored"
    assert len(sari.phone.messages) == 1
    town.caller(2).whatsapp(EMERGENCY)
    town.work()
    town.caller(2).expect("sudah masuk")
    sari.phone.expect("DARURAT")
    sari.phone.expect("TINGGI")


def rings(town: Town, phone: Phone, times: int) -> None:
    """Somebody calls and hangs up, again and again."""
    for _ in range(times):
        phone.call().hang_up()
        town.clock.forward(seconds=10)
    town.work()


def test_the_sixth_call_in_a_minute_raises_and_is_not_hung_up(town: Town) -> None:
    town.hire_everybody()
    frightened = town.caller(1).forget_expected()
    rings(town, frightened, 3)
    assert town.report_of(frightened).level is Level.HIGH
    rings(town, frightened, 2)
    assert town.report_of(frightened).level is Level.EMERGENCY
    leg = frightened.call()
    assert "mencari petugas" in leg.heard[0]
    leg.hang_up()
    hush_all(town)


def test_a_blocked_number_is_stored_and_rings_for_danger_alone(town: Town) -> None:
    sari, _rina, head = town.hire_everybody()
    loud = town.caller(1).forget_expected()
    loud.whatsapp(LOW)
    soft_block.set_blocked(town.web, head.id, town.report_of(loud).ref, blocked=True)
    town.work()
    loud.sms("halo halo apa kabar hari ini")
    town.work()
    assert len(town.books.cases_of(loud.number)) == 2
    assert sari.phone.messages == []
    loud.sms("dia akan membunuh saya, dia pegang pisau")
    town.work()
    sari.phone.expect("DARURAT")
    hush_all(town)


def test_a_call_of_a_blocked_number_goes_to_the_tone_and_its_words_are_rung(town: Town) -> None:
    sari, _rina, head = town.hire_everybody()
    loud = town.caller(1).forget_expected()
    loud.whatsapp(LOW)
    soft_block.set_blocked(town.web, head.id, town.report_of(loud).ref, blocked=True)
    leg = loud.call()
    leg.hang_up()
    town.work()
    assert "Setelah nada" in leg.heard[0]
    assert sari.phone.messages == sari.phone.calls == []
    spoken = next(case for case in town.books.cases_of(loud.number) if case.level is Level.HIGH)
    assert spoken.due_kind is DueKind.BOOKED
    hush_all(town)


# --- sharing ---------------------------------------------------------------------------------------------------------


def test_three_callers_in_the_same_second_go_to_three_companions(town: Town) -> None:
    three = [town.hire(name, duty=Duty.FIRST) for name in ("Sari", "Rina", "Dewi")]
    for number in (1, 2, 3):
        town.caller(number).forget_expected().whatsapp(HIGH)
    town.work()
    asked = [row.staff_id for case in town.books.cases() for row in town.books.offers_of(case)]
    assert sorted(asked) == sorted(member.id for member in three)
    hush_all(town)


def test_when_one_takes_it_the_phones_of_the_others_stop_ringing(town: Town) -> None:
    sari, rina, head = town.hire_everybody()
    town.caller(1).forget_expected().whatsapp(EMERGENCY)
    town.work()
    town.pass_time(minutes=8.25)
    town.work()
    (case,) = town.books.cases()
    sari.phone.forget_expected().whatsapp(f"YA {case.code}")
    town.work()
    ended = town.books.notices(template="order.end_call")
    ringing = {row.staff_id for row in ended}
    assert ringing <= {rina.id, head.id}
    assert {row.state for row in ended} <= {"sent"}
    hush_all(town)


def test_a_report_that_nobody_takes_rings_within_ceilings_and_is_never_silent(town: Town) -> None:
    sari, rina, _head = town.hire_everybody()
    for number in (1, 2, 3):
        town.caller(number).forget_expected().whatsapp(HIGH)
    town.work()
    town.pass_time(minutes=15)
    before = len(rina.phone.messages)
    for _ in range(12):
        town.pass_time(minutes=5, step_s=30)
        assert engine.audit(town.worker) == []
    told = rina.phone.messages[before:]
    assert 3 <= len(told) <= 12, "three reports every five minutes would be 36"
    assert all(town.report_of(town.caller(number)).code in told[-1].body for number in (1, 2, 3))
    assert "3 laporan masih menunggu" in sari.phone.messages[-1].body
    hush_all(town)


def test_words_that_nobody_understood_wait_no_longer_because_of_a_block(town: Town) -> None:
    _sari, _rina, head = town.hire_everybody()
    loud = town.caller(1).forget_expected()
    loud.whatsapp(LOW)
    soft_block.set_blocked(town.web, head.id, town.report_of(loud).ref, blocked=True)
    loud.sms(MEDIUM)
    town.work()
    told = town.books.cases_of(loud.number)[-1]
    assert told.level is Level.MEDIUM
    assert told.next_due_at is not None
    assert told.next_due_at - told.opened_at <= timedelta(minutes=45)
    hush_all(town)
