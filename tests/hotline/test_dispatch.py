"""Any history of words, answers, faults, kills and time: after every step nobody is lost."""

import contextlib
import tempfile
from datetime import timedelta
from functools import partial
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from hotline import casework, conflicts
from hotline.errors import NotFound
from hotline.outcomes import Verdict
from hotline.simulator import Fault
from hotline.store import claims
from hotline.transfers import Request
from tests.books import Case, faults_of
from tests.builders import EMERGENCY, HIGH, LOW, MEDIUM
from tests.databases import SqliteDatabases
from tests.town import Town
from triage.casework import CloseReason
from triage.protocol import Level
from triage.states import ConflictReason, DispatchState, DueKind, OfferState, OutboxState

NOBODY_LISTENS = "redis://127.0.0.1:1/0"
CALLERS = st.integers(1, 3)
STAFF = st.sampled_from(["Sari", "Rina", "Kepala"])
WORDS = st.sampled_from([EMERGENCY, HIGH, MEDIUM, LOW, "halo", ""])
WORDS_OF_STAFF = st.sampled_from(["YA {}", "TIDAK {}", "YA", "TIDAK", "KONTAK {}", "LEPAS {}", "HADIR", "hmm {}"])
FAULTS = st.sampled_from(
    [Fault.ANSWER_LOST, Fault.DROPPED, Fault.TOO_MANY, Fault.SERVER_ERROR, Fault.UNDELIVERED, Fault.FAILED]
    + [Fault.CALLBACK_REVERSED, Fault.CALLBACK_EARLY, Fault.CALLBACK_TWICE, Fault.CALLBACK_LOST]
)


class House(RuleBasedStateMachine):
    """A town without Redis: the ticker alone drives it, which is the hardest case."""

    @initialize()
    def begin(self) -> None:
        """An empty house with three people."""
        self.folder = tempfile.TemporaryDirectory()
        self.town = Town(SqliteDatabases().migrated(Path(self.folder.name)), NOBODY_LISTENS)
        self.town.__enter__()
        self.town.slowest_webhook_s = 10.0
        for member in self.town.hire_everybody():
            member.phone.forget_expected()
        self.seen: dict[str, Case] = {}
        self.lowered: set[str] = set()

    @rule(number=CALLERS, words=WORDS, whatsapp=st.booleans())
    def somebody_writes(self, number: int, words: str, whatsapp: bool) -> None:
        """A caller writes, by WhatsApp or SMS."""
        phone = self.town.caller(number).forget_expected()
        assert (phone.whatsapp(words) if whatsapp else phone.sms(words)).status == 200

    @rule(number=CALLERS)
    def somebody_calls_and_hangs_up(self, number: int) -> None:
        """A call that ends at the tone."""
        self.town.caller(number).call().hang_up()

    @precondition(lambda self: self.seen)
    @rule(name=STAFF, pick=st.integers(0, 99), word=WORDS_OF_STAFF)
    def staff_answer(self, name: str, pick: int, word: str) -> None:
        """A staff member answers about any report, offered to her or not."""
        code = list(self.seen.values())[pick % len(self.seen)].code
        assert self.town.staff[name].phone.whatsapp(word.format(code)).status == 200

    @precondition(lambda self: self.seen)
    @rule(name=STAFF, pick=st.integers(0, 99), closes=st.booleans())
    def staff_work(self, name: str, pick: int, closes: bool) -> None:
        """A contact is recorded, or a report closed, by somebody who may or may not."""
        case = list(self.seen.values())[pick % len(self.seen)]
        if closes:
            act = partial(casework.close_report, reason=next(iter(CloseReason)))
        else:
            act = partial(casework.record_contact)
        with contextlib.suppress(NotFound):
            act(self.town.web, self.town.staff[name].id, case.ref)

    @precondition(lambda self: self.seen)
    @rule(by=STAFF, to=STAFF, pick=st.integers(0, 99), act=st.sampled_from(["release", "ask", "counsellor", "lower"]))
    def it_changes_hands(self, by: str, to: str, pick: int, act: str) -> None:
        """Given back, handed on, assigned, lowered, by somebody who may or may not, to somebody who may or may not."""
        ref = list(self.seen.values())[pick % len(self.seen)].ref
        web, one, other = self.town.web, self.town.staff[by], self.town.staff[to].hired.code
        acts = {
            "release": lambda: casework.release(web, one.id, ref, "other"),
            "ask": lambda: casework.ask_person(web, ref, Request(one.id, other, "other")),
            "counsellor": lambda: casework.seek_counsellor(web, one.id, ref),
            "lower": lambda: casework.lower_level(web, one.id, ref, Level.MEDIUM, "other"),
        }
        with contextlib.suppress(NotFound):
            if acts[act]().verdict is Verdict.RECORDED and act == "lower":
                self.lowered.add(ref)

    @precondition(lambda self: self.seen)
    @rule(name=st.sampled_from(["Sari", "Rina"]), pick=st.integers(0, 99))
    def somebody_is_party(self, name: str, pick: int) -> None:
        """The head names a party to a report."""
        ref = list(self.seen.values())[pick % len(self.seen)].ref
        code = self.town.staff[name].hired.code
        conflicts.exclude(self.town.web, self.town.staff["Kepala"].id, ref, code, ConflictReason.PARTY)

    @rule(fault=FAULTS, times=st.integers(1, 3))
    def the_carrier_fails(self, fault: Fault, times: int) -> None:
        """The next requests meet a fault."""
        self.town.carrier.faults.next(fault, times=times, code=30008)

    @rule()
    def a_worker_dies_with_claimed_rows(self) -> None:
        """Killed between claim and send: nobody will ever record these."""
        town = self.town
        town.worker.database.run(lambda tx: claims.claim_due(tx, town.worker.unit.id, town.clock.now(), 32))

    @rule()
    def the_ladder_is_climbed_and_the_worker_dies(self) -> None:
        """Killed between the plan and the sending."""
        self.town.drain_ladder_only()

    @rule(minutes=st.sampled_from([0.03, 1, 2, 5, 30, 600]))
    def time_passes(self, minutes: float) -> None:
        """A jump, however long, and a few rounds of the ticker."""
        self.town.clock.forward(minutes=minutes)
        for _ in range(3):
            self.town.tick()

    @invariant()
    def nobody_is_lost(self) -> None:
        """The auditor is content, and what was once true of a report never turns back."""
        if not hasattr(self, "town"):
            return
        self.town.carrier.until_idle()
        assert faults_of(self.town.worker, self.town.carrier, 10.0) == []
        for case in self.town.books.cases():
            self._compare(case, self.seen.get(case.dispatch_id, case))
            self.seen[case.dispatch_id] = case

    def _compare(self, now: Case, before: Case) -> None:
        assert now.level.rank >= before.level.rank or now.ref in self.lowered, "no machine lowers a level"
        assert before.state is not DispatchState.CLOSED or now.state is DispatchState.CLOSED
        assert before.accepted_at is None or now.accepted_at == before.accepted_at
        yes = [row for row in self.town.books.offers_of(now) if row.state == OfferState.ACCEPTED]
        held = now.state.is_held
        assert [row.staff_id for row in yes] == ([now.holder_id] if held or yes else [])

    @invariant()
    def no_victim_is_written_to_twice(self) -> None:
        """One neutral line for each report, or none."""
        if not hasattr(self, "town"):
            return
        rows = self.town.books.notices(audience="caller")
        assert all(row.attempts <= 1 or row.state != OutboxState.UNKNOWN for row in rows)
        written = sum(len(self.town.caller(number).messages) for number in (1, 2, 3))
        assert written <= len(rows) <= self.town.books.count("report")

    def teardown(self) -> None:
        """In the calm everybody who waits has been asked for, and the chain holds."""
        if not hasattr(self, "town"):
            return
        town = self.town
        try:
            town.carrier.faults.lift()
            town.pass_time(minutes=2, step_s=30)
            _assert_everybody_is_asked_for(town)
        finally:
            town.__exit__(None, None, None)
            self.folder.cleanup()


def _assert_everybody_is_asked_for(town: Town) -> None:
    """Liveness: whoever waits, and is not left for the morning, was offered to somebody the carrier has told."""
    assert faults_of(town.worker, town.carrier, 10.0) == []
    for case in town.books.cases():
        late = case.next_due_at is not None and case.next_due_at > town.clock.now() + timedelta(hours=2)
        if case.state is DispatchState.WAITING and case.due_kind is not DueKind.BOOKED:
            assert late, f"{case.ref} waits and nobody was asked"


House.TestCase.settings = settings(
    max_examples=12,
    stateful_step_count=18,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    # To explain and to shrink takes minutes here; the printed steps are read by a person.
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)


class TestHouse(House.TestCase):
    """Runs histories of the house."""
