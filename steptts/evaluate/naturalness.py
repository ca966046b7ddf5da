"""Guesses how natural speech sounds to people: DistillMOS, a mean opinion score from 1 to 5.

Differences below 0.1 mean nothing. It likes slow speech, so it cannot compare speeds, and it was
never meant for singing.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import io
import sys
import types
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from steptts.clip import resample
from steptts.errors import BackendError
from steptts.evaluate.judge_files import DISTILL_MOS, judge_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from steptts.stages import FloatArray

SAMPLE_RATE = 16_000


class NaturalnessJudge(Protocol):
    """Gives a mean opinion score."""

    def score(self, waveform: FloatArray, sample_rate: int) -> float:
        """Returns the predicted mean opinion score, 1 (bad) to 5 (excellent)."""


class DistillMos:
    """DistillMOS v7 (arXiv 2502.05356): 4 M parameters, distilled from XLS-R."""

    def __init__(self, folder: Path, *, threads: int = 1) -> None:
        """Loads the model from the judges' folder and sets torch's thread count.

        Raises:
            BackendError: torch or the judges are missing.
            WeightsError: the weights are not the expected ones.
        """
        weights = judge_file(folder, DISTILL_MOS)
        try:
            import torch
        except ImportError as error:
            raise BackendError('torch is missing: pip install "steptts[evaluate]"') from error
        torch.set_num_threads(threads)
        with _importable(weights.parents[2]), _without_torchaudio():
            module = importlib.import_module("distillmos")
        with contextlib.redirect_stdout(io.StringIO()):  # it announces its weights
            self._model: Any = module.ConvTransformerSQAModel().eval()

    def score(self, waveform: FloatArray, sample_rate: int) -> float:
        """Returns the predicted mean opinion score of a waveform [samples]."""
        import torch

        samples = np.ascontiguousarray(resample(waveform, sample_rate, SAMPLE_RATE), np.float32)
        with torch.inference_mode():
            return float(self._model(torch.from_numpy(samples)[None]))


@contextlib.contextmanager
def _importable(folder: Path) -> Iterator[None]:
    """Lets modules be imported from a folder for a moment."""
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))


@contextlib.contextmanager
def _without_torchaudio() -> Iterator[None]:
    """Stands in for torchaudio while DistillMOS is imported.

    The package imports it only to read files; arrays are scored without it, and it often lags
    behind torch. An installed torchaudio is left alone.
    """
    if importlib.util.find_spec("torchaudio") is not None:
        yield
        return
    sys.modules["torchaudio"] = types.ModuleType("torchaudio")
    try:
        yield
    finally:
        del sys.modules["torchaudio"]
