"""Text from outside: what is taken out, what is shown, what stays."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.gateway.clean import clean_text


@pytest.mark.parametrize(
    ("given", "cleaned"),
    [
        ("a\x00b\x0bc\x7fd\x85e", "abcde"),
        ("a\r\nb\rc\n\td", "a\nb\nc\n\td"),
        ("  dua  spasi  ", "  dua  spasi  "),
        ("\ud800x\udfff", "\ufffdx\ufffd"),
        ("\u202e1100\u2066", "⟨RLO⟩1100⟨LRI⟩"),
        ("e\u0301", "é"),
        ("e\x00\u0301", "é"),
        ("ﬁ①", "ﬁ①"),  # NFKC would change what she wrote
        ("👩\u200d👧", "👩\u200d👧"),
    ],
)
def test_what_cannot_be_seen_is_removed_or_shown(given: str, cleaned: str) -> None:
    assert clean_text(given) == cleaned


@given(st.text(st.characters(), max_size=60))
def test_cleaned_text_is_clean_and_stays_so(text: str) -> None:
    cleaned = clean_text(text)
    assert clean_text(cleaned) == cleaned
    assert not any(unicodedata.category(sign) in ("Cc", "Cs") for sign in cleaned if sign not in "\n\t")
    assert unicodedata.is_normalized("NFC", cleaned)
    cleaned.encode("utf-8")
