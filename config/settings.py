"""The environment, read once into frozen settings, or refused with one line that names every fault."""

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError

from config import checks

DEFAULT_PROTOCOL = Path(__file__).with_name("protocol.toml")

Origin = Annotated[str, AfterValidator(checks.origin)]


class BadSettings(ValueError):
    """The environment cannot be used. Its text is one line with every variable and why, never a value."""


class Mode(StrEnum):
    """What this installation is for; the simulated carrier refuses to start in production."""

    PRODUCTION = "production"
    DEMO = "demo"
    TEST = "test"


class LogLevel(StrEnum):
    """How much the service says about itself."""

    DEBUG = "DEBUG"
    INFO = "INFO"
    WARNING = "WARNING"
    ERROR = "ERROR"


class Settings(BaseModel):
    """Everything that the environment decides, checked and frozen. Secrets show only through the properties."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, validate_default=True)

    mode: Mode = Field(Mode.PRODUCTION, alias="HOTLINE_MODE")
    database_dsn: Annotated[SecretStr, AfterValidator(checks.database)] = Field(alias="DATABASE_URL")
    redis_dsn: Annotated[SecretStr, AfterValidator(checks.redis_server)] = Field(alias="REDIS_URL")
    public_base_url: Origin = Field(alias="PUBLIC_BASE_URL")
    twilio_account_sid: Annotated[str, AfterValidator(checks.account_sid)] = Field(alias="TWILIO_ACCOUNT_SID")
    twilio_auth_token: SecretStr = Field(alias="TWILIO_AUTH_TOKEN")
    twilio_auth_token_next: SecretStr | None = Field(None, alias="TWILIO_AUTH_TOKEN_NEXT")
    twilio_api_base_url: Origin | None = Field(None, alias="TWILIO_API_BASE_URL")
    hotline_number: Annotated[str, AfterValidator(checks.number)] = Field(alias="HOTLINE_NUMBER")
    hotline_whatsapp: Annotated[str, AfterValidator(checks.whatsapp_number)] | None = Field(
        None, alias="HOTLINE_WHATSAPP"
    )
    session_secret: Annotated[SecretStr, AfterValidator(checks.at_least(16))] = Field(alias="SECRET_KEY")
    field_key_ring: Annotated[SecretStr, AfterValidator(checks.key_ring)] = Field(alias="FIELD_KEYS")
    address_key: Annotated[SecretStr, AfterValidator(checks.one_key)] = Field(alias="INDEX_KEY")
    unit_code: Annotated[str, AfterValidator(checks.unit_code)] = Field("DUMAI", alias="UNIT_CODE")
    unit_name: str = Field("UPTD PPA Kota Dumai", alias="UNIT_NAME", max_length=80)
    unit_timezone: Annotated[str, AfterValidator(checks.zone_name)] = Field("Asia/Jakarta", alias="UNIT_TIMEZONE")
    protocol_file: Annotated[Path, AfterValidator(checks.existing_file)] = Field(
        DEFAULT_PROTOCOL, alias="PROTOCOL_FILE"
    )
    trusted_proxies: int = Field(0, alias="TRUSTED_PROXIES", ge=0, le=5)
    metrics_token: Annotated[SecretStr, AfterValidator(checks.at_least(16))] | None = Field(None, alias="METRICS_TOKEN")
    log_level: Annotated[LogLevel, BeforeValidator(str.upper)] = Field(LogLevel.INFO, alias="LOG_LEVEL")

    @property
    def database_url(self) -> str:
        """The SQLAlchemy URL, password included."""
        return self.database_dsn.get_secret_value()

    @property
    def redis_url(self) -> str:
        """The URL of Redis, password included."""
        return self.redis_dsn.get_secret_value()

    @property
    def secret_key(self) -> str:
        """The secret that signs what browsers hold."""
        return self.session_secret.get_secret_value()

    @property
    def field_keys(self) -> tuple[bytes, ...]:
        """Keys of the encrypted fields, newest first."""
        return tuple(checks.decode_key(part) for part in self.field_key_ring.get_secret_value().split(","))

    @property
    def index_key(self) -> bytes:
        """Key of the blind index of addresses."""
        return checks.decode_key(self.address_key.get_secret_value())

    @property
    def signing_tokens(self) -> tuple[str, ...]:
        """Tokens under which the carrier may sign; the first is also our password at its API."""
        tokens = (self.twilio_auth_token, self.twilio_auth_token_next)
        return tuple(token.get_secret_value() for token in tokens if token is not None)

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which the unit keeps its roster and reads its clocks."""
        return ZoneInfo(self.unit_timezone)

    @property
    def whatsapp_sender(self) -> str:
        """Our WhatsApp address as the carrier writes it."""
        return f"{checks.WHATSAPP}{self.hotline_whatsapp or self.hotline_number}"


VARIABLES = {name: str(field.alias) for name, field in Settings.model_fields.items()}
"""The environment variable of each field."""


def load_settings(environ: Mapping[str, str]) -> Settings:
    """Read the settings from an environment; an empty variable counts as not set.

    Raises:
        BadSettings: something is missing or malformed; its one line names all of it and holds no value.
    """
    known = {name: environ[name].strip() for name in VARIABLES.values() if environ.get(name, "").strip()}
    try:
        return Settings.model_validate(known)
    except ValidationError as fault:
        faults = {_named(str(error["loc"][0]), error["type"], error["msg"]) for error in fault.errors()}
    raise BadSettings("settings: " + "; ".join(sorted(faults)))


def _named(field: str, kind: str, message: str) -> str:
    """One fault under the name of its variable. Pydantic's sentences name the rule, never the value."""
    why = "is missing" if kind == "missing" else message.removeprefix("Value error, ")
    return f"{VARIABLES.get(field, field)} {why.replace('Input should', 'must').replace('String should', 'must')}"
