"""The other side of the webhook's ratio: the statement and the rows of a webhook, committed bare by libpq."""

import multiprocessing
import re
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import psycopg
from psycopg import pq

from bench.forms import HIGH
from bench.ground import Site
from hotline import reception
from hotline.gateway.inbound import parse_message

_COLUMNS = re.compile(r"INSERT INTO \w+ \(([^)]*)\)")
_PATIENCE_S = 30
_PREPARED = b"webhook"
# Ids of the new rows; those of the unit, its staff and its ladder stay.
_NEW_IDS = frozenset({"id", "caller_id", "report_id", "event_id", "dispatch_id", "provider_sid"})


@dataclass(frozen=True)
class Written:
    """The one statement with which a webhook writes, and the rows of one message: a value for each column."""

    sql: bytes
    columns: Sequence[str]
    values: Sequence[Any]

    def rows_of(self, number: int) -> list[bytes | None]:
        """The same rows for the message of another caller: everything that must be new is made of `number`."""
        pairs = zip(self.columns, self.values, strict=True)
        return [_as_text(_fresh(column, value, number)) for column, value in pairs]


def _fresh(column: str, value: Any, number: int) -> Any:
    if column in ("ref", "stream"):
        return f"B{number:011d}"
    if column == "code":
        return f"{number % 16**5:05x}"
    if column in ("address_idx", "phone_idx"):
        return sha256(number.to_bytes(8)).digest()
    if isinstance(value, str) and (column in _NEW_IDS or column == "dedupe_key"):
        return f"{value[:-16]}{number:016x}"
    return value


def capture(site: Site) -> Written:
    """What the service itself sends for the first message of a caller. Raises RuntimeError unless in one go."""
    reception.receive_message(site.services, _message(site, 0))
    # The second message: what the very first one of a house writes besides is not what every webhook writes.
    with site.services.database.begin() as tx:
        reception.receive(tx, site.services, _message(site, 1), datetime.now(UTC))
        held = tx.held
    if held is None:
        raise RuntimeError("a webhook writes with more than one statement")
    statement, values = held
    columns = ", ".join(_COLUMNS.findall(statement.text)).split(", ")
    return Written(statement.text.encode(), columns, values)


def _message(site: Site, number: int) -> Any:
    sid = f"SM{number:032x}"
    form = {"MessageSid": [sid], "From": [f"whatsapp:+6289800000{number:03d}"], "Body": [HIGH], "To": ["whatsapp:+62"]}
    form |= {
        name: ["x" * 12] for name in ("ProfileName", "SmsSid", "WaId", "NumSegments", "SmsMessageSid", "ApiVersion")
    }
    return parse_message(form, site.environ["TWILIO_ACCOUNT_SID"])


def _as_text(value: Any) -> bytes | None:
    if value is None:
        return None
    if isinstance(value, psycopg.Binary):
        value = value.obj
    if isinstance(value, bytes):
        return b"\\x" + value.hex().encode()
    if isinstance(value, datetime):
        return value.isoformat().encode()
    return str(value).encode()


def rate(dsn: str, written: Written, first: int, count: int, clients: int = 32) -> float:
    """Commits per second of `count` messages, by `clients` connections in two processes, one commit each."""
    context = multiprocessing.get_context("fork")
    told: Any = context.Queue()
    ready: Any = context.Barrier(2)
    half = count // 2
    parts = [range(first, first + half), range(first + half, first + 2 * half)]
    processes = [
        context.Process(target=_commit_all, args=((dsn, clients // 2), written, p, ready, told)) for p in parts
    ]
    for one in processes:
        one.start()
    spans = [told.get(timeout=_PATIENCE_S) for _ in processes]
    for one in processes:
        one.join()
    done = sum(count for count, _, _ in spans)
    return done / (max(end for _, _, end in spans) - min(start for _, start, _ in spans))


def _commit_all(where: tuple[str, int], written: Written, numbers: range, ready: Any, told: Any) -> None:
    dsn, clients = where
    rows = [written.rows_of(number) for number in numbers]
    connections = [psycopg.connect(dsn, autocommit=True) for _ in range(clients)]
    for connection in connections:
        _good(connection.pgconn.prepare(_PREPARED, written.sql))
    todo = iter(rows)
    ready.wait()
    start = time.monotonic()
    with ThreadPoolExecutor(clients) as pool:
        done = sum(pool.map(lambda connection: _commit(connection.pgconn, todo), connections))
    told.put((done, start, time.monotonic()))
    for connection in connections:
        connection.close()


def _commit(connection: Any, rows: Iterator[list[bytes | None]]) -> int:
    """Commits what is left, one row after the other; returns how many."""
    done = 0
    for row in rows:
        _good(connection.exec_prepared(_PREPARED, row))
        done += 1
    return done


def _good(result: Any) -> None:
    if result.status not in (pq.ExecStatus.COMMAND_OK, pq.ExecStatus.TUPLES_OK):
        raise RuntimeError(result.error_message.decode())
