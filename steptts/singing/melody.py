"""Melodies: notes with lengths in beats, and how they are written as text.

Knows nothing of lyrics, voices and sound; `steptts.singing.midi` reads files, `tunes` has some.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from steptts.errors import ScoreError

if TYPE_CHECKING:
    from collections.abc import Iterator

DEFAULT_BPM = 100.0
BPM_RANGE = (20.0, 400.0)
PITCH_RANGE = (24, 96)  # C1 to C7, as MIDI numbers
MAX_BEATS = 64.0  # of one note
MAX_NOTES = 10_000
MIDI_SUFFIXES = (".mid", ".midi")
_SEMITONES = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_ACCIDENTALS = {"": 0, "#": 1, "♯": 1, "b": -1, "♭": -1, "##": 2, "bb": -2}
_NOTE = re.compile(
    r"(?:(?P<rest>[rR])|(?P<letter>[A-Ga-g])(?P<accidental>##|bb|[#♯b♭]?)(?P<octave>-?\d)?)"
    r"(?::(?P<beats>\d{1,3}(?:\.\d{1,4})?(?:/\d{1,3})?))?(?P<slur>~?)"
)


@dataclass(frozen=True, slots=True)
class Note:
    """One note or rest.

    Attributes:
        pitch: MIDI number, 60 is middle C (C4), 69 is A4 of 440 Hz; None is a rest.
        beats: length, above 0.
        slurred: whether it goes on with the syllable of the note before it.
        phrase_end: whether a phrase ends after it.
    """

    pitch: int | None
    beats: float
    slurred: bool = False
    phrase_end: bool = False


@dataclass(frozen=True)
class Melody:
    """Notes in order of time.

    Attributes:
        notes: at least one that is no rest.
        bpm: beats a minute.
        name: of a known tune, "" otherwise.
        origin: who wrote it and when, for a known tune.
    """

    notes: tuple[Note, ...]
    bpm: float = DEFAULT_BPM
    name: str = ""
    origin: str = ""

    def __post_init__(self) -> None:
        """Refuse what nobody can sing."""
        if not any(note.pitch is not None for note in self.notes):
            raise ScoreError("a melody needs at least one note, for example 'C4 D4 E4:2'")
        if len(self.notes) > MAX_NOTES:
            raise ScoreError(
                f"melody has {len(self.notes)} notes, at most {MAX_NOTES} are possible"
            )
        check_bpm(self.bpm)
        for note in self.notes:
            _check_note(note)

    @property
    def beats(self) -> float:
        """Length in beats, rests included."""
        return sum(note.beats for note in self.notes)

    @property
    def pitches(self) -> tuple[int, ...]:
        """MIDI numbers of the notes, without rests."""
        return tuple(note.pitch for note in self.notes if note.pitch is not None)


def check_bpm(bpm: float) -> None:
    """Refuse a tempo that is no tempo.

    Raises:
        ScoreError: it is outside 20 to 400 beats a minute.
    """
    low, high = BPM_RANGE
    if not low <= bpm <= high:
        raise ScoreError(f"bpm {bpm} is outside {low:.0f} to {high:.0f} beats a minute")


def read_melody(source: str | Path, *, bpm: float | None = None) -> Melody:
    """Read a melody from notes, from a MIDI file, or by the name of a known tune.

    Notes are written with blanks between them: a letter, ``#`` or ``b``, an octave (the last one
    holds on; C4 is middle C), and after ``:`` the length in beats, 1 where there is none. ``r`` is
    a rest, ``~`` after a note ties or slurs it to the next, ``/`` ends a phrase, ``|`` is a bar
    line to read by and has no effect: ``"C4 C G G | A A G:2 / F:3/2 E:1/2~ D r:2"``.

    Args:
        source: notes, the path of a ``.mid`` file, or a name such as "twinkle" or "茉莉花".
        bpm: beats a minute; by default the file's or the tune's own, 100 for notes.

    Raises:
        ScoreError: it is none of these, or bpm is out of range.
        BackendError: reading a MIDI file needs mido, which is not installed.
    """
    from steptts.singing.tunes import find_tune

    if isinstance(source, Path) or source.strip().lower().endswith(MIDI_SUFFIXES):
        from steptts.singing.midi import read_midi

        melody = read_midi(Path(source))
    else:
        melody = find_tune(source) or Melody(tuple(_joined_ties(_notes(source))))
    return melody if bpm is None else replace(melody, bpm=bpm)


def _notes(text: str) -> Iterator[Note]:
    """The notes as written; a slur mark counts for the note after it."""
    octave, slurred = 4, False
    pending: Note | None = None
    for token in text.split():
        if token == "|":
            continue
        if token == "/":
            if pending is not None:
                pending = replace(pending, phrase_end=True)
            continue
        match = _NOTE.fullmatch(token)
        if match is None:
            raise ScoreError(_unreadable(token, text))
        if match["octave"]:
            octave = int(match["octave"])
        if pending is not None:
            yield pending
        pitch = None if match["rest"] else _pitch(match, octave)
        pending = Note(pitch, _beats(match["beats"], token), slurred and pitch is not None)
        slurred = bool(match["slur"])
    if pending is not None:
        yield pending


def _joined_ties(notes: Iterator[Note]) -> Iterator[Note]:
    """Slurred notes of the same pitch are one longer note."""
    last: Note | None = None
    for note in notes:
        if last is not None and note.slurred and note.pitch == last.pitch:
            last = replace(last, beats=last.beats + note.beats, phrase_end=note.phrase_end)
            continue
        if last is not None:
            yield last
        last = note
    if last is not None:
        yield last


def _pitch(match: re.Match[str], octave: int) -> int:
    step = _SEMITONES[match["letter"].upper()] + _ACCIDENTALS[match["accidental"]]
    return 12 * (octave + 1) + step


def _beats(written: str | None, token: str) -> float:
    if written is None:
        return 1.0
    try:
        number, _, divisor = written.partition("/")
        return float(Fraction(number) / int(divisor or 1))
    except ZeroDivisionError:
        raise ScoreError(f"note {token!r} has a length divided by 0") from None


def _check_note(note: Note) -> None:
    low, high = PITCH_RANGE
    if note.pitch is not None and not low <= note.pitch <= high:
        raise ScoreError(f"note {note.pitch} is outside {low} (C1) to {high} (C7)")
    if not 0 < note.beats <= MAX_BEATS:
        raise ScoreError(f"a note lasts {note.beats} beats; above 0 and at most {MAX_BEATS:.0f}")


def _unreadable(token: str, text: str) -> str:
    from steptts.singing.tunes import tune_names

    return (
        f"{token[:20]!r} in melody {text[:40]!r} is no note; write notes like "
        f"'C4 F#4:2 r:1 G4~ A4', a .mid file, or one of: {', '.join(tune_names())}"
    )
