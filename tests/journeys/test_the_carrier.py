"""Story: the carrier says things twice, late, backwards or not at all; a message cannot be brought."""

import threading

import pytest

from hotline.simulator import Fault
from tests.builders import EMERGENCY, HIGH
from tests.town import Town
from triage.states import DispatchState, Happening, OutboxState


def test_the_same_webhook_again_and_eight_times_at_once_is_one_message(town: Town) -> None:
    town.slowest_webhook_s = 4.0
    sari, _rina, _head = town.hire_everybody()
    ibu = town.caller()
    ibu.whatsapp(HIGH)
    first = next(hook for hook in town.carrier.webhooks if hook.path == "/twilio/message")
    threads = [threading.Thread(target=town.carrier.sender.repeat, args=(first,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    again = town.carrier.sender.repeat(first)
    town.work()
    ibu.expect("sudah masuk")
    sari.phone.expect("TINGGI")
    assert (again.status, again.body) == (200, first.answer.body)
    assert (town.books.count("message"), town.books.count("report")) == (1, 1)


def test_a_first_message_delivered_eight_times_at_once_is_one_report(town: Town) -> None:
    town.slowest_webhook_s = 4.0
    sari, _rina, _head = town.hire_everybody()
    with town.web_closed():
        town.caller().sms(HIGH)
    lost = town.carrier.webhooks[0]
    threads = [threading.Thread(target=town.carrier.sender.repeat, args=(lost,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    town.work()
    town.caller().expect("sudah masuk")
    sari.phone.expect("TINGGI")
    assert town.books.count("report") == town.books.count("message") == 1


def test_a_repeated_step_of_a_call_is_answered_with_the_same_words(town: Town) -> None:
    people = town.hire_everybody()
    leg = town.caller().call()
    leg.say_after_beep(b"\0" * 8000)
    town.work()
    for member in people:
        member.phone.forget_expected()
    steps = [hook for hook in town.carrier.webhooks if hook.path.startswith("/twilio/call") and hook.status == 200]
    before = town.books.count("event")
    assert len(steps) >= 5
    for step in steps:
        assert town.carrier.sender.repeat(step).body == step.answer.body
    assert town.books.count("event") == before


CALLBACKS = [Fault.CALLBACK_EARLY, Fault.CALLBACK_TWICE, Fault.CALLBACK_REVERSED, Fault.CALLBACK_LOST]


@pytest.mark.parametrize("fault", CALLBACKS)
def test_status_callbacks_in_any_order_change_nothing_for_people(town: Town, fault: Fault) -> None:
    sari, _rina, _head = town.hire_everybody()
    with town.carrier.faults.during(fault, only="Messages"):
        town.caller().whatsapp(HIGH)
        town.work()
    town.caller().expect("sudah masuk")
    sari.phone.expect("TINGGI").reply("YA {code}")
    town.work()
    sari.phone.expect("sekarang Anda pegang")
    lost = fault is Fault.CALLBACK_LOST
    (offer,) = town.books.notices(template="offer.message")
    assert offer.state == (OutboxState.SENT if lost else OutboxState.READ)
    assert offer.attempts == 1


@pytest.mark.parametrize("fault", [Fault.UNDELIVERED, Fault.FAILED])
def test_an_undelivered_whatsapp_is_followed_by_an_sms_at_once(town: Town, fault: Fault) -> None:
    sari, rina, _head = town.hire_everybody()
    town.carrier.faults.next(fault, only=f"whatsapp:{sari.phone.number}", code=63024)
    town.caller().whatsapp(HIGH)
    town.work()
    town.caller().expect("sudah masuk")
    offer = sari.phone.expect("TINGGI")
    assert not offer.whatsapp
    offer.reply("YA {code}")
    town.work()
    sari.phone.expect("sekarang Anda pegang")
    assert rina.phone.messages == []


def test_when_every_channel_is_dead_the_next_rung_is_rung_at_once(town: Town) -> None:
    sari, rina, _head = town.hire_everybody()
    sari.phone.is_unreachable()
    town.carrier.faults.next(Fault.UNDELIVERED, only=f"whatsapp:{sari.phone.number}", code=63024)
    town.caller().whatsapp(EMERGENCY)
    town.work()
    town.caller().expect("sudah masuk")
    rina.phone.expect("DARURAT")
    case = town.report_of(town.caller())
    assert town.clock.now() == case.opened_at
    assert Happening.OFFER_DEAD in town.books.happenings(case)
    assert case.state is DispatchState.OFFERED


def test_one_tick_on_whatsapp_is_not_an_answer_and_the_ladder_climbs_by_time(town: Town) -> None:
    sari, rina, _head = town.hire_everybody()
    sari.phone.is_unreachable()
    town.caller().whatsapp(EMERGENCY)
    town.work()
    town.caller().expect("sudah masuk")
    assert rina.phone.messages == []
    town.pass_time(minutes=2)
    rina.phone.expect("DARURAT")


def test_a_companion_outside_the_window_of_whatsapp_is_reached_by_sms(town: Town) -> None:
    sari, _rina, _head = town.hire_everybody()
    town.carrier.ledger.last_inbound.clear()
    town.caller().sms(HIGH)
    town.work()
    town.caller().expect("sudah masuk")
    assert not sari.phone.expect("TINGGI").whatsapp
