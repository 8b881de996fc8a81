"""What staff are told, as notices: an offer, its end, the answer to an answer, a hole in the house."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from hotline.store.dispatches import Standing
from hotline.store.outbox import Notice
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


def reply(template: str, staff_id: str, channel: Channel, sid: str, params: dict[str, str]) -> Notice:
    """The answer to a staff member's message, on the channel she wrote on; one per message."""
    return Notice(template, channel, f"reply:{sid}", staff_id=staff_id, urgency=Level.EMERGENCY.rank, params=params)


def no_cover(standing: Standing, staff_ids: Iterable[str]) -> list[Notice]:
    """Tells the head that a rung of the roster was empty when a report came."""
    return [
        Notice(
            "alert.no_cover",
            WRITTEN,
            f"no-cover:{standing.id}:{staff_id}",
            staff_id=staff_id,
            dispatch_id=standing.id,
            urgency=standing.level.rank,
            params={"code": standing.code, "level": standing.level},
        )
        for staff_id in staff_ids
    ]


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
