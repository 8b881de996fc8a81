"""Ids and labels of rows: random, so that they tell nothing and can be shown."""

import secrets
from datetime import datetime
from itertools import count
from os import urandom

_COUNT = count()
# No look-alikes (0/O, 1/I/L): a label is read aloud on the phone.
_LABEL = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_LETTERS = 7


def new_id(now: datetime) -> str:
    """32 hex digits: milliseconds first (rows of one minute lie together in the index), a count, 64 random bits.

    The count keeps what one process writes in one millisecond in its order: two bubbles never change places.
    """
    return f"{int(now.timestamp() * 1000):012x}{next(_COUNT) & 0xFFFF:04x}{urandom(8).hex()}"


def new_ref() -> str:
    """The label of a report, seven random letters and digits; it carries no meaning and no order."""
    number = secrets.randbelow(len(_LABEL) ** _LETTERS)  # one question to the system, not seven
    letters = ""
    for _ in range(_LETTERS):
        number, place = divmod(number, len(_LABEL))
        letters += _LABEL[place]
    return letters
