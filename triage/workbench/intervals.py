"""Shares with exact intervals: how far a count of so few can be trusted."""

from collections.abc import Callable
from dataclasses import dataclass
from math import exp, lgamma, log, log1p

_TINY = 1e-300
_STEPS = 10_000


@dataclass(frozen=True)
class Share:
    """`hits` of `trials`."""

    hits: int
    trials: int

    @property
    def value(self) -> float | None:
        """From 0 to 1; None where there was nothing to count."""
        return self.hits / self.trials if self.trials else None

    @property
    def interval(self) -> tuple[float, float]:
        """The exact 95 % interval."""
        return clopper_pearson(self.hits, self.trials)


def clopper_pearson(hits: int, trials: int, confidence: float = 0.95) -> tuple[float, float]:
    """The exact interval of a share (Clopper and Pearson, Biometrika 26:404). ValueError for impossible counts."""
    if not 0 <= hits <= trials or not 0 < confidence < 1:
        raise ValueError("not a count of hits among trials")
    tail = (1 - confidence) / 2
    low = _root(lambda p: at_least(hits, trials, p) - tail) if hits else 0.0
    high = _root(lambda p: at_least(hits + 1, trials, p) - (1 - tail)) if hits < trials else 1.0
    return low, high


def at_least(hits: int, trials: int, p: float) -> float:
    """The chance of `hits` or more in `trials`, each with the chance `p`; the incomplete beta function."""
    if hits <= 0 or p >= 1:
        return 1.0
    if hits > trials or p <= 0:
        return 0.0
    a, b = float(hits), float(trials - hits + 1)
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(p) + b * log1p(-p))
    # The fraction converges fast on this side of the mean only; the other side is its mirror.
    if p < (a + 1) / (a + b + 2):
        return front * _fraction(a, b, p) / a
    return 1 - front * _fraction(b, a, 1 - p) / b


def _fraction(a: float, b: float, x: float) -> float:
    """The continued fraction of the incomplete beta function by Lentz's method (DLMF 8.17.22)."""
    c, d = 1.0, 1 / _nonzero(1 - (a + b) * x / (a + 1))
    value = d
    for step in range(1, _STEPS):
        even = step * (b - step) * x / ((a + 2 * step - 1) * (a + 2 * step))
        d, c = 1 / _nonzero(1 + even * d), _nonzero(1 + even / c)
        value *= c * d
        odd = -(a + step) * (a + b + step) * x / ((a + 2 * step) * (a + 2 * step + 1))
        d, c = 1 / _nonzero(1 + odd * d), _nonzero(1 + odd / c)
        value *= c * d
        if abs(c * d - 1) < 1e-15:
            break
    return value


def _nonzero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY


def _root(rising: Callable[[float], float]) -> float:
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if rising(middle) > 0 else (middle, high)
    return (low + high) / 2
