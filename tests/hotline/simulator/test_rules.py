"""Addresses, SMS lengths, TwiML checks, clocks, and the refusals to start."""

import os
import subprocess
import sys
import threading

import pytest

from hotline.simulator import LiveClock, Settings, SimulatorRefused, settings_from
from hotline.simulator.addresses import count_segments, is_valid_address, is_valid_callback
from hotline.simulator.contract import message_grammar, parameters_of, voice_grammar
from hotline.simulator.twiml_check import check_twiml

ENVIRONMENT = {
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "TWILIO_AUTH_TOKEN": "token",
    "HOTLINE_NUMBER": "+62765000000",
    "HOTLINE_MODE": "test",
}


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("☎" * 70, 1),
        ("☎" * 71, 2),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
        ("é" * 160, 1),
        ("ê" * 71, 2),
    ],
)
def test_sms_parts_are_counted_as_the_network_counts_them(text, parts):
    assert count_segments(text) == parts


@pytest.mark.parametrize(
    ("address", "valid"),
    [
        ("+628110000001", True),
        ("whatsapp:+628110000001", True),
        ("whatsapp:ID.4000000000000001", True),
        ("08110000001", False),
        ("whatsapp:08110000001", False),
        ("anonymous", False),
    ],
)
def test_addresses_are_checked_as_the_carrier_checks_them(address, valid):
    assert is_valid_address(address) is valid


def test_a_callback_host_holds_no_underscore():
    assert is_valid_callback("https://hotline.test/x?m=1")
    assert not is_valid_callback("https://hot_line.test/x")
    assert not is_valid_callback("/relative")


@pytest.mark.parametrize(
    ("kind", "body", "codes"),
    [
        ("text/xml", "<Response><Say language='id-ID'>Halo</Say></Response>", []),
        ("text/xml", "", [11770]),
        ("application/json", "{}", [12300]),
        ("text/xml", "<Response><Say>", [12100]),
        ("text/xml", "<Answer/>", [12100]),
        ("text/xml", "<!DOCTYPE x><Response/>", [12100]),
        ("text/xml", "<Response><Sing/></Response>", [12200, 12200]),
        ("text/xml", "<Response><Gather numDigit='1'/></Response>", [12200]),
        ("text/xml", "<Response><Gather><Dial/></Gather></Response>", [12200]),
        ("text/xml", f"<Response><Say>{'a' * 4097}</Say></Response>", [12200]),
        ("text/xml", f"<Response><Say>{'a' * 70000}</Say></Response>", [11750]),
    ],
)
def test_twiml_is_checked_as_the_debugger_does(kind, body, codes):
    assert [fault.code for fault in check_twiml(kind, body.encode(), voice_grammar())] == codes


def test_the_contract_is_read_from_the_installed_package():
    assert {"To", "From", "Body", "StatusCallback", "ContentSid"} <= parameters_of("Messages.create")
    assert {"To", "DateSent>", "PageToken"} <= parameters_of("Messages.list")
    assert "actionOnEmptyResult" in voice_grammar()["Gather"].attributes
    assert {"url", "statusCallback"} <= voice_grammar()["Number"].attributes
    assert message_grammar()["Response"].children == {"Message", "Redirect"}


@pytest.mark.parametrize(
    "change",
    [
        {"HOTLINE_MODE": "production"},
        {"HOTLINE_MODE": ""},
        {"TWILIO_ACCOUNT_SID": "AC" + "12345678" * 4},
        {"TWILIO_AUTH_TOKEN": ""},
    ],
)
def test_it_refuses_to_start_outside_a_demo_or_with_a_real_account(change):
    with pytest.raises(SimulatorRefused):
        settings_from(ENVIRONMENT | change)


def test_it_listens_and_calls_on_the_loopback_only():
    assert settings_from(ENVIRONMENT, port=0).whatsapp_sender == "whatsapp:+62765000000"
    with pytest.raises(SimulatorRefused):
        Settings(host="192.0.2.1")
    with pytest.raises(SimulatorRefused):
        Settings(host="hotline.example")


def test_the_command_refuses_production_with_one_line():
    environment = {"PATH": os.environ["PATH"], **ENVIRONMENT, "HOTLINE_MODE": "production"}
    command = [sys.executable, "-m", "hotline.simulator", "--port", "0"]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=20, check=False)
    assert ended.returncode == 2
    assert ended.stderr.count("\n") == 1


def test_live_time_passes_as_fast_as_it_is_told_to():
    board, clock = threading.Condition(), LiveClock(speed=1000)
    with board:
        assert clock.wait(board, lambda: False, 10) is False
        assert clock.rest(board, lambda: True, 10_000) is True
    with pytest.raises(ValueError, match="positive"):
        LiveClock(speed=0)
