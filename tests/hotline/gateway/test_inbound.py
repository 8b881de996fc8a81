"""The carrier's forms become values; what is malformed is refused by name; nothing that a person wrote breaks it."""

import base64
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.errors import BadForm
from hotline.gateway.inbound import (
    Step,
    parse_call,
    parse_call_status,
    parse_message,
    parse_message_status,
    parse_recording,
)
from hotline.gateway.query import failed_step, opaque_word, step_of
from tests.hotline.web.stage import ACCOUNT, BASE, call_form, message_form, sid
from triage.events import CallStep, Channel, Location, Media

API = "https://api.twilio.com/2010-04-01/Accounts"


def lists(form: dict[str, Any]) -> dict[str, list[str]]:
    return {name: value if isinstance(value, list) else [value] for name, value in form.items()}


def message(**changes: Any) -> Any:
    return parse_message(lists(message_form(**changes)), ACCOUNT)


def call(at: CallStep = CallStep.INCOMING, **changes: Any) -> Any:
    return parse_call(lists(call_form(**changes)), Step(at, "abc", 2))


def test_a_whatsapp_message_is_read() -> None:
    read = message(Unknown="kept")
    assert (read.sid, read.channel, read.text) == (sid("SM"), Channel.WHATSAPP, "tolong saya")
    assert (read.address, read.phone) == ("whatsapp:+6281100000035", "+6281100000035")
    assert read.form["Unknown"] == ["kept"]
    assert not read.via_fallback


def test_nothing_of_a_person_is_in_the_representation() -> None:
    assert "tolong" not in repr(message())
    assert "0000035" not in repr(call())


@pytest.mark.parametrize(
    ("address", "channel", "phone"),
    [
        ("+6281100000035", Channel.SMS, "+6281100000035"),
        ("whatsapp:ID.4000000000000001", Channel.WHATSAPP, None),
        ("TELKOMSEL", Channel.SMS, None),
        ("4000", Channel.SMS, None),
        ("081100000035", Channel.SMS, "+6281100000035"),
        ("62811000000", Channel.SMS, "+62811000000"),
        ("+62081100000035", Channel.SMS, "+6281100000035"),
    ],
)
def test_an_address_is_more_than_a_number(address: str, channel: Channel, phone: str | None) -> None:
    read = message(From=address)
    assert (read.address, read.channel, read.phone) == (address, channel, phone)


@pytest.mark.parametrize("body", [None, "", "   \n\t ", "🌸", "tolong%ff", "é"])
def test_any_text_is_accepted_and_white_space_stays(body: str | None) -> None:
    form = lists(message_form(Body=body)) if body is not None else lists(message_form())
    if body is None:
        del form["Body"]
    assert parse_message(form, ACCOUNT).text == (body or "")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"MessageSid": "", "SmsSid": ""}, "sid_missing"),
        ({"MessageSid": "S"}, "sid_malformed"),
        ({"MessageSid": "S" * 65}, "sid_malformed"),
        ({"MessageSid": "SM 12"}, "sid_malformed"),
        ({"MessageSid": "SM/../12"}, "sid_malformed"),
        ({"MessageSid": sid("SM") + "\n"}, "sid_malformed"),
        ({"From": ["+6281100000035", "+6281100000036"]}, "repeated_identity"),
        ({"MessageSid": [sid("SM"), sid("SM")]}, "repeated_identity"),
        ({"From": ""}, "address_missing"),
        ({"From": "\x00\x01"}, "address_unreadable"),
        ({"From": "+" + "6" * 300}, "address_too_long"),
    ],
)
def test_a_malformed_form_is_refused_by_name(changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(BadForm, match=f"^{reason}$"):
        message(**changes)


@pytest.mark.parametrize("word", ["SM12", "SMtest_1", "SM-0001", "M" * 64, sid("MM")])
def test_a_sid_may_be_any_word_that_fits(word: str) -> None:
    assert message(MessageSid=word).sid == word


def test_a_missing_sender_is_refused_but_a_hidden_caller_is_not() -> None:
    form = lists(call_form())
    del form["From"]
    with pytest.raises(BadForm):
        parse_call(form, Step(CallStep.INCOMING))
    assert call(From="").withheld


GOOD_MEDIA = f"{API}/{ACCOUNT}/Messages/{sid('SM')}/Media/{sid('ME')}"


@pytest.mark.parametrize(
    ("url", "found"),
    [
        (GOOD_MEDIA, sid("ME")),
        (GOOD_MEDIA.replace("https", "http"), ""),
        (GOOD_MEDIA.replace("api.twilio.com", "api.twilio.com.evil.test"), ""),
        (GOOD_MEDIA.replace("api.twilio.com", "user@api.twilio.com"), ""),
        (GOOD_MEDIA.replace("api.twilio.com", "169.254.169.254"), ""),
        (GOOD_MEDIA.replace(ACCOUNT, "AC" + "1" * 32), ""),
        (GOOD_MEDIA.replace(sid("SM"), sid("SM", 2)), ""),
        (GOOD_MEDIA + "/../../x", ""),
        (GOOD_MEDIA + "?x=1", ""),
        ("file:///etc/passwd", ""),
        ("https://[::1", ""),
        ("", ""),
    ],
)
def test_media_are_known_by_the_carriers_own_url_only(url: str, found: str) -> None:
    read = message(NumMedia="1", MediaUrl0=url, MediaContentType0="audio/ogg; codecs=opus")
    assert [(media.sid, media.content_type) for media in read.media] == [(found, "audio/ogg")]


def test_announced_media_without_url_or_type_are_still_noted() -> None:
    assert message(NumMedia="2").media == (Media("", "application/octet-stream"),) * 2
    assert len(message(NumMedia="999999").media) == 10
    assert message(NumMedia="x").media == ()


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"Latitude": "1.6666349", "Longitude": "101.4001855"}, Location("1.6666349", "101.4001855")),
        (
            {"Latitude": "1.60", "Longitude": "-101", "Label": "Rumah", "Address": "Jl. Contoh"},
            Location("1.60", "-101", "Rumah, Jl. Contoh"),
        ),
        ({"Latitude": "91", "Longitude": "101"}, None),
        ({"Latitude": "nan", "Longitude": "1"}, None),
        ({"Latitude": "1.5"}, None),
    ],
)
def test_a_place_is_kept_as_it_was_sent(changes: dict[str, str], place: Location | None) -> None:
    assert message(Body="", MessageType="location", **changes).location == place


@pytest.mark.parametrize(
    ("changes", "button"),
    [
        ({"ButtonText": "Ya", "ButtonPayload": "YA 7KQ4"}, "YA 7KQ4"),
        ({"ButtonText": "Ya"}, "Ya"),
        ({"ListId": "item_2", "ListTitle": "Dua"}, "item_2"),
        ({}, None),
    ],
)
def test_a_tapped_button_is_known(changes: dict[str, str], button: str | None) -> None:
    assert message(**changes).button == button


def test_a_long_sms_that_came_as_base64_is_read_and_nothing_else_is() -> None:
    inside = "Tolong, saya dikurung di rumah sejak kemarin. Anak saya sakit. Jangan telepon."
    encoded = base64.b64encode(inside.encode()).decode()
    assert message(From="+6281100000035", Body=encoded).text == inside
    assert message(Body=encoded).text == encoded  # never seen on WhatsApp
    for typed in ("a" * 64, "tolong" * 12, "Y" * 60):
        assert message(From="+6281100000035", Body=typed).text == typed


def test_a_caller_is_read() -> None:
    read = call(From="whatsapp:+6281100000035", Digits="1")
    assert (read.phone, read.withheld, read.keys, read.token, read.number) == ("+6281100000035", False, "1", "abc", 2)


@pytest.mark.parametrize(
    "hidden", ["anonymous", "Anonymous", "unknown", "+266696687", "+7378742833", "sip:anonymous@x", ""]
)
def test_hidden_callers_are_callers_without_a_number(hidden: str) -> None:
    read = call(From=hidden)
    assert read.withheld
    assert read.phone is None


@pytest.mark.parametrize("direction", ["outbound-api", "outbound-dial"])
def test_on_a_leg_that_we_dialled_the_person_is_the_one_called(direction: str) -> None:
    read = call(CallStep.OFFER_KEY, Direction=direction, From="+62765000000", To="+6281100000099", Digits="")
    assert (read.phone, read.keys) == ("+6281100000099", None)


def test_the_end_of_a_dialled_leg_is_read() -> None:
    read = call(CallStep.RING, DialCallStatus="completed", DialBridged="false")
    assert (read.outcome, read.bridged) == ("completed", False)
    assert call(CallStep.RING, DialCallStatus="completed", DialBridged="true").bridged
    assert call(CallStep.RECORDED, RecordingSid=sid("RE")).recording_sid == sid("RE")
    assert call(CallStep.RECORDED, RecordingSid="../x").recording_sid is None


def test_a_status_carries_our_own_id_and_the_error() -> None:
    form = lists({"MessageSid": sid("SM"), "MessageStatus": "failed", "ErrorCode": "63016"})
    notice = parse_message_status(form, "abc")
    assert (notice.sid, notice.status, notice.outbox_id, notice.error_code) == (sid("SM"), "failed", "abc", "63016")
    late = parse_call_status(lists(call_form(CallStatus="completed", SequenceNumber="3", ErrorCode="0")), None)
    assert (late.status, late.sequence, late.error_code) == ("completed", 3, None)


def test_a_recording_notice_is_read() -> None:
    form = {"RecordingSid": sid("RE"), "CallSid": sid("CA"), "RecordingStatus": "completed", "RecordingDuration": "7"}
    notice = parse_recording(lists(form))
    assert (notice.sid, notice.call_sid, notice.status, notice.seconds) == (sid("RE"), sid("CA"), "completed", 7)
    with pytest.raises(BadForm):
        parse_recording(lists(form | {"RecordingStatus": "<b>"}))


@pytest.mark.parametrize(
    ("url", "step"),
    [
        (f"{BASE}/twilio/call", Step(CallStep.INCOMING)),
        (f"{BASE}/twilio/call/ring?t=abc&n=2", Step(CallStep.RING, "abc", 2)),
        (f"{BASE}/twilio/call/offer-key?t=abc#rc=2", Step(CallStep.OFFER_KEY, "abc", 0)),
        (f"{BASE}/twilio/call/unknown?t=abc", Step(CallStep.INCOMING)),
        (f"{BASE}/twilio/call/ring?t=<b>", Step(CallStep.INCOMING)),
        ("https://evil.test/twilio/call/ring?t=abc", Step(CallStep.INCOMING)),
        ("", Step(CallStep.INCOMING)),
    ],
)
def test_a_fallback_goes_on_where_the_call_broke_off(url: str, step: Step) -> None:
    assert failed_step(url, BASE) == step


@pytest.mark.parametrize("word", ["a b", "a" * 65, "é", "../x", "a\n"])
def test_a_word_that_we_never_put_into_a_url_is_refused(word: str) -> None:
    with pytest.raises(BadForm):
        opaque_word({"t": [word]}, "t")
    with pytest.raises(BadForm):
        step_of("ring", {"t": ["a", "b"]})
    with pytest.raises(BadForm):
        step_of("ring", {"n": ["x"]})


anything = st.text(max_size=40)


@given(
    form=st.dictionaries(st.sampled_from([*message_form(), "Latitude", "Longitude", "MediaUrl0", "ListId"]), anything)
)
def test_no_form_breaks_the_parser(form: dict[str, str]) -> None:
    try:
        read = parse_message(lists(message_form(**form)), ACCOUNT)
    except BadForm:
        return
    assert read.address
    assert not any("\ud800" <= sign <= "\udfff" or sign == "\x00" for sign in read.text)


@given(form=st.dictionaries(st.sampled_from([*call_form(), "Digits", "DialCallStatus", "RecordingSid"]), anything))
def test_no_form_of_a_call_breaks_the_parser(form: dict[str, str]) -> None:
    try:
        read = parse_call(lists(call_form(**form)), Step(CallStep.INCOMING))
    except BadForm:
        return
    assert read.phone is None or read.phone.startswith("+")
