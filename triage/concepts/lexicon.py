"""The lexicon in memory: concepts as bits, words and phrases that carry them, read once from the tables beside."""

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from triage.concepts import forms

FOLDER = Path(__file__).parent
_CACHED_WORDS = 60_000
_CLOSE_ENOUGH = 5


@dataclass(frozen=True, slots=True)
class Item:
    """One place of a phrase: the words or concepts that fit, and how many words may stand before it."""

    words: frozenset[str]
    mask: int
    gap: int


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words in order that mean something together."""

    mask: int
    items: tuple[Item, ...]


@dataclass(slots=True)
class Starts:
    """Phrases by their first word: those whose second word must follow at once by that word, and the others."""

    next_word: dict[str, list[Phrase]] = field(default_factory=lambda: defaultdict(list))
    any_word: list[Phrase] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a word can stand for: its spellings that phrases may name, and its concepts."""

    forms: frozenset[str]
    mask: int


@dataclass
class Lexicon:
    """Every word, root and phrase with its concepts."""

    bits: dict[str, int] = field(default_factory=dict)
    slang: dict[str, str] = field(default_factory=dict)
    words: dict[str, int] = field(default_factory=dict)
    roots: dict[str, int] = field(default_factory=dict)
    plain_phrases: dict[str, Starts] = field(default_factory=lambda: defaultdict(Starts))
    concept_phrases: list[Phrase] = field(default_factory=list)
    by_word: dict[str, list[Phrase]] = field(default_factory=lambda: defaultdict(list))
    by_bit: dict[int, list[Phrase]] = field(default_factory=lambda: defaultdict(list))
    negatable: int = 0
    risk: int = 0
    starting: int = 0
    literals: set[str] = field(default_factory=set)
    clipped: dict[str, str] = field(default_factory=dict)
    slipped: dict[str, str] = field(default_factory=dict)
    ordinary: set[str] = field(default_factory=set)
    _masks: dict[str, int] = field(default_factory=dict)
    _seen: dict[str, Meaning] = field(default_factory=dict)

    def bit(self, concept: str) -> int:
        """The bit of a concept; new ones get the next free bit."""
        return self.bits.setdefault(concept, 1 << len(self.bits))

    def mask(self, names: str) -> int:
        """The bits of concepts written A|B|C."""
        total = self._masks.get(names, 0)
        if not total:
            for name in names.split("|"):
                total |= self.bit(name)
            self._masks[names] = total
        return total

    def meaning(self, word: str) -> Meaning:
        """What a plain word stands for; unknown words carry nothing."""
        found = self._seen.get(word)
        if found is None:
            found = self._look_up(word)
            if len(self._seen) < _CACHED_WORDS:
                self._seen[word] = found
        return found

    def _look_up(self, word: str) -> Meaning:
        canon = self.slang.get(word, word)
        names = (canon,) if self._is_ordinary(canon) else self._names(canon)
        if len(names) == 1 and not self._is_known(canon):
            names = self._guess(canon) or names
        mask = 0
        for name in names:
            mask |= self.words.get(name, 0) | self.roots.get(name, 0)
        return Meaning(frozenset({word, *names}), mask)

    def _is_known(self, canon: str) -> bool:
        return canon in self.words or canon in self.roots or canon in self.literals or self._is_ordinary(canon)

    def _is_ordinary(self, canon: str) -> bool:
        """A harmless word that looks like a form of a dangerous one: it is neither repaired nor cut to a root."""
        return canon in self.ordinary or any(stem in self.ordinary for stem in forms.without_clitics(canon))

    def _names(self, canon: str) -> tuple[str, ...]:
        """The word as it stands and the first of its possible roots that the lexicon has."""
        exact = (canon,)
        if canon in self.roots or self.words.get(canon, 0) & self.bit("KNOWN"):
            return exact
        for stem in forms.without_clitics(canon):
            standard = self.slang.get(stem, stem)
            if canon not in self.words and (standard in self.words or standard in self.roots):
                return (canon, *self._names(standard))
        for stem in forms.stems(canon):
            standard = self.slang.get(stem, stem)
            if standard in self.roots:
                return (canon, standard)
        return exact

    def _guess(self, canon: str) -> tuple[str, ...]:
        for spelling in forms.respellings(canon):
            names = self._names(self.slang.get(spelling, spelling))
            if len(names) > 1 or names[0] in self.words or names[0] in self.roots:
                return (canon, *names)
        return self._repair(canon)

    def _repair(self, canon: str) -> tuple[str, ...]:
        if any(stem in self.words or stem in self.literals for stem in forms.stems(canon)):
            return ()
        for stem in (canon, *forms.stems(canon)):
            if len(stem) > 2 and forms.is_clipped(stem) and (root := self.clipped.get(forms.skeleton(stem))):
                return (canon, *self._names(root))
        for stem in (canon, *forms.stems(canon)):
            written = stem in canon  # a sound restored after a prefix is a guess already; two guesses are too many
            if written and len(stem) >= _CLOSE_ENOUGH - 1 and (root := self._close(stem)):
                return (canon, *self._names(root))
        return ()

    def _close(self, stem: str) -> str | None:
        for form in forms.slips(stem):
            root = self.slipped.get(form)
            if root and root[0] == stem[0] and root[-1] == stem[-1] and abs(len(root) - len(stem)) <= 1:
                return root
        return None


@cache
def lexicon() -> Lexicon:
    """The lexicon of the product, read once."""
    return read_lexicon(FOLDER)


def read_lexicon(folder: Path) -> Lexicon:
    """Read every table of a folder: slang.tsv, then each concept table in order of name."""
    made = Lexicon()
    for line in _rows(folder / "slang.tsv"):
        made.slang.update(dict.fromkeys(line[1].split(), line[0]))
    for table in sorted(folder.glob("words_*.tsv")):
        for concept, _variety, patterns, *_note in _rows(table):
            _take(made, concept, patterns)
    _index(made)
    return made


def _take(made: Lexicon, concept: str, patterns: str) -> None:
    """One row: a concept with its patterns, or a %list of concepts or words for a special use."""
    special = {
        "%negatable": lambda: setattr(made, "negatable", made.negatable | made.mask(patterns)),
        "%risk": lambda: setattr(made, "risk", made.risk | made.mask(patterns)),
        "%ordinary": lambda: made.ordinary.update(patterns.split()),
        "%repair": lambda: _add_repairs(made, patterns.split()),
    }
    if concept in special:
        special[concept]()
    else:
        _add(made, made.mask(concept), patterns)


def _rows(table: Path) -> list[list[str]]:
    lines = table.read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line.strip() and not line.startswith("#")]


def _add(made: Lexicon, mask: int, patterns: str) -> None:
    for pattern in filter(None, (piece.strip() for piece in patterns.split(","))):
        if " " in pattern or "@" in pattern:
            _add_phrase(made, mask, pattern)
            continue
        table = made.roots if pattern.endswith("*") else made.words
        word = pattern.rstrip("*").replace("'", "")
        table[word] = table.get(word, 0) | mask


def _add_phrase(made: Lexicon, mask: int, pattern: str) -> None:
    items: list[Item] = []
    gap = 0
    for piece in pattern.replace("'", "").split():
        if set(piece) == {"~"}:
            gap = 2 * len(piece)
            continue
        names = piece.split("|")
        words = frozenset(name for name in names if not name.startswith("@"))
        concepts = [name[1:] for name in names if name.startswith("@")]
        items.append(Item(words, made.mask("|".join(concepts)) if concepts else 0, gap))
        made.literals |= words
        gap = 0
    phrase = Phrase(mask, tuple(items))
    if any(item.mask for item in items):
        made.concept_phrases.append(phrase)
        return
    for word in items[0].words:
        starts = made.plain_phrases[word]
        for following in items[1].words if not items[1].gap else ():
            starts.next_word[following].append(phrase)
        if items[1].gap:
            starts.any_word.append(phrase)


def _add_repairs(made: Lexicon, words: list[str]) -> None:
    """Words whose misspelling may cost a life; ordinary words must not be bent towards any others."""
    for word in words:
        made.clipped.setdefault(forms.skeleton(word), word)
        if len(word) >= _CLOSE_ENOUGH:
            for form in forms.slips(word):
                made.slipped.setdefault(form, word)


def _index(made: Lexicon) -> None:
    for phrase in made.concept_phrases:
        first = phrase.items[0]
        made.starting |= first.mask
        for word in first.words:
            made.by_word[word].append(phrase)
        for bit in made.bits.values():
            if first.mask & bit:
                made.by_bit[bit].append(phrase)
