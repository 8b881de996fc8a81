"""The carrier's API against the simulated carrier: what is sent, what is found again, and what every failure means."""

import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from hotline.gateway.carrier import Carrier, CarrierAccount
from hotline.gateway.verdicts import CarrierRefused, CarrierUnclear, Verdict
from hotline.simulator import Fault, Settings, SimulatedCarrier
from tests.hotline.web.stage import sid
from triage.events import Channel

OURS = "+62765000000"
OURS_ON_WHATSAPP = "whatsapp:+62765000000"
SARI = "+628110000001"
IBU = "+628110000009"
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
STATUS_URL = "https://hotline.test/twilio/message/status?m=abc"


@pytest.fixture
def network_carrier() -> Iterator[SimulatedCarrier]:
    with SimulatedCarrier(Settings()) as simulated, simulated.faults.during(Fault.CALLBACK_LOST):
        yield simulated


@pytest.fixture
def carrier(network_carrier: SimulatedCarrier) -> Iterator[Carrier]:
    chosen = network_carrier.settings
    account = CarrierAccount(chosen.account_sid, chosen.auth_token, OURS, OURS_ON_WHATSAPP, network_carrier.base_url, 2)
    built = Carrier(account)
    yield built
    built.close()


def page_sari(carrier: Carrier, body: str = "Laporan 7KQ4: YA 7KQ4 / TIDAK 7KQ4") -> str:
    return carrier.send_message(SARI, OURS, body, STATUS_URL, 120)


def call_sari(carrier: Carrier) -> str:
    url = "https://hotline.test/twilio/call/offer?t=abc"
    return carrier.place_call(SARI, url, "https://hotline.test/twilio/call/status?m=abc", 20)


def test_a_message_arrives_and_is_found_again_by_its_marker(
    network_carrier: SimulatedCarrier, carrier: Carrier
) -> None:
    sent = page_sari(carrier)
    assert network_carrier.phone(SARI).expect("YA 7KQ4").message.sid == sent
    since = datetime.now(UTC) - timedelta(minutes=1)
    assert carrier.find_message(SARI, "7KQ4", since) == sent
    assert carrier.find_message(SARI, "9999", since) is None
    assert carrier.find_message(SARI, "7KQ4", datetime.now(UTC) + timedelta(minutes=1)) is None
    assert carrier.find_message(IBU, "7KQ4", since) is None


def test_sixteen_threads_share_one_client(network_carrier: SimulatedCarrier, carrier: Carrier) -> None:
    with ThreadPoolExecutor(16) as pool:
        sids = list(pool.map(lambda number: page_sari(carrier, f"pesan {number}"), range(32)))
    assert len(set(sids)) == 32


def test_a_call_rings_and_is_ended_and_ending_it_twice_is_no_error(
    network_carrier: SimulatedCarrier, carrier: Carrier
) -> None:
    network_carrier.phone(SARI).waits_for_me()
    placed = call_sari(carrier)
    assert network_carrier.phone(SARI).expect_call()
    carrier.end_call(placed)
    carrier.end_call(placed)
    assert placed.startswith("CA")


def test_messages_to_us_are_listed_with_their_files_and_ours_are_not(
    network_carrier: SimulatedCarrier, carrier: Carrier
) -> None:
    network_carrier.phone(IBU).whatsapp("tolong\x00", media=[("audio/ogg", b"OggS")])
    network_carrier.phone(IBU).sms("tolong lagi")
    page_sari(carrier)
    seen = {entry.message.channel: entry for entry in carrier.messages_since(LONG_AGO)}
    written, sms = seen[Channel.WHATSAPP].message, seen[Channel.SMS].message
    assert (written.text, written.phone) == ("tolong", IBU)
    assert (sms.text, sms.address) == ("tolong lagi", IBU)
    assert seen[Channel.SMS].at.tzinfo is not None
    [voice] = written.media
    fetched = carrier.fetch_media(written.sid, voice.sid, 1000)
    assert (fetched.content, fetched.content_type, voice.content_type) == (b"OggS", "audio/ogg", "audio/ogg")
    assert b"OggS" not in repr(fetched).encode()


def test_calls_to_us_are_listed(network_carrier: SimulatedCarrier, carrier: Carrier) -> None:
    network_carrier.phone(IBU).call(withheld=True)
    [seen] = carrier.calls_since(LONG_AGO)
    assert seen.call.withheld
    assert seen.call.phone is None
    assert seen.call.sid.startswith("CA")


def test_what_we_have_is_forgotten_there(network_carrier: SimulatedCarrier, carrier: Carrier) -> None:
    network_carrier.phone(IBU).sms("tolong")
    [seen] = carrier.messages_since(LONG_AGO)
    carrier.forget_message(seen.message.sid)
    assert list(carrier.messages_since(LONG_AGO)) == []


def refusal_of(act: Callable[[], object]) -> CarrierRefused | CarrierUnclear:
    with pytest.raises((CarrierRefused, CarrierUnclear)) as caught:
        act()
    assert SARI not in "".join(traceback.format_exception(caught.value))
    return caught.value


@pytest.mark.parametrize(
    ("fault", "code", "verdict"),
    [
        (Fault.TOO_MANY, 0, Verdict.NOT_SENT_TRY_AGAIN),
        (Fault.SERVER_ERROR, 0, Verdict.MAYBE_SENT),
        (Fault.BAD_GATEWAY, 0, Verdict.MAYBE_SENT),
        (Fault.DROPPED, 0, Verdict.MAYBE_SENT),
        (Fault.ANSWER_LOST, 0, Verdict.MAYBE_SENT),
        (Fault.REFUSED, 21610, Verdict.REFUSED_BY_PERSON),
        (Fault.REFUSED, 21211, Verdict.BAD_ADDRESS),
        (Fault.REFUSED, 20003, Verdict.ACCOUNT),
    ],
)
def test_every_failure_is_told_in_our_words_and_names_nobody(
    network_carrier: SimulatedCarrier, carrier: Carrier, fault: Fault, code: int, verdict: Verdict
) -> None:
    network_carrier.faults.next(fault, code=code, times=3)
    for act in (lambda: page_sari(carrier), lambda: call_sari(carrier), lambda: list(carrier.messages_since(LONG_AGO))):
        assert refusal_of(act).verdict is verdict


def test_a_message_whose_answer_was_lost_is_found(network_carrier: SimulatedCarrier, carrier: Carrier) -> None:
    network_carrier.faults.next(Fault.ANSWER_LOST)
    assert isinstance(refusal_of(lambda: page_sari(carrier)), CarrierUnclear)
    assert carrier.find_message(SARI, "7KQ4", datetime.now(UTC) - timedelta(minutes=1))


def test_a_carrier_that_hangs_is_left_in_time(network_carrier: SimulatedCarrier, carrier: Carrier) -> None:
    with network_carrier.faults.during(Fault.SLOW, seconds=3):
        assert refusal_of(lambda: page_sari(carrier)).verdict is Verdict.MAYBE_SENT


def test_where_nobody_listens_nothing_was_sent(network_carrier: SimulatedCarrier, carrier: Carrier) -> None:
    network_carrier.stop_listening()
    assert refusal_of(lambda: page_sari(carrier)).verdict is Verdict.NOT_SENT_TRY_AGAIN


@pytest.mark.parametrize("bad", ["", "CA1", "../Messages", sid("SM") + "/x", "CA" + "g" * 32])
def test_a_sid_that_is_none_goes_nowhere(network_carrier: SimulatedCarrier, carrier: Carrier, bad: str) -> None:
    for act in (
        lambda: carrier.end_call(bad),
        lambda: carrier.forget_message(bad),
        lambda: carrier.forget_recording(bad),
    ):
        assert refusal_of(act).verdict is Verdict.OUR_SETUP
    assert refusal_of(lambda: carrier.fetch_media(sid("SM"), bad, 10)).verdict is Verdict.OUR_SETUP
