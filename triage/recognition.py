"""What kind of contact it is when no danger was found: proof for `low`, no person in need, or nothing readable."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from triage.clauses import Word
from triage.concepts.lexicon import Lexicon, lexicon
from triage.findings import Reading

_BRACKETED = re.compile(r"\[[^\[\]]*\]")
"""A note of the carrier or of the operator in place of words: a voice note, a silent call."""
_SHORT = 18
_ORDER = ("wrong-number", "nobody", "request", "thanks", "opener")
_FICTION = "KILL|HIT|ARM|STAB|DEADWORD|FEAR|CHOKE|TOPIC|BLOOD|THREAT|BURN|VEIL|INSULT|ALONE|FORCE|SCREAM"
_FEW = 3
_GARBLED_RUN = 2
_FOREIGN_RUN = 6
_FOREIGN_LETTERS = 4
_GARBLED_LETTERS = 4
_LATIN_END = "\u024f"


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


def recognise(messages: Sequence[str], reading: Reading, danger: bool) -> Recognition:
    """Classify the whole contact; with danger found nothing can prove it harmless.

    Every sentence must be recognised for itself, so that a harmless one beside it excuses none.
    """
    terms = lexicon()
    unreadable = _is_unreadable(messages, reading)
    proof = "" if danger or unreadable else _proof(messages, reading, terms)
    return Recognition(
        proof=proof,
        nobody_in_need=proof in {"nobody", "wrong-number"},
        unreadable=unreadable,
        explains_media=bool(proof) and bool(reading.mask & terms.bit("DOCUMENT")),
    )


def _is_risky(mask: int, terms: Lexicon) -> bool:
    """A word of danger stands in the way of `low`, unless the talk is of a film, a recipe, a study and nobody near."""
    asked = terms.mask("HELPWORD|HELPCRY") if mask & terms.bit("POLITE") else 0
    if mask & terms.mask("FRAME|RESEARCH|SPAM"):
        near = mask & terms.bit("ME") and mask & terms.bit("HE")
        return bool(near or mask & (terms.risk & ~terms.mask(_FICTION) | terms.bit("PARTNER_MINE")) & ~asked)
    return bool(mask & terms.risk & ~asked)


def _proof(messages: Sequence[str], reading: Reading, terms: Lexicon) -> str:
    """What kind of contact the sentences make, the strongest first; empty if one of them is not understood."""
    kinds = {_kind(sentence.words, sentence.mask, terms) for sentence in reading.sentences}
    spoken = {word.message for sentence in reading.sentences for word in sentence.words}
    if (
        "" in kinds
        or any(_is_risky(sentence.mask, terms) for sentence in reading.sentences)
        or len(spoken) < len(messages)
    ):
        return ""
    return next((kind for kind in _ORDER if kind in kinds), "")


def _kind(words: Sequence[Word], mask: int, terms: Lexicon) -> str:
    if mask & terms.mask("SPAM|FRAME|RESEARCH"):
        return "nobody"
    if mask & terms.mask("HE|PARTNER|KIN|EX") and (len(words) > _SHORT or mask & terms.bit("EX")):
        return ""
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


def _is_unreadable(messages: Sequence[str], reading: Reading) -> bool:
    """Whether somewhere stands what nobody can read: nothing at all, a note in place of words, another language."""
    if not all(text.strip() for text in messages) or _BRACKETED.search(" ".join(messages)):
        return True
    return any(_is_babble(sentence.words) for sentence in reading.sentences)


def _is_babble(words: Sequence[Word]) -> bool:
    """Foreign script, words that cannot be pronounced, or too many beside each other that mean nothing here."""
    spoken = [word for word in words if word.token.kind == "word"]
    unknown = [not word.mask for word in spoken]
    if not any(unknown):
        return False
    if any(_is_foreign(word.token.plain) for word in spoken):
        return True
    garbled = [not word.mask and _is_garbled(word.token.plain) for word in spoken]
    if len(spoken) < _FEW and any(garbled):
        return True
    return _longest_run(garbled) >= _GARBLED_RUN or _longest_run(unknown) >= _FOREIGN_RUN


def _is_foreign(plain: str) -> bool:
    return not plain.isascii() and sum(sign > _LATIN_END for sign in plain) >= _FOREIGN_LETTERS


def _longest_run(flags: Sequence[bool]) -> int:
    longest = run = 0
    for flag in flags:
        run = run + 1 if flag else 0
        longest = max(longest, run)
    return longest


def _is_garbled(plain: str) -> bool:
    """Not to be pronounced: "hhjh"."""
    if len(plain) < _GARBLED_LETTERS or plain.isdecimal():
        return False
    return sum(map(plain.count, "aeiou")) * 6 <= len(plain)
