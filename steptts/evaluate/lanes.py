"""Oracle lanes: each stage of the model fed with the truth, to see what each one loses.

From a corpus of teacher speech (folder of arrays, see `steptts distill render`): the teacher
itself; the vocoder on its mel; the mel decoder on its score, then the vocoder; the whole chain
from the phones. Render the corpus from recipes that training never saw.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from steptts.embedded.engine import no_ids
from steptts.embedded.excitation import N_BINS, N_FFT, stft, synthesize
from steptts.errors import AudioError
from steptts.evaluate.heard_phones import heard_errors, written_words
from steptts.evaluate.intervals import error_interval, mean_interval
from steptts.evaluate.report import Figure
from steptts.frames import MEL_BINS, REFERENCE_HZ, SAMPLE_RATE
from steptts.text.frontend import Utterance

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from steptts.embedded.engine import Embedded
    from steptts.evaluate.error_rate import Errors
    from steptts.evaluate.labelled import Labelled
    from steptts.evaluate.naturalness import NaturalnessJudge
    from steptts.evaluate.recognizer import Recognizer
    from steptts.evaluate.similarity import SpeakerJudge
    from steptts.stages import FloatArray

TEACHER = "teacher"
VOCODER = "vocoder on true mel"
DECODER = "mel decoder on true score"
CHAIN = "whole chain"
LANES = (TEACHER, VOCODER, DECODER, CHAIN)
MEL_FLOOR = 1e-5


def log_mel(samples: FloatArray) -> FloatArray:
    """Samples [240 T] to natural log-mel [T, 100], as training reads it (tests compare them)."""
    magnitude = np.abs(stft(samples)).astype(np.float32)
    mel: FloatArray = np.log(np.maximum(magnitude @ _mel_filters(), MEL_FLOOR)).astype(np.float32)
    return mel


def _mel_filters() -> FloatArray:
    """Triangles evenly spaced on the HTK mel scale up to 12 kHz, each of unit peak: [513, 100]."""
    top = 2595.0 * np.log10(1 + SAMPLE_RATE / 2 / 700.0)
    points = 700.0 * (10 ** (np.linspace(0, top, MEL_BINS + 2) / 2595.0) - 1)
    hertz = np.arange(N_BINS) * SAMPLE_RATE / N_FFT
    least = SAMPLE_RATE / N_FFT
    rise = (hertz[:, None] - points[:-2]) / np.maximum(points[1:-1] - points[:-2], least)
    fall = (points[2:] - hertz[:, None]) / np.maximum(points[2:] - points[1:-1], least)
    return np.maximum(np.minimum(rise, fall), 0).astype(np.float32)


def spoken_lanes(model: Embedded, said: Labelled, seed: int = 0) -> dict[str, FloatArray]:
    """The utterance in every lane, samples [N] each.

    Raises:
        AudioError: the model reads token ids and the corpus has none.
    """
    if model.lm is not None and said.ids is None:
        raise AudioError(
            "this model reads token ids: write the corpus' ids.npy with its tokenizers"
        )
    ids = no_ids(said.frames) if model.lm is None or said.ids is None else said.ids
    mel, logits = model.mel_decoder.decode(said.frames, ids, said.voice.embedding)
    voiced = (logits > 0).astype(np.float32)
    utterance = Utterance("", said.language, written_words(said.symbols, said.marks, said.starts))
    score = model.plan(utterance, said.voice, seed=seed, speed=1.0)
    return {
        TEACHER: said.samples,
        VOCODER: _vocoded(model, log_mel(said.samples), said.frames.f0, said.voiced, seed),
        DECODER: _vocoded(model, mel, said.frames.f0, voiced, seed),
        CHAIN: model.perform(score, said.voice, seed=seed),
    }


def _vocoded(
    model: Embedded, mel: FloatArray, f0: FloatArray, voiced: FloatArray, seed: int
) -> FloatArray:
    raw = model.vocoder.filters(mel, np.log(f0 / REFERENCE_HZ), voiced)
    return synthesize(raw, f0, voiced, np.random.default_rng(seed))


def lane_figures(
    model: Embedded,
    corpus: Iterable[Labelled],
    recognizer: Recognizer,
    naturalness: NaturalnessJudge,
    speakers: SpeakerJudge,
    progress: Callable[[str], None] = lambda told: None,
) -> list[Figure]:
    """Judges every utterance in every lane; figures by lane, with intervals over utterances.

    "Lost" is the naturalness that a lane loses against the one before it, utterance by utterance.

    Raises:
        AudioError: the corpus is empty.
    """
    errors: dict[tuple[str, str], list[Errors]] = defaultdict(list)
    liked: dict[str, list[float]] = defaultdict(list)
    alike: dict[str, list[float]] = defaultdict(list)
    for number, said in enumerate(corpus):
        true_voice = speakers.embed(said.samples, SAMPLE_RATE)
        phones = (said.symbols, said.marks, said.starts)
        for lane, samples in spoken_lanes(model, said).items():
            heard = recognizer.transcribe(samples, SAMPLE_RATE, said.language).text
            errors[lane, said.language].append(heard_errors(*phones, heard, said.language))
            liked[lane].append(naturalness.score(samples, SAMPLE_RATE))
            if lane != TEACHER:
                alike[lane].append(float(true_voice @ speakers.embed(samples, SAMPLE_RATE)))
        told = " ".join(f"{liked[lane][-1]:.2f}" for lane in LANES)
        progress(f"{number + 1}: DistillMOS {told}")
    if not liked:
        raise AudioError("the corpus holds no utterance")
    figures = []
    for lane in LANES:
        figures += _figures(lane, errors, liked, alike[lane])
    return figures


def _figures(
    lane: str,
    errors: dict[tuple[str, str], list[Errors]],
    liked: dict[str, list[float]],
    alike: Sequence[float],
) -> list[Figure]:
    figures = [
        Figure.of(f"{lane}: {name}", error_interval(errors[lane, language]), "%")
        for language, name in (("en", "word errors"), ("zh", "toned sound errors"))
        if errors[lane, language]
    ]
    figures.append(Figure.of(f"{lane}: naturalness (DistillMOS)", mean_interval(liked[lane])))
    if lane != TEACHER:
        before = liked[LANES[LANES.index(lane) - 1]]
        lost = [a - b for a, b in zip(before, liked[lane], strict=True)]
        figures.append(Figure.of(f"{lane}: naturalness lost", mean_interval(lost)))
        figures.append(Figure.of(f"{lane}: cosine to the teacher's voice", mean_interval(alike)))
    return figures
