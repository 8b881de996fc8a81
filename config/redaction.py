"""What a log line may never hold, and the processors that take it out whoever wrote it."""

import re
import sys
from collections.abc import Mapping, MutableMapping
from datetime import date, timedelta
from enum import Enum
from typing import Any

from structlog.tracebacks import ExceptionDictTransformer
from structlog.typing import ExcInfo

REMOVED = "[removed]"
MASKED = "[number]"
# Whole keys; `from_state` and `to_rung` may stay.
PRIVATE_KEYS = frozenset({"from", "to"})
# Parts of keys, also of the carrier's (ProfileName, FromCity) and of HTTP's (X-Twilio-Signature).
PRIVATE_PARTS = frozenset(
    {"body", "phone", "number", "name", "text", "content", "media", "transcript", "note", "initials"}
    | {"address", "city", "location", "latitude", "longitude", "recipient", "sender"}
    | {"token", "password", "secret", "authorization", "cookie", "signature"}
)
KEY_PARTS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
# With a plus (also percent-encoded), Indonesian with 08 or 628 however it is grouped, or a bare run of digits.
# The digits at the end of a hyphenated id stay: nothing in this service has numbers with a hyphen before them.
NUMBERS = re.compile(
    r"(?:\+|%2B)\d[\d\s().-]{5,}\d|(?<!\w)(?:62|0)8\d[\d\s.-]{5,}\d(?!\w)|(?<![\w-])\d{9,15}(?!\w)", re.IGNORECASE
)
# Their sentences name machines and code. Others may quote a row, a form or a number, so only their type is told.
SPEAKING = (OSError, ImportError, AttributeError, NameError, TypeError)
SPEAKING_NAMES = frozenset({"OperationalError", "BadSettings"})

_stacks_of = ExceptionDictTransformer(show_locals=False, max_frames=20)

Event = MutableMapping[str, Any]


def _names_below(*classes: type[BaseException]) -> frozenset[str]:
    """The names of exception classes and of everything derived from them."""
    found = {cls.__name__ for cls in classes}
    for cls in classes:
        found |= _names_below(*cls.__subclasses__())
    return frozenset(found)


def is_private(key: str) -> bool:
    """Whether what stands under a key may reveal a person or a secret."""
    if key.lower() in PRIVATE_KEYS:
        return True
    return any(part.lower() in PRIVATE_PARTS for part in KEY_PARTS.findall(key))


def masked(text: str) -> str:
    """A text in which everything that looks like a telephone number is replaced."""
    return NUMBERS.sub(MASKED, text)


def clean(value: Any) -> Any:
    """A value fit for a log: private keys emptied at any depth, numbers masked, unknown objects as their type only."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return masked(str(value))
    if isinstance(value, Mapping):
        return {str(key): REMOVED if is_private(str(key)) else clean(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [clean(inner) for inner in value]
    return _plain(value)


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return clean(value.value)
    if isinstance(value, date | timedelta):
        return str(value)
    return f"[{type(value).__name__}]"


def redact(_logger: Any, _method: str, event: Event) -> Event:
    """structlog processor: the whole line through `clean`."""
    cleaned: Event = clean(event)
    return cleaned


def tell_exception(_logger: Any, _method: str, event: Event) -> Event:
    """structlog processor: an exception as its types and places, without local variables and without quoted values."""
    exc_info = _triple(event.pop("exc_info", None))
    if exc_info is not None:
        speaking = _names_below(*SPEAKING) | SPEAKING_NAMES
        event["exception"] = [_told(stack, speaking) for stack in _stacks_of(exc_info)]
    return event


def exception_as_text(_logger: Any, _method: str, event: Event) -> Event:
    """structlog processor: what `tell_exception` told, in lines for eyes."""
    if "exception" in event:
        told = event["exception"]
        event["exception"] = "\n".join(
            "\n  ".join([f"{one['type']}: {one.get('said', '(value withheld)')}", *one["at"]]) for one in told
        )
    return event


def _triple(given: Any) -> ExcInfo | None:
    """What a log call gave as `exc_info`: a triple, an exception, or True for the one being handled."""
    if isinstance(given, BaseException):
        return type(given), given, given.__traceback__
    kind, fault, trace = given if isinstance(given, tuple) else sys.exc_info() if given else (None, None, None)
    return None if kind is None or fault is None else (kind, fault, trace)


def _told(stack: Mapping[str, Any], speaking: frozenset[str]) -> dict[str, Any]:
    kind = str(stack["exc_type"])
    told: dict[str, Any] = {"type": kind}
    if kind in speaking:
        told["said"] = stack["exc_value"]
    told["at"] = [f"{frame['filename']}:{frame['lineno']} {frame['name']}" for frame in stack["frames"]]
    return told
