"""Faults of the network and webhooks: signatures, retries, fallbacks, lost and late things."""

import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
import requests
from twilio.base.exceptions import TwilioException, TwilioRestException
from werkzeug.wrappers import Response

from hotline.simulator import Fault
from hotline.simulator.faults import Faults

HOTLINE = "+62765000000"
SISTER = "+628110000001"


def send(client, body="halo"):
    return client.messages.create(to=SISTER, from_=HOTLINE, body=body)


@pytest.mark.parametrize(
    ("fault", "code"),
    [(Fault.TOO_MANY, 20429), (Fault.SERVER_ERROR, 20500), (Fault.BAD_GATEWAY, 502), (Fault.REFUSED, 21408)],
)
def test_the_next_request_fails_as_asked_and_the_one_after_succeeds(carrier, app, client, fault, code):
    carrier.faults.next(fault, only="Messages", code=21408)
    with pytest.raises(TwilioRestException) as failed:
        send(client)
    assert failed.value.code == code
    send(client)
    assert len(carrier.ledger.messages) == 1


def test_a_lost_answer_has_acted_and_a_dropped_request_has_not(carrier, app, client):
    carrier.faults.next(Fault.ANSWER_LOST)
    with pytest.raises(requests.exceptions.ConnectionError):
        send(client)
    assert len(carrier.ledger.messages) == 1
    carrier.faults.next(Fault.DROPPED)
    with pytest.raises(requests.exceptions.ConnectionError):
        send(client)
    assert len(carrier.ledger.messages) == 1


def test_a_hanging_carrier_runs_into_the_time_out_of_the_client(carrier, app, client):
    client.http_client.timeout = 0.2
    carrier.faults.next(Fault.HANG, seconds=1)
    with pytest.raises(requests.exceptions.ReadTimeout):
        send(client)


def test_a_carrier_that_is_down_refuses_connections_and_comes_back_on_its_port(carrier, app, client):
    send(client)
    carrier.stop_listening()
    with pytest.raises(requests.exceptions.ConnectionError):
        send(client)
    carrier.start_listening()
    send(client)
    assert len(carrier.ledger.messages) == 2


def test_wrong_credentials_are_refused_and_an_api_key_is_accepted(carrier, client):
    url = f"{carrier.base_url}/2010-04-01/Accounts/{carrier.settings.account_sid}/Messages.json"
    assert requests.get(url, auth=("SK1", "wrong"), timeout=3).json()["code"] == 20003
    answer = requests.get(url, auth=("SK1", "secret"), timeout=3)
    assert (answer.status_code, bool(answer.headers["Twilio-Request-Id"])) == (200, True)
    unknown = requests.get(url, params={"Foo": "1"}, auth=("SK1", "secret"), timeout=3)
    assert unknown.json()["code"] == 20001


def test_an_unsigned_or_changed_webhook_is_refused_by_the_application(carrier, app):
    carrier.faults.next(Fault.WEBHOOK_UNSIGNED, times=5, only="/twilio/message")
    carrier.faults.next(Fault.WEBHOOK_TAMPERED, times=5, only="/twilio/fallback/message")
    sent = carrier.phone(SISTER).sms("halo")
    assert (sent.status, app.seen, app.refused) == (403, [], 10)
    assert len(carrier.ledger.excuse(11200)) == 2


def test_a_failing_url_is_retried_with_the_same_token_and_then_the_fallback_is_told(carrier, app):
    app.twiml["/twilio/message"] = lambda request: Response("broken", 500)
    sent = carrier.phone(SISTER).sms("halo")
    assert sent.status == 200
    tries = [each for each in carrier.webhooks if each.path == "/twilio/message"]
    assert (len(tries), len({each.token for each in tries})) == (5, 1)
    assert app.asked("/twilio/fallback/message")[0]["ErrorCode"] == "11200"
    assert [fault.code for fault in carrier.faults_seen] == [11200]


def test_an_application_that_is_away_is_a_connection_fault_and_the_message_is_still_listed(carrier, client):
    carrier.call_back("http://127.0.0.1:9")
    sent = carrier.phone(SISTER).sms("halo")
    assert sent.status is None
    assert {fault.code for fault in carrier.faults_seen} == {11205}
    assert [each.sid for each in client.messages.list(to=HOTLINE)] == [sent.sid]


def test_a_lost_webhook_blames_nobody_and_a_doubled_one_keeps_its_token(carrier, app):
    carrier.faults.next(Fault.WEBHOOK_LOST)
    assert carrier.phone(SISTER).sms("satu").status is None
    carrier.faults.next(Fault.WEBHOOK_TWICE)
    carrier.phone(SISTER).sms("dua")
    assert [form["Body"] for form in app.asked("/twilio/message")] == ["dua", "dua"]
    assert len({each.token for each in carrier.webhooks}) == 1
    carrier.assert_quiet()


def test_a_webhook_can_be_repeated_later(carrier, app):
    carrier.phone(SISTER).sms("halo")
    assert carrier.sender.repeat(carrier.webhooks[0], token="another").good
    assert len(app.asked("/twilio/message")) == 2


def test_webhooks_come_as_through_a_proxy_and_their_duration_is_kept(carrier, app):
    headers = {}
    app.twiml["/twilio/message"] = lambda request: headers.update(request.headers) or "<Response/>"
    carrier.phone(SISTER).whatsapp("halo")
    assert (headers["Host"], headers["X-Forwarded-Proto"]) == ("hotline.test", "https")
    assert headers["User-Agent"] == "TwilioProxy/1.1"
    assert "#" not in carrier.webhooks[0].url
    assert 0 < carrier.webhooks[0].seconds < 1


def test_media_are_redirected_to_another_host_and_may_be_late(carrier, app, client):
    carrier.phone(SISTER).whatsapp("foto", media=[("image/jpeg", b"JPG")])
    form = app.asked("/twilio/message")[0]
    assert (form["MessageType"], form["MediaContentType0"]) == ("image", "image/jpeg")
    url = form["MediaUrl0"].replace("https://api.twilio.com", carrier.base_url)
    assert requests.get(url, timeout=3).status_code == 401
    login = (carrier.settings.account_sid, carrier.settings.auth_token)
    carrier.faults.next(Fault.MEDIA_LATE)
    assert requests.get(url, auth=login, timeout=3).status_code == 404
    assert requests.get(url, auth=login, timeout=3).content == b"JPG"
    assert client.messages(form["MessageSid"]).media.list()[0].content_type == "image/jpeg"


def test_a_reply_in_the_twiml_reaches_the_phone(carrier, app):
    app.twiml["/twilio/message"] = "<Response><Message>Pesan diterima</Message></Response>"
    assert carrier.phone(SISTER).whatsapp("tolong").replies == ("Pesan diterima",)
    assert carrier.phone(SISTER).expect("diterima").whatsapp


def test_an_answer_to_an_offer_fills_in_its_code(carrier, app, client):
    send(client, "DARURAT. Balas YA 7KQ4 atau TIDAK 7KQ4")
    carrier.phone(SISTER).expect("DARURAT").reply("YA {code}")
    assert app.asked("/twilio/message")[0]["Body"] == "YA 7KQ4"


def test_a_bad_answer_is_noted_with_the_number_of_the_debugger(carrier, app):
    app.twiml["/twilio/message"] = Response("halo", mimetype="text/plain")
    app.twiml["/twilio/call"] = "<Response><Say voise='x'>halo</Say></Response>"
    carrier.phone(SISTER).sms("halo")
    carrier.phone(SISTER).call()
    assert [fault.code for fault in carrier.faults_seen] == [12300, 12200]


def test_many_requests_at_once_are_all_kept(carrier, app, client):
    threads = [threading.Thread(target=lambda: [send(client) for _ in range(5)]) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({each.sid for each in client.messages.list(from_=HOTLINE)}) == 40
    with pytest.raises(TwilioException):
        client.messages("SM" + "f" * 32).fetch()


def test_a_fault_may_last_for_a_block_or_for_a_while(app):
    now = [datetime(2026, 11, 23, tzinfo=UTC)]
    faults = Faults(lambda: now[0])
    with faults.during(Fault.SLOW):
        assert all(faults.take(Fault.SLOW) for _ in range(3))
    faults.for_a_while(Fault.TOO_MANY, timedelta(seconds=10))
    assert faults.take(Fault.TOO_MANY)
    now[0] += timedelta(seconds=10)
    assert faults.take(Fault.TOO_MANY) is None
    assert faults.waiting() == []


def test_a_slow_carrier_still_answers(carrier, app, client):
    carrier.faults.next(Fault.SLOW, seconds=0.1)
    started = time.monotonic()
    send(client)
    assert time.monotonic() - started >= 0.1


def test_calls_fail_as_asked_and_are_listed(carrier, app, client):
    for fault in (Fault.BUSY, Fault.NO_ANSWER, Fault.FAILED):
        carrier.faults.next(fault, only=SISTER)
        client.calls.create(to=SISTER, from_=HOTLINE, url="https://hotline.test/offer")
        carrier.until_idle()
    since = datetime.now(UTC) - timedelta(minutes=1)
    found = client.calls.list(to=SISTER, start_time_after=since)
    assert [each.status for each in found] == ["failed", "no-answer", "busy"]
    assert [each.sid for each in client.calls.list(status="busy")] == [found[-1].sid]
    assert client.calls(found[0].sid).delete()
