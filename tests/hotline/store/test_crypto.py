"""What a stolen database must not tell: sealed fields, their places, the key ring, and the blind index."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.store.crypto import FieldCipher, Unreadable

OLD, NEW, INDEX = bytes([1]) * 32, bytes([2]) * 32, bytes([9]) * 32
CIPHER = FieldCipher([OLD], INDEX)
PLACE = "message:body_enc:1"


@given(st.text(st.characters()))
def test_what_is_sealed_opens_in_its_place(text: str) -> None:
    assert CIPHER.open(PLACE, CIPHER.seal(PLACE, text)) == text


@given(st.binary(), st.integers(0), st.integers(1, 255))
def test_one_altered_byte_opens_nowhere(content: bytes, where: int, change: int) -> None:
    sealed = bytearray(CIPHER.seal_bytes(PLACE, content))
    sealed[where % len(sealed)] ^= change
    with pytest.raises(Unreadable):
        CIPHER.open_bytes(PLACE, bytes(sealed))


@pytest.mark.parametrize("cut", [0, 1, 5, 16, 17, 20])
def test_a_cut_field_opens_nowhere(cut: int) -> None:
    with pytest.raises(Unreadable):
        CIPHER.open_bytes(PLACE, CIPHER.seal(PLACE, "x")[:cut])


@pytest.mark.parametrize("place", ["message:body_enc:2", "message:location_enc:1", "caller:body_enc:1", ""])
def test_a_field_copied_elsewhere_does_not_open(place: str) -> None:
    with pytest.raises(Unreadable):
        CIPHER.open(place, CIPHER.seal(PLACE, "x"))


def test_the_ring_reads_old_keys_and_writes_with_the_newest() -> None:
    ring = FieldCipher([NEW, OLD], INDEX)
    old = CIPHER.seal(PLACE, "x")
    assert ring.open(PLACE, old) == "x"
    assert not ring.is_newest(old)
    assert ring.is_newest(ring.seal(PLACE, "x"))
    with pytest.raises(Unreadable):
        CIPHER.open(PLACE, ring.seal(PLACE, "x"))


def test_the_same_words_are_never_sealed_alike() -> None:
    assert len({CIPHER.seal(PLACE, "x") for _ in range(100)}) == 100


def test_the_index_meets_equal_addresses_of_one_unit_and_kind_only() -> None:
    number = "+628110000001"
    asked = [("u", "staff"), ("u", "caller:sms"), ("v", "staff")]
    found = [CIPHER.index(unit, kind, number) for unit, kind in asked]
    assert len(set(found)) == 3
    assert found[0] == FieldCipher([NEW], INDEX).index("u", "staff", number)
    assert found[0] != FieldCipher([OLD], NEW).index("u", "staff", number)


def test_an_exception_holds_the_place_and_no_word() -> None:
    sealed = CIPHER.seal(PLACE, "rahasia")
    with pytest.raises(Unreadable) as fault:
        CIPHER.open("message:body_enc:2", sealed)
    assert "rahasia" not in str(fault.value)
