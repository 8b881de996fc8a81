"""The sentences: both languages, the same gaps, and nothing that can fail at night."""

from pathlib import Path
from typing import Any

import pytest

from hotline.catalogue import LANGUAGES, BadCatalogue, Catalogue, load_catalogue

GOOD: dict[str, Any] = {
    "offer": {"message": {"id": "Laporan {code}", "en": "Report {code}"}, "short": {"deep": {"id": "ya", "en": "yes"}}}
}


def test_a_sentence_is_found_by_its_path_and_filled() -> None:
    catalogue = Catalogue(GOOD)
    assert catalogue.text("offer.message", code="7KQ4") == "Laporan 7KQ4"
    assert catalogue.text("offer.message", "en", code="7KQ4") == "Report 7KQ4"
    assert catalogue.text("offer.message", "xx", code="7KQ4") == "Laporan 7KQ4"
    assert catalogue.text("offer.short.deep", "en") == "yes"
    assert catalogue.keys() == {"offer.message", "offer.short.deep"}
    assert catalogue.gaps("offer.message") == {"code"}


def test_what_is_filled_in_is_not_read_as_a_sentence() -> None:
    assert Catalogue(GOOD).text("offer.message", code="{code.__class__}") == "Laporan {code.__class__}"


@pytest.mark.parametrize(
    ("sentence", "fault"),
    [
        ({"id": "ya"}, "needs exactly"),
        ({"id": "ya", "en": "yes", "fr": "oui"}, "needs exactly"),
        ({"id": "ya", "en": " "}, "needs words"),
        ({"id": "ya", "en": 1}, "needs words"),
        ({"id": "{a}", "en": "{b}"}, "different gaps"),
        ({"id": "{a}", "en": "x"}, "different gaps"),
        ({"id": "{a.b}", "en": "{a.b}"}, "plain name"),
        ({"id": "{a!r}", "en": "{a!r}"}, "plain name"),
        ({"id": "{a:>9}", "en": "{a:>9}"}, "plain name"),
        ({"id": "{}", "en": "{}"}, "plain name"),
        ({"id": "{", "en": "{"}, "stands alone"),
        ({}, "expected a sentence"),
        ({"id": "ya", "en": "yes", "more": {"id": "ya", "en": "yes"}}, "expected a sentence"),
    ],
)
def test_a_faulty_sentence_stops_the_start_and_is_named(sentence: Any, fault: str) -> None:
    with pytest.raises(BadCatalogue, match=rf"^a\.b.*{fault}"):
        Catalogue({"a": {"b": sentence}})


@pytest.mark.parametrize("params", [{}, {"code": "x", "more": "y"}, {"other": "x"}])
def test_an_open_gap_or_a_value_without_one_is_a_fault(params: dict[str, str]) -> None:
    with pytest.raises(BadCatalogue):
        Catalogue(GOOD).text("offer.message", **params)


def test_an_unknown_sentence_is_a_fault() -> None:
    with pytest.raises(KeyError):
        Catalogue(GOOD).text("offer.nothing")


@pytest.mark.parametrize("content", [b"[a", b"\xff", None])
def test_a_file_that_cannot_be_read_is_told_by_name(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "messages.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(BadCatalogue, match="messages.toml"):
        load_catalogue(path)


def test_the_file_of_the_product_is_good_in_every_language() -> None:
    catalogue = load_catalogue(Path("config/messages.toml"))
    for key in sorted(catalogue.keys()):
        for language in LANGUAGES:
            assert catalogue.text(key, language, **dict.fromkeys(catalogue.gaps(key), "x"))


def test_a_sentence_without_a_table_is_a_fault() -> None:
    with pytest.raises(BadCatalogue, match="^ya: expected a sentence"):
        Catalogue({"ya": "yes"})
