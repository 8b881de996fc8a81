"""The carrier's webhooks: only what it signed, committed before 200, and every failure in the way it understands."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from hotline.errors import StoreAway
from tests.hotline.web.stage import BASE, TWIML, Stage, call_form, message_form, parsed, sid, stage
from triage.events import CallEvent, CallStep, InboundMessage, RecordingNotice, StatusNotice

EMPTY = '<?xml version="1.0" encoding="UTF-8"?><Response />'
STATUS = {"MessageSid": sid("SM"), "MessageStatus": "delivered"}
RECORDING = {"RecordingSid": sid("RE"), "CallSid": sid("CA"), "RecordingStatus": "completed", "RecordingDuration": "7"}
# Every path of the carrier with a form that fits.
PATHS: list[tuple[str, dict[str, Any]]] = [
    ("/twilio/message", message_form()),
    ("/twilio/fallback/message", message_form(ErrorCode="11200")),
    ("/twilio/message/status?m=abc", STATUS),
    ("/twilio/call", call_form()),
    ("/twilio/fallback/call", call_form(ErrorCode="11200")),
    ("/twilio/call/status?m=abc", call_form(CallStatus="completed")),
    ("/twilio/call/recording", RECORDING),
    *((f"/twilio/call/{step}?t=abc&n=1", call_form()) for step in CallStep),
]


@pytest.fixture
def hotline() -> Stage:
    return stage()


def test_a_message_is_handed_on_once_and_answered_with_nothing(hotline: Stage) -> None:
    answer = hotline.post("/twilio/message", message_form())
    assert (answer.status_code, answer.text, answer.mimetype) == (200, EMPTY, "text/xml")
    [read] = hotline.recorder.seen
    assert isinstance(read, InboundMessage)
    assert (read.text, read.via_fallback) == ("tolong saya", False)


def test_texts_of_the_use_case_are_the_answer(hotline: Stage) -> None:
    hotline.recorder.texts = ("Sudah <tercatat> & aman\x0b", "dua")
    root = parsed(hotline.post("/twilio/message", message_form()).text)
    assert [message.text for message in root] == ["Sudah <tercatat> & aman", "dua"]


def test_a_fallback_is_kept_as_such(hotline: Stage) -> None:
    hotline.post("/twilio/fallback/message", message_form(ErrorCode="11200"))
    hotline.post("/twilio/fallback/call", call_form(ErrorUrl=f"{BASE}/twilio/call/ring?t=abc&n=2"))
    message, call = hotline.recorder.seen
    assert message.via_fallback
    assert call.via_fallback
    assert (call.step, call.token, call.number) == (CallStep.RING, "abc", 2)


@pytest.mark.parametrize("step", list(CallStep))
def test_every_step_of_a_call_is_reached_by_its_url(hotline: Stage, step: CallStep) -> None:
    answer = hotline.post(f"/twilio/call/{step}?t=a-b_c&n=3", call_form(Digits="1"))
    assert (answer.status_code, answer.text, answer.mimetype) == (200, TWIML, "text/xml")
    [event] = hotline.recorder.seen
    assert isinstance(event, CallEvent)
    assert (event.step, event.token, event.number, event.keys) == (step, "a-b_c", 3, "1")


def test_an_incoming_call_is_the_first_step(hotline: Stage) -> None:
    assert hotline.post("/twilio/call", call_form()).text == TWIML
    assert hotline.recorder.seen[0].step is CallStep.INCOMING


def test_notices_are_answered_with_204_and_sorted_by_whose_they_are(hotline: Stage) -> None:
    assert hotline.post("/twilio/message/status?m=abc", STATUS).status_code == 204
    assert hotline.post("/twilio/call/status?m=abc", call_form(CallStatus="busy")).status_code == 204
    assert hotline.post("/twilio/call/status", call_form(CallStatus="completed")).status_code == 204
    assert hotline.post("/twilio/call/recording", RECORDING).status_code == 204
    seen = hotline.recorder.seen
    assert [notice.outbox_id for notice in seen[:3]] == ["abc", "abc", None]
    assert hotline.recorder.by_outbox == seen[:2]
    assert [type(notice) for notice in seen] == [StatusNotice, StatusNotice, StatusNotice, RecordingNotice]


@pytest.mark.parametrize(("path", "form"), PATHS)
def test_what_the_carrier_did_not_sign_is_refused_everywhere(hotline: Stage, path: str, form: dict[str, Any]) -> None:
    client = hotline.app.test_client()
    signature = RequestValidator("another token").compute_signature(BASE + path, form)
    for headers in ({}, {"X-Twilio-Signature": ""}, {"X-Twilio-Signature": signature}):
        answer = client.post(path, data=form, headers=headers)
        assert (answer.status_code, answer.data) == (403, b"")
    assert client.get(path).status_code == 403
    assert client.post(path, json=form, headers={"X-Twilio-Signature": signature}).status_code == 403
    assert hotline.recorder.seen == []


@pytest.mark.parametrize(
    "path", ["/twilio", "/twilio/", "/twilio/x", "/twilio/call/x", "/twilio/message/", "/twilio%2Fmessage"]
)
@pytest.mark.parametrize("method", ["GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS"])
def test_no_path_below_twilio_answers_or_redirects_the_unsigned(hotline: Stage, path: str, method: str) -> None:
    assert hotline.app.test_client().open(path, method=method).status_code == 403


def test_a_signed_request_to_nowhere_is_404(hotline: Stage) -> None:
    assert hotline.post("/twilio/call/unknown", call_form()).status_code == 404
    assert hotline.post("/twilio/other", call_form()).status_code == 404
    assert hotline.recorder.seen == []


def test_a_trailing_slash_is_no_redirect(hotline: Stage) -> None:
    assert hotline.post("/twilio/message/", message_form()).status_code == 200


def test_the_query_never_overrides_the_form(hotline: Stage) -> None:
    hotline.post("/twilio/message?From=%2B6281100000099&Body=other", message_form())
    assert hotline.recorder.seen[0].address == "whatsapp:+6281100000035"


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/twilio/message", message_form(MessageSid="SM 1")),
        ("/twilio/message", message_form(From=["+6281100000035", "+6281100000036"])),
        ("/twilio/call", call_form(CallSid="x")),
        ("/twilio/call/ring?t=%3Cb%3E", call_form()),
        ("/twilio/call/ring?t=a&t=b", call_form()),
        ("/twilio/call/ring?n=-1", call_form()),
        ("/twilio/message/status?m=a+b", STATUS),
        ("/twilio/message/status", {"MessageSid": sid("SM")}),
        ("/twilio/call/recording", {"RecordingSid": sid("RE")}),
    ],
)
def test_a_malformed_form_is_400_and_leaves_no_trace_of_its_content(
    hotline: Stage, path: str, form: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    answer = hotline.post(path, form)
    assert (answer.status_code, answer.data) == (400, b"")
    assert hotline.recorder.seen == []
    [line] = caplog.records
    assert line.message == "webhook.malformed"
    assert "81100000" not in str(line.__dict__)
    assert "tolong" not in str(line.__dict__)


def test_a_form_that_is_too_large_is_413_and_no_work(hotline: Stage) -> None:
    assert hotline.post("/twilio/message", message_form(Body="a" * 70_000)).status_code == 413
    assert hotline.post("/twilio/message", message_form(**{f"F{n}": "" for n in range(300)})).status_code == 413
    assert hotline.recorder.seen == []


@pytest.mark.parametrize(("path", "form"), PATHS)
def test_while_the_store_is_away_the_carrier_is_told_to_come_back(path: str, form: dict[str, Any]) -> None:
    hotline = stage()
    hotline.recorder.fault = StoreAway()
    answer = hotline.post(path, form)
    spoken_last = ("/twilio/fallback/call", "/twilio/call/whisper")
    assert answer.status_code == (200 if path.startswith(spoken_last) else 503)


@pytest.mark.parametrize("fault", [StoreAway(), RuntimeError("secret 081100000035")])
@pytest.mark.parametrize(("path", "form"), [entry for entry in PATHS if entry[1] == call_form()])
def test_a_call_whose_step_failed_still_hears_a_sentence(path: str, form: dict[str, Any], fault: Exception) -> None:
    hotline = stage()
    hotline.recorder.fault = fault
    answer = hotline.post(path, form)
    root = parsed(answer.text)
    assert [verb.tag for verb in root] == ["Say", "Say", "Hangup"]
    assert ("110" in (root[0].text or "")) == ("whisper" not in path and "offer" not in path)
    assert answer.mimetype == "text/xml"


def test_behind_the_fallback_stands_nobody_so_it_answers_200_and_names_the_police() -> None:
    hotline = stage()
    hotline.recorder.fault = RuntimeError("secret")
    answer = hotline.post("/twilio/fallback/call", call_form())
    assert answer.status_code == 200
    assert "110" in answer.text


def test_a_fault_of_ours_is_500_and_nothing_of_it_is_told() -> None:
    hotline = stage()
    hotline.recorder.fault = RuntimeError("secret 081100000035")
    answer = hotline.post("/twilio/message", message_form())
    assert (answer.status_code, answer.data) == (500, b"")
    assert "secret" not in hotline.post("/twilio/call", call_form()).text


def test_both_tokens_are_accepted_during_a_rotation() -> None:
    hotline = stage(TWILIO_AUTH_TOKEN_NEXT="another-invented-token")
    hotline.token = "another-invented-token"
    assert hotline.post("/twilio/message", message_form()).status_code == 200


SHARED = stage()
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
names = st.one_of(st.sampled_from([*message_form(), *call_form(), "Digits", "MediaUrl0", "Latitude"]), texts)


@given(path=st.sampled_from([path for path, _ in PATHS]), form=st.dictionaries(names, texts, max_size=8))
def test_any_signed_form_is_understood_or_refused(path: str, form: dict[str, str]) -> None:
    answer = SHARED.post(path, message_form() | call_form() | form)
    assert answer.status_code in (200, 204, 400)
    if answer.status_code == 200:
        parsed(answer.text)


@given(place=st.integers(min_value=0), bit=st.integers(0, 7))
def test_one_flipped_bit_is_refused(place: int, bit: int) -> None:
    form = {"MessageSid": sid("SM"), "From": "whatsapp:ID.4000000000000001", "Body": "tolong"}
    signature = RequestValidator(SHARED.token).compute_signature(BASE + "/twilio/message", form)
    body = bytearray("&".join(f"{name}={value}" for name, value in form.items()).encode())
    body[place % len(body)] ^= 1 << bit
    answer = SHARED.app.test_client().post(
        "/twilio/message",
        data=bytes(body),
        content_type="application/x-www-form-urlencoded",
        headers={"X-Twilio-Signature": signature},
    )
    assert answer.status_code == 403
