"""What callers say about who shall help them, and what only sounds like it."""

import pytest

from triage.wishes import wish_of


@pytest.mark.parametrize(
    "text",
    [
        "saya mau petugas perempuan saja",
        "bisa ngomong sama perempuan aja bu?",
        "Minta pendamping wanita ya",
        "boleh saya cerita dengan ibu-ibu saja",
        "jangan petugas laki-laki ya, saya takut",
        "jangan bicara sama laki",
        "can I talk to a woman",
        "I want a female counsellor please",
    ],
)
def test_asking_for_a_woman_means_a_woman_only(text: str) -> None:
    wish = wish_of(text)
    assert wish is not None
    assert (wish.gender, wish.only) == ("woman", True)


@pytest.mark.parametrize("text", ["kalau bisa petugas perempuan", "saya lebih nyaman cerita, minta pendamping wanita"])
def test_a_soft_wish_only_orders(text: str) -> None:
    wish = wish_of(text)
    assert wish is not None
    assert not wish.only


@pytest.mark.parametrize(
    "text",
    [
        "suami saya bicara dengan perempuan lain",
        "dia mau bicara sama perempuan simpanannya",
        "saya perempuan, umur 30",
        "anak perempuan saya dipukul",
        "dia laki-laki yang kasar",
        "tolong bu dia pegang pisau",
        "",
    ],
)
def test_talk_of_women_and_men_is_no_wish(text: str) -> None:
    assert wish_of(text) is None
