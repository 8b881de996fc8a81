"""Tokens of the machine interface: only their hashes are kept."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update

from hotline.store.ids import new_id
from hotline.store.session import Transaction
from hotline.store.tables import access_token
from triage.states import Role

# The tail of a row's id: enough to name a token on the command line, random, and worth nothing as a key.
LABEL_LENGTH = 8


@dataclass(frozen=True)
class TokenShown:
    """A token as lists show it; the token itself is nowhere."""

    label: str
    role: Role
    note: str
    created_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True)
class KnownToken:
    """A token that may be used now."""

    id: str
    role: Role
    token_hash: bytes
    last_used_at: datetime | None


def add(tx: Transaction, unit_id: str, token: tuple[bytes, Role, str], now: datetime) -> str:
    """Keeps a new token by its (hash, role, note); returns its label."""
    row_id = new_id(now)
    token_hash, role, note = token
    values = {"id": row_id, "unit_id": unit_id, "token_hash": token_hash, "role": role, "note": note}
    tx.execute(insert(access_token).values(**values, created_at=now))
    return row_id[-LABEL_LENGTH:]


def all_tokens(tx: Transaction, unit_id: str) -> list[TokenShown]:
    """All tokens of the unit, oldest first, the revoked ones too."""
    query = select(access_token).where(access_token.c.unit_id == unit_id).order_by(access_token.c.created_at)
    return [
        TokenShown(row.id[-LABEL_LENGTH:], Role(row.role), row.note, row.created_at, row.last_used_at, row.revoked_at)
        for row in tx.rows(query)
    ]


def by_hash(tx: Transaction, unit_id: str, token_hash: bytes) -> KnownToken | None:
    """The token with this hash, unless it is revoked."""
    query = select(access_token).where(
        access_token.c.unit_id == unit_id,
        access_token.c.token_hash == token_hash,
        access_token.c.revoked_at.is_(None),
    )
    row = tx.one(query)
    return KnownToken(row.id, Role(row.role), bytes(row.token_hash), row.last_used_at) if row else None


def note_use(tx: Transaction, token_id: str, now: datetime) -> None:
    """Notes when a token was last used."""
    tx.execute(update(access_token).where(access_token.c.id == token_id).values(last_used_at=now))


def revoke(tx: Transaction, unit_id: str, label: str, now: datetime) -> bool:
    """Ends a token by its label; False if there is none with it that could be used."""
    statement = update(access_token).where(
        access_token.c.unit_id == unit_id,
        access_token.c.id.like(f"%{label}"),
        access_token.c.revoked_at.is_(None),
    )
    return tx.changed_one(statement.values(revoked_at=now))
