"""Story: many things happen in the same second, and every report still has exactly one holder."""

import threading
from collections.abc import Callable, Sequence

import pytest

from tests.builders import EMERGENCY, HIGH
from tests.town import Town
from triage.states import DispatchState, OfferState, Role


@pytest.fixture(autouse=True)
def crowd(town: Town) -> None:
    """Sixteen threads of one test on a small machine may take longer than one person does."""
    town.slowest_webhook_s = 4.0


def at_once(acts: Sequence[Callable[[], object]]) -> None:
    """Does everything in the same instant, each in a thread of its own; a fault in one fails the test."""
    gate, faults = threading.Barrier(len(acts)), []

    def run(act: Callable[[], object]) -> None:
        gate.wait()
        try:
            act()
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults, faults


def test_three_victims_and_three_companions_in_the_same_second(town: Town) -> None:
    people = town.hire_everybody()
    callers = [town.caller(number).forget_expected() for number in (1, 2, 3)]
    at_once([lambda caller=caller: caller.whatsapp(EMERGENCY) for caller in callers])
    town.work()
    town.pass_time(minutes=8.5)
    for member in people:
        member.phone.forget_expected()
    codes = [town.report_of(caller).code for caller in callers]
    at_once([lambda m=m, code=code: m.phone.whatsapp(f"YA {code}") for m in people for code in codes])
    town.work()
    cases = town.books.cases()
    assert [case.state for case in cases] == [DispatchState.ACCEPTED] * 3
    for case in cases:
        taken = [row.staff_id for row in town.books.offers_of(case) if row.state == OfferState.ACCEPTED]
        assert taken == [case.holder_id]


def test_eight_say_yes_in_the_same_instant_and_one_hears_that_it_is_hers(town: Town) -> None:
    people = [town.hire(f"Petugas {n}", Role.COMPANION) for n in range(8)]
    ibu = town.caller().forget_expected()
    ibu.whatsapp(HIGH)
    town.work()
    code = town.report_of(ibu).code
    at_once([lambda m=m: m.phone.whatsapp(f"YA {code}") for m in people])
    town.work()
    told = [sum("sekarang Anda pegang" in received.body for received in m.phone.messages) for m in people]
    assert sum(told) == 1
    assert town.holder_of(ibu) == people[told.index(1)].name
    for member in people:
        member.phone.forget_expected()


def test_one_person_writing_six_bubbles_at_once_opens_one_report(town: Town) -> None:
    sari, _rina, _head = town.hire_everybody()
    ibu = town.caller().forget_expected()
    at_once([lambda n=n: ibu.whatsapp(f"tolong {n} dia pukul saya") for n in range(6)])
    town.work()
    case = town.report_of(ibu)
    assert town.books.count("message") == 6
    assert town.books.count("report") == 1
    assert case.state is DispatchState.OFFERED
    assert len(ibu.messages) == 1, "one receipt, not six"
    sari.phone.forget_expected()


def test_two_tickers_and_two_workers_ring_everybody_once(town: Town) -> None:
    sari, rina, _head = town.hire_everybody()
    callers = [town.caller(number).forget_expected() for number in range(1, 7)]
    for caller in callers:
        caller.whatsapp(HIGH)
    at_once([town.drain, town.drain, lambda: town.tick_as("a"), lambda: town.tick_as("b")])
    town.work()
    for _ in callers:
        sari.phone.expect("TINGGI")
    assert rina.phone.messages == []
    assert all(row.attempts == 1 for row in town.books.notices(audience="staff"))
