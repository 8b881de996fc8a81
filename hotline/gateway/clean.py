"""What comes from outside as text, made fit to store and show: nothing invisible, nothing that breaks a document."""

import base64
import binascii
import re
import unicodedata

# Marks that turn the reading direction can make a name or a number look like another one, so they are shown.
_DIRECTIONS = {
    0x061C: "ALM",
    0x200E: "LRM",
    0x200F: "RLM",
    0x202A: "LRE",
    0x202B: "RLE",
    0x202C: "PDF",
    0x202D: "LRO",
    0x202E: "RLO",
    0x2066: "LRI",
    0x2067: "RLI",
    0x2068: "FSI",
    0x2069: "PDI",
}
_CONTROLS = [*range(0x00, 0x09), 0x0B, 0x0C, *range(0x0E, 0x20), *range(0x7F, 0xA0)]
_REPLACED: dict[int, str | None] = {
    **dict.fromkeys(_CONTROLS),
    **{sign: f"⟨{name}⟩" for sign, name in _DIRECTIONS.items()},
    0x0D: "\n",
}
_SUSPECT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_BASE64 = re.compile(r"[A-Za-z0-9+/]{56,}={0,2}")


def clean_text(text: str) -> str:
    """The text without control characters, with direction marks as visible signs, composed (NFC, not NFKC).

    White space stays (a carriage return becomes a line feed), lone surrogates become the replacement character, and
    nothing is cut. Cleaning twice changes nothing.
    """
    if text.isascii() and not _SUSPECT.search(text):
        return text
    plain = _SURROGATES.sub("\ufffd", text.replace("\r\n", "\n")).translate(_REPLACED)
    return unicodedata.normalize("NFC", plain)


def decoded_oddity(text: str) -> str:
    """The text inside, where the carrier passed on a long SMS as base64; anything else comes back as it is.

    Only if it is certain: a long unbroken base64 word whose bytes are readable UTF-8. What a person types does not
    decode to that (source: nyaruka/courier, handlers/twiml, DecodePossibleBase64).
    """
    if len(text) % 4 or not _BASE64.fullmatch(text):
        return text
    try:
        inside = base64.b64decode(text, validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return text
    return text if _SUSPECT.search(inside.replace("\r\n", "\n")) else inside
