"""Which messages the carrier accepts from the application: its rules, in the order in which it checks them."""

import json
from collections.abc import Mapping

from hotline.simulator.addresses import is_valid_address, is_valid_callback, is_whatsapp
from hotline.simulator.errors import CarrierRefusal
from hotline.simulator.ledger import Ledger
from hotline.simulator.settings import Settings

Form = Mapping[str, list[str]]
MAX_BODY = 1600
# Seconds; https://www.twilio.com/docs/messaging/api/message-resource
VALIDITY = range(1, 36001)


def first(form: Form, name: str) -> str:
    """The first value of a parameter; empty if it was not sent."""
    return form.get(name, [""])[0]


def check_known(form: Form, known: frozenset[str]) -> None:
    """Refuse parameters the carrier does not know (20001)."""
    unknown = sorted(set(form) - known)
    if unknown:
        raise CarrierRefusal(20001, "unknown parameter " + ", ".join(unknown))


def check_message(form: Form, settings: Settings, ledger: Ledger) -> None:
    """Refuse a message the carrier would refuse at once; raises CarrierRefusal."""
    _check_addresses(form, settings)
    _check_content(form, settings)
    _check_options(form, settings)
    if (first(form, "From"), first(form, "To")) in ledger.opted_out:
        raise CarrierRefusal(21610)


def _check_addresses(form: Form, settings: Settings) -> None:
    recipient, sender = first(form, "To"), first(form, "From")
    if not recipient:
        raise CarrierRefusal(21604)
    if not is_valid_address(recipient):
        raise CarrierRefusal(21211)
    if not sender:
        raise CarrierRefusal(21603)
    if is_whatsapp(sender) and sender != settings.whatsapp_sender:
        raise CarrierRefusal(63007)
    if not is_whatsapp(sender) and sender != settings.sms_sender:
        raise CarrierRefusal(21606 if is_valid_address(sender) else 21212)
    if is_whatsapp(sender) != is_whatsapp(recipient):
        raise CarrierRefusal(21910)


def _check_content(form: Form, settings: Settings) -> None:
    if not any(first(form, name) for name in ("Body", "MediaUrl", "ContentSid")):
        raise CarrierRefusal(21602)
    if len(first(form, "Body")) > MAX_BODY:
        raise CarrierRefusal(21617)
    content = first(form, "ContentSid")
    if content and content not in settings.templates:
        raise CarrierRefusal(21655)
    template_variables(form)


def template_variables(form: Form) -> dict[str, str]:
    """The variables of a template; raises CarrierRefusal 21656 unless they are JSON with string values."""
    written = first(form, "ContentVariables")
    if not written:
        return {}
    try:
        variables = json.loads(written)
    except ValueError:
        raise CarrierRefusal(21656) from None
    if not isinstance(variables, dict) or not all(isinstance(value, str) for value in variables.values()):
        raise CarrierRefusal(21656)
    return variables


def _check_options(form: Form, settings: Settings) -> None:
    callback = first(form, "StatusCallback")
    if callback and not is_valid_callback(callback):
        raise CarrierRefusal(21609)
    validity = first(form, "ValidityPeriod")
    if validity and (not validity.isdigit() or int(validity) not in VALIDITY):
        raise CarrierRefusal(20001, "ValidityPeriod")
    if not settings.message_redaction and (first(form, "ContentRetention") or first(form, "AddressRetention")):
        raise CarrierRefusal(30029)
