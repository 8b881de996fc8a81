"""Sentences of the protocol and of the vocabulary with the level that they must get."""

import pytest

from triage.protocol import Factor, default_protocol
from triage.urgency import Assessment, Conversation, score

EMERGENCY = [
    "tolong buk suami saya lg pegang parang di depan pintu",
    "saya dicekik tadi malam sampai pingsan, skrg masih sesak",
    "dia bilang kalau saya lapor saya dibunuh",
    "anak tetangga saya dipukuli bapaknya sekarang, teriak2",
    "saya sudah minum baygon",
    "pengen mati aja rasanya capek hidup",
    "suami saya nembak saya pake senapan angin",
    "leher saya dicekik dia",
    "saya tidak hanya dipukul, diancam pisau juga",
    "jangan bunuh saya bang tolong",
    "anak saya umur 6 tahun katanya kemaluannya dipegang paman",
    "aku kls 7 ayah tiri suka masuk kamarku malam",
    "saya diperkosa kemarin",
    "laki aku nak bunuh aku",
    "saya hamil 6 bulan perut saya ditendang",
    "disekap di kos 3 hari, paspor ditahan mau dikirim ke malaysia",
    "dia pernah cekik saya tahun lalu, sekarang dia ajak balikan",
    "tetangga bilang mau bakar rumah kami",
    "kata dokter tangan anak saya patah, bapaknya yang pukul",
    "majikan saya siram saya pakai air panas, gaji 5 bulan tak dibayar",
    "kalau cerai dia mau bakar diri sama anak-anak",
    "dia asah parang tiap malam sambil liat saya",
    "dari puskesmas: pasien 15 th hamil, ayah kandung",
    "guru ngaji pegang2 murid, ada 4 anak",
    "tadi hampir ditikam, untung lari",
    "tolonggggg 🔪",
    "saya diculik, dibawa naik mobil, tidak tau di mana",
    "He's outside my door and won't leave. I'm alone with the kids",
    "tulung mbak, bojoku nggowo arit neng ngarep lawang",
    "inyo baok ladiang ka kamar, ambo takuik",
]
HIGH = [
    "5 tahun lalu saya diperkosa, baru berani cerita",
    "mantan saya ancam sebar video saya",
    "istri saya kabur, tolong cari dimana dia",
    "suamiku main tangan lagi makin parah",
    "ibu saya 78 dipukul abang karena uang pensiun",
    "ditunjang suami saya sampai jatuh",
    "dia cuma dorong saya kok, salah saya juga",
    "saya bukan mau bunuh diri, cuma lelah",
    "suami ambil semua gaji saya dan hp saya dicek tiap malam",
    "mantan datang terus ke tempat kerja, saya sudah pindah kos",
    "he slaps me when dinner is late",
    "tolong",
    "[pesan suara 0:09]",
    "asdfgh qwrtp zxcvb",
    "Hola, necesito ayuda por favor, mi marido",
    "помогите",
    "",
]
MEDIUM = [
    "saya tidak dipukul, cuma dimaki tiap hari",
    "suami tidak kasih nafkah 3 bulan",
    "dulu waktu kecil saya sering dipukul bapak",
    "bagaimana cara melaporkan tetangga yang suka memukul istrinya",
    "apakah kalau suami memukul itu termasuk kekerasan",
    "my husband calls me stupid every day",
]
LOW = [
    "mau tanya syarat konseling apa ya",
    "jadwal sidang saya kapan bu?",
    "tes",
    "p",
    "assalamualaikum bu",
    "tolong kirim alamat kantor",
    "terima kasih banyak kak sudah dibantu",
    "what are your opening hours?",
]
NOBODY_IN_NEED = [
    "cowokku nembak aku kemaren hihi",
    "nonton film bunuh-bunuhan seram",
    "dipukul harga cabe naik terus",
    "promo pinjaman cepat cair tanpa agunan",
    "mohon data jumlah kasus untuk skripsi saya",
    "lagi main ff, musuhnya udah dibunuh semua haha",
    "maaf salah nomor",
]


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
