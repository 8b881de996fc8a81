"""Calls in both directions, walked through TwiML as the carrier walks it."""

import pytest
from twilio.base.exceptions import TwilioRestException

from hotline.simulator import LegOver, LegState

HOTLINE = "+62765000000"
VICTIM = "+628110000009"
SISTER = "+628110000001"
SECOND = "+628110000002"
BASE = "https://hotline.test"
MENU = """<Response><Gather numDigits="1" action="/menu?step=1"><Say language="id-ID">Tekan 1</Say></Gather>
<Say>Tidak ada tombol</Say></Response>"""


def dial(*nouns, more=""):
    return f'<Response><Dial action="/after" timeout="20" {more}>{"".join(nouns)}</Dial></Response>'


def number(phone, whisper="/whisper"):
    return f'<Number url="{whisper}">{phone}</Number>'


def test_a_caller_hears_the_menu_and_presses_a_key(carrier, app):
    app.twiml = {"/twilio/call": MENU, "/menu": "<Response><Say>Terima kasih</Say></Response>"}
    leg = carrier.phone(VICTIM).call()
    assert (leg.heard, leg.state) == (["Tekan 1"], LegState.LISTENING)
    leg.press("1")
    assert leg.heard[-1] == "Terima kasih"
    assert leg.ended
    assert app.asked("/menu")[0]["Digits"] == "1"
    assert app.asked("/menu")[0]["CallStatus"] == "in-progress"
    carrier.until_idle()
    assert [form["CallStatus"] for form in app.asked("/twilio/call/status")] == ["completed"]
    carrier.assert_quiet()


def test_silence_goes_on_with_the_next_verb(carrier, app):
    app.twiml = {"/twilio/call": MENU}
    leg = carrier.phone(VICTIM).call()
    leg.silence()
    assert leg.heard[-1] == "Tidak ada tombol"


def test_an_empty_result_reaches_the_action_if_it_is_wanted(carrier, app):
    app.twiml = {"/twilio/call": MENU.replace("action=", 'actionOnEmptyResult="true" action=')}
    carrier.phone(VICTIM).call().silence()
    assert app.asked("/menu")[0]["Digits"] == ""


def test_keys_are_collected_until_the_finishing_key(carrier, app):
    app.twiml = {"/twilio/call": '<Response><Gather finishOnKey="#" action="/code"/></Response>'}
    leg = carrier.phone(VICTIM).call()
    leg.press("12")
    leg.press("3#")
    assert (app.asked("/code")[0]["Digits"], app.asked("/code")[0]["FinishedOnKey"]) == ("123", "#")


def test_a_caller_who_hangs_up_stops_the_walk(carrier, app):
    app.twiml = {"/twilio/call": MENU}
    leg = carrier.phone(VICTIM).call(withheld=True)
    leg.hang_up()
    assert leg.ended
    assert app.asked("/menu") == []
    assert app.asked("/twilio/call")[0]["From"] == "anonymous"
    with pytest.raises(LegOver):
        leg.press("1")


def test_a_recording_is_announced_listed_and_served(carrier, app, client):
    app.twiml = {
        "/twilio/call": '<Response><Record action="/recorded" recordingStatusCallback="/rec-status"/></Response>'
    }
    carrier.phone(VICTIM).call().say_after_beep(b"RIFF" + bytes(16000))
    carrier.until_idle()
    told = app.asked("/recorded")[0]
    assert told["RecordingDuration"] == "2"
    assert app.asked("/rec-status")[0]["RecordingStatus"] == "completed"
    assert client.recordings(told["RecordingSid"]).fetch().duration == "2"
    assert client.recordings(told["RecordingSid"]).delete()


def test_a_caller_who_hangs_up_after_speaking_leaves_a_recording(carrier, app):
    app.twiml = {"/twilio/call": '<Response><Record action="/recorded"/></Response>'}
    carrier.phone(VICTIM).call().say_after_beep(b"RIFF", then_hang_up=True)
    assert app.asked("/recorded")[0]["Digits"] == "hangup"


def test_a_companion_hears_the_whisper_presses_a_key_and_is_joined(carrier, app):
    app.twiml = {
        "/twilio/call": dial(number(SISTER), more='answerOnBridge="true"'),
        "/whisper": '<Response><Gather numDigits="1" action="/accept"><Say>Tekan 1</Say></Gather><Hangup/></Response>',
        "/accept": "<Response/>",
        "/after": "<Response><Say>Selesai</Say></Response>",
    }
    carrier.phone(SISTER).answers("1")
    leg = carrier.phone(VICTIM).call()
    assert leg.talked_with == [SISTER]
    after = app.asked("/after")[0]
    assert (after["DialCallStatus"], after["DialBridged"]) == ("completed", "true")
    assert leg.heard == ["Selesai"]
    assert app.asked("/whisper")[0]["Direction"] == "outbound-dial"
    carrier.assert_quiet()


def test_a_voicemail_that_presses_nothing_is_answered_but_not_joined(carrier, app):
    app.twiml = {
        "/twilio/call": dial(number(SISTER)),
        "/whisper": '<Response><Gather numDigits="1" action="/accept"/><Hangup/></Response>',
    }
    carrier.phone(SISTER).has_voicemail()
    leg = carrier.phone(VICTIM).call()
    assert leg.talked_with == []
    assert app.asked("/after")[0]["DialBridged"] == "false"
    assert app.asked("/accept") == []


@pytest.mark.parametrize(
    ("behave", "status"),
    [
        (lambda phone: phone.is_busy(), "busy"),
        (lambda phone: phone.declines(), "busy"),
        (lambda phone: phone.does_not_answer(), "no-answer"),
        (lambda phone: phone.is_unreachable(), "failed"),
    ],
)
def test_a_dial_that_reaches_nobody_says_why(carrier, app, behave, status):
    app.twiml = {"/twilio/call": dial(number(SISTER))}
    behave(carrier.phone(SISTER))
    carrier.phone(VICTIM).call()
    assert app.asked("/after")[0]["DialCallStatus"] == status


def test_the_first_of_several_phones_to_pick_up_takes_the_call(carrier, app, client):
    app.twiml = {"/twilio/call": dial(number(SISTER), number(SECOND)), "/whisper": "<Response/>"}
    carrier.phone(SISTER).waits_for_me()
    carrier.phone(SECOND).waits_for_me()
    leg = carrier.phone(VICTIM).call()
    ringing = carrier.phone(SISTER).expect_call()
    carrier.phone(SECOND).expect_call().answer()
    assert leg.talked_with == [SECOND]
    assert carrier.ledger.wait_until(lambda: ringing.ended, 3)
    leg.hang_up()
    assert carrier.ledger.wait_until(lambda: all(call.ended for call in carrier.ledger.calls.values()), 3)
    assert sorted(each.status for each in client.calls.list(parent_call_sid=leg.call.sid)) == ["canceled", "completed"]


def test_a_caller_who_hangs_up_while_it_rings_stops_the_ringing(carrier, app):
    app.twiml = {"/twilio/call": dial(number(SISTER))}
    carrier.phone(SISTER).waits_for_me()
    leg = carrier.phone(VICTIM).call()
    ringing = carrier.phone(SISTER).expect_call()
    leg.hang_up()
    assert carrier.ledger.wait_until(lambda: ringing.ended, 3)
    assert app.asked("/after")[0]["DialBridged"] == "false"


def offer(client, **more):
    return client.calls.create(
        to=SISTER,
        from_=HOTLINE,
        url=BASE + "/offer",
        status_callback=BASE + "/call-status",
        status_callback_event=["initiated", "ringing", "answered", "completed"],
        **more,
    )


def test_a_placed_call_tells_each_step_in_order(carrier, app, client):
    app.twiml["/offer"] = '<Response><Gather numDigits="1" action="/taken"/></Response>'
    carrier.phone(SISTER).answers("1")
    call = offer(client)
    assert carrier.ledger.wait_until(lambda: carrier.ledger.calls[call.sid].ended, 3)
    carrier.until_idle()
    told = [(form["SequenceNumber"], form["CallStatus"]) for form in app.asked("/call-status")]
    assert told == [("0", "initiated"), ("1", "ringing"), ("2", "in-progress"), ("3", "completed")]
    assert app.asked("/taken")[0]["Digits"] == "1"


def test_the_application_can_end_a_ringing_call_but_not_a_finished_one(carrier, app, client):
    carrier.phone(SISTER).waits_for_me()
    call = offer(client)
    leg = carrier.phone(SISTER).expect_call()
    client.calls(call.sid).update(status="completed")
    assert carrier.ledger.wait_until(lambda: leg.ended, 3)
    with pytest.raises(TwilioRestException) as over:
        client.calls(call.sid).update(status="completed")
    assert over.value.code == 21220


def test_the_application_can_move_a_call(carrier, app, client):
    app.twiml = {"/twilio/call": '<Response><Enqueue waitUrl="/music" action="/left">antrean</Enqueue></Response>'}
    app.twiml["/music"] = "<Response><Say>Mohon tunggu</Say></Response>"
    leg = carrier.phone(VICTIM).call()
    leg.silence()
    assert leg.heard == ["Mohon tunggu", "Mohon tunggu"]
    client.calls(leg.call.sid).update(twiml="<Response><Say>Ada petugas</Say></Response>")
    leg.settle()
    assert leg.heard[-1] == "Ada petugas"


def test_a_loop_of_waiting_music_costs_one_silence_per_round(carrier, app):
    app.twiml = {"/twilio/call": "<Response><Redirect>/hold</Redirect></Response>"}
    app.twiml["/hold"] = '<Response><Say>Tunggu</Say><Pause length="5"/><Redirect>/hold</Redirect></Response>'
    leg = carrier.phone(VICTIM).call()
    rounds = len(leg.heard)
    leg.silence()
    assert len(leg.heard) == rounds + 1
    leg.hang_up()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"to": "123"}, 21211),
        ({"from_": "+628119999999"}, 21212),
        ({"url": "not a url"}, 21205),
        ({"timeout": 700}, 20001),
    ],
)
def test_it_refuses_calls_the_carrier_refuses(client, changes, code):
    with pytest.raises(TwilioRestException) as refused:
        client.calls.create(**({"to": SISTER, "from_": HOTLINE, "url": BASE + "/offer"} | changes))
    assert refused.value.code == code


def test_twiml_that_cannot_be_played_leads_to_the_fallback(carrier, app):
    app.twiml = {
        "/twilio/call": "<Response><Say>",
        "/twilio/fallback/call": "<Response><Say>Hubungi 110</Say></Response>",
    }
    leg = carrier.phone(VICTIM).call()
    assert leg.heard == ["Hubungi 110"]
    assert app.asked("/twilio/fallback/call")[0]["ErrorCode"] == "12100"
    assert carrier.ledger.excuse(12100)
    carrier.assert_quiet()
