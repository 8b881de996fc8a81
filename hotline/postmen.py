"""The postmen: notices on their way to the carrier, many at once, each recorded as soon as it has come back."""

import logging
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from types import TracebackType

from hotline import post
from hotline.post import Outcome
from hotline.services import Services
from hotline.store import claims
from hotline.store.claims import Claimed

_log = logging.getLogger(__name__)
# A carrier answers in 100 to 400 ms: so many at once are four hundred a second from one process, and an emergency does
# not wait for a queue of others.
POSTMEN = 64


class Postmen:
    """Threads that speak to the carrier; whoever owns them claims and records, on one connection of the database.

    What comes back together is recorded in one transaction: a commit for each would cost more than the request. No
    transaction is open while the carrier speaks. Leaving waits for everybody who is out, and records.
    """

    def __init__(self, services: Services) -> None:
        self._services = services
        self._threads = ThreadPoolExecutor(POSTMEN, "post")
        self._out: dict[Future[Outcome], Claimed] = {}

    def __enter__(self) -> "Postmen":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._threads:
            while self._out and error is None:
                self.come_back()

    def send_due(self) -> int:
        """Claims what is due, as much as there are free hands, and sends it; returns how many went."""
        free, now, unit_id = POSTMEN - len(self._out), self._services.now(), self._services.unit.id
        if not free:
            return 0
        return self._go(self._services.database.run(lambda tx: claims.claim_due(tx, unit_id, now, free)), post.send)

    def look_for_lapsed(self) -> int:
        """Takes over rows whose sender died or stalled: looked for at the carrier before anything is sent again."""
        now, unit_id = self._services.now(), self._services.unit.id
        lapsed = self._services.database.run(lambda tx: claims.claim_lapsed(tx, unit_id, now, POSTMEN))
        return self._go(lapsed, post.recover)

    def come_back(self, *, patient: bool = True) -> int:
        """Records whoever has come back, waiting for the first if `patient`; returns how many."""
        if not self._out:
            return 0
        done, _ = wait(self._out, timeout=None if patient else 0, return_when=FIRST_COMPLETED)
        back = [(self._out.pop(future), future) for future in done]
        post.record(self._services, [(claimed, future.result()) for claimed, future in back if _is_sound(future)])
        return len(back)

    def _go(self, claimed: list[Claimed], work: Callable[[Services, Claimed], Outcome]) -> int:
        for row in claimed:
            self._out[self._threads.submit(work, self._services, row)] = row
        return len(claimed)


def _is_sound(future: Future[Outcome]) -> bool:
    """A fault of ours in one request must not take the others with it; the row's lease brings it back."""
    if future.exception() is None:
        return True
    _log.error("post.failed", exc_info=future.exception())
    return False
