"""Melodies: as text, as MIDI files, by name; what is no melody is refused with the way out."""

from pathlib import Path

import pytest

from steptts import ScoreError
from steptts.singing import Melody, Note, find_tune, read_melody, tune_names
from steptts.singing.underlay import underlay


def test_notes_are_read_with_accidentals_lengths_rests_and_kept_octaves() -> None:
    melody = read_melody("C4 F#4:2 | Bb3:1/2 G:1.5 r D5 / e♭")
    assert [note.pitch for note in melody.notes] == [60, 66, 58, 55, None, 74, 75]
    assert [note.beats for note in melody.notes] == [1, 2, 0.5, 1.5, 1, 1, 1]
    assert [note.phrase_end for note in melody.notes] == [False] * 5 + [True, False]
    assert melody.bpm == 100


def test_a_mark_slurs_to_another_pitch_and_ties_to_the_same() -> None:
    slurred, tied = read_melody("G4~ A4"), read_melody("G4~ G4:2 C4")
    assert slurred.notes == (Note(67, 1), Note(69, 1, slurred=True))
    assert tied.notes == (Note(67, 3), Note(60, 1))


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("C4 H5", "'H5'.*twinkle"),
        ("", "at least one note"),
        ("r:2", "at least one note"),
        ("C4:0", "0.0 beats"),
        ("C4:1/0", "divided by 0"),
        ("C4:999", "999.0 beats"),
        ("C9", "C1.*C7"),
        ("lalala", "'lalala'"),
        ("C4:2:3", "'C4:2:3'"),
    ],
)
def test_what_is_no_melody_is_refused(source: str, message: str) -> None:
    with pytest.raises(ScoreError, match=message):
        read_melody(source)


@pytest.mark.parametrize("bpm", [0.0, 19.9, 401.0, float("nan"), -90.0])
def test_a_tempo_that_is_none_is_refused(bpm: float) -> None:
    with pytest.raises(ScoreError, match="bpm"):
        read_melody("C4", bpm=bpm)


@pytest.mark.parametrize("name", tune_names())
def test_every_tune_has_an_origin_and_whole_beats(name: str) -> None:
    tune = find_tune(name)
    assert tune is not None
    assert tune.origin
    assert tune.name == name
    assert tune.beats == pytest.approx(round(tune.beats))
    assert min(tune.pitches) >= 48
    assert max(tune.pitches) <= 84


def test_tunes_are_found_by_chinese_names_and_any_case() -> None:
    assert read_melody("茉莉花").name == "jasmine flower"
    assert read_melody("Frère Jacques").name == "frere jacques"
    assert read_melody("TWINKLE", bpm=60).bpm == 60
    assert find_tune("no such tune") is None


def test_each_syllable_gets_one_note_and_the_melody_repeats() -> None:
    sung = underlay(read_melody("C4 D4 E4:2"), 5)
    assert [one.pitches for one in sung] == [(60,), (62,), (64,), (60,), (62, 64)]
    assert [one.onsets[0] for one in sung] == [0, 1, 2, 4, 5]
    assert sung[-1].onsets == (5, 6)  # the last vowel is slurred to the end of the phrase
    assert sung[-1].end == 8


def test_a_text_that_ends_first_is_slurred_to_the_end_of_its_phrase_only() -> None:
    sung = underlay(read_melody("C4 D4 E4 E4 / G4 G4"), 2)
    assert sung[-1].pitches == (62, 64)
    assert sung[-1].end == 4


def test_a_rest_is_silence_and_ends_a_phrase() -> None:
    first, second = underlay(read_melody("C4 r:2 D4"), 2)
    assert (first.end, first.phrase_end, second.onsets) == (1, True, (3,))


def midi(path: Path, *tracks: tuple[str, list[tuple[int, int, int]]], bpm: float = 120) -> Path:
    """A MIDI file of tracks: name, and (start, length, pitch) in ticks of 1/480 beat."""
    mido = pytest.importorskip("mido", reason="needs the sing extra")
    file = mido.MidiFile(ticks_per_beat=480)
    head = mido.MidiTrack([mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(bpm))])
    file.tracks.append(head)
    for name, notes in tracks:
        events = [(start, "note_on", pitch) for start, _, pitch in notes]
        events += [(start + length, "note_off", pitch) for start, length, pitch in notes]
        track = mido.MidiTrack([mido.MetaMessage("track_name", name=name)])
        clock = 0
        for time, kind, pitch in sorted(
            events, key=lambda event: (event[0], event[1] == "note_on")
        ):
            track.append(mido.Message(kind, note=pitch, velocity=80, time=time - clock))
            clock = time
        file.tracks.append(track)
    file.save(path)
    return path


def test_a_midi_file_becomes_notes_rests_and_tempo(tmp_path: Path) -> None:
    notes = [(480, 470, 60), (960, 480, 62), (1920, 960, 64)]
    melody = read_melody(midi(tmp_path / "song.mid", ("piano", notes), bpm=90))
    assert melody.notes == (Note(60, 1), Note(62, 1), Note(None, 1), Note(64, 2))
    assert melody.bpm == pytest.approx(90, abs=0.01)
    assert melody.name == "song"


def test_of_a_midi_file_the_sung_track_and_its_highest_notes_are_taken(tmp_path: Path) -> None:
    chords = [(0, 480, 48), (0, 480, 52)]
    tune = [(0, 480, 60), (0, 480, 67), (0, 480, 64), (480, 960, 72), (960, 480, 55)]
    path = midi(tmp_path / "two.mid", ("piano", chords), ("Lead vocal", tune))
    assert read_melody(str(path)).notes == (Note(67, 1), Note(72, 2))


def test_a_file_that_is_no_midi_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("mido", reason="needs the sing extra")
    bad = tmp_path / "bad.mid"
    bad.write_bytes(b"MThd nothing")
    empty = midi(tmp_path / "empty.mid", ("piano", []))
    for path in (bad, empty, tmp_path / "none.mid"):
        with pytest.raises(ScoreError, match=path.name):
            read_melody(path)


def test_a_melody_is_a_value_that_is_checked() -> None:
    with pytest.raises(ScoreError, match="at most 10000"):
        Melody((Note(60, 1),) * 10_001)
