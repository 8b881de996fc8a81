"""From tokens to meaning in place: concepts and phrases, negation resolved, and the sentences that rules look at."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from triage.concepts.lexicon import Lexicon, Phrase, Starts
from triage.words import Token, tokenize

_REACH = 4
_STRONG_STOPS = frozenset(".!?\n…;|")
_PAST_YEAR = re.compile(r"(?:19[5-9]\d|20[01]\d|202[0-4])")
_SKIPPED = frozenset({"sangat", "terlalu", "pernah", "sempat", "sampai", "ada", "lagi", "juga"})


Match = tuple[int, int, int]
"""First word, last word and concepts of a phrase that was found."""


@dataclass(slots=True)
class Word:
    """A token with its concepts; `mask` changes while phrases and negation are resolved."""

    token: Token
    message: int
    forms: frozenset[str]
    mask: int
    sentence: int
    clause: int


@dataclass(slots=True)
class Sentence:
    """Words up to a full stop or its like, and all their concepts."""

    words: list[Word]
    mask: int = 0


def annotate(messages: Sequence[str], first: int, lexicon: Lexicon) -> list[Word]:
    """The words of messages read in one breath, with concepts, phrases marked and negated acts taken out.

    `first` is the number of the first message in its conversation; no sentence ends between the messages given.
    """
    words = _read(messages, first, lexicon)
    _mark_numbers(words, lexicon)
    _mark(words, _plain_phrases(words, lexicon), lexicon)
    _mark(words, _concept_phrases(words, lexicon), lexicon)
    _negate(words, lexicon)
    return words


def sentences(words: Sequence[Word]) -> list[Sentence]:
    """The words by sentence, in order."""
    found: list[Sentence] = []
    number = -1
    for word in words:
        if word.sentence != number:
            number = word.sentence
            found.append(Sentence([]))
        found[-1].words.append(word)
        found[-1].mask |= word.mask
    return found


def _read(messages: Sequence[str], first: int, lexicon: Lexicon) -> list[Word]:
    words: list[Word] = []
    sentence = clause = 0
    for number, text in enumerate(messages, first):
        for token in tokenize(text):
            if token.kind == "mark":
                clause += 1
                sentence += not _STRONG_STOPS.isdisjoint(token.plain)
                continue
            meaning = lexicon.meaning(token.plain)
            words.append(Word(token, number, meaning.forms, meaning.mask, sentence, clause))
    return words


def _mark_numbers(words: list[Word], lexicon: Lexicon) -> None:
    minor, adult, number = lexicon.bit("NUM_MINOR"), lexicon.bit("NUM_ADULT"), lexicon.bit("NUM")
    teen, past = lexicon.bit("NUM_TEEN"), lexicon.bit("YEAR_PAST")
    for word in words:
        if word.token.plain.isdecimal() and len(word.token.plain) < 4:
            value = int(word.token.plain)
            word.mask |= number | (minor if value < 18 else adult if value < 100 else 0)
            word.mask |= teen if 7 < value < 18 else 0
        elif _PAST_YEAR.fullmatch(word.token.plain):
            word.mask |= past


def _plain_phrases(words: list[Word], lexicon: Lexicon) -> list[Match]:
    found: list[Match] = []
    for place, word in enumerate(words[:-1]):
        for form in word.forms:
            starts = lexicon.plain_phrases.get(form)
            if starts is not None:
                found += _starting(words, place, starts)
    return found


def _starting(words: list[Word], place: int, starts: Starts) -> list[Match]:
    possible = list(starts.any_word)
    for second in words[place + 1].forms:
        possible += starts.next_word.get(second, ())
    return _matches(words, place, possible)


def _concept_phrases(words: list[Word], lexicon: Lexicon) -> list[Match]:
    found: list[Match] = []
    for place, word in enumerate(words[:-1]):
        possible: list[Phrase] = []
        for form in word.forms:
            possible += lexicon.by_word.get(form, ())
        rest = word.mask & lexicon.starting
        while rest:
            lowest = rest & -rest
            rest ^= lowest
            possible += lexicon.by_bit[lowest]
        found += _matches(words, place, possible)
    return found


def _matches(words: list[Word], place: int, possible: list[Phrase]) -> list[Match]:
    ends = ((_matched(words, place, phrase), phrase.mask) for phrase in possible)
    return [(place, end, mask) for end, mask in ends if end is not None]


def _mark(words: list[Word], found: list[Match], lexicon: Lexicon) -> None:
    """Idioms first: they mean nothing but themselves, and no phrase may borrow one of their words."""
    decoy = lexicon.bit("DECOY")
    for place, end, mask in sorted(found, key=lambda match: not match[2] & decoy):
        span = words[place : end + 1]
        if mask & decoy or not any(word.mask & decoy for word in span):
            for word in span:
                word.mask |= mask
    _settle(words, lexicon)


def _matched(words: list[Word], place: int, phrase: Phrase) -> int | None:
    """The last place of the phrase if it starts at this word, else None."""
    at = place
    for item in phrase.items[1:]:
        stop = min(at + item.gap + 2, len(words))
        for candidate in range(at + 1, stop):
            word = words[candidate]
            if word.mask & item.mask or not word.forms.isdisjoint(item.words):
                at = candidate
                break
        else:
            return None
    return at if words[at].sentence == words[place].sentence else None


def _settle(words: list[Word], lexicon: Lexicon) -> None:
    """Readings that exclude each other: "mati lampu" leaves no death behind, "bunuh diri" no killer."""
    decoy, kept = lexicon.bit("DECOY"), lexicon.mask("DECOY|FRAME|ADMIN|SPAM|JOKE|ME|NEG")
    suicide, span = lexicon.bit("SUIC"), lexicon.bit("NOTAGE")
    first, past = lexicon.bit("NOTFAR"), lexicon.bit("T_FAR")
    killing, age = lexicon.bit("KILL"), lexicon.mask("CHILD|CHILD_ME")
    for word in words:
        if word.mask & decoy:
            word.mask &= kept
        if word.mask & suicide:
            word.mask &= ~killing
        if word.mask & first:
            word.mask &= ~past
        if word.mask & span:
            word.mask &= ~age


def _negate(words: list[Word], lexicon: Lexicon) -> None:
    negator, breaker, negated = lexicon.bit("NEG"), lexicon.bit("NEG_BREAK"), lexicon.bit("NEGATED")
    bound = lexicon.negatable
    for place, word in enumerate(words):
        if not word.mask & negator:
            continue
        for follower in _reached(words, place, breaker):
            if follower.mask & bound:
                follower.mask = follower.mask & ~bound | negated
                break


def _reached(words: list[Word], place: int, breaker: int) -> list[Word]:
    reached: list[Word] = []
    for follower in words[place + 1 :]:
        if follower.clause != words[place].clause or follower.mask & breaker or len(reached) == _REACH:
            break
        if follower.forms.isdisjoint(_SKIPPED):
            reached.append(follower)
    return reached
