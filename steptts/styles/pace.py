"""Speed, pitch, energy, and fitting a window: what acts on the score after emotion and melody.

Exact silences (parts that are nothing but silence) keep their length; everything else, natural
pauses included, follows the speed, so that a duration is what was asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from steptts.errors import ScoreError
from steptts.score import Score, ScorePhone
from steptts.text.phones import is_vowel

SPEEDS = (0.25, 4.0)
FIT_SPEEDS = (0.5, 2.0)  # beyond, a window is refused: words would be lost or fall apart
PITCHES = (-12.0, 12.0)  # semitones
ENERGIES = (-20.0, 12.0)  # dB
LOWEST_HZ, HIGHEST_HZ = 50.0, 650.0
SHORTEST_S = 0.01
SLOW, FAST = 0.8, 1.2  # of the tags at strength 1; 0.72 and 1.31 at 1.5
# How much of a change each kind of phone takes: in fast speech vowels and pauses give way first
# (T. Gay, "Effect of speaking rate on vowel formant movements", JASA 63, 1978).
_YIELD_PAUSE, _YIELD_VOWEL, _YIELD_CONSONANT = 1.25, 1.05, 0.9


def tag_speed(name: str, strength: float) -> float:
    """Speed of a tag of the group "speed"."""
    base = {"slow": SLOW, "fast": FAST}.get(name, 1.0)
    return float(base**strength)


def paced(score: Score, speed: float) -> Score:
    """The score of one part, ``speed`` times as fast to within one part in a million.

    Raises:
        ScoreError: speed is outside 0.25 to 4.
    """
    low, high = SPEEDS
    if not low <= speed <= high:
        raise ScoreError(f"speed {speed} is outside {low:g} to {high:g}")
    if speed == 1 or score.is_silence:
        return score
    goal = score.duration / speed
    durations = [phone.duration * speed ** -_yield(phone) for phone in score.phones]
    for _ in range(4):  # the floor of short phones moves the sum a little each time
        ratio = goal / sum(durations)
        durations = [max(duration * ratio, SHORTEST_S) for duration in durations]
    return replace(
        score,
        phones=tuple(
            replace(phone, duration=duration)
            for phone, duration in zip(score.phones, durations, strict=True)
        ),
    )


def transposed(score: Score, semitones: float) -> Score:
    """The score higher or lower by semitones, -12 to 12; within 50 to 650 Hz.

    Raises:
        ScoreError: semitones are out of range.
    """
    _check("pitch", semitones, PITCHES, "semitones")
    factor = 2 ** (semitones / 12)

    def moved(phone: ScorePhone) -> ScorePhone:
        if phone.pitch is None:
            return phone
        points = (min(max(hz * factor, LOWEST_HZ), HIGHEST_HZ) for hz in phone.pitch)
        return replace(phone, pitch=tuple(points))

    return _mapped(score, moved) if semitones else score


def louder(score: Score, decibels: float) -> Score:
    """The score louder or softer by decibels, -20 to 12.

    Raises:
        ScoreError: decibels are out of range.
    """
    _check("energy", decibels, ENERGIES, "dB")
    if not decibels:
        return score
    return _mapped(score, lambda phone: replace(phone, energy=phone.energy + decibels))


def fit(scores: Sequence[Score], duration: float) -> list[Score]:
    """Parts that last ``duration`` seconds together, all at one pace; exact silences stay.

    Args:
        scores: of one part each.
        duration: in seconds.

    Raises:
        ScoreError: it would take a speed outside 0.5 to 2; the message says what is possible.
    """
    exact = sum(score.duration for score in scores if score.is_silence)
    natural = sum(score.duration for score in scores) - exact
    low, high = FIT_SPEEDS
    shortest, longest = exact + natural / high, exact + natural / low
    if not shortest <= duration <= longest:
        raise ScoreError(
            f"duration {duration:g} s: the text takes {natural + exact:.2f} s, so "
            f"{shortest:.2f} to {longest:.2f} s are possible; shorten the text, or ask for more"
        )
    return [paced(score, natural / (duration - exact)) for score in scores]


def _mapped(score: Score, change: Callable[[ScorePhone], ScorePhone]) -> Score:
    if score.is_silence:
        return score
    return replace(score, phones=tuple(change(phone) for phone in score.phones))


def _yield(phone: ScorePhone) -> float:
    if not phone.is_speech:
        return _YIELD_PAUSE
    return _YIELD_VOWEL if is_vowel(phone.symbol) else _YIELD_CONSONANT


def _check(name: str, value: float, bounds: tuple[float, float], unit: str) -> None:
    if not bounds[0] <= value <= bounds[1]:
        raise ScoreError(f"{name} {value} is outside {bounds[0]:g} to {bounds[1]:g} {unit}")
