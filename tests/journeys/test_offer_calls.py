"""Story: an emergency rings the companion's phone; only a pressed 1 takes it."""

import pytest

from tests.builders import EMERGENCY
from tests.town import Member, Town
from triage.states import DispatchState


@pytest.fixture
def sari(town: Town) -> Member:
    """The first companion; somebody is in danger as soon as the worker works."""
    sari, rina, _head = town.hire_everybody()
    for member in (sari, rina):
        member.phone.forget_expected()
    town.caller().forget_expected().whatsapp(EMERGENCY)
    return sari


def heard(member: Member) -> str:
    """All that was said to her in the last call."""
    return " ".join(member.phone.legs[-1].heard)


def test_one_takes_it(town: Town, sari: Member) -> None:
    sari.phone.answers("1")
    town.work()
    case = town.report_of(town.caller())
    assert (case.state, case.holder_id) == (DispatchState.ACCEPTED, sari.id)
    assert "sekarang Anda pegang" in heard(sari)
    assert ", ".join(case.code) in heard(sari)


def test_two_declines_and_the_next_is_rung_at_once(town: Town, sari: Member) -> None:
    sari.phone.answers("2")
    town.staff["Rina"].phone.answers("1")
    town.work()
    assert town.holder_of(town.caller()) == "Rina"
    assert "petugas lain" in heard(sari)


def test_three_repeats_it(town: Town, sari: Member) -> None:
    sari.phone.answers("3", "3", "1")
    town.work()
    assert heard(sari).count("Tekan 1") == 3
    assert town.holder_of(town.caller()) == "Sari"


@pytest.mark.parametrize("keys", [(), ("9",), ("4", "5", "6", "7"), ("*", "#")])
def test_silence_and_wrong_keys_take_nothing(town: Town, sari: Member, keys: tuple[str, ...]) -> None:
    sari.phone.answers(*keys)
    town.work()
    assert "belum Anda terima" in heard(sari)
    assert town.holder_of(town.caller()) is None
    town.pass_time(minutes=2)
    assert town.staff["Rina"].phone.messages, "the ladder climbs all the same"


def test_a_voicemail_takes_nothing(town: Town, sari: Member) -> None:
    sari.phone.has_voicemail()
    town.work()
    assert town.holder_of(town.caller()) is None


def test_a_call_about_what_is_taken_says_so(town: Town, sari: Member) -> None:
    sari.phone.waits_for_me()
    town.work()
    ring = sari.phone.expect_call()
    town.pass_time(minutes=2)
    town.staff["Rina"].phone.whatsapp(f"YA {town.report_of(town.caller()).code}")
    ring.answer()
    town.work()
    assert "Anda tidak memegangnya" in heard(sari)
    assert town.holder_of(town.caller()) == "Rina"
