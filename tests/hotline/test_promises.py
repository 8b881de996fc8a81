"""No sentence to a caller says that somebody comes, reads or knows, for nobody may have accepted yet."""

import pytest

from hotline.catalogue import LANGUAGES, load_catalogue
from tests.promises import PROMISES
from tests.rules.source import ROOT

CATALOGUE = load_catalogue(ROOT / "config/messages.toml")
# What a caller can hear or read; the rest goes to staff.
TO_CALLERS = sorted(
    key
    for key in CATALOGUE.keys()  # noqa: SIM118 - a catalogue is no mapping
    if key.startswith(("caller.", "public."))
    or key in {"call.greeting", "call.waiting", "call.recorded", "call.goodbye", "call.failure.caller"}
    or key.startswith("call.voicemail")
)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", TO_CALLERS)
def test_no_sentence_to_a_caller_promises_what_nobody_has_accepted(key: str, language: str) -> None:
    words = CATALOGUE.text(key, language, **dict.fromkeys(CATALOGUE.gaps(key), "x"))
    assert not PROMISES.search(words), words


@pytest.mark.parametrize(
    "words",
    [
        "Petugas akan segera datang ke lokasi Anda.",
        "Bantuan segera tiba, petugas kami akan menghubungi Anda.",
        "Pesan Anda sudah dibaca.",
        "Help is on its way.",
        "Somebody will contact you soon.",
        "Our team is reading your message.",
    ],
)
def test_the_words_that_others_promise_with_would_be_seen(words: str) -> None:
    assert PROMISES.search(words)


def test_what_is_looked_at_is_all_that_callers_get() -> None:
    assert {"caller.receipt", "caller.receipt_busy", "call.greeting", "call.voicemail_hidden"} <= set(TO_CALLERS)
