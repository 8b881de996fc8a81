"""Who may read words, as one table, and what is shown of a number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.privacy import masked_number, may_reach_caller, may_read_words
from triage.states import Role

ALWAYS, WITH_THE_REPORT, NEVER = (True, True, True), (False, True, True), (False, False, False)
MAY = {
    Role.COMPANION: WITH_THE_REPORT,
    Role.COUNSELLOR: ALWAYS,
    Role.PSYCHOLOGIST: ALWAYS,
    Role.SUPERVISOR: ALWAYS,
    Role.HEAD: ALWAYS,
    Role.AUDITOR: NEVER,
}


@pytest.mark.parametrize("role", Role)
def test_words_are_read_by_those_of_the_table_only(role: Role) -> None:
    neither, offered, held = MAY[role]
    assert may_read_words(role, is_holder=False, is_offered=False) is neither
    assert may_read_words(role, is_holder=False, is_offered=True) is offered
    assert may_read_words(role, is_holder=True, is_offered=False) is held


REACH = {role: (False, True) for role in (Role.COMPANION, Role.COUNSELLOR, Role.PSYCHOLOGIST)}
REACH |= {Role.SUPERVISOR: (True, True), Role.HEAD: (True, True), Role.AUDITOR: (False, False)}


@pytest.mark.parametrize("role", Role)
def test_a_caller_is_reached_by_the_holder_and_by_leaders_only(role: Role) -> None:
    assert (may_reach_caller(role, is_holder=False), may_reach_caller(role, is_holder=True)) == REACH[role]


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("+6281234567123", "08••••••123"),
        ("whatsapp:+6281234567123", "08••••••123"),
        ("+49301234567", "+4••••••567"),
        ("whatsapp:ID.1234567890", "••••••"),
        ("withheld:1234567890", "••••••"),
        ("+123", "••••••"),
        ("", "••••••"),
    ],
)
def test_a_number_shows_its_ends_only(number: str, shown: str) -> None:
    assert masked_number(number) == shown


@given(st.text())
def test_at_most_five_signs_of_an_address_are_shown(address: str) -> None:
    assert len(masked_number(address).replace("•", "")) <= 5
