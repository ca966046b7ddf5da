"""Emotions: a recipe of `steptts.styles.recipes` applied to the score of one utterance.

Works in semitones about the phrase's own mean, so any voice, cloned ones too, keeps its register.
Mandarin tones keep their shape: the recipe is that for tones, the range is scaled as a whole.
"""

from __future__ import annotations

import math
import random
import zlib
from dataclasses import dataclass, replace
from itertools import accumulate
from statistics import median
from typing import TYPE_CHECKING

from steptts.frames import LABEL_DELAY
from steptts.styles.recipes import Recipe
from steptts.text.phones import is_vowel

if TYPE_CHECKING:
    from steptts.score import Score, ScorePhone

LOWEST_HZ, HIGHEST_HZ = 60.0, 600.0
MOST_ABOVE, MOST_BELOW = 11.0, 9.0  # semitones from the phrase's mean before
CREAK = 12.0  # semitones below the phrase's median: creak, which is no part of the register
LOUDEST_DB, SOFTEST_DB = -9.0, -60.0
SHORTEST_S = 0.02
FINAL_S = 0.4  # the last stretch of voice in a phrase, which moves
WHOLE_FINAL = 6.0  # semitones of a final movement that leaves nothing of the sentence's own
TREMOR_HZ = 7.0
POINT_SECONDS = 0.03  # between pitch points where pitch trembles or waves
STRESSED = 1  # mark of primary stress
FIRST_TONE, NEUTRAL_TONE = 3, 7


@dataclass(frozen=True, slots=True)
class Phrase:
    """What the recipe needs to know of the whole phrase; times in seconds, pitch in semitones."""

    start: float
    end: float
    last_start: float  # of the last syllable
    voice_end: float  # of the last phone that has a pitch
    mean: float
    energy: float
    seed: int

    def share(self, time: float) -> float:
        """How far into the phrase a time is: -0.5 at its start, 0.5 at its end."""
        return min(max((time - self.start) / max(self.end - self.start, 1e-3), 0.0), 1.0) - 0.5


def shaped(score: Score, recipe: Recipe) -> Score:
    """The score of one utterance after the recipe; without speech it stays as it is."""
    if not any(phone.is_speech for phone in score.phones):
        return score
    if any(phone.mark >= FIRST_TONE for phone in score.phones):
        recipe = recipe.tonal()
    timed = tuple(_timed(score, recipe))
    phrase = _phrase(replace(score, phones=timed))
    starts = [0.0, *accumulate(phone.duration for phone in timed)]
    phones = tuple(
        _coloured(phone, start, phrase, recipe) if phone.is_speech else phone
        for phone, start in zip(timed, starts, strict=False)
    )
    return replace(score, phones=phones)


def is_accented(phone: ScorePhone) -> bool:
    """Whether a phone is a vowel that carries stress, or a full tone."""
    full_tone = FIRST_TONE <= phone.mark < NEUTRAL_TONE
    return is_vowel(phone.symbol) and (phone.mark == STRESSED or full_tone)


def last_syllable(phones: tuple[ScorePhone, ...]) -> int:
    """Index of the first phone of the last syllable's vowel."""
    vowels = [i for i, phone in enumerate(phones) if is_vowel(phone.symbol)]
    if not vowels:
        return next(i for i, phone in enumerate(phones) if phone.is_speech)
    last = vowels[-1]
    return last - 1 if last - 1 in vowels and phones[last - 1].mark == phones[last].mark else last


def semitones(hertz: float) -> float:
    """Semitones above 1 Hz."""
    return 12 * math.log2(hertz)


def _timed(score: Score, recipe: Recipe) -> list[ScorePhone]:
    """The phones with their new lengths."""
    last = last_syllable(score.phones)
    spoken = [i for i, phone in enumerate(score.phones) if phone.is_speech]
    out = []
    for i, phone in enumerate(score.phones):
        factor = 1 / recipe.rate
        if not phone.is_speech:
            inside = spoken[0] < i < spoken[-1]
            out.append(replace(phone, duration=phone.duration * factor * recipe.pause**inside))
            continue
        if is_accented(phone):
            factor *= recipe.stretch
        elif not is_vowel(phone.symbol):
            factor *= recipe.consonants
        if i >= last and phone.pitch is not None:  # a longer final t or k would be a pause
            factor *= recipe.final_stretch
        out.append(replace(phone, duration=max(phone.duration * factor, SHORTEST_S)))
    return out


def _phrase(score: Score) -> Phrase:
    phones = score.phones
    starts = [0.0, *accumulate(phone.duration for phone in phones)]
    spoken = [i for i, phone in enumerate(phones) if phone.is_speech]
    weighed = [(semitones(hz), p.duration) for p in phones for hz in p.pitch or ()]
    last = last_syllable(phones)
    return Phrase(
        start=starts[spoken[0]],
        end=starts[spoken[-1] + 1],
        last_start=starts[last],
        voice_end=max((starts[i + 1] for i in spoken if phones[i].pitch), default=0.0),
        mean=_register(weighed),
        energy=_mean([(phones[i].energy, phones[i].duration) for i in spoken]),
        seed=zlib.crc32(score.text.encode()),
    )


def _register(weighed: list[tuple[float, float]]) -> float:
    """The mean of a phrase's pitch without its creak.

    A creaky end of half a second, as some voices have, drew the mean down by up to 4 semitones.
    """
    lowest = median(pitch for pitch, _ in weighed) - CREAK if weighed else 0.0
    return _mean([(pitch, weight) for pitch, weight in weighed if pitch > lowest])


def _mean(weighed: list[tuple[float, float]]) -> float:
    total = sum(weight for _, weight in weighed)
    return sum(value * weight for value, weight in weighed) / total if total else 0.0


def _coloured(phone: ScorePhone, start: float, phrase: Phrase, recipe: Recipe) -> ScorePhone:
    """The phone with its new pitch and energy."""
    accented = is_accented(phone)
    middle = phrase.share(start + phone.duration / 2)
    energy = (
        phrase.energy
        + recipe.energy
        + recipe.energy_range * (phone.energy - phrase.energy)
        + recipe.accent_energy * accented
        + recipe.energy_slope * middle
    )
    pitch = None
    if phone.pitch is not None:
        pitch = tuple(
            _moved(hertz, start + LABEL_DELAY + phone.duration * share, accented, phrase, recipe)
            for share, hertz in _points(phone, recipe)
        )
    return replace(phone, pitch=pitch, energy=min(max(energy, SOFTEST_DB), LOUDEST_DB))


def _points(phone: ScorePhone, recipe: Recipe) -> list[tuple[float, float]]:
    """Share of the phone and hertz of its pitch points; more of them where the pitch will wave."""
    assert phone.pitch is not None
    n = len(phone.pitch)
    if recipe.tremor or recipe.wave:
        n = max(n, math.ceil(phone.duration / POINT_SECONDS))
    return [((k + 0.5) / n, _between(phone.pitch, (k + 0.5) / n)) for k in range(n)]


def _between(points: tuple[float, ...], share: float) -> float:
    """The pitch at a share of a phone, on straight lines between its points."""
    place = min(max(share * len(points) - 0.5, 0.0), len(points) - 1.0)
    left = min(int(place), max(len(points) - 2, 0))
    right = min(left + 1, len(points) - 1)
    return points[left] + (place - left) * (points[right] - points[left])


def _moved(hertz: float, time: float, accented: bool, phrase: Phrase, recipe: Recipe) -> float:
    """The pitch that is heard at a time, in hertz."""
    to_end = min(max(1 - (phrase.voice_end - time) / FINAL_S, 0.0), 1.0)
    natural = semitones(hertz) - phrase.mean
    if natural < -CREAK:
        return hertz
    deviation = recipe.range * natural
    # A large movement takes the place of the sentence's own: a rise on a fall would be level.
    deviation *= 1 - to_end * min(abs(recipe.final) / WHOLE_FINAL, 1.0)
    deviation += recipe.pitch + recipe.slope * phrase.share(time) + to_end * recipe.final
    deviation += recipe.accent * accented
    if recipe.wave and time >= phrase.last_start:
        within = (time - phrase.last_start) / max(phrase.voice_end - phrase.last_start, 0.05)
        deviation += recipe.wave * math.sin(math.pi * min(within, 1.0))
    if recipe.tremor:
        deviation += recipe.tremor * _tremor(time, phrase.seed)
    bounded = min(max(deviation, -MOST_BELOW), MOST_ABOVE)
    return float(min(max(2 ** ((phrase.mean + bounded) / 12), LOWEST_HZ), HIGHEST_HZ))


def _tremor(time: float, seed: int) -> float:
    """A 7 Hz wave whose depth changes every quarter of a second."""
    slot = int(time / 0.25)
    depths = [random.Random(seed + k).uniform(0.4, 1.0) for k in (slot, slot + 1)]
    place = time / 0.25 - slot
    depth = depths[0] + (depths[1] - depths[0]) * place
    return math.sin(2 * math.pi * TREMOR_HZ * time) * depth
