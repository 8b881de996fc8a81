"""What stands on the pages: every word in both languages, every closed set named, times as people say them."""

from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

from hotline.casework import CloseReason
from hotline.views import Span
from hotline.web.console import WEB, labels, times
from hotline.web.console.evidence import pieces
from hotline.web.console.periods import BadPeriod, period_of
from hotline.web.console.places import local_path
from tests.hotline.web.console.house import NIGHT, House
from triage.events import Channel
from triage.indicators import Measure
from triage.protocol import Factor, Level, default_protocol
from triage.states import Audience, DispatchState, Duty, Happening, OfferState, OutboxState, Role

CATALOGUE = WEB / "translations/id/LC_MESSAGES/messages.po"
METHODS = [("console/**.py", "python"), ("templates/console/**.html", "jinja2")]
KEYWORDS = {"_": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}
ZONE = ZoneInfo("Asia/Jakarta")


def test_every_sentence_has_an_indonesian_one_and_none_is_left_over() -> None:
    found = extract_from_dir(str(WEB), METHODS, {"**": {"silent": "false"}}, KEYWORDS)
    used = {message if isinstance(message, str) else message[0] for _, _, message, _, _ in found}
    with CATALOGUE.open("rb") as file:
        kept = {m.id if isinstance(m.id, str) else m.id[0]: m.string for m in read_po(file, locale="id") if m.id}
    assert used == set(kept)
    assert all(all(text) if isinstance(text, tuple) else text for text in kept.values())


def test_the_compiled_catalogue_is_the_written_one() -> None:
    compiled = BytesIO()
    with CATALOGUE.open("rb") as file:
        write_mo(compiled, read_po(file, locale="id"))
    compiled.seek(0)
    with CATALOGUE.with_suffix(".mo").open("rb") as file:
        kept, fresh = read_mo(file), read_mo(compiled)
    assert {repr(m.id): m.string for m in kept if m.id} == {repr(m.id): m.string for m in fresh if m.id}


@pytest.mark.parametrize(
    ("table", "values"),
    [
        (labels.LEVELS, Level),
        (labels.CHANNELS, Channel),
        (labels.STATES, DispatchState),
        (labels.ROLES, Role),
        (labels.DUTIES, Duty),
        (labels.AUDIENCES, Audience),
        (labels.OFFERS, OfferState),
        (labels.NOTICES, OutboxState),
        (labels.CLOSES, CloseReason),
        (labels.FACTORS, Factor),
        (labels.HAPPENINGS, Happening),
        (labels.MEASURES, Measure),
        (labels.TRIGGERS, default_protocol().triggers),
    ],
)
def test_every_value_of_a_closed_set_has_a_word(table: labels.Labels, values: type) -> None:
    assert set(table) == set(values)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("trigger:weapon", "satu tanda sudah cukup: senjata"),
        ("lift:14", "jumlah poin risiko 14"),
        ("table:S2xI3", "keparahan dan waktu bersama: S2xI3"),
        ("floor:unheard", "berkas yang belum dibuka tidak pernah dinilai rendah"),
        ("floor:child", "tidak pernah di bawah tingkat ini: Menyangkut anak"),
        ("prior", "pesan sebelumnya dalam laporan ini"),
        ("something:new", "something"),
    ],
)
def test_a_reason_is_told_in_words(one_house: House, code: str, words: str) -> None:
    with one_house.app.test_request_context():
        assert labels.reason(code) == words


@pytest.mark.parametrize(
    ("ago", "words"),
    [
        (timedelta(seconds=-5), "0 detik"),
        (timedelta(seconds=59), "59 detik"),
        (timedelta(seconds=60), "1 menit"),
        (timedelta(minutes=59, seconds=59), "59 menit"),
        (timedelta(hours=47), "47 jam"),
        (timedelta(hours=48), "2 hari"),
    ],
)
def test_an_age_is_one_whole_unit(one_house: House, ago: timedelta, words: str) -> None:
    with one_house.app.test_request_context():
        assert times.age(NIGHT - ago) == words


@pytest.mark.parametrize(
    ("moment", "language", "words"),
    [
        (NIGHT, "id", "03.12 WIB"),
        (NIGHT, "en", "03:12 WIB"),
        (NIGHT - timedelta(hours=4), "id", "Sen 23 Nov 23.12 WIB"),
        (datetime(2025, 12, 31, 17, tzinfo=UTC), "en", "Thu 1 Jan 00:00 WIB"),
        (datetime(2024, 5, 4, 3, tzinfo=UTC), "en", "Sat 4 May 2024 10:00 WIB"),
    ],
)
def test_a_time_is_the_units_and_says_its_zone(one_house: House, moment: datetime, language: str, words: str) -> None:
    with one_house.app.test_request_context(headers={"Accept-Language": language}):
        assert times.clock(moment) == words


MEASURED = [
    (None, "–"),
    (0, "0 dtk"),
    (45, "45 dtk"),
    (250, "4 mnt 10 dtk"),
    (7200, "2 jam"),
    (7500, "2 jam 5 mnt"),
    (2_592_000, "30 hari"),
]


@pytest.mark.parametrize(("number", "words"), MEASURED)
def test_a_measured_time_is_short(one_house: House, number: int | None, words: str) -> None:
    with one_house.app.test_request_context():
        assert times.seconds(number) == words


@st.composite
def marked(draw: st.DrawFn) -> tuple[str, list[Span]]:
    """A text with any spans, also outside of it."""
    edge = st.integers(-3, 40)
    spans = st.builds(Span, st.sampled_from(list(Factor)[:4]), edge, edge)
    return draw(st.text(max_size=30)), draw(st.lists(spans, max_size=6))


@given(marked())
def test_marking_loses_and_doubles_nothing(case: tuple[str, list[Span]]) -> None:
    text, spans = case
    found = pieces(text, spans)
    assert "".join(piece.text for piece in found) == text
    place = 0
    for piece in found:
        for at in range(place, place + len(piece.text)):
            assert set(piece.codes) == {span.code for span in spans if max(span.start, 0) <= at < span.end}
        place += len(piece.text)


def test_a_period_is_whole_local_days() -> None:
    period = period_of({"from": "2026-11-01", "to": "2026-11-02"}, NIGHT, ZONE)
    assert period.window == (datetime(2026, 10, 31, 17, tzinfo=UTC), datetime(2026, 11, 2, 17, tzinfo=UTC))


def test_without_a_period_it_is_the_last_thirty_days() -> None:
    period = period_of({}, NIGHT, ZONE)
    assert (period.first, period.last) == (date(2026, 10, 26), date(2026, 11, 24))


@given(st.fixed_dictionaries({}, optional={"from": st.text(max_size=12), "to": st.text(max_size=12)}))
def test_any_words_for_a_period_are_a_period_or_refused(asked: dict[str, str]) -> None:
    try:
        start, end = period_of(asked, NIGHT, ZONE).window
    except BadPeriod:
        return
    assert start < end


@given(st.text())
def test_the_next_page_is_always_one_of_ours(text: str) -> None:
    path = local_path(text)
    assert path.startswith("/")
    assert not path.startswith(("//", "/\\"))


@pytest.mark.parametrize("folder", [WEB / "static/vendor", Path(__file__).parents[3] / "browser/vendor"])
def test_foreign_files_are_what_they_were_when_they_came(folder: Path) -> None:
    listed = dict(reversed(line.split()) for line in (folder / "SHA256SUMS").read_text().splitlines())
    files = {file.name for file in folder.iterdir() if file.suffix in (".js", ".css")}
    assert set(listed) == files
    for name, digest in listed.items():
        assert sha256((folder / name).read_bytes()).hexdigest() == digest
        assert name in (folder / "VERSIONS").read_text()
        assert (folder / f"{name.split('.')[0]}.LICENSE.txt").exists()
