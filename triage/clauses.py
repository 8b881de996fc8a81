"""From tokens to meaning in place: concepts and phrases, negation resolved, and the windows that rules look at."""

from collections.abc import Sequence
from dataclasses import dataclass

from triage.concepts.lexicon import Lexicon, Phrase
from triage.words import Token, tokenize

WINDOW = 22
"""Words that may belong to one statement; speech transcripts have no full stops."""
STEP = 11
_REACH = 4
_STRONG_STOPS = frozenset(".!?\n…;|")
_SKIPPED = frozenset({"sangat", "terlalu", "pernah", "sempat", "sampai", "ada", "lagi", "juga"})


@dataclass(slots=True)
class Word:
    """A token with its concepts; `mask` changes while phrases and negation are resolved."""

    token: Token
    message: int
    forms: frozenset[str]
    mask: int
    sentence: int
    clause: int


def annotate(messages: Sequence[str], first: int, lexicon: Lexicon) -> list[Word]:
    """The words of messages read in one breath, with concepts, phrases marked and negated acts taken out.

    `first` is the number of the first message in its conversation; no sentence ends between the messages given.
    """
    words = _read(messages, first, lexicon)
    _mark_numbers(words, lexicon)
    _mark_plain_phrases(words, lexicon)
    _mark_decoys(words, lexicon)
    _mark_concept_phrases(words, lexicon)
    _mark_decoys(words, lexicon)
    _negate(words, lexicon)
    return words


def windows(words: Sequence[Word]) -> list[tuple[int, int]]:
    """Index ranges of statements: sentences, and overlapping pieces of long ones."""
    found: list[tuple[int, int]] = []
    start = 0
    for place in range(1, len(words) + 1):
        if place < len(words) and words[place].sentence == words[start].sentence:
            continue
        found.extend(_pieces(start, place))
        start = place
    return found


def _pieces(start: int, stop: int) -> list[tuple[int, int]]:
    if stop - start <= WINDOW:
        return [(start, stop)]
    return [(at, min(at + WINDOW, stop)) for at in range(start, stop - STEP, STEP)]


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
    teen = lexicon.bit("NUM_TEEN")
    for word in words:
        if word.token.plain.isdecimal() and len(word.token.plain) < 4:
            value = int(word.token.plain)
            word.mask |= number | (minor if value < 18 else adult if value < 100 else 0)
            word.mask |= teen if 7 < value < 18 else 0


def _mark_plain_phrases(words: list[Word], lexicon: Lexicon) -> None:
    for place, word in enumerate(words[:-1]):
        following = words[place + 1].forms
        for form in word.forms:
            starts = lexicon.plain_phrases.get(form)
            if starts is None:
                continue
            for second in following:
                for phrase in starts.next_word.get(second, ()):
                    _mark(words, place, phrase)
            for phrase in starts.any_word:
                _mark(words, place, phrase)


def _mark_concept_phrases(words: list[Word], lexicon: Lexicon) -> None:
    for place, word in enumerate(words[:-1]):
        for form in word.forms:
            for phrase in lexicon.by_word.get(form, ()):
                _mark(words, place, phrase)
        rest = word.mask
        while rest:
            lowest = rest & -rest
            rest ^= lowest
            for phrase in lexicon.by_bit.get(lowest, ()):
                _mark(words, place, phrase)


def _mark(words: list[Word], place: int, phrase: Phrase) -> None:
    end = _matched(words, place, phrase)
    if end is None:
        return
    for word in words[place : end + 1]:
        word.mask |= phrase.mask


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


def _mark_decoys(words: list[Word], lexicon: Lexicon) -> None:
    """Idioms mean nothing but themselves: "mati lampu" leaves no death behind, "bunuh diri" no killer."""
    decoy, kept = lexicon.bit("DECOY"), lexicon.mask("DECOY|FRAME|ADMIN|SPAM|JOKE|ME|NEG")
    suicide, span = lexicon.bit("SUIC"), lexicon.bit("NOTAGE")
    killing, age = lexicon.bit("KILL"), lexicon.mask("CHILD|CHILD_ME")
    for word in words:
        if word.mask & decoy:
            word.mask &= kept
        if word.mask & suicide:
            word.mask &= ~killing
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
