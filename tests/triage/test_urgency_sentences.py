"""Sentences of the protocol and of the vocabulary with the level that they must get."""

import pytest

from tests.triage.sentences import EMERGENCY, HIGH, LOW, MEDIUM, NOBODY_IN_NEED
from triage.protocol import Factor, default_protocol
from triage.urgency import Assessment, Conversation, score


def assess(*messages: str) -> Assessment:
    """The outcome for these messages by the product's own protocol."""
    return score(Conversation(messages), default_protocol())


@pytest.mark.parametrize("text", EMERGENCY)
def test_danger_to_life_is_an_emergency(text: str) -> None:
    assert assess(text).level == "emergency"


@pytest.mark.parametrize("text", HIGH)
def test_serious_harm_and_what_nobody_can_read_is_high(text: str) -> None:
    assert assess(text).level == "high"


@pytest.mark.parametrize("text", MEDIUM)
def test_harm_without_signs_of_lethality_is_medium(text: str) -> None:
    assert assess(text).level == "medium"


@pytest.mark.parametrize("text", LOW)
def test_a_request_thanks_or_a_greeting_is_a_low_complaint(text: str) -> None:
    assert (assess(text).level, assess(text).complaint) == ("low", True)


@pytest.mark.parametrize("text", NOBODY_IN_NEED)
def test_where_nobody_is_in_need_it_is_no_complaint(text: str) -> None:
    assert (assess(text).level, assess(text).complaint) == ("low", False)


@pytest.mark.parametrize(
    "later", ["udah gapapa buk salah kirim tadi", "wkwk becanda", "kami sudah baikan, batal lapor"]
)
def test_a_retraction_lowers_nothing(later: str) -> None:
    assert assess("jangan bunuh saya bang tolong", later).level == "emergency"


def test_a_sentence_cut_into_bubbles_is_read_as_one() -> None:
    assert assess("dia", "lagi pegang", "parang", "di depan pintu").level == "emergency"


def test_evidence_names_the_factor_and_its_words() -> None:
    found = assess("halo bu", "dia bawa parang, saya takut").factors
    weapon = [one for one in found if one.code is Factor.WEAPON]
    assert weapon
    assert all(one.message == 1 and "parang" in one.text for one in weapon)
