"""The one place where the database, the doorbell and the clock are chosen; the carrier is added in `sending`."""

import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from config.settings import Settings, load_settings
from hotline.catalogue import load_catalogue
from hotline.doorbell import Doorbell
from hotline.gateway.twiml import TwimlWriter
from hotline.services import Clock, Services, Unit
from hotline.store.crypto import FieldCipher
from hotline.store.session import Database
from triage.house_rules import HouseRules, parse_house_rules
from triage.ladder import Ladder, parse_ladder
from triage.protocol import load_protocol

MESSAGES = Path(__file__).resolve().parent.parent / "config" / "messages.toml"


class SystemClock:
    """The computer's own clock; the preflight compares it with the database's."""

    def now(self) -> datetime:
        """The present moment in UTC."""
        return datetime.now(UTC)


def read_ladder(path: Path) -> Ladder:
    """The ladder of a protocol file; raises BadLadder."""
    return parse_ladder(tomllib.loads(path.read_text(encoding="utf-8")).get("ladder", {}))


def read_house_rules(path: Path, ladder: Ladder) -> HouseRules:
    """Pace, surge and flood of a protocol file; raises BadRules."""
    return parse_house_rules(tomllib.loads(path.read_text(encoding="utf-8")), ladder)


def unit_id(code: str) -> str:
    """The id of a unit: its code, so that no look-up stands before the first insert of a webhook."""
    return f"unit-{code.lower()}"


def build(environ: Mapping[str, str], *, clock: Clock | None = None) -> Services:
    """The services of one process, without the carrier (see `sending`). Raises BadSettings.

    Nothing is connected here, so that a process starts (and says 503) while the database is away.
    """
    return assemble(load_settings(environ), clock=clock)


def assemble(settings: Settings, *, clock: Clock | None = None) -> Services:
    """The same from settings that are read already."""
    cipher = FieldCipher(settings.field_keys, settings.index_key)
    catalogue, ladder = load_catalogue(MESSAGES), read_ladder(settings.protocol_file)
    return Services(
        settings=settings,
        unit=Unit(unit_id(settings.unit_code), settings.unit_code, settings.zone),
        protocol=load_protocol(settings.protocol_file),
        ladder=ladder,
        rules=read_house_rules(settings.protocol_file, ladder),
        catalogue=catalogue,
        database=Database(settings.database_url, cipher),
        doorbell=Doorbell(settings.redis_url),
        twiml=TwimlWriter(catalogue, settings.public_base_url, settings.hotline_number),
        clock=clock or SystemClock(),
    )
