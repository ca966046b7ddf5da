"""Says how sure a figure is: bootstrap intervals over sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from steptts.evaluate.error_rate import Errors

N_DRAWS = 2_000  # of sentences with replacement; the ends of the interval then move by about 2 %
CONFIDENCE = 0.95


class Interval(NamedTuple):
    """A figure and the 95 % interval around it."""

    value: float
    low: float
    high: float


def ratio_interval(
    numerators: Sequence[float], denominators: Sequence[float], *, seed: int = 0
) -> Interval:
    """Returns sum(numerators) / sum(denominators), and its interval over sentences.

    Args:
        numerators: one number per sentence, such as errors or CPU seconds.
        denominators: one number per sentence, such as words or audio seconds.
        seed: of the draws.
    """
    if not numerators:
        return Interval(float("nan"), float("nan"), float("nan"))
    over, under = np.asarray(numerators, float), np.asarray(denominators, float)
    rng = np.random.default_rng(seed)
    drawn = rng.integers(0, len(over), size=(N_DRAWS, len(over)))
    ratios = over[drawn].sum(1) / np.maximum(under[drawn].sum(1), 1e-9)
    low, high = np.quantile(ratios, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return Interval(float(over.sum() / max(under.sum(), 1e-9)), float(low), float(high))


def mean_interval(values: Sequence[float], *, seed: int = 0) -> Interval:
    """Returns the mean of one value per sentence, and its interval."""
    return ratio_interval(values, [1.0] * len(values), seed=seed)


def error_interval(errors: Sequence[Errors]) -> Interval:
    """Returns the pooled error rate of sentences, and its interval."""
    return ratio_interval([e.total for e in errors], [e.n_tokens for e in errors])
