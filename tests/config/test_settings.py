"""The environment is read whole or refused whole, and no refusal shows what it refused."""

import base64
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from config.settings import VARIABLES, BadSettings, Mode, Settings, load_settings
from tests.services import environment, key

REQUIRED = (
    ["DATABASE_URL", "REDIS_URL", "PUBLIC_BASE_URL", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "HOTLINE_NUMBER"]
    + ["SECRET_KEY", "FIELD_KEYS", "INDEX_KEY"]
)  # fmt: skip
MALFORMED = [
    ("HOTLINE_MODE", "staging"),
    ("DATABASE_URL", "postgres://hotline:Zz-hunter2@db/hotline"),
    ("DATABASE_URL", "mysql://hotline:Zz-hunter2@db/hotline"),
    ("DATABASE_URL", "postgresql+psycopg://hotline:Zz-hunter2@db"),
    ("DATABASE_URL", "postgresql+psycopg://hotline:Zz-hunter2@db:port/hotline"),
    ("DATABASE_URL", "sqlite://"),
    ("REDIS_URL", "http://:Zz-hunter2@cache"),
    ("REDIS_URL", "redis://"),
    ("PUBLIC_BASE_URL", "hotline.test"),
    ("PUBLIC_BASE_URL", "ftp://hotline.test"),
    ("PUBLIC_BASE_URL", "https://hotline.test/base"),
    ("PUBLIC_BASE_URL", "https://hotline.test?Zz-hunter2"),
    ("PUBLIC_BASE_URL", "https://Zz-hunter2@hotline.test"),
    ("PUBLIC_BASE_URL", "https://hot_line.test"),
    ("PUBLIC_BASE_URL", "https://hotline.test:99999"),
    ("TWILIO_ACCOUNT_SID", "AC" + "g" * 32),
    ("TWILIO_ACCOUNT_SID", "AC" + "0" * 31),
    ("TWILIO_API_BASE_URL", "127.0.0.1:9"),
    ("HOTLINE_NUMBER", "0765000000"),
    ("HOTLINE_NUMBER", "+62 765 000000"),
    ("HOTLINE_WHATSAPP", "whatsapp:62765000000"),
    ("SECRET_KEY", "Zz-hunter2"),
    ("FIELD_KEYS", "Zz-hunter2!"),
    ("FIELD_KEYS", base64.b64encode(b"Zz-hunter2").decode()),
    ("FIELD_KEYS", f"{key(1)},{key(1)}"),
    ("FIELD_KEYS", f"{key(1)},"),
    ("INDEX_KEY", f"{key(1)},{key(2)}"),
    ("UNIT_CODE", "dumai kota"),
    ("UNIT_NAME", "U" * 81),
    ("UNIT_TIMEZONE", "Asia/Dumai"),
    ("UNIT_TIMEZONE", "../etc/passwd"),
    ("PROTOCOL_FILE", "/nowhere/protocol.toml"),
    ("METRICS_TOKEN", "Zz-hunter2"),
    ("LOG_LEVEL", "LOUD"),
]


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    protocol = tmp_path / "protocol.toml"
    protocol.touch()
    return environment(PROTOCOL_FILE=str(protocol))


def test_a_complete_environment_gives_ready_values(environ: dict[str, str]) -> None:
    settings = load_settings(
        environ | {"FIELD_KEYS": f"{key(2)}, {key(1)}", "TWILIO_AUTH_TOKEN_NEXT": "the-next-token"}
    )
    assert settings.field_keys == (b"\x02" * 32, b"\x01" * 32)
    assert settings.index_key == b"\x09" * 32
    assert settings.signing_tokens == ("invented-token-of-the-tests", "the-next-token")
    assert settings.zone == ZoneInfo("Asia/Jakarta")
    assert settings.database_url == environ["DATABASE_URL"]
    assert settings.redis_url == environ["REDIS_URL"]
    assert settings.whatsapp_sender == "whatsapp:+62765000000"


@pytest.mark.parametrize("written", ["+62811000001", "whatsapp:+62811000001"])
def test_the_whatsapp_number_may_carry_the_carriers_prefix(environ: dict[str, str], written: str) -> None:
    assert load_settings(environ | {"HOTLINE_WHATSAPP": written}).whatsapp_sender == "whatsapp:+62811000001"


def test_production_is_the_mode_of_who_says_nothing(environ: dict[str, str]) -> None:
    del environ["HOTLINE_MODE"]
    assert load_settings(environ).mode is Mode.PRODUCTION


def test_url_safe_keys_and_a_slash_after_the_origin_are_understood(environ: dict[str, str]) -> None:
    url_safe = base64.urlsafe_b64encode(b"\xff" * 32).decode()
    settings = load_settings(environ | {"INDEX_KEY": url_safe, "PUBLIC_BASE_URL": "https://hotline.test:8443/"})
    assert settings.index_key == b"\xff" * 32
    assert settings.public_base_url == "https://hotline.test:8443"


@pytest.mark.parametrize("name", REQUIRED)
@pytest.mark.parametrize("empty", [False, True])
def test_a_missing_variable_is_named(environ: dict[str, str], name: str, empty: bool) -> None:
    environ[name] = "  "
    if not empty:
        del environ[name]
    with pytest.raises(BadSettings, match=f"^settings: {name} is missing$"):
        load_settings(environ)


@pytest.mark.parametrize(("name", "value"), MALFORMED)
def test_a_malformed_variable_is_named_without_its_value(environ: dict[str, str], name: str, value: str) -> None:
    with pytest.raises(BadSettings) as caught:
        load_settings(environ | {name: value})
    text = str(caught.value)
    assert text.startswith(f"settings: {name} must ")
    assert ";" not in text
    assert "Zz-hunter2" not in text
    assert caught.value.__cause__ is caught.value.__context__ is None


def test_all_faults_stand_in_one_line() -> None:
    with pytest.raises(BadSettings) as caught:
        load_settings({"HOTLINE_NUMBER": "0765", "LOG_LEVEL": "debug", "PROTOCOL_FILE": __file__})
    text = str(caught.value)
    assert "\n" not in text
    assert [name for name in REQUIRED if f"{name} is missing" not in text] == ["HOTLINE_NUMBER"]
    assert "HOTLINE_NUMBER must be an E.164 number" in text


def test_no_secret_shows_in_any_print_of_the_settings(environ: dict[str, str]) -> None:
    secrets = {"METRICS_TOKEN": "Zz-metrics-token-1", "TWILIO_AUTH_TOKEN_NEXT": "Zz-next", "SECRET_KEY": "Zz" * 20}
    urls = {"DATABASE_URL": "postgresql+psycopg://h:Zz-pw@db/h", "REDIS_URL": "redis://:Zz-pw@cache/0"}
    settings = load_settings(environ | secrets | urls | {"TWILIO_AUTH_TOKEN": "Zz-token"})
    for shown in (repr(settings), str(settings), str(settings.model_dump()), settings.model_dump_json()):
        assert "Zz" not in shown
        assert key(1) not in shown


def test_settings_do_not_change(environ: dict[str, str]) -> None:
    settings = load_settings(environ)
    with pytest.raises(ValidationError):
        settings.unit_code = "RIAU"  # type: ignore[misc]


def test_what_the_environment_holds_besides_is_no_concern(environ: dict[str, str]) -> None:
    assert load_settings(environ | {"PATH": "/usr/bin"}) == load_settings(environ)


def test_every_field_has_a_variable() -> None:
    assert len(set(VARIABLES.values())) == len(Settings.model_fields)
    assert all(name.isupper() for name in VARIABLES.values())
