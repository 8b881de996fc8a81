"""Who may read what a caller said, and how a number is shown: rules as data, nothing is allowed by forgetting."""

from triage.states import Role

# Companions come and go with their shifts, so they read only what was put into their hands. An auditor checks times
# and decisions, and needs no word of a person for it.
_ALWAYS = frozenset({Role.COUNSELLOR, Role.PSYCHOLOGIST, Role.SUPERVISOR, Role.HEAD})
_WITH_THE_REPORT = frozenset({Role.COMPANION})

# Whoever answers for the whole unit reaches every caller; anybody else only hers. An auditor reaches nobody.
_REACH_ALWAYS = frozenset({Role.SUPERVISOR, Role.HEAD})
_REACH_HERS = frozenset({Role.COMPANION, Role.COUNSELLOR, Role.PSYCHOLOGIST})

# Of an address only this much is shown: enough to tell two callers apart, too little to ring anybody.
_SHOWN_TAIL = 3
_DOTS = "••••••"


def may_read_words(role: Role, is_holder: bool, is_offered: bool) -> bool:
    """Whether the words, files and places of one report may be shown to this person.

    `is_holder`: she holds the report now; `is_offered`: an offer of it to her is open now.
    """
    return role in _ALWAYS or (role in _WITH_THE_REPORT and (is_holder or is_offered))


def may_reach_caller(role: Role, is_holder: bool) -> bool:
    """Whether this person may be shown the number of the caller; `is_holder`: she holds the report now."""
    return role in _REACH_ALWAYS or (role in _REACH_HERS and is_holder)


def masked_number(number: str) -> str:
    """An Indonesian number as `08••••••123`, another as `+4••••••123`; what is no number shows nothing of itself."""
    digits = number.removeprefix("whatsapp:")
    if not (digits.startswith("+") and digits[1:].isdigit() and len(digits) >= 2 + 2 * _SHOWN_TAIL):
        return _DOTS
    local = f"0{digits[3:]}" if digits.startswith("+62") else digits
    return f"{local[:2]}{_DOTS}{local[-_SHOWN_TAIL:]}"
