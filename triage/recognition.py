"""What kind of contact it is when no danger was found: proof for `low`, no person in need, or nothing readable."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from triage.clauses import Word
from triage.concepts.lexicon import Lexicon, lexicon
from triage.findings import Bubble

_BRACKETED = re.compile(r"\s*(?:\[[^\[\]]*\]\s*)+")
"""A note of the carrier or of the operator in place of words: a voice note, a silent call."""
_SHORT = 18
_ORDER = ("wrong-number", "nobody", "request", "thanks", "opener")
_EXCUSING = frozenset({"wrong-number", "nobody", "request"})
_FICTION = "KILL|HIT|ARM|STAB|DEADWORD|FEAR|CHOKE|TOPIC|BLOOD|THREAT|BURN|VEIL|INSULT|ALONE|FORCE|SCREAM"
_ENOUGH_WORDS = 3
_GARBLED_SHARE = 0.2
_FOREIGN_SHARE = 0.15


@dataclass(frozen=True, slots=True)
class Recognition:
    """`proof` names what makes the contact harmless, empty if nothing does."""

    proof: str
    nobody_in_need: bool
    unreadable: bool
    explains_media: bool

    @property
    def harmless(self) -> bool:
        """Whether something was recognised that is surely no danger."""
        return bool(self.proof)


def recognise(messages: Sequence[str], bubbles: Sequence[Bubble], danger: bool) -> Recognition:
    """Classify the whole contact; with danger found nothing can prove it harmless."""
    terms = lexicon()
    words = [word for bubble in bubbles for word in bubble.words]
    mask = _joined(words)
    unreadable = not danger and _is_unreadable(messages, words, terms)
    proof = "" if danger or unreadable or _is_risky(mask, terms) else _proof(mask, words, terms)
    return Recognition(
        proof=proof,
        nobody_in_need=proof in {"nobody", "wrong-number"},
        unreadable=unreadable,
        explains_media=bool(proof) and bool(mask & terms.bit("DOCUMENT")),
    )


def _joined(words: Iterable[Word]) -> int:
    mask = 0
    for word in words:
        mask |= word.mask
    return mask


def _is_risky(mask: int, terms: Lexicon) -> bool:
    """A word of danger stands in the way of `low`, unless the talk is of a film, a recipe, a study and nobody near."""
    asked = terms.mask("HELPWORD|HELPCRY") if mask & terms.bit("POLITE") else 0
    if mask & terms.mask("FRAME|RESEARCH|SPAM"):
        near = mask & terms.bit("ME") and mask & terms.bit("HE")
        return bool(near or mask & (terms.risk & ~terms.mask(_FICTION) | terms.bit("PARTNER_MINE")) & ~asked)
    return bool(mask & terms.risk & ~asked)


def _proof(mask: int, words: Sequence[Word], terms: Lexicon) -> str:
    """What kind of contact the sentences make, the strongest first.

    A sentence that nobody understands proves nothing; after a plain request it may pass if it speaks of nobody.
    """
    person = 0 if mask & terms.mask("SPAM|FRAME|RESEARCH") else terms.bit("ACTOR")
    kinds: set[str] = set()
    for _, sentence in groupby(words, key=lambda word: (word.message, word.sentence)):
        read = tuple(sentence)
        kind = _kind(read, terms)
        if not kind and (kinds.isdisjoint(_EXCUSING) or _joined(read) & person):
            return ""
        kinds.add(kind)
    return next((kind for kind in _ORDER if kind in kinds), "")


def _kind(words: Sequence[Word], terms: Lexicon) -> str:
    mask = _joined(words)
    if mask & terms.mask("SPAM|FRAME|RESEARCH"):
        return "nobody"
    if mask & terms.bit("WRONG_NUMBER"):
        return "wrong-number"
    if mask & terms.mask("DECOY|MARKET|JOKE_FRAME") and not mask & terms.mask("CASEWORK|INFO"):
        return "nobody"
    if mask & terms.mask("CASEWORK|INFO"):
        return "request"
    if mask & terms.bit("THANKS") and len(words) <= _SHORT and not mask & terms.bit("ASK"):
        return "thanks"
    plain = terms.mask("OPENER|KNOWN|ME|CHILD|THANKS")
    return "opener" if all(word.mask & plain or word.token.plain.isdecimal() for word in words) else ""


def _is_unreadable(messages: Sequence[str], words: Sequence[Word], terms: Lexicon) -> bool:
    if not words or _BRACKETED.match(" ".join(messages)):
        return True
    text = "".join(messages)
    letters = [sign for sign in text if sign.isalpha()]
    if not letters and not any(word.mask for word in words):
        return True
    if sum(sign > "\u024f" for sign in letters) * 2 > len(letters):
        return True
    spoken = [word for word in words if word.token.kind == "word" and not word.token.plain.isdecimal()]
    if len(spoken) < _ENOUGH_WORDS:
        return any(_is_garbled(word) for word in spoken)
    garbled = sum(_is_garbled(word) for word in spoken)
    known = sum(bool(word.mask) for word in spoken)
    return garbled > max(1, len(spoken) * _GARBLED_SHARE) or known < len(spoken) * _FOREIGN_SHARE


def _is_garbled(word: Word) -> bool:
    """No meaning found, and not to be pronounced: "hhjh"."""
    plain = word.token.plain
    vowels = sum(sign in "aeiou" for sign in plain)
    return not word.mask and len(plain) > 3 and vowels * 6 <= len(plain)
