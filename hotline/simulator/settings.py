"""Settings of the simulated carrier, read from the environment, and its refusals to start."""

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from hotline.simulator.addresses import bare

# A real account SID has 32 random hex digits; the documented fake is AC followed by zeros.
FAKE_ACCOUNT = re.compile(r"AC0{24}[0-9a-fA-F]{8}")
FAKE_ACCOUNT_SID = "AC00000000000000000000000000000000"
ALLOWED_MODES = ("demo", "test")
# What reference deployments configure on each URL: retry whatever fails, within the carrier's 15 seconds.
MESSAGE_OVERRIDES = "rc=4&rp=all&ct=2000&rt=4000&tt=15000"
CALL_OVERRIDES = "rc=2&rp=5xx,ct,rt&ct=1500&rt=4000"


class SimulatorRefused(RuntimeError):
    """The simulated carrier does not run with these settings; the text says why."""


@dataclass(frozen=True)
class Settings:
    """Who the simulated carrier is, whom it calls back, and which switches of the account are on."""

    account_sid: str = FAKE_ACCOUNT_SID
    auth_token: str = field(default="simulated-token", repr=False)
    hotline_number: str = "+62765000000"
    hotline_whatsapp: str = "+62765000000"
    public_base: str = "https://hotline.test"
    app_base: str = ""
    host: str = "127.0.0.1"
    port: int = 0
    mode: str = "test"
    webhook_limit: float = 15.0
    message_redaction: bool = False
    media_redirects: bool = True
    api_keys: Mapping[str, str] = field(default_factory=dict, repr=False)
    templates: Mapping[str, str] = field(default_factory=dict)
    # An application that outlives the carrier must not see the SIDs of before again: it would take them for repeats.
    first_sid: int = 1

    def __post_init__(self) -> None:
        if self.mode not in ALLOWED_MODES:
            raise SimulatorRefused("HOTLINE_MODE must be demo or test: the simulated carrier never runs in production")
        if not FAKE_ACCOUNT.fullmatch(self.account_sid):
            raise SimulatorRefused("TWILIO_ACCOUNT_SID must be the documented fake, AC followed by zeros")
        if not is_loopback(self.host):
            raise SimulatorRefused("the simulated carrier listens on the loopback only")

    @property
    def sms_sender(self) -> str:
        """The hotline's address for SMS and voice."""
        return self.hotline_number

    @property
    def whatsapp_sender(self) -> str:
        """The hotline's WhatsApp address, with its channel."""
        return "whatsapp:" + bare(self.hotline_whatsapp)

    def webhook_url(self, path: str) -> str:
        """The URL configured in the account for an event, connection overrides included."""
        overrides = CALL_OVERRIDES if "/call" in path else MESSAGE_OVERRIDES
        return f"{self.public_base.rstrip('/')}{path}#{overrides}"


def is_loopback(host: str) -> bool:
    """Whether a host name or address can only mean this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def settings_from(environ: Mapping[str, str], **changes: object) -> Settings:
    """Settings of an environment; `changes` win. Raises SimulatorRefused where it must not run."""
    missing = [name for name in ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "HOTLINE_NUMBER") if not environ.get(name)]
    if missing:
        raise SimulatorRefused("missing: " + ", ".join(missing))
    found = Settings(
        account_sid=environ["TWILIO_ACCOUNT_SID"],
        auth_token=environ["TWILIO_AUTH_TOKEN"],
        hotline_number=environ["HOTLINE_NUMBER"],
        hotline_whatsapp=bare(environ.get("HOTLINE_WHATSAPP") or environ["HOTLINE_NUMBER"]),
        public_base=environ.get("PUBLIC_BASE_URL", "https://hotline.test"),
        mode=environ.get("HOTLINE_MODE", "production"),
    )
    return replace(found, **{name: value for name, value in changes.items() if value is not None})  # type: ignore[arg-type]
