"""The page: its files, its state, its acts, and whom it refuses."""

import pytest
import requests

from hotline.simulator import LiveClock, Settings, SimulatedCarrier

VICTIM = "+628110000009"
SISTER = "+628110000001"


@pytest.fixture
def live(app, carrier):
    """A carrier with live time, as in the demo, in front of the same application."""
    with SimulatedCarrier(Settings(app_base=carrier.sender.app_base), LiveClock(speed=50)) as live:
        yield live


def act(carrier, name, /, **told):
    return requests.post(f"{carrier.base_url}/simulator/api/{name}", json=told, timeout=5)


def state(carrier):
    return requests.get(f"{carrier.base_url}/simulator/api/state", timeout=5).json()


@pytest.mark.parametrize("name", ["", "/page.js", "/page.css", "/words.js"])
def test_the_files_of_the_page_are_served(carrier, name):
    answer = requests.get(carrier.base_url + "/simulator" + name, timeout=3)
    assert answer.status_code == 200
    assert answer.content


def test_nothing_outside_the_folder_is_served(carrier):
    assert requests.get(carrier.base_url + "/simulator/%2e%2e/rest.py", timeout=3).status_code == 404
    assert requests.get(carrier.base_url + "/simulator/..%2frest.py", timeout=3).status_code == 404


def test_a_foreign_host_name_and_a_foreign_form_are_refused(carrier):
    url = carrier.base_url + "/simulator"
    assert requests.get(url, headers={"Host": "evil.example"}, timeout=3).status_code == 403
    assert requests.post(url + "/api/sms", data={"number": VICTIM}, timeout=3).status_code == 405
    assert act(carrier, "sms", number="123").status_code == 409
    assert act(carrier, "nonsense").status_code == 404


def test_a_person_writes_and_sees_the_answer(app, live):
    app.twiml["/twilio/message"] = "<Response><Message>Pesan diterima</Message></Response>"
    assert act(live, "phones", number=VICTIM, name="Ibu A", role="victim").ok
    assert act(live, "whatsapp", number=VICTIM, text="tolong").ok
    live.phone(VICTIM).expect("diterima")
    shown = state(live)["phones"][0]
    assert [message["mine"] for message in shown["messages"]] == [True, False]
    assert (shown["name"], shown["messages"][0]["body"]) == ("Ibu A", "tolong")


def test_a_person_calls_and_another_answers_on_the_page(app, live):
    app.twiml["/twilio/call"] = f"<Response><Dial><Number url='/whisper'>{SISTER}</Number></Dial></Response>"
    app.twiml["/whisper"] = "<Response><Gather numDigits='1' action='/ok' timeout='500'/><Hangup/></Response>"
    assert act(live, "call", number=VICTIM).ok
    leg = live.phone(SISTER).expect_call()
    live.ledger.wait_until(lambda: leg.state == "ringing", 3)
    assert act(live, "answer", leg=leg.call.sid).ok
    live.ledger.wait_until(lambda: leg.state == "listening", 3)
    assert act(live, "press", leg=leg.call.sid, keys="1").ok
    assert live.ledger.wait_until(lambda: leg.talked_with == [VICTIM], 3)
    assert act(live, "hang-up", leg=leg.call.sid).ok
    assert live.ledger.wait_until(lambda: leg.ended, 3)


def test_silence_is_the_time_out_when_time_is_live(app, live):
    app.twiml["/twilio/call"] = "<Response><Gather timeout='5' action='/x'/><Say>Selesai</Say></Response>"
    leg = live.phone(VICTIM).call()
    assert live.ledger.wait_until(lambda: leg.ended, 3)
    assert leg.heard == ["Selesai"]


def test_a_phone_nobody_answers_rings_until_the_time_out(app, live):
    app.twiml["/twilio/call"] = f"<Response><Dial timeout='5' action='/after'>{SISTER}</Dial></Response>"
    leg = live.phone(VICTIM).call()
    assert live.ledger.wait_until(lambda: leg.ended, 3)
    assert app.asked("/after")[0]["DialCallStatus"] == "no-answer"
