"""A melody from a MIDI file: the highest voice of the track that sings.

Velocity, bends and tempo changes after the first note are left out: a melody has one tempo.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from steptts.errors import BackendError, ScoreError
from steptts.singing.melody import Melody, Note

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from mido import MidiFile, MidiTrack

GRID = 24  # steps of a beat that notes snap to: thirty-seconds and triplets are whole
DRUMS = 9  # the channel of percussion
MAX_TICKS = 2**31
_TEMPO = 500_000  # microseconds a beat where a file gives none: 120 a minute


class _Sounding(NamedTuple):
    """A note by its steps from the start of the file."""

    start: int
    end: int
    pitch: int


def read_midi(path: Path) -> Melody:
    """Read a MIDI file.

    Of all tracks the one named "melody", "vocal", "voice" or "lead" is taken, otherwise the first
    that has notes and is not percussion. Where notes sound together the highest is sung. The rest
    before the first note is left out.

    Raises:
        ScoreError: the file cannot be read or holds no note.
        BackendError: mido is not installed.
    """
    try:
        import mido
    except ImportError:
        raise BackendError("reading MIDI needs mido: pip install 'steptts[sing]'") from None
    try:
        file = mido.MidiFile(path)
    except OSError as reason:
        raise ScoreError(f"cannot read MIDI file {path}: {reason.strerror or reason}") from None
    except (ValueError, EOFError, KeyError, IndexError) as reason:
        raise ScoreError(f"{path} is no MIDI file: {reason or type(reason).__name__}") from None
    if file.ticks_per_beat <= 0:
        raise ScoreError(f"{path} counts time in film frames; save it with ticks per beat")
    heard = _highest(_sung_track(file))
    if not heard:
        raise ScoreError(f"{path} holds no note outside percussion")
    return Melody(tuple(_notes(heard)), round(mido.tempo2bpm(_tempo(file)), 3), path.stem)


def _tempo(file: MidiFile) -> int:
    tempos = (event.tempo for track in file.tracks for event in track if event.type == "set_tempo")
    return int(next(tempos, _TEMPO))


def _sung_track(file: MidiFile) -> list[_Sounding]:
    """The notes of the track that is sung, in order of time."""
    found = [(track.name.lower(), _sounding(track, file.ticks_per_beat)) for track in file.tracks]
    found = [(name, notes) for name, notes in found if notes]
    named = [
        notes
        for name, notes in found
        if any(word in name for word in ("melody", "vocal", "voice", "lead"))
    ]
    return next(iter([*named, *(notes for _, notes in found)]), [])


def _sounding(track: MidiTrack, ticks_per_beat: int) -> list[_Sounding]:
    ticks = 0
    started: dict[int, int] = {}
    notes: list[_Sounding] = []
    for event in track:
        ticks = min(ticks + event.time, MAX_TICKS)
        if event.type not in ("note_on", "note_off") or event.channel == DRUMS:
            continue
        begun = started.pop(event.note, None)
        if begun is not None:
            steps = [round(t * GRID / ticks_per_beat) for t in (begun, ticks)]
            notes.append(_Sounding(steps[0], max(steps[1], steps[0] + 1), event.note))
        if event.type == "note_on" and event.velocity > 0:
            started[event.note] = ticks
    return sorted(notes)


def _highest(notes: Iterable[_Sounding]) -> list[_Sounding]:
    """One voice: of notes that begin together the highest, each until the next begins."""
    voice: list[_Sounding] = []
    for note in notes:  # of one start the highest pitch comes last only among equal ends
        if voice and voice[-1].start == note.start:
            voice[-1] = max(voice[-1], note, key=lambda each: each.pitch)
            continue
        if voice and voice[-1].end > note.start:
            if voice[-1].pitch > note.pitch and voice[-1].end >= note.end:
                continue  # an accompanying note below a held one
            voice[-1] = voice[-1]._replace(end=note.start)
        voice.append(note)
    return voice


def _notes(voice: Sequence[_Sounding]) -> Iterable[Note]:
    """Notes with the rests between them; gaps below a sixteenth are how a player lifts a finger."""
    for index, note in enumerate(voice):
        following = voice[index + 1].start if index + 1 < len(voice) else note.end
        gap = following - note.end
        end = following if gap < GRID // 4 else note.end
        yield Note(note.pitch, (end - note.start) / GRID)
        if gap >= GRID // 4:
            yield Note(None, gap / GRID)
