"""Faults of the network and of the carrier, switched on for the next request, for a while, or until lifted."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Fault(StrEnum):
    """What can go wrong; the value is the name used on the page and in its API."""

    # REST requests of the application
    SLOW = "slow"
    TOO_MANY = "too-many"
    SERVER_ERROR = "server-error"
    BAD_GATEWAY = "bad-gateway"
    HANG = "hang"
    ANSWER_LOST = "answer-lost"
    DROPPED = "dropped"
    REFUSED = "refused"
    MEDIA_LATE = "media-late"
    # what becomes of an accepted message or call
    CALLBACK_EARLY = "callback-early"
    CALLBACK_TWICE = "callback-twice"
    CALLBACK_REVERSED = "callback-reversed"
    CALLBACK_LOST = "callback-lost"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    BUSY = "busy"
    NO_ANSWER = "no-answer"
    # webhooks to the application
    WEBHOOK_LOST = "webhook-lost"
    WEBHOOK_TWICE = "webhook-twice"
    WEBHOOK_UNSIGNED = "webhook-unsigned"
    WEBHOOK_TAMPERED = "webhook-tampered"


@dataclass
class Plan:
    """One fault to come: how often, how long, for whom.

    `times` None means until lifted or until `until`; `only` narrows it to one resource (`Messages`, `Calls`,
    `Media`, `Recordings`), one webhook path, or one address; `seconds` and `code` belong to SLOW, HANG, REFUSED,
    UNDELIVERED and FAILED.
    """

    fault: Fault
    times: int | None = 1
    until: datetime | None = None
    only: str = ""
    code: int = 0
    seconds: float = 0.0


class Faults:
    """The faults that wait for their occasion. Safe to use from several threads."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._plans: list[Plan] = []
        self._lock = threading.Lock()

    def next(self, fault: Fault, *, times: int = 1, only: str = "", code: int = 0, seconds: float = 0.0) -> Plan:
        """Switch a fault on for the next `times` occasions."""
        return self._add(Plan(fault, times, None, only, code, seconds))

    def for_a_while(self, fault: Fault, lasting: timedelta, *, only: str = "", code: int = 0) -> Plan:
        """Switch a fault on for a duration of the carrier's clock."""
        return self._add(Plan(fault, None, self._now() + lasting, only, code))

    @contextmanager
    def during(self, fault: Fault, *, only: str = "", code: int = 0, seconds: float = 0.0) -> Iterator[Plan]:
        """Switch a fault on for a block."""
        plan = self._add(Plan(fault, None, None, only, code, seconds))
        try:
            yield plan
        finally:
            self.lift(plan)

    def lift(self, plan: Plan | None = None) -> None:
        """Switch one fault off, or all of them."""
        with self._lock:
            self._plans = [each for each in self._plans if plan is not None and each is not plan]

    def take(self, fault: Fault, *subjects: str) -> Plan | None:
        """The plan for a fault whose occasion this is, used up by one; None if nothing is to go wrong.

        `subjects`: the resource and the addresses the occasion is about.
        """
        with self._lock:
            self._forget_past()
            for plan in self._plans:
                if plan.fault is fault and (not plan.only or plan.only in subjects):
                    self._use_up(plan)
                    return plan
        return None

    def waiting(self) -> list[Plan]:
        """The faults that have not happened as often as they were asked for."""
        with self._lock:
            self._forget_past()
            return list(self._plans)

    def _add(self, plan: Plan) -> Plan:
        with self._lock:
            self._plans.append(plan)
        return plan

    def _use_up(self, plan: Plan) -> None:
        if plan.times is None:
            return
        plan.times -= 1
        if plan.times <= 0:
            self._plans.remove(plan)

    def _forget_past(self) -> None:
        now = self._now()
        self._plans = [plan for plan in self._plans if plan.until is None or now < plan.until]
