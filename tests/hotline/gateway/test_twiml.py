"""What a phone hears: valid whatever the words hold, absolute URLs, the attributes that keep a caller safe."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.catalogue import Catalogue
from hotline.gateway.twiml import EMPTY, LONGEST_SAY, TwimlWriter
from tests.hotline.web.stage import BASE, CATALOGUE, parsed
from triage.callflow import AskKey, GoTo, HangUp, Record, Ring, Say

NUMBER = "+62765000000"
WRITER = TwimlWriter(CATALOGUE, BASE, NUMBER)
OFFER = Say("call.offer", (("level", "darurat"), ("code", "7, K, Q, 4")))
ECHO = Catalogue(
    {
        "echo": {"id": "<{words}>", "en": "<{words}>"},
        "speech": {"voice": {"id": "v", "en": "v"}, "language": {"id": "id-ID", "en": "en-GB"}},
    }
)


def only(*script: Any) -> Any:
    [verb] = parsed(WRITER.render(script))
    return verb


def test_words_are_spoken_in_indonesian() -> None:
    verb = only(Say("call.greeting"))
    assert verb.tag == "Say"
    assert verb.attrib == {"language": "id-ID", "voice": "Google.id-ID-Wavenet-A"}
    assert verb.text == CATALOGUE.text("call.greeting")
    english = parsed(WRITER.render((Say("call.greeting"),), "en"))[0]
    assert (english.get("language"), english.text) == ("en-GB", CATALOGUE.text("call.greeting", "en"))


def test_a_question_takes_one_key_while_it_is_spoken_and_silence_is_an_answer() -> None:
    gather = only(AskKey((OFFER, Say("call.unclear_key")), "/twilio/call/offer-key?t=abc&n=1", within_s=9))
    assert [say.tag for say in gather] == ["Say", "Say"]
    assert "7, K, Q, 4" in (gather[0].text or "")
    assert gather.get("action").startswith(f"{BASE}/twilio/call/offer-key?t=abc&n=1#")
    expected = {"numDigits": "1", "timeout": "9", "actionOnEmptyResult": "true", "finishOnKey": "", "input": "dtmf"}
    assert expected.items() <= gather.attrib.items()


def test_a_companion_sees_our_number_and_the_caller_is_joined_only_when_she_agreed() -> None:
    dial = only(Ring("+6281100000099", "/twilio/call/whisper?t=a", "/twilio/call/ring?t=a&n=2", within_s=25))
    expected = {"callerId": NUMBER, "answerOnBridge": "true", "timeout": "25", "timeLimit": "10800", "method": "POST"}
    assert expected.items() <= dial.attrib.items()
    assert dial.get("action").startswith(f"{BASE}/twilio/call/ring?t=a&n=2#")
    [number] = dial
    assert (number.tag, number.text) == ("Number", "+6281100000099")
    assert number.get("url").startswith(f"{BASE}/twilio/call/whisper?t=a#")


@pytest.mark.parametrize(
    "phone", ["", "110", "sip:x@evil.test", "+62811000000990000", "+6281100000099\n", "081100000099"]
)
def test_a_number_that_cannot_be_dialled_does_not_end_the_callers_way(phone: str) -> None:
    verb = only(Ring(phone, "/twilio/call/whisper", "/twilio/call/ring?n=2"))
    assert verb.tag == "Redirect"
    assert verb.text.startswith(f"{BASE}/twilio/call/ring?n=2")


def test_a_recording_has_a_limit_a_next_step_and_a_notice() -> None:
    record = only(Record("/twilio/call/recorded?t=a", "/twilio/call/recording", limit_s=120))
    assert record.get("action").startswith(f"{BASE}/twilio/call/recorded?t=a#")
    assert record.get("recordingStatusCallback").startswith(f"{BASE}/twilio/call/recording#")
    assert (record.get("maxLength"), record.get("playBeep"), record.get("finishOnKey")) == ("120", "true", "#")
    assert record.get("transcribe") is None


def test_the_way_goes_on_or_ends() -> None:
    assert only(GoTo("/twilio/call/ring?n=1")).text.startswith(f"{BASE}/twilio/call/ring?n=1#")
    assert only(HangUp()).tag == "Hangup"


def test_no_texts_are_the_empty_answer() -> None:
    assert WRITER.render_message(()) == EMPTY
    assert list(parsed(EMPTY)) == []


def test_the_apology_is_in_both_languages_and_names_the_police() -> None:
    *words, end = parsed(WRITER.render_apology("call.failure.caller"))
    assert [say.get("language") for say in words] == ["id-ID", "en-GB"]
    assert all("110" in (say.text or "") for say in words)
    assert end.tag == "Hangup"


def test_a_sentence_that_nobody_wrote_is_our_fault_and_shows() -> None:
    with pytest.raises(KeyError):
        WRITER.render((Say("call.nothing"),))


@given(words=st.text(st.characters(), max_size=60))
def test_whatever_the_words_hold_the_answer_is_well_formed(words: str) -> None:
    writer = TwimlWriter(ECHO, BASE, NUMBER)
    for answer in (writer.render((Say("echo", (("words", words),)),)), writer.render_message((words,))):
        [verb] = parsed(answer)
        assert list(verb) == []


def test_no_sentence_is_too_long_for_the_carrier() -> None:
    words = TwimlWriter(ECHO, BASE, NUMBER).render((Say("echo", (("words", "a" * 5000),)),))
    assert len(parsed(words)[0].text or "") == LONGEST_SAY
    assert all(
        len(CATALOGUE.text(key, "id", **dict.fromkeys(CATALOGUE.gaps(key), "x"))) < 1000
        for key in sorted(CATALOGUE.keys())
    )
