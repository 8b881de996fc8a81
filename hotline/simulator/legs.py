"""A phone on a call: what the person who holds it can do, and what she hears."""

from hotline.simulator.line import HANG_UP, SILENT, Decision, LegOver, LegState, Line, Sign

# Wall seconds until a test is told that the carrier does not come to a stop.
LONGEST_SETTLING = 15.0


class Leg(Line):
    """One leg of a call in the hands of a person, who reads what was said in `heard`.

    With an instant clock each act waits until the carrier has come to its next stop, so a test reads in order.
    """

    def press(self, keys: str) -> None:
        """Press keys; raises LegOver if the call is over."""
        if not keys or set(keys) - set("0123456789*#"):
            raise ValueError("keys are 0-9, * and #")
        self._decide(Decision(Sign.KEYS, keys))

    def speak(self, text: str) -> None:
        """Say something that speech recognition would understand as `text`."""
        self._decide(Decision(Sign.SPEECH, text))

    def say_after_beep(self, sound: bytes, *, then_hang_up: bool = False) -> None:
        """Speak into a recording, then wait for its end or put the phone down."""
        self._decide(Decision(Sign.SOUND, HANG_UP if then_hang_up else "", sound))

    def silence(self) -> None:
        """Do nothing until the carrier's time-out: no key, one more round on hold, or let it ring to the end."""
        if self.state is LegState.RINGING:
            self._at_the_ring()
        else:
            self._decide(SILENT)

    def answer(self) -> None:
        """Pick up a ringing phone; raises LegOver if it does not ring."""
        self._at_the_ring(answered=True)

    def decline(self) -> None:
        """Refuse a ringing call; raises LegOver if the phone does not ring."""
        self._at_the_ring(declined=True)

    def hang_up(self) -> None:
        """Put the phone down; nothing happens if the call is over already."""
        self.drop()
        self.settle()

    def settle(self) -> None:
        """With an instant clock: wait until the carrier needs somebody to decide, or the call is over."""
        if not self.clock.instant or self.ledger.wait_until(lambda: self.settled, LONGEST_SETTLING):
            return
        if not self.ledger.closed:
            raise TimeoutError("the carrier does not come to a stop on this call")

    def _decide(self, decision: Decision) -> None:
        self.settle()
        self.decide(decision)
        self.settle()

    def _at_the_ring(self, *, answered: bool = False, declined: bool = False) -> None:
        """Do something about a ringing phone: neither of both lets it ring to the end."""
        with self.ledger.change():
            if self.state is not LegState.RINGING:
                raise LegOver("the phone does not ring")
            self.answered, self.declined, self.unmoved = answered, declined, not (answered or declined)
            self.state = LegState.WALKING
        self.settle()
