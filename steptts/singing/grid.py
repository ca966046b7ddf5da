"""Finds a place on the grid of a beat for each syllable of a line.

Of all ways to give the syllables rising places, the one that stays nearest to their natural
rhythm is taken, where a stressed syllable off the beat has a price (dynamic programming).
"""

from __future__ import annotations

from math import ceil, inf
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

LEAST_STEP = 0.11  # seconds; a shorter sixteenth is too short for a syllable: then eighths
MOST_SHARE = 0.8  # of a line's places that may carry a syllable
MOST_RATE = 5.5  # syllables a second; the voices speak 4 to 5
LONGEST = 1.6  # a line lasts at most so many times its planned length
OFF_BEAT = 6.0  # price of a primary stress off the beat, in squared steps
OFF_EIGHTH = 0.5  # price of any syllable off the eighths, in squared steps
MOST_PICKUP = 2  # light syllables that may come before the first beat


class Beat(NamedTuple):
    """A syllable before it has a place.

    Attributes:
        start: planned onset of its vowel, seconds.
        end: planned end of its sound, seconds.
        weight: 0 light, 1 stressed, between for secondary stress.
        line: index of its line.
    """

    start: float
    end: float
    weight: float
    line: int


def steps_per_beat(beat: float) -> int:
    """Places on a beat of so many seconds: sixteenths, eighths or only the beat."""
    return next(n for n in (4, 2, 1) if beat / n >= LEAST_STEP or n == 1)


def n_bars(line: Sequence[Beat], beat: float, beats_per_line: int) -> int:
    """How many times ``beats_per_line`` beats a line takes."""
    places = MOST_SHARE * steps_per_beat(beat) * beats_per_line
    return max(1, ceil(len(line) / min(places, MOST_RATE * beat * beats_per_line)))


def n_pickup(line: Sequence[Beat]) -> int:
    """How many light syllables come before the first beat of a line."""
    lights = next((i for i, each in enumerate(line) if each.weight), 0)
    return lights if lights <= MOST_PICKUP else 0


def places(line: Sequence[Beat], beat: float, n_steps: int) -> list[int]:
    """Steps of the syllables from the line's first beat; a pickup is negative.

    Args:
        line: its syllables; fewer than ``n_steps``.
        beat: seconds.
        n_steps: the last place plus 1.
    """
    per_beat = steps_per_beat(beat)
    step = beat / per_beat
    pickup = n_pickup(line)
    origin = line[pickup].start
    natural = (line[-1].end - origin) / step
    stretch = min(LONGEST, (n_steps - 0.5) / max(natural, 1e-9))
    wishes = [(each.start - origin) / step * stretch for each in line]
    low = -pickup
    options = range(low, n_steps)
    cost = [inf] * len(options)
    came: list[list[int]] = []
    for i, (each, wish) in enumerate(zip(line, wishes, strict=True)):
        best, best_at = (0.0 if i == 0 else inf), -1
        now, origin_of = [inf] * len(options), [-1] * len(options)
        for at, place in enumerate(options):
            if i and at and cost[at - 1] < best:
                best, best_at = cost[at - 1], at - 1
            if i == pickup and place != 0:
                continue  # the first stress is the first beat
            now[at] = best + (place - wish) ** 2 + _price(place, each.weight, per_beat)
            origin_of[at] = best_at
        cost = now
        came.append(origin_of)
    at = min(range(len(options)), key=cost.__getitem__)
    found = [at]
    for origin_of in came[:0:-1]:
        found.append(origin_of[found[-1]])
    return [options[at] for at in reversed(found)]


def _price(place: int, weight: float, per_beat: int) -> float:
    off_beat = OFF_BEAT * weight if place % per_beat else 0.0
    return off_beat + (OFF_EIGHTH if per_beat > 2 and place % 2 else 0.0)
