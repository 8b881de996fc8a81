"""Word forms: affixes of the six varieties, sound shifts to Malay and Minangkabau, dropped vowels, one typing slip."""

from collections.abc import Iterable, Iterator

_ENDINGS = (
    "annyo", "annya", "kannya", "kanlah", "inya", "nya", "nyo", "nye", "lah", "kah", "kan", "ken", "ake", "ane",
    "ku", "mu", "ny", "ne", "in", "an", "on", "en", "i", "e", "x", "kau", "pun", "ny", "lh", "la", "no",
)  # fmt: skip
_CLITICS = ("nya", "nyo", "nye", "lah", "kah", "ku", "mu", "ny", "ne", "x", "pun", "la", "kau", "e")
_FRONTS = (
    "memper", "diper", "mg", "mng", "menge", "nge", "meng", "meny", "mem", "men", "mang", "many", "mam", "man", "peng",
    "peny", "pem", "pen", "per", "ber", "ter", "kau", "ku", "ko", "di", "me", "ma", "be", "ba", "te", "ta", "ke", "ka",
    "se", "sa", "pe", "pa", "d", "k", "ng", "ny", "m", "n", "t", "mar", "tar", "hu",
)  # fmt: skip
_NASALS = {
    "meng": ("k", ""), "mg": ("k",), "mang": ("k", ""), "peng": ("k", ""), "ng": ("k", ""), "meny": ("s", "c"),
    "many": ("s", "c"), "peny": ("s", "c"), "ny": ("s", "c", "j"), "mem": ("p", "", "b"),
    "mam": ("p", "", "b"), "pem": ("p", "", "b"),
    "m": ("p", "b"), "men": ("t", "", "d"), "man": ("t", "", "d"), "pen": ("t", "", "d"), "n": ("t", "d"),
}  # fmt: skip
_SHIFTS = (
    ("uik", "ut"), ("uik", "us"), ("aik", "at"), ("ik", "it"), ("ek", "at"), ("ek", "et"), ("ak", "at"),
    ("uah", "uh"), ("ua", "ul"), ("ua", "ur"), ("iah", "ih"), ("iak", "ik"), ("ia", "il"), ("ia", "ir"),
    ("uang", "ung"), ("iang", "ing"), ("uak", "uk"), ("eh", "as"), ("ih", "is"), ("uh", "us"), ("o", "a"),
    ("e", "a"), ("a", "ar"), ("a", "al"), ("ok", "uk"), ("ot", "ut"), ("eh", "ih"), ("oh", "uh"), ("ek", "ik"),
    ("ong", "ung"), ("eng", "ing"), ("em", "am"), ("en", "an"), ("et", "it"), ("et", "at"), ("os", "us"),
)  # fmt: skip
_HEADS = (("ma", "me"), ("ba", "be"), ("ta", "te"), ("ka", "ke"), ("sa", "se"), ("pa", "pe"), ("bo", "be"))
_SHORTEST_ROOT = 3
_VOWELS = frozenset("aeiou")


def stems(word: str) -> Iterator[str]:
    """Possible roots of a word, the least changed first."""
    without = [word, *_cut_endings(word, _ENDINGS)]
    yield from without[1:]
    for stem in without:
        yield from _cut_fronts(stem)
    for ending in without[1:]:
        yield from _cut_endings(ending, _CLITICS)


def without_clitics(word: str) -> Iterator[str]:
    """The word without -nya, -ku, -lah and their like."""
    return _cut_endings(word, _CLITICS)


def respellings(word: str) -> Iterator[str]:
    """The standard spelling behind a Malay, Minangkabau or careless one."""
    for end, standard in _SHIFTS:
        if word.endswith(end) and len(word) > len(end) + 1:
            yield word[: -len(end)] + standard
    for head, standard in _HEADS:
        if word.startswith(head) and len(word) > 4:
            yield standard + word[len(head) :]
    if any(first == second for first, second in zip(word, word[1:], strict=False)):
        yield "".join(sign for sign, before in zip(word, " " + word, strict=False) if sign != before)


def skeleton(word: str) -> str:
    """The consonants, with a leading vowel kept: "bnuh", "bunuh" and "bnh" share one."""
    return word[:1] + "".join(sign for sign in word[1:] if sign not in _VOWELS)


def is_clipped(word: str) -> bool:
    """Whether vowels were left out in writing."""
    return 2 < len(word) < 12 and sum(sign in _VOWELS for sign in word) * 4 < len(word)


def slips(word: str) -> Iterable[str]:
    """The word and each form with one letter left out; two words that share one are a slip apart."""
    return {word, *(word[:place] + word[place + 1 :] for place in range(1, len(word)))}


def _cut_endings(word: str, endings: tuple[str, ...]) -> Iterator[str]:
    for ending in endings:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_ROOT:
            yield word[: -len(ending)]


def _cut_fronts(word: str) -> Iterator[str]:
    for front in _FRONTS:
        if not word.startswith(front) or len(word) - len(front) < 2:
            continue
        rest = word[len(front) :]
        if len(rest) >= _SHORTEST_ROOT:
            yield rest
        if rest[0] in _VOWELS:
            yield from (sound + rest for sound in _NASALS.get(front, ()) if sound)
