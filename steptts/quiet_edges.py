"""Makes an exact pause as long as it is heard, not only as long as it is written.

The planner's last phone of a sentence holds the silence after it too: its sound ends up to 0.5 s
before it does (a final n of 0.54 s sounds for 0.05 s). Beside an exact pause that silence is cut
from the sound and from the score alike, and what still murmurs within the pause is faded out.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from steptts.audio import Audio

if TYPE_CHECKING:
    from steptts.score import Score
    from steptts.stages import FloatArray

QUIET_DB = -60.0  # peak, re full scale: below, a listener hears nothing
FADE_S = 0.008
LEAST_S = 0.01  # of a phone that is cut


def without_quiet(audio: Audio, *, start: float, end: float) -> Audio:
    """The performance of one part with exactly ``start`` and ``end`` seconds of silence around it.

    Args:
        audio: with the score that it performs.
        start: seconds before its first sound, 0 to leave its beginning as it is.
        end: the same after its last sound.
    """
    import numpy as np

    if audio.score is None or not (start or end):
        return audio
    samples, rate, score = audio.samples, audio.sample_rate, audio.score
    heard = np.flatnonzero(np.abs(samples) >= 10 ** (QUIET_DB / 20))
    if not len(heard):
        return audio
    if end:
        quiet = (len(samples) - 1 - int(heard[-1])) / rate
        cut, score = _shortened(score, quiet - end, last=True)
        samples = _ended(samples[: len(samples) - round(cut * rate)], end, rate)
    if start:
        cut, score = _shortened(score, int(heard[0]) / rate - start, last=False)
        samples = _ended(samples[round(cut * rate) :][::-1], start, rate)[::-1]
    return Audio(np.ascontiguousarray(samples), rate, score.words_timed, score)


def _shortened(score: Score, seconds: float, *, last: bool) -> tuple[float, Score]:
    """Take seconds off the last or first sounds; how many could be taken, and the new score."""
    phones = list(score.phones)
    left = max(seconds, 0.0)
    for i in range(len(phones))[:: -1 if last else 1]:
        if phones[i].is_speech and left > 0:
            cut = max(min(left, phones[i].duration - LEAST_S), 0.0)
            phones[i] = replace(phones[i], duration=phones[i].duration - cut)
            left -= cut
    return max(seconds, 0.0) - left, replace(score, phones=tuple(phones))


def _ended(samples: FloatArray, seconds: float, rate: int) -> FloatArray:
    """The samples with silence in the last seconds; what sounds there fades within 8 ms."""
    import numpy as np

    begin = max(len(samples) - round(seconds * rate), 0)
    gain = np.ones(len(samples), np.float32)
    gain[begin:] = np.maximum(1 - np.arange(len(samples) - begin) / (FADE_S * rate), 0)
    return samples * gain
