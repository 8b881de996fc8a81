"""Where to go next: only ever a page of our own."""

import re

# One slash, then nothing that a browser could read as the start of a host, and no control characters.
_LOCAL = re.compile(r"/(?![/\\])[A-Za-z0-9_./?&=%:+-]*")
_REPORT = re.compile(r"(/reports/[A-Za-z0-9]+)/[a-z]+")


def local_path(text: str | None) -> str:
    """A path of this console, or its first page when the text is anything else."""
    return text if text and len(text) <= 400 and _LOCAL.fullmatch(text) else "/"


def page_of(path: str) -> str:
    """The page that a form stands on: who has to sign in again is brought back there, not to the form's address."""
    found = _REPORT.fullmatch(path)
    return found[1] if found else local_path(path)
