"""The story of a night: what was done by people and to machines, and what the event log says came of it."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import groupby
from typing import Any

from hotline import oversight, staffing
from hotline.demo.night import Night
from hotline.demo.verdict import AUDITOR, facts_of
from hotline.services import Services
from hotline.views import EventShown
from triage.states import Happening

Line = tuple[datetime, str, str]

_WORDS = {
    Happening.REPORT_OPENED: "laporan dibuka / report opened: {level}",
    Happening.REPORT_MESSAGE: "pesan ditambahkan / message added",
    Happening.REPORT_RAISED: "tingkat naik / level raised",
    Happening.RUNG_OFFERED: "ditawarkan kepada / offered to {to}",
    Happening.RUNG_EMPTY: "jadwal kosong, langsung naik / rung empty, climbing at once",
    Happening.OFFER_ACCEPTED: "menerima / takes it",
    Happening.OFFER_DECLINED: "tidak bisa / cannot",
    Happening.FIRST_CONTACT: "terhubung dengan pelapor / in contact with the caller",
    Happening.NOTICE_FAILED: "pesan gagal / notice failed: {channel} {code}",
    Happening.NOTICE_UNKNOWN: "tidak jelas apakah terkirim, tidak diulang / unclear whether sent, not repeated",
    Happening.CALL_RINGING: "telepon berdering di / the line rings {to}",
    Happening.CALL_UNANSWERED: "tidak dijawab / not answered: {outcome}",
    Happening.CALL_VOICEMAIL: "nada rekam / tone for a message",
    Happening.CALL_RECORDED: "rekaman tersimpan / recording kept",
    Happening.CALL_BRIDGED: "selesai berbicara / they have spoken",
}


def lines(night: Night) -> list[Line]:
    """Everything of the night, in order of time."""
    services = night.house.services
    told = [(note.at, note.who, note.what) for note in night.notes]
    return _folded(sorted([*told, *_logged(services)]))


def _folded(every: list[Line]) -> list[Line]:
    """The same line several times in a row becomes one with its number."""
    folded: list[Line] = []
    for _, group in groupby(every, key=lambda line: line[1:]):
        same = list(group)
        at, who, what = same[0]
        folded.append((at, who, what if len(same) == 1 else f"{what} (×{len(same)})"))
    return folded


def _logged(services: Services) -> Iterator[Line]:
    names = {member.code: member.initials for member in staffing.list_staff(services)}
    for fact in facts_of(services):
        for event in oversight.report_events(services, AUDITOR, fact.ref):
            if event.event in _WORDS:
                yield event.at, names.get(event.actor, event.actor), f"{fact.ref}: {_worded(event, names)}"


def _worded(event: EventShown, names: Mapping[str, str]) -> str:
    detail: dict[str, Any] = dict(event.detail)
    to = detail.get("to")
    if isinstance(to, list):
        shown = [names.get(code, code) for code in to]
        detail["to"] = ", ".join(shown) if len(shown) < 5 else f"{len(shown)} petugas / staff"
    elif isinstance(to, str):
        detail["to"] = names.get(to, to)
    return _WORDS[event.event].format_map(_Known(detail))


class _Known(dict[str, Any]):
    """Gaps that an event does not fill stay empty: a story must not fail over a word."""

    def __missing__(self, key: str) -> str:
        return "–"
