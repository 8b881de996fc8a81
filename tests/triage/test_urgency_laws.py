"""Laws of the score: nothing added lowers it, evidence points at the text, and no text breaks it."""

import json
from itertools import pairwise
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.triage.sentences import EMERGENCY, HIGH, LOW, MEDIUM, NOBODY_IN_NEED
from triage.protocol import Factor, Level, default_protocol
from triage.urgency import Assessment, Conversation, score, score_safely

# Labelled conversations for development lie beside a checkout of the project on the machines where it is developed.
DEVELOPMENT = Path(__file__).parents[3] / "shared" / "triage" / "dev.jsonl"
TEXTS = [*EMERGENCY, *HIGH, *MEDIUM, *LOW, *NOBODY_IN_NEED]
HARMLESS = [
    "terima kasih bu",
    "dulu dia baik.",
    "kemarin juga begitu",
    "kantor buka jam berapa?",
    "maaf salah kirim wkwk",
    "saya tidak apa apa",
    "nonton film dulu",
    "oke kak",
    "🙏",
]
texts = st.one_of(st.sampled_from(TEXTS), st.sampled_from(HARMLESS), st.text(max_size=80))
conversations = st.lists(texts, max_size=4).map(tuple)


def assess(*messages: str, **known: object) -> Assessment:
    """The outcome for these messages by the product's own protocol."""
    return score(Conversation(messages, **known), default_protocol())  # type: ignore[arg-type]


@given(conversations, texts)
def test_another_message_never_lowers(messages: tuple[str, ...], added: str) -> None:
    assert not messages or assess(*messages, added).level.rank >= assess(*messages).level.rank


@given(st.sampled_from(TEXTS).filter(bool), st.sampled_from(HARMLESS))
def test_a_harmless_sentence_behind_lowers_nothing(text: str, added: str) -> None:
    assert assess(f"{text}. {added}").level.rank >= assess(text).level.rank


@given(st.sampled_from(TEXTS).filter(bool), texts, st.sampled_from([". ", "! ", "?\n", "\n", ".. "]))
def test_a_sentence_before_or_behind_lowers_nothing(text: str, added: str, mark: str) -> None:
    level = assess(text).level.rank
    assert assess(f"{text}{mark}{added}").level.rank >= level
    assert assess(f"{added}{mark}{text}").level.rank >= level


@given(st.sampled_from(TEXTS).filter(bool), texts, st.sampled_from(TEXTS).filter(bool))
def test_a_sentence_or_a_message_between_two_lowers_neither(first: str, added: str, second: str) -> None:
    levels = [assess(first).level, assess(second).level]
    assert assess(f"{first}. {added}. {second}").level.rank >= Level.highest(*levels).rank
    assert assess(first, added, second).level.rank >= Level.highest(*levels).rank


@given(st.sampled_from(EMERGENCY), st.sampled_from(TEXTS))
def test_words_behind_without_a_full_stop_do_not_take_an_emergency_away(text: str, added: str) -> None:
    assert assess(f"{text} {added}").level == "emergency"


@given(st.sampled_from(TEXTS), st.data())
def test_cutting_a_text_into_bubbles_never_lowers(text: str, draw: st.DataObject) -> None:
    words = text.split(" ")
    places = sorted(draw.draw(st.sets(st.integers(0, len(words)), max_size=3)) | {0, len(words)})
    bubbles = [" ".join(words[start:stop]) for start, stop in pairwise(places)]
    assert assess(*bubbles).level.rank >= assess(text).level.rank


@given(st.text(max_size=300), st.sampled_from(Level))
def test_a_prior_level_is_a_floor(text: str, prior: Level) -> None:
    assert assess(text, prior_level=prior).level.rank >= prior.rank


@given(conversations)
def test_evidence_is_what_stands_in_the_text(messages: tuple[str, ...]) -> None:
    for one in assess(*messages).factors:
        assert messages[one.message][one.start : one.end] == one.text != ""


@given(st.text())
def test_a_text_of_no_meaning_is_never_low(text: str) -> None:
    found = assess(text)
    assert found.level is not Level.LOW or found.reasons[0].startswith("proof:")


@given(st.sampled_from(TEXTS))
def test_capitals_change_nothing(text: str) -> None:
    assert assess(text.upper()).level == assess(text).level


def test_45000_characters_are_no_burden_and_hide_no_danger() -> None:
    assert assess("kata " * 9_000 + "dia pegang parang di depan pintu").level == "emergency"


def test_the_cost_of_a_conversation_grows_with_its_messages_and_not_faster() -> None:
    def spent(count: int) -> float:
        begun = process_time()
        assess(*("dia pegang parang di depan pintu, tolong",) * count)
        return process_time() - begun

    spent(10)
    assert spent(1_000) < 40 * max(spent(100), 0.01)


@pytest.mark.parametrize("text", ["pukul " * 660, "dia pegang parang " * 222, "suami saya mau bunuh tidak " * 150])
def test_words_said_over_and_over_cost_little(text: str) -> None:
    begun = process_time()
    assert assess(text).factors
    assert process_time() - begun < 1.0


def test_media_nobody_has_heard_is_high_unless_it_is_the_requested_document() -> None:
    assert assess("", unheard_media=1).level == "high"
    assert assess("terima kasih bu, ini foto ktp saya", unheard_media=1).level == "low"


@pytest.mark.parametrize("channel", ["voice", "sms"])
def test_a_contact_without_a_word_is_high(channel: str) -> None:
    assert assess(channel=channel).level == "high"


def test_points_known_from_earlier_lift() -> None:
    earlier = frozenset({Factor.JEALOUSY_CONTROL, Factor.SEPARATION, Factor.STALKING})
    assert assess("dia memaki saya").level == "medium"
    assert assess("dia memaki saya", prior_factors=earlier).level == "high"


def test_a_failing_engine_gives_high_and_calls_a_person() -> None:
    broken = Conversation((None,), prior_level=Level.LOW)  # type: ignore[arg-type]
    found = score_safely(broken, default_protocol())
    assert (found.level, found.flagged, found.reasons) == ("high", True, ("engine-failure",))


def test_a_failing_engine_does_not_lower_a_prior_emergency() -> None:
    broken = Conversation((None,), prior_level=Level.EMERGENCY)  # type: ignore[arg-type]
    assert score_safely(broken, default_protocol()).level == "emergency"


if DEVELOPMENT.exists():

    def test_on_the_development_conversations_few_emergencies_are_missed_and_none_is_low() -> None:
        rows = map(json.loads, DEVELOPMENT.read_text(encoding="utf-8").splitlines())
        levels = [assess(*row["messages"]).level for row in rows if row["level"] == "emergency"]
        assert levels.count(Level.EMERGENCY) >= 0.97 * len(levels)
        assert Level.LOW not in levels
