"""The event log: appending to a stream, reading it, sealing all streams, and verifying the chain."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import and_, func, select

from hotline.store.batch import Row
from hotline.store.bulk import insert_many
from hotline.store.ids import new_id
from hotline.store.session import Transaction
from hotline.store.tables import event
from triage.states import Happening

GENESIS = bytes(32)
SEAL_STREAM = "audit"


@dataclass(frozen=True)
class Entry:
    """Something that happened: ids and counts in `detail`, never a word of a person."""

    stream: str
    name: Happening
    actor: str
    detail: Mapping[str, Any]


@dataclass(frozen=True)
class Past:
    """A row of the log."""

    stream: str
    seq: int
    name: Happening
    actor: str
    at: datetime
    detail: dict[str, Any]


Heads = dict[str, tuple[int, bytes]]

_latest = select(event.c.stream, func.max(event.c.seq).label("seq")).group_by(event.c.stream)


def heads(tx: Transaction, streams: Iterable[str]) -> Heads:
    """The last number and hash of each stream that has any."""
    latest = _latest.where(event.c.stream.in_(list(streams))).subquery("latest")
    query = select(event.c.stream, event.c.seq, event.c.hash).join(
        latest, and_(event.c.stream == latest.c.stream, event.c.seq == latest.c.seq)
    )
    return {row.stream: (row.seq, bytes(row.hash)) for row in tx.rows(query)}


def chained(
    tx: Transaction, entries: Sequence[Entry], unit_id: str, now: datetime, known: Heads | None = None
) -> list[Row]:
    """The rows that append `entries` to their streams.

    `known` are the heads when the caller has them (a new report has none: hand in {}). Two writers of one stream
    collide on (stream, seq), and the later one tries again.
    """
    last = dict(heads(tx, {entry.stream for entry in entries}) if known is None else known)
    rows: list[Row] = []
    for entry in entries:
        seq, previous = last.get(entry.stream, (0, GENESIS))
        values = _values(entry, seq + 1, now)
        digest = tx.cipher.chain(previous + _canonical(values))
        rows.append((event, {"id": new_id(now), "unit_id": unit_id, **values, "previous": previous, "hash": digest}))
        last[entry.stream] = (seq + 1, digest)
    return rows


def append(tx: Transaction, entries: Sequence[Entry], unit_id: str, now: datetime) -> None:
    """Writes `entries` at the end of their streams."""
    if entries:
        insert_many(tx, event, [values for _, values in chained(tx, entries, unit_id, now)])


def history(tx: Transaction, stream: str) -> list[Past]:
    """All that happened in one stream, oldest first."""
    query = select(event).where(event.c.stream == stream).order_by(event.c.seq)
    return [_past(row) for row in tx.rows(query)]


def seal(tx: Transaction, window: tuple[datetime, datetime]) -> Mapping[str, Any] | None:
    """What a seal of the half-open window says of all other streams, or None when nothing happened in it."""
    count, digest = _window_digest(tx, window)
    if not count:
        return None
    start, end = window
    return {"from": start.isoformat(), "to": end.isoformat(), "count": count, "digest": digest}


def last_seal_end(tx: Transaction) -> datetime | None:
    """Up to which moment the log is sealed."""
    query = (
        select(event.c.detail)
        .where(event.c.stream == SEAL_STREAM, event.c.name == Happening.SEAL)
        .order_by(event.c.seq.desc())
        .limit(1)
    )
    row = tx.one(query)
    return datetime.fromisoformat(json.loads(row.detail)["to"]) if row else None


def first_event_at(tx: Transaction) -> datetime | None:
    """When the log begins."""
    row = tx.one(select(event.c.at).order_by(event.c.at).limit(1))
    return row.at if row else None


def broken(tx: Transaction) -> Iterator[str]:
    """Every place where the chain does not hold, in order: altered, removed or inserted rows, and false seals."""
    yield from _broken_links(tx)
    query = select(event).where(event.c.stream == SEAL_STREAM, event.c.name == Happening.SEAL).order_by(event.c.seq)
    for row in tx.rows(query):
        says = json.loads(row.detail)
        window = (datetime.fromisoformat(says["from"]), datetime.fromisoformat(says["to"]))
        if _window_digest(tx, window) != (says["count"], says["digest"]):
            yield f"seal {row.seq}: the events from {says['from']} to {says['to']} are not those that were sealed"


def _broken_links(tx: Transaction) -> Iterator[str]:
    previous: dict[str, tuple[int, bytes]] = {}
    query = select(event).order_by(event.c.stream, event.c.seq).execution_options(yield_per=1000)
    for row in tx.connection.execute(query):
        seq, digest = previous.get(row.stream, (0, GENESIS))
        values = {name: getattr(row, name) for name in ("stream", "seq", "name", "actor", "at", "detail")}
        expected = tx.cipher.chain(digest + _canonical(values))
        if row.seq != seq + 1 or bytes(row.previous) != digest or bytes(row.hash) != expected:
            yield f"{row.stream} entry {row.seq} ({row.name}, {row.at.isoformat()}) does not fit the chain"
        previous[row.stream] = (row.seq, bytes(row.hash))


def _window_digest(tx: Transaction, window: tuple[datetime, datetime]) -> tuple[int, str]:
    start, end = window
    query = (
        select(event.c.stream, event.c.seq, event.c.hash)
        .where(event.c.at >= start, event.c.at < end, event.c.stream != SEAL_STREAM)
        .order_by(event.c.stream, event.c.seq)
    )
    total, count = sha256(), 0
    for row in tx.connection.execute(query):
        total.update(f"{row.stream}:{row.seq}:".encode() + bytes(row.hash))
        count += 1
    return count, total.hexdigest()


def _values(entry: Entry, seq: int, now: datetime) -> dict[str, Any]:
    return {
        "stream": entry.stream,
        "seq": seq,
        "name": entry.name,
        "actor": entry.actor,
        "at": now,
        "detail": json.dumps(entry.detail, sort_keys=True),
    }


def _canonical(values: Mapping[str, Any]) -> bytes:
    parts = [str(values[name]) for name in ("stream", "seq", "name", "actor", "detail")]
    return json.dumps([*parts, values["at"].isoformat()]).encode()


def _past(row: Any) -> Past:
    return Past(row.stream, row.seq, Happening(row.name), row.actor, row.at, json.loads(row.detail))
