"""Ids and labels of rows: random, so that they tell nothing and can be shown."""

import secrets
from datetime import datetime
from itertools import count

_COUNT = count()
# No look-alikes (0/O, 1/I/L): a label is read aloud on the phone.
_LABEL = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_id(now: datetime) -> str:
    """32 hex digits: milliseconds first (rows of one minute lie together in the index), a count, 64 random bits.

    The count keeps what one process writes in one millisecond in its order: two bubbles never change places.
    """
    return f"{int(now.timestamp() * 1000):012x}{next(_COUNT) & 0xFFFF:04x}{secrets.token_hex(8)}"


def new_ref() -> str:
    """The label of a report, seven random letters and digits; it carries no meaning and no order."""
    return "".join(secrets.choice(_LABEL) for _ in range(7))
