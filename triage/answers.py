"""What a staff member's text or key says about an offer, and the codes that offers carry."""

import re
from dataclasses import dataclass
from enum import StrEnum
from random import Random

# No look-alikes: no 0/O, 1/I/L, 2/Z, 5/S, 8/B, 6/G, U/V; four of them give 160,000 codes for a few open offers.
ALPHABET = "ACDEFHJKMNPQRTVWXY347"
CODE_LENGTH = 4

# The carrier's own stop words (twilio.md 3.6) and the Indonesian one: from a companion they mean that she can no
# longer be reached, which is an alarm.
_STOP = frozenset({"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "berhenti"})
_YES = frozenset({"ya", "iya", "y", "yes", "terima"})
_NO = frozenset({"tidak", "tdk", "no", "t", "gak", "nggak"})
# What lifts the carrier's block again, and the Indonesian word for it.
_START = frozenset({"start", "unstop", "mulai"})
_PRESENT = frozenset({"hadir"})
# About what she holds: the caller was reached; or she gives it back.
_REACHED = frozenset({"kontak", "terhubung", "contact"})
_RELEASE = frozenset({"lepas", "release"})
_FILLING = frozenset({"kode", "code"})
_WORD = re.compile(r"[0-9a-z]+")


class Answer(StrEnum):
    """What the person meant."""

    ACCEPT = "accept"
    DECLINE = "decline"
    STOP = "stop"
    START = "start"
    PRESENT = "present"
    REACHED = "reached"
    RELEASE = "release"
    UNCLEAR = "unclear"


@dataclass(frozen=True)
class StaffAnswer:
    """An answer and the code it named, upper-case, or None when it named none."""

    answer: Answer
    code: str | None = None


def new_code(random: Random) -> str:
    """A fresh code; hand in `secrets.SystemRandom()` in the service."""
    number, letters = random.randrange(len(ALPHABET) ** CODE_LENGTH), ""
    for _ in range(CODE_LENGTH):
        number, place = divmod(number, len(ALPHABET))
        letters += ALPHABET[place]
    return letters


def read_answer(text: str) -> StaffAnswer:
    """Reads `YA`, `YA CODE`, `YA kode CODE`, `CODE ya`, `TIDAK CODE`; of what she holds `KONTAK CODE`, `LEPAS CODE`.

    In any case and punctuation, or such a button.

    Anything else is UNCLEAR: a sentence that begins with "ya" and goes on is a sentence, not an acceptance.
    """
    words = [word for word in _WORD.findall(text.lower()) if word not in _FILLING]
    if len(words) == 1:
        return StaffAnswer(_meaning(words[0]))
    if len(words) != 2:
        return StaffAnswer(Answer.UNCLEAR)
    if _decides(words[0]) and len(words[1]) in (4, 5):
        return StaffAnswer(_meaning(words[0]), words[1].upper())
    if _decides(words[1]) and _meaning(words[0]) is Answer.UNCLEAR and _is_code(words[0].upper()):
        return StaffAnswer(_meaning(words[1]), words[0].upper())
    return StaffAnswer(Answer.UNCLEAR)


def _decides(word: str) -> bool:
    return _meaning(word) in (Answer.ACCEPT, Answer.DECLINE, Answer.REACHED, Answer.RELEASE)


def _is_code(word: str) -> bool:
    return len(word) == CODE_LENGTH and set(word) <= set(ALPHABET)


def read_key(keys: str | None) -> Answer:
    """1 takes it, 2 declines; everything else, also silence, is unclear: only a pressed key accepts."""
    return {"1": Answer.ACCEPT, "2": Answer.DECLINE}.get((keys or "").strip(), Answer.UNCLEAR)


def _meaning(word: str) -> Answer:
    for words, answer in (
        (_YES, Answer.ACCEPT),
        (_NO, Answer.DECLINE),
        (_STOP, Answer.STOP),
        (_START, Answer.START),
        (_PRESENT, Answer.PRESENT),
        (_REACHED, Answer.REACHED),
        (_RELEASE, Answer.RELEASE),
    ):
        if word in words:
            return answer
    return Answer.UNCLEAR
