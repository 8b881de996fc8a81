"""Addresses as the carrier writes them: which are telephone numbers, which channel they mean, which are withheld."""

import re

import phonenumbers

from triage.events import Channel

WHATSAPP = "whatsapp:"
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_DIALLED = re.compile(r"\+?[0-9][0-9 ()./-]{5,24}")
# How the carrier spells a caller who hides: words, and the same words typed on a telephone's keys
# (anonymous, restricted, blocked, unknown, unavailable).
_HIDDEN_WORDS = frozenset({"", "anonymous", "restricted", "blocked", "unknown", "unavailable", "private", "withheld"})
_HIDDEN_NUMBERS = frozenset({"+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253"})


def channel_of(address: str) -> Channel:
    """The channel of a message's address; whatever is not WhatsApp is answered as SMS."""
    return Channel.WHATSAPP if address.startswith(WHATSAPP) else Channel.SMS


def phone_of(address: str) -> str | None:
    """The E.164 number in an address, or None where there is none. Never raises.

    A number that the carrier wrote in E.164 is believed: to doubt it would mean that nobody can call back.
    """
    text = address.removeprefix(WHATSAPP).strip()
    if text in _HIDDEN_NUMBERS:
        return None
    if _E164.fullmatch(text) and not text.startswith("+620"):
        return text
    return _parsed(text) if _DIALLED.fullmatch(text) else None


def is_withheld(address: str) -> bool:
    """Whether a caller hides her number, so that nobody can call back."""
    text = address.removeprefix("sip:").partition("@")[0].strip().lower()
    return text.lstrip("+") in _HIDDEN_WORDS or text in _HIDDEN_NUMBERS


def _parsed(text: str) -> str | None:
    """A number in another spelling, read as dialled in Indonesia (0811…, 62811…, +62 0811…)."""
    try:
        number = phonenumbers.parse(f"+{text}" if text.startswith("62") else text, "ID")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    spelled = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return None if spelled in _HIDDEN_NUMBERS else spelled
