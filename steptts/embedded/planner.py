"""Utterance to score: the planner network's rows read as seconds, hertz and decibels."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from steptts.cloning.pitch import moved
from steptts.frames import REFERENCE_HZ
from steptts.score import Score, ScorePhone, ScoreWord
from steptts.text.phones import SYMBOLS, PhoneSequence, is_pause, read

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from steptts.onnx_stages.embedded import PlannerStage
    from steptts.text.frontend import Utterance
    from steptts.voice import Voice

MIN_SECONDS, MAX_SECONDS = 0.01, 2.0
MIN_HZ, MAX_HZ = 50.0, 650.0
VOICED = 0.5
# The teacher waits 0.4 s before it speaks; a listener should not.
MAX_LEAD, MAX_TAIL = 0.12, 0.25
QUIET_DB = -80.0  # what the teacher's own silences measure


def write_score(stage: PlannerStage, utterance: Utterance, voice: Voice, speed: float) -> Score:
    """Plan the utterance at ``speed`` times the voice's own pace."""
    phones = read(utterance.words)
    rows = stage.plan(
        np.array(phones.symbols, np.int64),
        np.array(phones.marks, np.int64),
        np.array(phones.starts, np.int64),
        np.asarray(voice.embedding, np.float32),
    )
    score = Score(
        phones=tuple(silent_end(planned_phones(phones, rows))),
        words=_words(utterance, phones),
        voice=voice.name,
        language=utterance.language,
        text=utterance.text,
    )
    own = moved(score, voice.facts.pitch_shift, voice.facts.pitch_scale)
    return own.scaled(speed)


def planned_phones(phones: PhoneSequence, rows: NDArray[np.float32]) -> list[ScorePhone]:
    """The planner's rows [N, 6] as phones of a score, with short silences at both ends."""
    planned = [_phone(phones, i, row) for i, row in enumerate(rows)]
    planned[0] = replace(planned[0], duration=min(planned[0].duration, MAX_LEAD))
    planned[-1] = replace(planned[-1], duration=min(planned[-1].duration, MAX_TAIL))
    return planned


def silent_end(phones: list[ScorePhone]) -> list[ScorePhone]:
    """The phones with every pause after the last sound silent.

    The teacher breathes after one sentence in twenty, so the planner, which expects the mean,
    asks for -46 to -59 dB after one in twenty-five; the mel decoder makes a burst of noise of it.
    """
    out = list(phones)
    for i in range(len(out) - 1, -1, -1):
        if not is_pause(out[i].symbol):
            break
        out[i] = replace(out[i], energy=QUIET_DB)
    return out


def _phone(phones: PhoneSequence, i: int, row: NDArray[np.float32]) -> ScorePhone:
    symbol = SYMBOLS[phones.symbols[i]]
    voiced = row[5] > VOICED and not is_pause(symbol)
    hertz = np.clip(np.exp(row[1:4]) * REFERENCE_HZ, MIN_HZ, MAX_HZ)
    return ScorePhone(
        symbol=symbol,
        mark=phones.marks[i],
        word=phones.words[i],
        duration=float(np.clip(np.exp(row[0]), MIN_SECONDS, MAX_SECONDS)),
        pitch=tuple(float(x) for x in hertz) if voiced else None,
        energy=float((row[4] - 1.5) * 20),
    )


def _words(utterance: Utterance, phones: PhoneSequence) -> tuple[ScoreWord, ...]:
    owners = np.array(phones.words)
    bounds = np.searchsorted(owners[1:-1], np.arange(len(utterance.words) + 1)) + 1
    return tuple(
        ScoreWord(word.text, int(bounds[i]), int(bounds[i + 1]))
        for i, word in enumerate(utterance.words)
    )
