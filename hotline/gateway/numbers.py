"""Numbers of staff: only what can be rung and written to, in one spelling."""

import phonenumbers
from phonenumbers import PhoneNumberType, ValidationResult

# These cost whoever rings them, or ring nobody in particular: an offer must reach one person.
_REFUSED = frozenset(
    {
        PhoneNumberType.PREMIUM_RATE,
        PhoneNumberType.SHARED_COST,
        PhoneNumberType.TOLL_FREE,
        PhoneNumberType.UAN,
        PhoneNumberType.VOICEMAIL,
        PhoneNumberType.PAGER,
    }
)
# Indonesia's premium range whatever the length (0809), which the metadata knows for one length only.
_INDONESIA, _PREMIUM = 62, "809"


class BadNumber(ValueError):
    """This is no number of a person's phone; the message says why and does not repeat it."""


def parse_staff_phone(text: str, region: str = "ID") -> str:
    """A staff member's number in E.164, from E.164 or as it is dialled in `region`; raises BadNumber.

    Whether a number of possible length is in service is not judged: operators open new ranges before lists know them.
    """
    try:
        number = phonenumbers.parse(text.strip(), region)
    except phonenumbers.NumberParseException as fault:
        raise BadNumber("is not a telephone number") from fault
    # Not is_possible_number: it also takes what can only be dialled within one town.
    length = phonenumbers.is_possible_number_with_reason(number)
    if number.extension or length is not ValidationResult.IS_POSSIBLE:
        raise BadNumber("is not a telephone number")
    if phonenumbers.number_type(number) in _REFUSED or _is_premium(number):
        raise BadNumber("is not the number of one person's phone")
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def _is_premium(number: phonenumbers.PhoneNumber) -> bool:
    return number.country_code == _INDONESIA and str(number.national_number).startswith(_PREMIUM)
