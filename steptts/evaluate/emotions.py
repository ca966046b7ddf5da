"""Recognises emotions by prosody alone: a linear classifier on the twelve figures of `prosody`.

Linear discriminant analysis (R. Fisher 1936), its covariance shrunk a little towards its diagonal
(J. Friedman, "Regularized discriminant analysis", JASA 84, 1989). The shipped numbers come from the
teacher's prosody under the same recipes (`steptts.distill.emotions`), not from the model that is
judged. It compares with the voice's own neutral speech, as a listener who knows the speaker would.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from steptts.errors import WeightsError
from steptts.evaluate.prosody import FEATURES

if TYPE_CHECKING:
    from collections.abc import Sequence

DoubleArray = NDArray[np.float64]
SHRINKAGE = 0.1
SHIPPED = "emotions.json"


@dataclass(frozen=True)
class EmotionJudge:
    """Fitted numbers: C classes, 12 figures.

    Attributes:
        emotions: names of the classes.
        scale: [12], by which figures are divided.
        weights: [C][12]. bias: [C].
        made: from what, and how.
    """

    emotions: tuple[str, ...]
    scale: tuple[float, ...]
    weights: tuple[tuple[float, ...], ...]
    bias: tuple[float, ...]
    made: str = ""

    def recognise(self, figures: DoubleArray) -> str:
        """The likeliest emotion of figures [12], less the voice's neutral ones."""
        scores = np.array(self.weights) @ (figures / np.array(self.scale)) + np.array(self.bias)
        return self.emotions[int(np.argmax(scores))]

    def to_json(self) -> str:
        """As `read_judge` reads it; four digits are enough."""
        rounded = {
            "scale": [round(value, 4) for value in self.scale],
            "weights": [[round(value, 4) for value in row] for row in self.weights],
            "bias": [round(value, 4) for value in self.bias],
        }
        return json.dumps({**asdict(self), "features": FEATURES, **rounded}, indent=1) + "\n"


def fit_judge(figures: DoubleArray, emotions: Sequence[str], made: str = "") -> EmotionJudge:
    """Fit to figures [N, 12], each less its voice's neutral ones, and their emotions [N]."""
    names = sorted(set(emotions))
    labels = np.array([names.index(emotion) for emotion in emotions])
    scale = figures.std(0)
    scaled = figures / scale
    means = np.stack([scaled[labels == k].mean(0) for k in range(len(names))])
    within = (scaled - means[labels]).T @ (scaled - means[labels]) / (len(labels) - len(names))
    within = (1 - SHRINKAGE) * within + SHRINKAGE * np.diag(np.diag(within))
    weights = np.linalg.solve(within, means.T).T
    bias = -0.5 * (weights * means).sum(1)
    rows = tuple(tuple(row) for row in weights.tolist())
    return EmotionJudge(tuple(names), tuple(scale.tolist()), rows, tuple(bias.tolist()), made)


def read_judge(source: str | None = None) -> EmotionJudge:
    """The shipped judge, or one from JSON.

    Raises:
        WeightsError: it was fitted to other figures.
    """
    if source is None:
        source = (files("steptts.evaluate") / "data" / SHIPPED).read_text(encoding="utf-8")
    read = json.loads(source)
    if tuple(read["features"]) != FEATURES:
        raise WeightsError(f"the judge of emotions knows {read['features']}, not {FEATURES}")
    rows = tuple(tuple(row) for row in read["weights"])
    return EmotionJudge(
        tuple(read["emotions"]), tuple(read["scale"]), rows, tuple(read["bias"]), read["made"]
    )
