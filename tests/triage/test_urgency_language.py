"""How people write: negation, time, direction, quotes, hypotheticals, idioms and words that mean two things."""

import pytest

from triage.protocol import Level, default_protocol
from triage.urgency import Assessment, Conversation, score


def assess(*messages: str) -> Assessment:
    """The outcome for these messages by the product's own protocol."""
    return score(Conversation(messages), default_protocol())


@pytest.mark.parametrize(
    "text",
    [
        "saya tidak hanya dipukul, dia juga bawa parang ke kamar",
        "jangan bunuh saya bang",
        "dia cekik saya sampai saya tidak bisa napas",
        "semalam dipukul dia sampai tidak sadar",
        "saya hampir ditikam suami pakai pisau",
        "dia belum berhenti mencekik adik saya",
        "saya tidak mau hidup lagi",
    ],
)
def test_what_only_looks_like_negation_is_danger(text: str) -> None:
    assert assess(text).level == "emergency"


@pytest.mark.parametrize(
    "text",
    [
        "dia tidak pernah memukul saya, hanya mendiamkan",
        "suami saya bukan mencekik saya kok, kami cuma bertengkar mulut",
        "saya bukan mau bunuh diri, cuma lelah",
        "tidak ada pisau, tidak ada ancaman, cuma adu mulut soal uang",
        "dia tidak pernah ancam bunuh saya",
        "anak saya tidak dipukul bapaknya",
    ],
)
def test_a_negated_act_is_no_emergency(text: str) -> None:
    assert assess(text).level != "emergency"


@pytest.mark.parametrize(
    ("long_ago", "lately"),
    [
        ("tahun 2011 suami saya tikam perut saya", "kemarin suami saya tikam perut saya"),
        ("lima tahun lalu mantan mencekik saya", "semalam mantan mencekik saya"),
        ("dulu dia mengurung saya", "dia mengurung saya"),
    ],
)
def test_long_ago_is_less_near_but_not_harmless(long_ago: str, lately: str) -> None:
    assert assess(lately).level == "emergency"
    assert assess(long_ago).level in {Level.HIGH, Level.MEDIUM}


@pytest.mark.parametrize("text", ["jangan bilang polisi dulu, dia sudah pegang golok di ruang tamu"])
def test_first_is_not_formerly(text: str) -> None:
    assert assess(text).level == "emergency"


@pytest.mark.parametrize(
    "text",
    [
        "dia bilang kalau saya lapor saya dibunuh",
        "katanya 'kubunuh kamu' kalau saya pulang",
        "suami saya menulis: awas kamu saya bunuh",
        "he said he will kill me",
    ],
)
def test_a_quoted_threat_is_a_threat(text: str) -> None:
    assert assess(text).level == "emergency"


@pytest.mark.parametrize(
    "text", ["apakah kalau suami memukul istri itu termasuk kekerasan", "kalau dipukul suami lapor kemana"]
)
def test_a_hypothetical_question_is_at_least_medium(text: str) -> None:
    assert assess(text).level in {Level.MEDIUM, Level.HIGH}


@pytest.mark.parametrize(
    "text",
    [
        "lagi main ff, aku dibunuh terus sama musuh haha",
        "abis latihan silat, ditendang pelatih di perut wkwk",
        "nonton film pembunuhan, darahnya banyak banget",
        "timku dibantai, besok balas dendam jam 8",
        "gol bunuh diri menit 90, kiper payah",
        "adegan suami mencekik istri di sinetron semalam seram",
    ],
)
def test_games_sport_and_films_are_no_emergency(text: str) -> None:
    assert assess(text).level != "emergency"


@pytest.mark.parametrize(
    "text",
    [
        "mati lampu dari tadi bu",
        "mati gaya di rumah terus",
        "cuma bunuh waktu sambil nunggu jemputan",
        "harga cabe dipukul naik, mencekik leher",
        "ditembak cewek kemarin, malu",
        "dibakar cemburu terus saya bu",
        "bakar ikan malam ini di rumah kami",
        "pecah HP saya jatuh",
        "AC bocor, bisa panggil tukang?",
        "pukul 10 kantor buka?",
        "buruan balas kak, saya buru-buru",
        "terjerat utang pinjol saya",
        "minum obat batuk tiga kali sehari",
        "saya tidak sadar sudah jam sembilan",
        "lapar mau mati, ada yang jual bakso?",
    ],
)
def test_idioms_and_collisions_are_no_emergency(text: str) -> None:
    assert assess(text).level != "emergency"


@pytest.mark.parametrize(
    ("danger", "harmless"),
    [
        ("bojoku ngomong tak bunuh kowe", "kami tak bunuh ayam hari ini"),
        ("dicekek bojoku mau bengi", "saya mau tanya jadwal"),
        ("inyo ka mambunuah den", "inyo alah pai ka pasa"),
        ("budak saye umur 6 tahun diraba paman die", "jangan jadi budak cinta"),
        ("laki aku nak bunuh aku", "pejabat bukak pukul berapa"),
        ("dia pegang arit neng ngarep lawang, aku wedi", "arit buat babat rumput dijual"),
    ],
)
def test_homographs_of_the_varieties(danger: str, harmless: str) -> None:
    assert assess(danger).level == "emergency"
    assert assess(harmless).level != "emergency"


@pytest.mark.parametrize(
    ("one", "other"),
    [("sambil", "ambil"), ("buruh", "bunuh"), ("padang", "pedang"), ("mengajar", "kejar"), ("sikap", "sekap")],
)
def test_an_ordinary_word_beside_a_dangerous_one_raises_nothing(one: str, other: str) -> None:
    assert assess(f"saya {one} di rumah").level != "emergency"
    assert one != other


@pytest.mark.parametrize(
    "text", ["aku kelas 5 mama selalu maki-maki aku bodoh", "umurku 12, aku 12 tahun, papa suka banting barang"]
)
def test_harm_that_a_child_reports_of_herself_is_at_least_high(text: str) -> None:
    assert assess(text).level.rank >= Level.HIGH.rank
