"""Every sentence to a person stands in the catalogue, in both languages, and every sentence there is used."""

import ast
import re
from collections.abc import Iterator

import pytest

from hotline.catalogue import load_catalogue
from tests.rules.source import ROOT, Module, nothing_in, product

DOTTED = re.compile(r"[a-z0-9_]+(?:\.[a-z0-9_]+)+")
# There a dotted name is a route, an event or a column; the console has a catalogue of its own.
OTHER_NAMES = ("hotline.web.console", "hotline.store", "triage.states")
# An offer by telephone: its words are those of the call that it starts.
WITHOUT_WORDS = {"offer.call"}


@pytest.fixture(scope="module")
def sentences() -> frozenset[str]:
    """The keys of the catalogue; loading it checks languages and gaps."""
    return load_catalogue(ROOT / "config/messages.toml").keys()


def literals(module: Module) -> Iterator[tuple[int, str]]:
    """Texts in a module, and of composed texts the beginning that is fixed."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


def pages() -> str:
    """All page templates in one text."""
    return "\n".join(path.read_text() for path in sorted((ROOT / "hotline/web/templates").rglob("*.html")))


def test_every_sentence_is_used(sentences: frozenset[str]) -> None:
    used = {text for module in product() for _, text in literals(module)} | set(DOTTED.findall(pages()))
    beginnings = tuple({text for text in used if re.fullmatch(r"(?:[a-z0-9_]+\.)+(?:[a-z0-9]+_)*", text)})
    beginnings += tuple(re.findall(r"['\"]((?:[a-z0-9_]+\.)+(?:[a-z0-9]+_)*)['\"]", pages()))
    unused = sorted(key for key in sentences - used if not key.startswith(beginnings))
    assert len(sentences) > 20
    assert nothing_in(unused)


def test_every_use_has_its_sentence(sentences: frozenset[str]) -> None:
    tables = {key.split(".")[0] for key in sentences}
    wrong = [
        f"{module.where}:{line} {text}"
        for module in product()
        if not module.inside(*OTHER_NAMES)
        for line, text in literals(module)
        if DOTTED.fullmatch(text) and text.split(".")[0] in tables and not text.endswith(".html")
        if text not in sentences | WITHOUT_WORDS
    ]
    assert nothing_in(wrong)
