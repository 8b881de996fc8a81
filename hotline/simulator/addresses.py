"""Addresses as the carrier spells them: numbers, WhatsApp addresses, withheld callers, and SMS lengths."""

import re
from urllib.parse import urlsplit

E164 = re.compile(r"\+[1-9]\d{6,14}")
# A WhatsApp user may be known by number or, since 2026, by a business-scoped id such as ID.4000000000000001.
WHATSAPP = re.compile(r"whatsapp:(\+[1-9]\d{6,14}|[A-Z]{2}\.[A-Za-z0-9.]{1,128})")
WITHHELD = ("anonymous", "+266696687")
STOP_WORDS = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"})
START_WORDS = frozenset({"START", "UNSTOP", "YES"})

_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_EXTENDED = frozenset("^{}[]~\\|€\f")


def is_whatsapp(address: str) -> bool:
    """Whether an address is written for the WhatsApp channel."""
    return address.startswith("whatsapp:")


def bare(address: str) -> str:
    """The address without its channel."""
    return address.removeprefix("whatsapp:")


def is_valid_address(address: str) -> bool:
    """Whether the carrier would accept the address as a recipient of a message."""
    pattern = WHATSAPP if is_whatsapp(address) else E164
    return pattern.fullmatch(address) is not None


def is_valid_callback(url: str) -> bool:
    """Whether the carrier would accept the URL of a callback: absolute, http or https, no underscore in the host."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(host) and "_" not in host


def count_segments(text: str) -> int:
    """Number of SMS parts a text is billed as (GSM-7: 160 / 153, else UCS-2: 70 / 67 UTF-16 units; 3GPP 23.038)."""
    if all(letter in _GSM or letter in _GSM_EXTENDED for letter in text):
        units = sum(2 if letter in _GSM_EXTENDED else 1 for letter in text)
        single, part = 160, 153
    else:
        units = len(text.encode("utf-16-be")) // 2
        single, part = 70, 67
    return 1 if units <= single else -(-units // part)
