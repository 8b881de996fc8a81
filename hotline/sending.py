"""The services of a process that speaks to the carrier: only worker and ticker load its client (28 MB, 100 ms)."""

from dataclasses import replace

from hotline.gateway.carrier import Carrier, CarrierAccount
from hotline.services import Services


def with_carrier(services: Services) -> Services:
    """The same services, able to send; one client for all threads of the process."""
    settings = services.settings
    account = CarrierAccount(
        sid=settings.twilio_account_sid,
        token=settings.signing_tokens[0],
        number=settings.hotline_number,
        whatsapp=settings.whatsapp_sender,
        origin=settings.twilio_api_base_url,
    )
    return replace(services, carrier=Carrier(account))
