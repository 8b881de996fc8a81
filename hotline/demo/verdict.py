"""Whether a night went as it must: every check with what it found, judged from the database and the carrier's books."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from hotline import engine, oversight
from hotline.demo.night import Night
from hotline.demo.people import STAFF
from hotline.services import Services
from hotline.simulator import SimulatedCarrier
from hotline.simulator.ledger import Webhook
from hotline.store import events
from hotline.views import ReportFacts, Viewer
from triage.states import Role

# A person waits for what these say; the carrier's own notices about our messages may take as long as the contract
# gives any webhook.
SLOWEST_ANSWER_S = 1.0
SLOWEST_NOTICE_S = 5.0
AUDITOR = Viewer(None, Role.AUDITOR, token_id="demo")  # noqa: S106 - an id, and no secret


@dataclass(frozen=True)
class Check:
    """One thing that must hold; `faults` is empty when it does."""

    says: str
    faults: tuple[str, ...]


def facts_of(services: Services) -> tuple[ReportFacts, ...]:
    """All reports of the night, oldest first."""
    return tuple(reversed(oversight.reports(services, AUDITOR, limit=200).reports))


def judge(night: Night, expected: int) -> list[Check]:
    """Every check of the night; `expected` is how many reports there must be."""
    services, carrier = night.house.services, night.house.carrier
    facts = facts_of(services)
    return [
        Check(
            f"{expected} orang, {expected} laporan / {expected} people, {expected} reports", _counted(facts, expected)
        ),
        _each(facts, "setiap laporan diterima seseorang / somebody has taken every report", _is_taken),
        _each(facts, "setiap laporan punya pemilik dan tenggat / every report has an owner and a due time", _is_owned),
        Check("setiap pelapor paling banyak satu pesan / at most one message to each caller", _too_many(night)),
        Check("tidak ada pesan bila tidak aman / none where it is not safe", _spoken_to_the_silent(night)),
        Check("setiap webhook dijawab tepat waktu / every webhook answered in time", _slow(carrier)),
        Check("tidak ada kesalahan di mata operator / no fault in the carrier's eyes", _blamed(carrier)),
        Check("semua invarian berlaku / every invariant holds", tuple(engine.audit(services))),
        Check("rantai catatan utuh / the chain of events is whole", _broken(services)),
    ]


def _counted(facts: tuple[ReportFacts, ...], expected: int) -> tuple[str, ...]:
    return () if len(facts) == expected else (f"there are {len(facts)} reports",)


def _each(facts: Iterable[ReportFacts], says: str, holds: Callable[[ReportFacts], bool]) -> Check:
    return Check(says, tuple(f"{fact.ref} ({fact.channel}, {fact.status})" for fact in facts if not holds(fact)))


def _is_taken(fact: ReportFacts) -> bool:
    return fact.accepted_at is not None and fact.holder is not None


def _is_owned(fact: ReportFacts) -> bool:
    return bool(fact.responsible) and fact.due_at is not None


def _callers(night: Night) -> list[tuple[str, int]]:
    staff = {member.phone for member in STAFF}
    phones = night.house.carrier.phones
    return [(number, len(phone.messages)) for number, phone in phones.items() if number not in staff]


def _too_many(night: Night) -> tuple[str, ...]:
    return tuple(f"{count} messages to the phone {number}" for number, count in _callers(night) if count > 1)


def _spoken_to_the_silent(night: Night) -> tuple[str, ...]:
    return tuple(f"a message to {number}" for number, count in _callers(night) if count and number in night.silent)


def _slow(carrier: SimulatedCarrier) -> tuple[str, ...]:
    slow = (hook for hook in carrier.webhooks if hook.seconds > _limit_s(hook))
    return tuple(f"{hook.path} took {hook.seconds:.2f} s" for hook in slow)


def _limit_s(hook: Webhook) -> float:
    return SLOWEST_NOTICE_S if hook.path.endswith(("/status", "/recording")) else SLOWEST_ANSWER_S


def _blamed(carrier: SimulatedCarrier) -> tuple[str, ...]:
    faults = tuple(f"{fault.code} {fault.url}: {fault.detail}" for fault in carrier.faults_seen)
    return faults + tuple(carrier.unexpected())


def _broken(services: Services) -> tuple[str, ...]:
    with services.database.look() as tx:
        return tuple(events.broken(tx))
