"""Every code of the carrier has one meaning for us."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.gateway.verdicts import CarrierRefused, CarrierUnclear, Verdict, verdict_of

MEANINGS = {
    Verdict.BAD_ADDRESS: [21211, 21214, 21217, 21401, 21604, 21612, 21614, 30005, 30006, 63003, 63024, 63036],
    Verdict.REFUSED_BY_PERSON: [21610, 63014, 63032, 63033],
    Verdict.FILTERED: [30004, 30007, 63013, 63026],
    Verdict.OUR_SETUP: [20001, 20404, 21212, 21408, 21606, 21609, 21617, 21656, 30010, 30018, 63007, 63015, 63027],
    Verdict.ACCOUNT: [20003, 10001, 30002, 21608, 21703, 21705, 63001, 63020, 401, 403],
    Verdict.WINDOW_CLOSED: [63016],
    Verdict.NOT_SENT_TRY_AGAIN: [429, 20429, 14107, 21611, 30001, 63017, 63018, 63038],
    Verdict.MAYBE_SENT: [500, 502, 503, 504, 20500, 20503],
    Verdict.DELIVERY_FAILED: [30003, 30008, 30017, 30410, 63009, 63010, 63012, 63019, 63037],
    Verdict.UNKNOWN: [0, -1, 12345, 99999],
}


@pytest.mark.parametrize(
    ("verdict", "code"), [(verdict, code) for verdict, codes in MEANINGS.items() for code in codes]
)
def test_a_code_means_what_the_table_says(verdict: Verdict, code: int) -> None:
    assert verdict_of(code) is verdict


@given(st.integers())
def test_every_number_has_a_meaning(code: int) -> None:
    assert verdict_of(code) in Verdict


def test_the_exceptions_hold_a_code_and_a_verdict_and_no_more() -> None:
    assert str(CarrierRefused(21610, Verdict.REFUSED_BY_PERSON)) == "carrier refused: 21610 refused_by_person"
    assert str(CarrierUnclear(20500)) == "carrier unclear: 20500"
