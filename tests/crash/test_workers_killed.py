"""Story: workers and the ticker as real processes, killed with SIGKILL at the worst moments, and started again."""

import os
import signal

import pytest

from hotline.simulator import Fault
from tests.builders import HIGH, UNSAFE
from tests.crash.plant import Plant, children
from tests.services import eventually
from triage.states import OutboxState

pytestmark = pytest.mark.crash


def test_a_ring_of_the_bell_reaches_the_phone_through_the_pool(plant: Plant) -> None:
    sari, _rina, _head = plant.town.hire_everybody()
    plant.start_listening(workers=2)
    plant.town.caller().whatsapp(HIGH)
    sari.phone.expect("TINGGI", within=3)
    plant.town.caller().expect("sudah masuk", within=3)
    plant.town.assert_well()


def test_a_killed_worker_is_replaced_and_the_next_report_is_served(plant: Plant) -> None:
    sari, _rina, _head = plant.town.hire_everybody()
    pool = plant.start_listening(workers=1)
    (victim,) = children(pool.pid)
    os.kill(victim, signal.SIGKILL)
    plant.town.caller().whatsapp(HIGH)
    sari.phone.expect("TINGGI", within=20)
    plant.town.caller().expect("sudah masuk", within=5)
    assert children(pool.pid) != [victim]
    plant.town.assert_well()


def test_a_worker_killed_between_claim_and_send_loses_no_page(plant: Plant) -> None:
    sari, _rina, _head = plant.town.hire_everybody()
    plant.start_listening()
    with plant.town.carrier.faults.during(Fault.HANG, seconds=30) as hanging:
        plant.town.caller().sms(UNSAFE)
        eventually(lambda: plant.town.books.notices(template="offer.message", state=OutboxState.SENDING), within=10)
        assert hanging is not None
        plant.kill()
    lapsed = plant.let_leases_lapse()
    plant.start("workers.ticker")
    sari.phone.expect("YA", within=20)
    sari.phone.forget_expected().has_voicemail()
    (page,) = plant.town.books.notices(template="offer.message")
    assert page.attempts <= 1 + lapsed
    plant.kill()


def test_a_worker_killed_before_the_receipt_went_never_sends_it_again(plant: Plant) -> None:
    sari, _rina, _head = plant.town.hire_everybody()
    plant.start_listening()
    with plant.town.carrier.faults.during(Fault.HANG, seconds=30):
        plant.town.caller().whatsapp(HIGH)
        eventually(lambda: plant.town.books.notices(audience="caller", state=OutboxState.SENDING), within=10)
        plant.kill()
    plant.let_leases_lapse()
    plant.start("workers.ticker")
    sari.phone.expect("TINGGI", within=20)
    eventually(lambda: plant.town.books.notices(audience="caller", state=OutboxState.UNKNOWN), within=10)
    assert plant.town.caller().messages == []
    plant.kill()
    plant.town.assert_well()


def test_a_worker_killed_between_send_and_record_does_not_send_twice(plant: Plant) -> None:
    sari, _rina, _head = plant.town.hire_everybody()
    plant.start_listening()
    carrier = plant.town.carrier
    with carrier.faults.during(Fault.CALLBACK_LOST), carrier.faults.during(Fault.SLOW, seconds=0.7):
        plant.town.caller().whatsapp(HIGH)
        eventually(lambda: plant.town.books.notices(template="offer.message", state=OutboxState.SENDING), within=10)
        with plant.store_locked():
            sari.phone.expect("TINGGI", within=5)
            plant.town.caller().expect("sudah masuk", within=5)
            plant.kill()
    assert plant.let_leases_lapse() == 2
    plant.start("workers.ticker")
    eventually(lambda: len(plant.town.books.notices(state=OutboxState.SENT)) == 2, within=20)
    plant.kill()
    assert [row.attempts for row in plant.town.books.notices()] == [1, 1]
    plant.town.assert_well()


def test_a_storm_of_kills_leaves_nobody_unanswered_and_no_victim_written_to_twice(plant: Plant) -> None:
    sari, _rina, _head = plant.town.hire_everybody()
    sari.phone.forget_expected()
    plant.town.slowest_webhook_s = 4.0
    pool = plant.start_listening(workers=2)
    plant.start("workers.ticker")
    callers = [plant.town.carrier.phone(f"+6289900002{n:02}").forget_expected() for n in range(12)]
    with plant.town.carrier.faults.during(Fault.SLOW, seconds=0.1):
        for number, caller in enumerate(callers):
            caller.whatsapp(HIGH)
            for child in children(pool.pid)[: number % 2]:
                os.kill(child, signal.SIGKILL)
    eventually(lambda: _left(plant) == 0, within=40)
    assert all(len(caller.messages) <= 1 for caller in callers)
    assert all(row.attempts <= row.lease_token for row in plant.town.books.notices())
    plant.kill()
    plant.town.assert_well()


def _left(plant: Plant) -> int:
    """How many are still to be told; leases of the dead lapse as we look."""
    plant.let_leases_lapse()
    codes = {case.code for case in plant.town.books.cases()}
    told = {received.code for received in plant.town.staff["Sari"].phone.messages}
    return len(codes - told) + (12 - len(codes))
