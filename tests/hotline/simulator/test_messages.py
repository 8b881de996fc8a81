"""Messages of the application to phones: accepted, refused, told about, listed."""

from datetime import UTC, datetime, timedelta

import pytest
from twilio.base.exceptions import TwilioRestException

from hotline.simulator import Fault, InstantClock, Settings, SimulatedCarrier

HOTLINE = "+62765000000"
WA_HOTLINE = "whatsapp:+62765000000"
SISTER = "+628110000001"
STATUS = "https://hotline.test/twilio/message/status?m=abc"


def send(client, to=SISTER, body="YA 7KQ4 atau TIDAK 7KQ4", **more):
    sender = WA_HOTLINE if to.startswith("whatsapp:") else HOTLINE
    return client.messages.create(to=to, from_=sender, body=body, **more)


def statuses(app):
    return [form["MessageStatus"] for form in app.asked("/twilio/message/status")]


def test_a_message_reaches_its_phone_and_the_application_hears_each_status(carrier, app, client):
    message = send(client, status_callback=STATUS)
    assert (message.status, message.num_segments) == ("queued", "1")
    received = carrier.phone(SISTER).expect("YA")
    assert received.code == "7KQ4"
    carrier.until_idle()
    assert statuses(app) == ["sent", "delivered"]
    assert app.seen[0][0] == "/twilio/message/status?m=abc"
    assert client.messages(message.sid).fetch().status == "delivered"
    carrier.assert_quiet()


def test_whatsapp_inside_the_window_is_delivered_and_read(carrier, app, client):
    carrier.phone(SISTER).whatsapp("halo")
    send(client, "whatsapp:" + SISTER, status_callback=STATUS)
    carrier.phone(SISTER).expect()
    carrier.until_idle()
    assert statuses(app) == ["sent", "delivered", "read"]


def test_free_text_outside_the_window_is_accepted_and_fails_later_with_63016(app, client, carrier):
    message = send(client, "whatsapp:" + SISTER, status_callback=STATUS)
    assert message.status == "queued"
    carrier.until_idle()
    assert [(form["MessageStatus"], form["ErrorCode"]) for form in app.asked("/twilio/message/status")] == [
        ("failed", "63016")
    ]


def test_a_template_may_open_a_conversation(carrier, app, client):
    client.messages.create(
        to="whatsapp:" + SISTER, from_=WA_HOTLINE, content_sid="HX" + "1" * 32, content_variables='{"1":"7KQ4"}'
    )
    assert carrier.phone(SISTER).expect("Tugas 7KQ4").whatsapp


def test_the_window_closes_after_24_hours_of_the_injected_clock(app):
    now = [datetime(2026, 11, 23, tzinfo=UTC)]
    with SimulatedCarrier(Settings(app_base=""), InstantClock(now=lambda: now[0])) as carrier:
        carrier.phone(SISTER).whatsapp("halo")
        carrier.ledger.excuse(11205)
        form = {"To": ["whatsapp:" + SISTER], "From": [WA_HOTLINE], "Body": ["hai"]}
        fates = []
        for later in (timedelta(hours=23, minutes=59), timedelta(minutes=1)):
            now[0] += later
            message = carrier.messenger.accept(form)
            carrier.messenger.launch(message)
            carrier.until_idle()
            fates.append((message.status, message.error_code))
        assert fates == [("read", None), ("failed", 63016)]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"to": "0812"}, 21211),
        ({"to": "whatsapp:+62abc"}, 21211),
        ({"from_": "+628119999999"}, 21606),
        ({"from_": "whatsapp:+628119999999"}, 63007),
        ({"from_": WA_HOTLINE}, 21910),
        ({"body": ""}, 21602),
        ({"body": "a" * 1601}, 21617),
        ({"status_callback": "https://bad_host/x"}, 21609),
        ({"content_sid": "HX" + "9" * 32}, 21655),
        ({"content_sid": "HX" + "1" * 32, "content_variables": '{"1":1}'}, 21656),
        ({"content_retention": "discard"}, 30029),
        ({"validity_period": 40000}, 20001),
    ],
)
def test_it_refuses_what_the_carrier_refuses(client, changes, code):
    request = {"to": SISTER, "from_": HOTLINE, "body": "halo"} | changes
    with pytest.raises(TwilioRestException) as refused:
        client.messages.create(**request)
    assert refused.value.code == code


def test_a_stop_word_by_sms_blocks_the_pair_until_start(carrier, app, client):
    phone = carrier.phone(SISTER)
    phone.sms("stop")
    with pytest.raises(TwilioRestException) as refused:
        send(client)
    assert refused.value.code == 21610
    phone.sms("START")
    send(client)
    phone.expect("YA")


def test_a_message_is_redacted_and_deleted(carrier, app, client):
    sid = carrier.phone(SISTER).whatsapp("rahasia", media=[("image/jpeg", b"JPG")]).sid
    assert client.messages(sid).update(body="").body == ""
    assert client.messages(sid).delete()
    with pytest.raises(TwilioRestException) as gone:
        client.messages(sid).fetch()
    assert gone.value.code == 20404


def test_lists_are_filtered_and_paged_without_repeats(carrier, app, client):
    phone = carrier.phone(SISTER)
    sids = [phone.sms(f"pesan {number}").sid for number in range(7)]
    send(client)
    since = datetime.now(UTC) - timedelta(minutes=1)
    found = client.messages.list(to=HOTLINE, date_sent_after=since, page_size=3)
    assert [each.sid for each in found] == sids[::-1]
    assert client.messages.list(to=HOTLINE, date_sent_after=since + timedelta(hours=1)) == []
    phone.expect()


def test_callbacks_may_come_early_twice_and_backwards(carrier, app, client):
    carrier.faults.next(Fault.CALLBACK_EARLY)
    send(client, status_callback=STATUS)
    assert statuses(app) == ["sent", "delivered"]
    carrier.faults.next(Fault.CALLBACK_TWICE)
    carrier.faults.next(Fault.CALLBACK_REVERSED)
    send(client, status_callback=STATUS)
    carrier.until_idle()
    assert statuses(app)[2:] == ["delivered", "delivered", "sent", "sent"]


def test_a_fault_can_be_meant_for_one_address_only(carrier, app, client):
    carrier.faults.next(Fault.UNDELIVERED, only=SISTER, code=30005)
    other = send(client, "+628110000002", status_callback=STATUS)
    failed = send(client, status_callback=STATUS)
    carrier.until_idle()
    assert client.messages(other.sid).fetch().status == "delivered"
    assert client.messages(failed.sid).fetch().error_code == 30005


def test_what_nobody_expected_is_reported(carrier, app, client):
    send(client)
    carrier.until_idle()
    with pytest.raises(AssertionError, match="message SM"):
        carrier.assert_quiet()
    carrier.phone(SISTER).forget_expected()
    carrier.assert_quiet()
