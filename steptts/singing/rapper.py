"""Raps a score: stressed syllables on the beat, the others on the sixteenths between, narrow pitch.

A line break of the text begins a new line; a text without any has a line a sentence. A line takes
``beats_per_line`` beats, or twice, three times as many where it has too many syllables for one.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import accumulate, groupby
from math import ceil, exp, log
from typing import TYPE_CHECKING

import numpy as np

from steptts.captions import word_spans
from steptts.errors import ScoreError
from steptts.singing.grid import LONGEST, Beat, n_bars, n_pickup, places, steps_per_beat
from steptts.singing.laying import laid
from steptts.singing.melody import check_bpm
from steptts.singing.placing import Slot, passages, timed, total
from steptts.singing.syllables import TONE_1, stress
from steptts.text.phones import is_vowel

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from steptts.score import Score, ScorePhone
    from steptts.singing.placing import Passage

BEATS_PER_LINE = (1, 16)
RING_SECONDS = 0.12  # a rest shorter than this is given to the syllable before it
NARROW, NARROW_TONES = 0.5, 0.75  # what is left of the pitch range; tones need more of it
DROP_SEMITONES = 2.0  # at the end of a line
ACCENT_DB = 2.0  # of stressed syllables on the beat
QUIETEST_DB = 4.0  # below the mean of the vowels: a line does not die away as a sentence does
ON_BEAT = 0.02  # seconds


def rap(score: Score, *, bpm: float = 90.0, beats_per_line: int = 4) -> Score:
    """Rap what a score says.

    Beat k of the sound is at ``k * 60 / bpm`` seconds (`click_track`): it begins with whole beats
    of silence, one or two, and every line begins on a beat, whole lines after the first. A light
    syllable or two may come before it. Exact pauses delay the next line by whole lines.

    Args:
        score: as it was planned for speech, all of it.
        bpm: beats a minute, 20 to 400.
        beats_per_line: 1 to 16.

    Returns:
        A score whose ``notes`` have no pitch; each begins on a sixteenth (an eighth above 136 bpm).

    Raises:
        ScoreError: there is no vowel, or a number is out of range.
    """
    check_bpm(bpm)
    low, high = BEATS_PER_LINE
    if not low <= beats_per_line <= high:
        raise ScoreError(f"beats_per_line {beats_per_line} is outside {low} to {high}")
    beat = 60.0 / bpm
    found = passages(score)
    beats = list(_beats(score, found))
    slots = _off_pauses(found, _slots(beats, beat, beats_per_line), beat * beats_per_line)
    items = timed(found, slots)
    before = total(items[0].onset) - items[0].slot.onsets[0]
    lead = beat * ceil((before + ON_BEAT) / beat)
    return _shaped(laid(found, items, score.text, lead), beats, beat)


def _beats(score: Score, found: Sequence[Passage]) -> Iterator[Beat]:
    """The syllables of all passages with their planned times and lines."""
    clock = 0.0
    for passage, lines in zip(found, _lines(score, found), strict=True):
        phones = passage.part.phones
        starts = list(accumulate((phone.duration for phone in phones), initial=clock))
        for syllable in passage.syllables:
            line = lines[phones[syllable.nucleus].word]
            weight = stress(phones, syllable)
            yield Beat(starts[syllable.nucleus], starts[syllable.end], weight, line)
        clock = starts[-1]


def _lines(score: Score, found: Sequence[Passage]) -> Iterator[list[int]]:
    """For each passage the line of the text that each of its words stands on.

    A score that was joined from its parts tells nothing of what is between them: a line each.
    """
    texts = [passage.part.text for passage in found if passage.part.text]
    is_written = "\n" in score.text.strip() and score.text != " ".join(texts)
    line, cursor = -1, 0
    for passage in found:
        text = passage.part.text
        at = score.text.find(text, cursor) if text else cursor
        if text and not (is_written and at >= 0 and "\n" not in score.text[cursor:at] and cursor):
            line += 1
        cursor = max(at, cursor) + len(text)
        own: list[int] = []
        for span in word_spans(text, [word.text for word in passage.part.words]):
            breaks = text.count("\n", 0, span[0]) if span else 0
            own.append(max([line + breaks, *own]))
        line = max([line, *own])
        yield own


def _slots(beats: Sequence[Beat], beat: float, beats_per_line: int) -> list[Slot]:
    """A place for each syllable, line by line."""
    step = beat / steps_per_beat(beat)
    lines = [list(own) for _, own in groupby(beats, key=lambda each: each.line)]
    onsets: list[float] = []
    start = 0.0
    for line, after in zip(lines, [*lines[1:], []], strict=True):
        length = n_bars(line, beat, beats_per_line) * beats_per_line * beat
        n_steps = round(length / step) - n_pickup(after)
        onsets += (start + place * step for place in places(line, beat, n_steps))
        start += length
    ends = [*onsets[1:], start]
    return [
        Slot((onset,), (None,), _end(onset, end, LONGEST * (each.end - each.start)))
        for onset, end, each in zip(onsets, ends, beats, strict=True)
    ]


def _end(onset: float, following: float, length: float) -> float:
    """Where a syllable ends: it lasts until the next one, but not for longer than it can."""
    return following if following - onset <= length + RING_SECONDS else onset + length


def _off_pauses(found: Sequence[Passage], slots: Sequence[Slot], line: float) -> list[Slot]:
    """The slots moved so that exact pauses, which delay them, delay them by whole lines."""
    out: list[Slot] = []
    paused = moved = due = 0.0
    for passage in found:
        if not passage.syllables:
            due += passage.part.duration
            continue
        paused, moved, due = paused + due, moved + line * ceil(due / line - 1e-6), 0.0
        more = moved - paused
        for slot in slots[len(out) : len(out) + len(passage.syllables)]:
            out.append(Slot((slot.onsets[0] + more,), slot.pitches, slot.end + more))
    return out


def _shaped(score: Score, beats: Sequence[Beat], beat: float) -> Score:
    """The score with narrow pitch that falls at the ends of lines, and accents on the beat."""
    voiced = [p.pitch for p in score.phones if p.pitch and is_vowel(p.symbol)]
    middle = float(np.median([log(hertz) for points in voiced for hertz in points] or [0.0]))
    starts = list(accumulate((phone.duration for phone in score.phones), initial=0.0))
    vowels = [phone.energy for phone in score.phones if is_vowel(phone.symbol)]
    floor = sum(vowels) / len(vowels) - QUIETEST_DB
    phones = [_narrowed(phone, middle) for phone in score.phones]
    for i, (note, each) in enumerate(zip(score.notes, beats, strict=True)):
        if i + 1 == len(beats) or beats[i + 1].line != each.line:
            phones[note.start : note.end] = _falling(phones[note.start : note.end])
        off = (starts[note.start] + ON_BEAT) % beat
        accent = ACCENT_DB if each.weight and off < 2 * ON_BEAT else 0.0
        vowel = phones[note.start]
        phones[note.start] = replace(vowel, energy=max(vowel.energy, floor) + accent)
    return replace(score, phones=tuple(phones))


def _narrowed(phone: ScorePhone, middle: float) -> ScorePhone:
    if phone.pitch is None:
        return phone
    share = NARROW_TONES if phone.mark >= TONE_1 else NARROW
    points = (exp(middle + share * (log(hertz) - middle)) for hertz in phone.pitch)
    return replace(phone, pitch=tuple(round(hertz, 2) for hertz in points))


def _falling(phones: Sequence[ScorePhone]) -> list[ScorePhone]:
    """The last syllable of a line, falling by two semitones."""
    n = sum(len(phone.pitch or ()) for phone in phones)
    falls = iter(2 ** (-DROP_SEMITONES / 12 * (i + 0.5) / n) for i in range(n))
    return [
        phone
        if phone.pitch is None
        else replace(phone, pitch=tuple(round(h * next(falls), 2) for h in phone.pitch))
        for phone in phones
    ]
