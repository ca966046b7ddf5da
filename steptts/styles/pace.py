"""Speed, pitch, energy, and fitting a window: what acts on the score after emotion and melody.

Exact silences (parts that are nothing but silence) keep their length; everything else, natural
pauses included, follows the speed, so that a duration is what was asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from steptts.errors import ScoreError
from steptts.score import Score, ScorePhone
from steptts.score_edits import SPEED_RANGE
from steptts.text.phones import is_vowel

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
    _check("speed", speed, SPEED_RANGE, "times the natural pace")
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


def fit_speed(natural: float, exact: float, duration: float) -> float:
    """The speed that makes something last ``duration`` seconds.

    Args:
        natural: seconds at speed 1, ``exact`` among them.
        exact: seconds of silences that keep their length.
        duration: seconds that are asked for.

    Raises:
        ScoreError: it would take a speed outside 0.5 to 2; the message says what is possible.
    """
    low, high = FIT_SPEEDS
    spoken = natural - exact
    shortest, longest = exact + spoken / high, exact + spoken / low
    if not shortest <= duration <= longest or spoken <= 0:
        raise ScoreError(
            f"duration {duration:g} s cannot be met: the text takes {natural:.2f} s by itself and "
            f"{shortest:.2f} to {longest:.2f} s are possible; change the text or the duration"
        )
    return spoken / (duration - exact)


def check_amounts(speed: float, pitch: float, energy: float) -> None:
    """Refuse amounts that no score takes.

    Raises:
        ScoreError: one is out of range.
    """
    _check("speed", speed, SPEED_RANGE, "times the natural pace")
    _check("pitch", pitch, PITCHES, "semitones")
    _check("energy", energy, ENERGIES, "dB")


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
        raise ScoreError(f"{name} {value:g} is outside {bounds[0]:g} to {bounds[1]:g} {unit}")
