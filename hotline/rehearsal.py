"""What a process does before its first event, so that the first caller of the day does not wait for it. No network."""

from hotline.gateway.addresses import phone_of
from hotline.services import Services
from triage.urgency import Conversation, score_safely


def rehearse(services: Services) -> None:
    """Builds the tables that triage and the reading of numbers else build at their first use: a quarter of a second.

    Done before the web server forks, so that all its workers share them, those too that are born in a storm.
    """
    score_safely(Conversation(("halo",), "whatsapp"), services.protocol)
    phone_of("0811 0000 0001")
