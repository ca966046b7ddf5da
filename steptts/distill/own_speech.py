"""Lets the model itself speak in many voices, from which cloning learns the way back to them.

What the trained stages make of an embedding is not quite what the teacher made of it, so the map
from a voiceprint to an embedding is learned from the model's own speech. Beside a map learned from
the teacher's, Resemblyzer's cosine of copies was 0.640 against 0.625 for 8 real speakers, 0.643
against 0.632 for 17 others, 0.807 against 0.808 for 12 mixtures. A clip costs 0.1 CPU seconds.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import exp, log
from pathlib import Path

import numpy as np
import soxr
import torch
from numpy.typing import NDArray
from torch import Tensor

from steptts.cloning.features import SAMPLE_RATE, clip_features
from steptts.cloning.pitch import moved, of_score
from steptts.errors import TextError
from steptts.loading import LoadedModel
from steptts.score import Score, joined
from steptts.text.frontend import to_utterances
from steptts.tts import TTS
from steptts.voice import Voice, default_voice

FloatArray = NDArray[np.float32]

VOICES_A_PLAN = 8  # planning costs as much as three performances
SHORTEST_S, LONGEST_S = 2.2, 7.0
LOWEST_HZ, HIGHEST_HZ = 85.0, 290.0
NARROWEST, WIDEST = 0.7, 1.4  # factor of the pitch's movements
TIMIDEST, BOLDEST = 0.7, 1.8  # deviations from the mean voice, of those of the data's voices
STRAY = 0.3  # standard deviations by which a voice is moved off a mixture
LEAST_FRAMES = 120


@dataclass(frozen=True, slots=True)
class OwnClip:
    """What the model said in one voice.

    Attributes:
        features: float16 [frames, 80].
        pitch: level and spread [2], as the encoder reads them.
        embedding: of the voice, [256]; what is heard of it is the timbre half, since the pitch and
            the times are another's.
    """

    features: Tensor
    pitch: Tensor
    embedding: Tensor


def read_texts(path: Path) -> list[str]:
    """Texts of a file of `steptts.distill.texts`.

    Raises:
        TextError: there are none.
    """
    with path.open(encoding="utf-8") as file:
        texts = [str(json.loads(line)["text"]) for line in file]
    if not texts:
        raise TextError(f"{path} holds no texts; collect some with steptts.distill.texts")
    return texts


def drawn_voice(known: FloatArray, rng: np.random.Generator) -> FloatArray:
    """An embedding [256]: a known voice, a bolder or fainter one, or one of the same Gaussian.

    Args:
        known: embeddings [N, 256] of the data's voices.
        rng: decides.
    """
    middle: FloatArray = known.mean(0)
    picked: FloatArray = known[rng.integers(len(known))]
    kind = int(rng.integers(3))
    if kind == 0:
        return picked
    # A random mixture of deviations has their covariance.
    stray = rng.standard_normal(len(known)) @ (known - middle) / np.sqrt(len(known))
    bold = rng.uniform(TIMIDEST, BOLDEST)
    moved_by = bold * stray if kind == 1 else bold * (picked - middle) + STRAY * stray
    return np.asarray(middle + moved_by, np.float32)


def own_speech(
    model: Path | str | LoadedModel, known: FloatArray, texts: list[str], n: int, seed: int = 0
) -> list[OwnClip]:
    """Clips [n] of as many voices at any pitch between 85 and 290 Hz, 0.1 CPU seconds each.

    Args:
        model: whose voices are to be copied: "embedded", a folder, or one that is loaded.
        known: embeddings [N, 256] of the data's voices.
        texts: to be spoken, at most one utterance of 2 to 7 s for every eight clips.
        n: how many.
        seed: of voices, texts and pitch.

    Raises:
        TextError: the texts hold too little that lasts 2 to 7 s.
    """
    tts, rng = TTS(model), np.random.default_rng(seed)
    out: list[OwnClip] = []
    for score in _plans(tts, known, texts, rng):
        for _ in range(VOICES_A_PLAN):
            clip = _said(tts, score, drawn_voice(known, rng), rng)
            if len(clip.features) >= LEAST_FRAMES:
                out.append(clip)
        if len(out) >= n:
            return out[:n]
    raise TextError(f"{len(texts)} texts gave {len(out)} of {n} clips; collect more")


def _plans(
    tts: TTS, known: FloatArray, texts: list[str], rng: np.random.Generator
) -> Iterator[Score]:
    planner, base = tts.load().planner, default_voice("en")
    for i in rng.permutation(len(texts)):
        try:
            utterances = to_utterances(texts[i])
        except TextError:
            continue  # nothing to speak in it
        voice = replace(base, embedding=np.asarray(known[rng.integers(len(known))], np.float32))
        score = joined([planner.plan(u, voice, seed=0, speed=1.0) for u in utterances])
        if SHORTEST_S <= score.duration <= LONGEST_S:
            yield score


def _said(tts: TTS, score: Score, embedding: FloatArray, rng: np.random.Generator) -> OwnClip:
    hertz = exp(rng.uniform(log(LOWEST_HZ), log(HIGHEST_HZ)))
    semitones = 12 * log(hertz / of_score(score).hertz, 2)
    placed = moved(score, semitones, rng.uniform(NARROWEST, WIDEST))
    model = tts.load()
    voice: Voice = replace(default_voice("en"), embedding=embedding)
    wave = model.planner.perform(placed, voice, seed=int(rng.integers(1_000)))
    features = clip_features(soxr.resample(wave, model.engine.sample_rate, SAMPLE_RATE))
    return OwnClip(
        torch.from_numpy(features).half(),
        torch.from_numpy(of_score(placed).as_input()),
        torch.from_numpy(np.asarray(embedding, np.float32)),
    )
