"""Edits of a score: its speed, its length, exact silences. A score in, a new score out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from steptts.captions import word_spans
from steptts.errors import ScoreError
from steptts.score import Score, ScorePhone, joined
from steptts.text.phones import SILENCE

if TYPE_CHECKING:
    from collections.abc import Sequence

SPEED_RANGE = (0.25, 4.0)
MAX_PAUSE = 60.0  # seconds, as in [pause 60s]
EDGE = 0.1  # seconds of a pause that the voice may fade and start in; the rest is digital silence
EDGE_DB = -45.0  # of the pause that a sound grows from, as it is planned at sentence starts
SILENCE_DB = -120.0  # below the last bit of 16-bit sound, 20 log10(2^-15) = -90


def scaled(score: Score, speed: float) -> Score:
    """See `Score.scaled`."""
    low, high = SPEED_RANGE
    if not low <= speed <= high:
        raise ScoreError(f"speed {speed} is outside {low} to {high}")
    return replace(
        score,
        phones=tuple(
            phone if phone.symbol == SILENCE else replace(phone, duration=phone.duration / speed)
            for phone in score.phones
        ),
    )


def fitted(score: Score, duration: float) -> Score:
    """See `Score.fitted`."""
    silent = sum(phone.duration for phone in score.phones if phone.symbol == SILENCE)
    spoken = score.duration - silent
    low, high = SPEED_RANGE
    shortest, longest = silent + spoken / high, silent + spoken / low
    if not shortest <= duration <= longest or spoken <= 0:
        raise ScoreError(
            f"cannot make a score of {score.duration:.2f} s last {duration} s: "
            f"{shortest:.2f} to {longest:.2f} s is possible"
        )
    return scaled(score, spoken / (duration - silent))


def with_pause(score: Score, after_word: int, seconds: float) -> Score:
    """See `Score.with_pause`."""
    if not 0 <= after_word < len(score.words):
        raise ScoreError(f"no word {after_word}: the score has words 0 to {len(score.words) - 1}")
    if not 0 < seconds <= MAX_PAUSE:
        raise ScoreError(f"pause of {seconds} s must be above 0 and at most {MAX_PAUSE:.0f} s")
    cut = score.words[after_word].end
    while cut < len(score.phones) and not score.phones[cut].is_speech:
        cut += 1
    before, after = _cut(score, cut)
    while before[-1].is_silence:  # a pause that was there already is replaced
        before.pop()
    edge = edge_of(seconds)
    rest = seconds - 2 * edge if after else seconds - edge
    pieces = [*before[:-1], with_end(before[-1], edge), silence(rest, score)]
    if after:
        pieces += [with_start(after[0], edge), *after[1:]]
    return joined(pieces, score.text)


def edge_of(pause: float) -> float:
    """How much of a pause, in seconds, belongs to the sound on either side of it."""
    return min(EDGE, pause / 4)


def with_start(score: Score, seconds: float) -> Score:
    """The same score with exactly ``seconds`` before its first sound."""
    first = _n_pauses(score.phones)
    lead = _pauses(score, score.phones[:first], seconds)
    shift = len(lead) - first
    return _shifted(replace(score, phones=(*lead, *score.phones[first:])), shift)


def with_end(score: Score, seconds: float) -> Score:
    """The same score with exactly ``seconds`` after its last sound."""
    last = len(score.phones) - _n_pauses(score.phones[::-1])
    tail = _pauses(score, score.phones[last:], seconds)
    return replace(score, phones=(*score.phones[:last], *tail))


def silence(seconds: float, like: Score) -> Score:
    """A part that is digital silence, with the voice and language of another."""
    phone = ScorePhone(SILENCE, mark=0, word=-1, duration=seconds, pitch=None, energy=SILENCE_DB)
    return Score((phone,), (), like.voice, like.language, text="")


def _n_pauses(phones: Sequence[ScorePhone]) -> int:
    """How many pauses come before the first sound."""
    return next((i for i, phone in enumerate(phones) if phone.is_speech), len(phones))


def _pauses(score: Score, phones: tuple[ScorePhone, ...], seconds: float) -> tuple[ScorePhone, ...]:
    """The pauses made to last ``seconds`` together; a silence where there are none."""
    if not phones:
        return silence(seconds, score).phones
    ratio = seconds / sum(phone.duration for phone in phones)
    return tuple(replace(phone, duration=phone.duration * ratio) for phone in phones)


def _shifted(score: Score, by: int) -> Score:
    words = tuple(word._replace(start=word.start + by, end=word.end + by) for word in score.words)
    notes = tuple(note._replace(start=note.start + by, end=note.end + by) for note in score.notes)
    return replace(score, words=words, notes=notes)


def _cut(score: Score, at: int) -> tuple[list[Score], list[Score]]:
    """The parts before and after a phone; the part that holds it is cut in two."""
    before: list[Score] = []
    after: list[Score] = []
    start = 0
    for part in score.split():
        end = start + len(part.phones)
        if start < at < end:
            head, tail = part.slice(0, at - start), part.slice(at - start, len(part.phones))
            spans = word_spans(part.text, [word.text for word in head.words])
            split = max((span[1] for span in spans if span), default=0)
            before.append(replace(head, text=part.text[:split]))
            after.append(replace(tail, text=part.text[split:].lstrip()))
        else:
            (before if end <= at else after).append(part)
        start = end
    return before, after
