"""The few opaque words of our own callback URLs: read, checked, and built again."""

import re
from collections.abc import Mapping, Sequence
from urllib.parse import parse_qs, urlsplit

from hotline.errors import BadForm
from hotline.gateway.inbound import Step
from triage.events import CallStep

STEP_PATH = "/twilio/call/"
# Connection overrides of the carrier: how often and how long it tries us. The fragment is neither sent nor signed.
# Source: Twilio, "Webhooks connection overrides". No 4xx retry in a call: a refusal would triple the silence.
VOICE_TRIES = "#rc=2&rp=5xx,ct,rt&ct=1500&rt=4500"
STATUS_TRIES = "#rc=4&rp=all&ct=2000&rt=4000"
_WORD = re.compile(r"[A-Za-z0-9_-]{0,64}")

Query = Mapping[str, Sequence[str]]


def opaque_word(query: Query, name: str) -> str:
    """One opaque word of our URL; empty when it is not there.

    Raises:
        BadForm: it is there twice, too long, or has characters that we never put there.
    """
    values = query.get(name) or [""]
    if len(values) > 1 or not _WORD.fullmatch(values[0]):
        raise BadForm("query_malformed")
    return values[0]


def step_of(word: str, query: Query) -> Step | None:
    """The station of a call from the last part of our URL and its query; None when there is no such station.

    Raises:
        BadForm: the query is malformed.
    """
    if word not in frozenset(CallStep):
        return None
    number = opaque_word(query, "n") or "0"
    if not (number.isascii() and number.isdigit()) or len(number) > 6:
        raise BadForm("query_malformed")
    return Step(CallStep(word), opaque_word(query, "t"), int(number))


def failed_step(error_url: str, public_base: str) -> Step:
    """The station whose URL the carrier could not get, from `ErrorUrl`; a call that got nowhere begins anew.

    The fallback goes on where the call broke off: otherwise a companion's leg would be taken for a new caller.
    """
    if not error_url.startswith(public_base.rstrip("/") + STEP_PATH):
        return Step(CallStep.INCOMING)
    try:
        parts = urlsplit(error_url)
        step = step_of(parts.path.rpartition("/")[2], parse_qs(parts.query))
    except (ValueError, BadForm):
        step = None
    return step or Step(CallStep.INCOMING)
