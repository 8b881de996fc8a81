"""Reading the carrier's forms: single fields, SIDs, and what makes a form malformed."""

import re
from collections.abc import Mapping, Sequence

from hotline.errors import BadForm
from hotline.gateway.clean import clean_text

Form = Mapping[str, Sequence[str]]

_SID = re.compile(r"[A-Z]{2}[0-9a-fA-F]{32}")
# What we only keep and compare may be any word that fits its column: another carrier, or a simulated one, has its own.
_WORD = re.compile(r"[A-Za-z0-9_-]{2,64}")
_STATUS = re.compile(r"[a-z][a-z_-]{1,31}")
# Longer than the longest address of the carrier (whatsapp:, two letters, a dot and 128 characters).
_LONGEST_ADDRESS = 256


def refuse_repeated_identity(form: Form) -> None:
    """Refuse a form that names a sender, a recipient or a SID twice: whoever reads it picks one, others another.

    Raises:
        BadForm: such a field is repeated.
    """
    for name, values in form.items():
        if len(values) > 1 and (name in ("From", "To") or name.endswith("Sid")):
            raise BadForm("repeated_identity")


def first(form: Form, name: str) -> str:
    """The first value of a field, cleaned; empty when there is none."""
    values = form.get(name)
    return clean_text(values[0]) if values else ""


def required_sid(form: Form, *names: str) -> str:
    """The SID in the first of the fields that is there.

    Raises:
        BadForm: none is there, or it is not a word of 2 to 64 letters, digits, hyphens and underscores.
    """
    given = next((form[name][0] for name in names if form.get(name)), "")
    if not given:
        raise BadForm("sid_missing")
    if not _WORD.fullmatch(given):
        raise BadForm("sid_malformed")
    return given


def required_recording(form: Form, name: str) -> str:
    """The SID of a recording, exactly as the carrier makes it: a URL is built from it.

    Raises:
        BadForm: it is missing, or not RE and 32 hexadecimal digits.
    """
    given = required_sid(form, name)
    if not _SID.fullmatch(given) or not given.startswith("RE"):
        raise BadForm("sid_malformed")
    return given


def optional_sid(form: Form, name: str, prefix: str) -> str | None:
    """A SID that need not be there; None too when it is malformed."""
    given = form[name][0] if form.get(name) else ""
    return given if _SID.fullmatch(given) and given.startswith(prefix) else None


def required_address(form: Form, name: str) -> str:
    """The address in a field that must be there; it may be blank (a caller who hides).

    Raises:
        BadForm: the field is missing, longer than any address, or holds nothing but what cleaning removes.
    """
    if not form.get(name):
        raise BadForm("address_missing")
    given, address = form[name][0], first(form, name).strip()
    if len(given) > _LONGEST_ADDRESS:
        raise BadForm("address_too_long")
    if given.strip(" ") and not address:
        raise BadForm("address_unreadable")
    return address


def required_status(form: Form, names: Sequence[str]) -> str:
    """The state of a message, call or recording, as the carrier spells it.

    Raises:
        BadForm: it is missing or no such word.
    """
    status = next((form[name][0] for name in names if form.get(name)), "")
    if not _STATUS.fullmatch(status):
        raise BadForm("status_malformed")
    return status


def whole_number(form: Form, name: str) -> int | None:
    """A field of digits as a number; None when it is missing, malformed or absurdly long."""
    given = form[name][0] if form.get(name) else ""
    return int(given) if given.isascii() and given.isdigit() and len(given) <= 9 else None


def copied(form: Form) -> dict[str, list[str]]:
    """The carrier's own form, untouched, for the record."""
    return {name: list(values) for name, values in form.items()}
