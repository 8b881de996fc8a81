"""What staff are told, as notices: an offer, its end, the answer to an answer, a hole in the house."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from hotline.store.dispatches import Standing
from hotline.store.offers import Offered
from hotline.store.outbox import END_CALL, Notice
from triage.events import Channel
from triage.ladder import Means
from triage.protocol import Level

# Written notices go by WhatsApp first; a failed one is followed by SMS at once (post.py).
WRITTEN = Channel.WHATSAPP
_SPOKEN_AND_WRITTEN = {Means.MESSAGE: WRITTEN, Means.CALL: Channel.VOICE}
_TEMPLATES = {Means.MESSAGE: "offer.message", Means.CALL: "offer.call"}
_RAISED = {Means.MESSAGE: "holder.raised", Means.CALL: "call.raised"}
# One word to the holder per report in two minutes: every bubble would ring her deaf (ux.md 0.5).
_HOLDER_EVERY_S = 120
_MOST_NAMED = 6
# Longer no phone of ours rings.
_RINGS_WITHIN = timedelta(minutes=1)
# The key of a notice has 80 signs, two ids take 65 of them.
_SHORT = {
    "alert.no_cover": "cover",
    "alert.conflict": "shut",
    "alert.wish": "wish",
    "alert.lapsed": "lapse",
    "alert.holder_away": "away",
}


def offer(standing: Standing, offered: Mapping[str, Any], means: Means) -> Notice:
    """The notice of a new offer row: a code and a level, no word about the person."""
    return Notice(
        _TEMPLATES[means],
        _SPOKEN_AND_WRITTEN[means],
        f"offer:{offered['id']}:{means}",
        staff_id=offered["staff_id"],
        dispatch_id=standing.id,
        offer_id=offered["id"],
        urgency=standing.level.rank,
        params={"code": standing.code, "level": standing.level},
        # A stale page must not wake somebody hours later; twice the time is the cap of the acknowledge clock.
        send_within=2 * (offered["expires_at"] - offered["offered_at"]),
    )


def offer_again(standing: Standing, asked: Offered, level: Level, means: Means) -> Notice:
    """The same open offer under a higher level, for whoever is being asked when it rises."""
    return Notice(
        _TEMPLATES[means],
        _SPOKEN_AND_WRITTEN[means],
        f"offer:{asked.id}:{means}:{level.rank}",
        staff_id=asked.staff_id,
        dispatch_id=standing.id,
        offer_id=asked.id,
        urgency=level.rank,
        params={"code": standing.code, "level": level},
    )


def stand_down(standing: Standing, staff_ids: Iterable[str], initials: str) -> list[Notice]:
    """Tells those who were rung that somebody has it."""
    return [
        Notice(
            "offer.taken",
            WRITTEN,
            f"taken:{standing.id}:{standing.epoch}:{staff_id}",
            staff_id=staff_id,
            dispatch_id=standing.id,
            urgency=standing.level.rank,
            params={"code": standing.code, "initials": initials},
        )
        for staff_id in staff_ids
    ]


def end_call(standing: Standing, outbox_id: str, staff_id: str, sid: str) -> Notice:
    """An order: somebody has the report, so this phone stops ringing."""
    return Notice(
        END_CALL,
        Channel.VOICE,
        f"end:{outbox_id}",
        staff_id=staff_id,
        dispatch_id=standing.id,
        urgency=standing.level.rank,
        params={"sid": sid},
        send_within=_RINGS_WITHIN,
    )


def passed_on(template: str, standing: Standing, staff_id: str, initials: str) -> Notice:
    """What became of a hand-over or an assignment, or who now answers for a report, to whoever has to know."""
    return Notice(
        template,
        WRITTEN,
        f"{template[-8:]}{standing.epoch}:{standing.id}:{staff_id}"[:80],
        staff_id=staff_id,
        dispatch_id=standing.id,
        urgency=standing.level.rank,
        params={"code": standing.code, "level": standing.level, "initials": initials},
    )


def request(standing: Standing, offered: Mapping[str, Any], initials: str) -> Notice:
    """A person asks this person to take a report."""
    return Notice(
        "offer.request",
        WRITTEN,
        f"offer:{offered['id']}:request",
        staff_id=offered["staff_id"],
        dispatch_id=standing.id,
        offer_id=offered["id"],
        urgency=standing.level.rank,
        params={"code": standing.code, "level": standing.level, "initials": initials},
        send_within=2 * (offered["expires_at"] - offered["offered_at"]),
    )


def reply(template: str, staff_id: str, channel: Channel, sid: str, params: dict[str, str]) -> Notice:
    """The answer to a staff member's message, on the channel she wrote on; one per message."""
    return Notice(template, channel, f"reply:{sid}", staff_id=staff_id, urgency=Level.EMERGENCY.rank, params=params)


def alarm(template: str, standing: Standing, staff_ids: Iterable[str], round_: int = 0) -> list[Notice]:
    """Tells people of a report that something is amiss with it: once for each template and round."""
    return [
        Notice(
            template,
            WRITTEN,
            f"{_SHORT[template]}{round_}:{standing.id}:{staff_id}",
            staff_id=staff_id,
            dispatch_id=standing.id,
            urgency=standing.level.rank,
            params={"code": standing.code, "level": standing.level},
        )
        for staff_id in staff_ids
    ]


def bundle(staff_id: str, codes: Sequence[str], urgency: int, now: datetime) -> Notice:
    """One message about everything that still waits for a person who was told of each before."""
    named = ", ".join(codes[:_MOST_NAMED]) + (" …" if len(codes) > _MOST_NAMED else "")
    return Notice(
        "offer.bundle",
        WRITTEN,
        f"bundle:{staff_id}:{int(now.timestamp())}",
        staff_id=staff_id,
        urgency=urgency,
        params={"count": str(len(codes)), "codes": named},
    )


def to_holder(template: str, standing: Standing, staff_id: str, round_: int) -> Notice:
    """A word to the person who holds a report, once per template and round."""
    return Notice(
        template,
        WRITTEN,
        # The round is the dispatch's epoch, which has one holder; her id beside it would be too long for the column.
        f"{template}:{standing.id}:{round_}",
        staff_id=staff_id,
        dispatch_id=standing.id,
        urgency=standing.level.rank,
        params={"code": standing.code, "level": standing.level},
    )


def more_words(dispatch_id: str, code: str, holder_id: str, level: Level, now: datetime) -> Notice:
    """The caller of a held report wrote again."""
    window = int(now.timestamp()) // _HOLDER_EVERY_S
    return Notice(
        "holder.more",
        WRITTEN,
        f"more:{dispatch_id}:{window}",
        staff_id=holder_id,
        dispatch_id=dispatch_id,
        urgency=level.rank,
        params={"code": code, "level": level},
    )


def raised(standing: Standing, level: Level, holder_id: str, by: Iterable[Means]) -> list[Notice]:
    """A held report became more urgent: its holder is told, once for each level, whatever she was told a moment ago."""
    return [
        Notice(
            _RAISED[means],
            _SPOKEN_AND_WRITTEN[means],
            f"raised:{standing.id}:{level.rank}:{means}",
            staff_id=holder_id,
            dispatch_id=standing.id,
            urgency=level.rank,
            params={"code": standing.code, "level": level},
        )
        for means in by
    ]


def raised_elsewhere(standing: Standing, level: Level, staff_ids: Iterable[str], initials: str) -> list[Notice]:
    """Tells others that a report which somebody else holds became an emergency."""
    return [
        Notice(
            "alert.raised",
            WRITTEN,
            f"raised:{standing.id}:{level.rank}:{staff_id}",
            staff_id=staff_id,
            dispatch_id=standing.id,
            urgency=level.rank,
            params={"code": standing.code, "level": level, "initials": initials},
        )
        for staff_id in staff_ids
    ]


def call_in(staff_ids: Iterable[str], now: datetime) -> list[Notice]:
    """Asks whoever is off duty to help in a crowd."""
    return [_to_house("alert.call_in", f"callin:{int(now.timestamp())}", one, {}) for one in staff_ids]


def surge_began(staff_ids: Iterable[str], waiting: int, now: datetime) -> list[Notice]:
    """Tells whoever leads that more are waiting than there are people."""
    params = {"count": str(waiting)}
    return [_to_house("alert.surge", f"surge:{int(now.timestamp())}", one, params) for one in staff_ids]


def _to_house(template: str, key: str, staff_id: str, params: Mapping[str, str]) -> Notice:
    rank = Level.EMERGENCY.rank
    return Notice(template, WRITTEN, f"{key}:{staff_id}", staff_id=staff_id, urgency=rank, params=params)


def opted_out(code: str, staff_ids: Iterable[str], now: datetime) -> list[Notice]:
    """Tells the head that a colleague's phone refuses our messages."""
    key = f"opted-out:{code}:{int(now.timestamp())}"
    return [
        Notice(
            "alert.opted_out",
            WRITTEN,
            f"{key}:{staff_id}",
            staff_id=staff_id,
            urgency=Level.EMERGENCY.rank,
            params={"staff": code},
        )
        for staff_id in staff_ids
    ]
