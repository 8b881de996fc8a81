"""Ids and labels of rows: random, so that they tell nothing and can be shown."""

import secrets
from datetime import datetime

# No look-alikes (0/O, 1/I/L): a label is read aloud on the phone.
_LABEL = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_id(now: datetime) -> str:
    """32 hex digits: milliseconds first (rows of one minute lie together in the index), then 80 random bits."""
    return f"{int(now.timestamp() * 1000):012x}{secrets.token_hex(10)}"


def new_ref() -> str:
    """The label of a report, seven random letters and digits; it carries no meaning and no order."""
    return "".join(secrets.choice(_LABEL) for _ in range(7))
