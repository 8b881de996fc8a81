"""The reading for silence: plain words that the phone is not hers alone, and words that may be answered."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import EMERGENCY, HIGH, LOW, MEDIUM, UNSAFE
from triage.silence import asks_for_silence

NOT_HERS = """
ini hp suami saya
dia pegang hp saya
hp ini dipegang suami
dia cek wa saya
suami suka periksa hp saya
hp dipakai bersama
ini nomor suami
jangan hubungi nomor ini
jangan kirim pesan ke sini
jangan chat balik nanti dia tau
takut dia baca
kalau balas dia marah
jan baleh wa ko
JANGAN BALAS!!!
jgn bls ya
jgn dibales bu
gausah dibalas
tolong jangan telpon balik
ini wa ibu saya
saya pinjam hp teman
hp saya disita
ojo dibales
nanti ketahuan
he reads my messages
please don't reply
do not text this number
my husband checks my phone
ini hp bapak
""".strip().splitlines()
ANSWERABLE = """
halo
selamat malam, mau tanya jam buka kantor
terima kasih banyak
anak saya tidak mau makan
suami saya tidak pulang dua hari
saya dipukul di rumah
dia bawa parang
apakah ada pendampingan
saya takut
""".strip().splitlines()


@pytest.mark.parametrize("text", [*NOT_HERS, UNSAFE])
def test_who_says_that_the_phone_is_not_hers_alone_asks_for_silence(text: str) -> None:
    assert asks_for_silence([text])
    assert asks_for_silence([EMERGENCY, text.upper(), "halo"])


@pytest.mark.parametrize("text", [*ANSWERABLE, EMERGENCY, HIGH, MEDIUM, LOW, ""])
def test_words_about_something_else_may_be_answered(text: str) -> None:
    assert not asks_for_silence([text])


def test_a_plea_in_two_bubbles_is_one_plea() -> None:
    assert asks_for_silence(["jangan", "balas ya"])
    assert not asks_for_silence([])


@given(st.lists(st.text()))
def test_no_text_raises(texts: list[str]) -> None:
    assert asks_for_silence(texts) in (True, False)
