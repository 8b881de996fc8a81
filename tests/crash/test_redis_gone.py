"""Story: Redis forgets everything, stops, or accepts and never answers. It costs latency and nothing else."""

from tests.builders import HIGH
from tests.services import RedisServer, eventually
from tests.town import Town


def test_a_flushed_redis_costs_one_tick(town: Town, frail_redis: RedisServer) -> None:
    sari, _rina, _head = town.hire_everybody()
    town.caller().whatsapp(HIGH)
    frail_redis.flush()
    town.work()
    assert sari.phone.messages == []
    town.pass_time(minutes=0.1, step_s=2)
    sari.phone.expect("TINGGI")
    town.caller().expect("sudah masuk")


def test_a_redis_that_has_stopped_costs_one_tick(town: Town, frail_redis: RedisServer) -> None:
    sari, _rina, _head = town.hire_everybody()
    frail_redis.stop()
    town.caller().whatsapp(HIGH)
    town.pass_time(minutes=0.1, step_s=2)
    sari.phone.expect("TINGGI").reply("YA {code}")
    town.pass_time(minutes=0.1, step_s=2)
    sari.phone.expect("sekarang Anda pegang")
    town.caller().expect("sudah masuk")
    assert town.holder_of(town.caller()) == "Sari"


def test_a_redis_that_comes_back_is_rung_again(town: Town, frail_redis: RedisServer) -> None:
    sari, _rina, _head = town.hire_everybody()
    frail_redis.stop()
    town.caller().forget_expected().whatsapp(HIGH)
    frail_redis.start()
    eventually(town.web.doorbell.ring, within=5)
    town.work()
    sari.phone.expect("TINGGI")


def test_a_redis_without_a_worker_is_noticed_by_the_ticker(town: Town) -> None:
    sari, _rina, _head = town.hire_everybody()
    town.caller().forget_expected().whatsapp(HIGH)
    for _ in range(3):
        town.tick_as("ticker")
        town.clock.forward(seconds=2)
    town.carrier.until_idle()
    sari.phone.expect("TINGGI")


def test_a_redis_that_never_answers_delays_no_webhook_for_a_second(sqlite_url: str, mute_redis: str) -> None:
    with Town(sqlite_url, mute_redis) as town:
        sari, _rina, _head = town.hire_everybody()
        for number in (7, 8, 9):
            town.caller(number).forget_expected().whatsapp(HIGH)
        leg = town.caller(6).call()
        leg.say_after_beep(b"\0" * 8000)
        town.clock.forward(seconds=2)
        town.tick_as("ticker")
        town.carrier.until_idle()
        for member in town.staff.values():
            member.phone.forget_expected()
        assert sum("TINGGI" in received.body for received in sari.phone.messages) >= 3
        town.assert_well()
