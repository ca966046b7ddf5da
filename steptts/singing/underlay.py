"""Which syllable is sung on which notes.

One syllable a note, in order. A slurred note goes on with the syllable before it. The melody starts
again when it ends before the text does; when the text ends first, its last vowel is slurred over
what is left of the phrase, and the phrases after it are left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steptts.singing.melody import Melody


class Sung(NamedTuple):
    """The notes of one syllable, in beats from the start of the song.

    Attributes:
        onsets: where each of its notes begins.
        pitches: their MIDI numbers.
        end: where the last one ends.
        phrase_end: whether a phrase of the melody ends with it.
    """

    onsets: tuple[float, ...]
    pitches: tuple[int, ...]
    end: float
    phrase_end: bool


def underlay(melody: Melody, n_syllables: int) -> list[Sung]:
    """The notes of each of ``n_syllables`` syllables; at least one."""
    groups = _endless(melody)
    sung = [next(groups) for _ in range(n_syllables)]
    while not sung[-1].phrase_end:
        sung[-1] = _slurred(sung[-1], next(groups))
    return sung


def _slurred(sung: Sung, more: Sung) -> Sung:
    onsets, pitches = sung.onsets, sung.pitches
    if more.pitches[0] == pitches[-1]:  # the same pitch again is one longer note
        more = more._replace(onsets=more.onsets[1:], pitches=more.pitches[1:])
    return Sung(onsets + more.onsets, pitches + more.pitches, more.end, more.phrase_end)


def _endless(melody: Melody) -> Iterator[Sung]:
    start = 0.0
    while True:
        yield from _once(melody, start)
        start += melody.beats


def _once(melody: Melody, beat: float) -> Iterator[Sung]:
    """The groups of notes that one syllable each is sung on, once through."""
    group: Sung | None = None
    for note in melody.notes:
        starts_group = note.pitch is None or not note.slurred or group is None
        if starts_group and group is not None:
            yield group._replace(phrase_end=group.phrase_end or note.pitch is None)
            group = None
        end = beat + note.beats
        if note.pitch is not None:
            one = Sung((beat,), (note.pitch,), end, note.phrase_end)
            group = one if group is None else _slurred(group, one)
        beat = end
    if group is not None:
        yield group._replace(phrase_end=True)
