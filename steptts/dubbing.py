"""Subtitles in, speech at their times out: each cue is spoken within its window, no word is lost.

A cue that is too long for its window is spoken faster, up to 1.6 times; one that is too short a
little slower, down to 0.85 times, and then waits. What does not fit even so may run on until the
next cue begins; beyond that it is an error, or it delays what follows, as the caller asks.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from steptts.errors import ScoreError, TextError
from steptts.score import joined
from steptts.score_edits import silence, with_end, with_start

if TYPE_CHECKING:
    from collections.abc import Sequence

    from steptts.directing import Director
    from steptts.exact_pauses import Part, Unit
    from steptts.score import Score

LATE = ("error", "delay")
SLOWEST, FASTEST = 0.85, 1.6  # at 1.6 a third of the words is hard to follow, at 2 most are
EDGE_S = 0.03  # silence around a cue's sound that belongs to its window
LEAST_SILENCE_S = 0.01
_TIME = r"(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2})[,.](\d{1,3})"
_TIMES = re.compile(rf"\s*{_TIME}\s*-->\s*{_TIME}(?:\s.*)?")
_MARKUP = re.compile(r"</?[A-Za-z][^<>]{0,80}>|\{\\[^{}]{0,80}\}|[♩♪♫♬]")
_HAN_BREAK = re.compile("(?<=[\u3000-\u9fff\uff00-\uffef])\n(?=[\u3000-\u9fff\uff00-\uffef])")


class SpokenCue(NamedTuple):
    """What is to be spoken from start to end, in seconds."""

    start: float
    end: float
    text: str


def read_srt(source: str) -> list[SpokenCue]:
    """Read subtitles in SubRip (or WebVTT) form; marks of italics and places are dropped.

    Raises:
        TextError: a line is no time where one must stand, an end is not after its start, or the
            cues are not in order.
    """
    cues: list[SpokenCue] = []
    lines = source.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    times: tuple[float, float] | None = None
    text: list[str] = []
    for number, line in enumerate([*lines, ""], 1):
        match = _TIMES.fullmatch(line)
        if "-->" in line and match is None:
            raise TextError(
                f"line {number}: {line.strip()[:60]!r} is no 00:00:01,000 --> 00:00:02,500"
            )
        if match is not None:
            if times is not None:
                raise TextError(f"line {number}: a blank line must stand between two cues")
            times, text = _seconds(match, number), []
        elif times is not None and line.strip():
            text.append(line.strip())
        elif times is not None:
            cues.append(SpokenCue(*times, _plain(text)))
            times = None
    if not cues:
        raise TextError("no cue found; a cue is a line of times and then lines of text")
    for before, after in pairwise(cues):
        if after.start < before.start:
            raise TextError(
                f"the cue at {after.start:.3f} s comes after one at {before.start:.3f} s"
            )
    return cues


def dubbed(director: Director, cues: Sequence[SpokenCue], late: str = "error") -> Score:
    """The score of all cues at their times, from 0 to the end of the last.

    Args:
        director: of one voice and direction; tags hold from cue to cue.
        cues: in order of time.
        late: what becomes of a cue that does not fit: "error", or "delay": it is spoken 1.6 times
            as fast and what follows begins later.

    Raises:
        ScoreError: a cue does not fit its window and late is "error".
        TextError: there is nothing to speak.
    """
    if late not in LATE:
        raise ScoreError(f"late {late!r} is unknown: use {' or '.join(LATE)}")
    parts: list[Score] = []
    now = 0.0
    ends = [*(cue.start for cue in cues[1:]), float("inf")]
    for number, (cue, next_start) in enumerate(zip(cues, ends, strict=True), 1):
        units = list(director.units(cue.text))
        if not any(unit.score is not None for unit in units):
            continue
        start = max(cue.start, now)
        spoken = _in_window(director, units, cue, start, next_start, late, number)
        gap = start - now
        if gap >= LEAST_SILENCE_S:
            parts.append(silence(gap, spoken[0]))
            now += gap
        parts += spoken
        now += sum(part.duration for part in spoken)
    if not parts:
        raise TextError("nothing to speak: the cues hold no word")
    if cues[-1].end - now >= LEAST_SILENCE_S:
        parts.append(silence(cues[-1].end - now, parts[0]))
    return joined(parts)


def _in_window(
    director: Director,
    units: list[Unit],
    cue: SpokenCue,
    start: float,
    next_start: float,
    late: str,
    number: int,
) -> list[Score]:
    """The parts of one cue at the speed that its window asks for."""
    natural = _length(_trimmed(director.assembled(units, 1.0)))
    window = max(cue.end - start, 0.0)
    if natural > FASTEST * window:  # it may run on until the next cue
        window = min(max(next_start - start, 0.0), max(natural / FASTEST, window))
    if natural > FASTEST * window * 1.001:
        if late == "error":
            raise ScoreError(
                f"cue {number} at {cue.start:.3f} s needs {natural / FASTEST:.2f} s even spoken "
                f"{FASTEST} times as fast, and has {window:.2f} s: {cue.text[:60]!r}; shorten it, "
                "give it more time, or let it delay the next ones"
            )
        window = natural / FASTEST
    wanted = min(window, natural / SLOWEST)
    speed = natural / wanted
    for _ in range(6):  # edges and exact pauses do not follow the speed
        speed *= _length(_trimmed(director.assembled(units, speed))) / wanted
    return _trimmed(director.assembled(units, speed))


def _trimmed(parts: list[Part]) -> list[Score]:
    """The parts with next to no silence around them, so that sound begins with the cue."""
    scores = [part.score for part in parts]
    if not scores[0].is_silence:
        scores[0] = with_start(scores[0], EDGE_S)
    if not scores[-1].is_silence:
        scores[-1] = with_end(scores[-1], EDGE_S)
    return scores


def _length(parts: list[Score]) -> float:
    return sum(part.duration for part in parts)


def _seconds(match: re.Match[str], number: int) -> tuple[float, float]:
    fields = [match[i] or "0" for i in range(1, 9)]
    start, end = (
        int(h) * 3600 + int(m) * 60 + int(s) + int(f.ljust(3, "0")) / 1000
        for h, m, s, f in (fields[:4], fields[4:])
    )
    if end <= start:
        raise TextError(f"line {number}: the cue ends at {end:.3f} s, not after {start:.3f} s")
    return start, end


def _plain(lines: list[str]) -> str:
    """The text without markup; lines are joined with a space, but not within Chinese."""
    text = _MARKUP.sub("", "\n".join(lines))
    return _HAN_BREAK.sub("", text).replace("\n", " ").strip()
