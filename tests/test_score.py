"""A score is a value: it is edited, saved, read back strictly, and shown as subtitles."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from steptts import Audio, Score, ScoreError
from steptts.score import ScoreNote, ScorePhone, ScoreWord, joined


def made() -> Score:
    """ "Hi, you." with 0.1 s a phone: silence, h I , j u . silence."""
    rows = [("_", -1), ("h", 0), ("I", 0), (",", 1), ("j", 2), ("u", 2), (".", 3), ("_", -1)]
    phones = tuple(
        ScorePhone(symbol, 0, word, 0.1, (200.0, 210.0, 190.0) if symbol in "Iu" else None, -20.0)
        for symbol, word in rows
    )
    words = (
        ScoreWord("Hi", 1, 3),
        ScoreWord(",", 3, 4),
        ScoreWord("you", 4, 6),
        ScoreWord(".", 6, 7),
    )
    return Score(phones, words, "ava", "en", "Hi, you.")


def test_words_have_times_and_punctuation_has_none() -> None:
    timed = made().words_timed
    assert [word.text for word in timed] == ["Hi", "you"]
    assert [(round(w.start, 6), round(w.end, 6)) for w in timed] == [(0.1, 0.3), (0.4, 0.6)]


def test_a_number_spoken_as_several_words_is_one_timed_word() -> None:
    score = made()
    words = (ScoreWord("2.5", 1, 3), ScoreWord("", 4, 6))
    timed = replace(score, words=words).words_timed
    assert [(w.text, round(w.start, 6), round(w.end, 6)) for w in timed] == [("2.5", 0.1, 0.6)]


def test_twice_the_speed_halves_sounds_and_keeps_silences() -> None:
    fast = made().scaled(2.0)
    assert [round(phone.duration, 6) for phone in fast.phones] == [0.1, *[0.05] * 6, 0.1]
    assert made().scaled(1.0) == made()


@pytest.mark.parametrize("speed", [0.0, -1.0, 0.2, 4.1, float("nan"), float("inf")])
def test_a_speed_out_of_range_is_refused(speed: float) -> None:
    with pytest.raises(ScoreError, match="speed"):
        made().scaled(speed)


@pytest.mark.parametrize("duration", [0.5, 0.8, 2.0])
def test_a_score_can_be_fitted_to_a_duration(duration: float) -> None:
    assert made().fitted(duration).duration == pytest.approx(duration)


def test_a_duration_that_nobody_could_speak_is_refused_with_the_possible_ones() -> None:
    with pytest.raises(ScoreError, match=r"0\.35 to 2\.60 s"):
        made().fitted(0.3)


@pytest.mark.parametrize("seconds", [0.05, 0.8, 60.0])
def test_an_inserted_pause_lies_exactly_between_the_words(seconds: float) -> None:
    paused = made().with_pause(0, seconds)
    first, second = paused.words_timed
    assert second.start - first.end == pytest.approx(seconds)
    assert [part.text for part in paused.parts] == ["Hi,", "", "you."]
    assert Score.from_json(paused.to_json()) == paused


def test_a_second_pause_at_the_same_place_replaces_the_first() -> None:
    paused = made().with_pause(0, 0.8).with_pause(0, 2.0)
    first, second = paused.words_timed
    assert second.start - first.end == pytest.approx(2.0)


def test_a_pause_after_the_last_word_lengthens_the_end() -> None:
    paused = made().with_pause(2, 1.0)
    assert paused.duration - paused.words_timed[-1].end == pytest.approx(1.0)


@pytest.mark.parametrize(("word", "seconds"), [(-1, 1.0), (4, 1.0), (0, 0.0), (0, 60.1)])
def test_a_pause_that_is_nowhere_or_no_pause_is_refused(word: int, seconds: float) -> None:
    with pytest.raises(ScoreError):
        made().with_pause(word, seconds)


def test_joined_scores_come_apart_again() -> None:
    one, two = made(), replace(made(), language="zh", text="two")
    both = joined([one, two])
    assert both.text == "Hi, you. two"
    assert both.split() == (one, two)
    assert [phone.word for phone in both.phones[9:11]] == [4, 4]


def test_json_gives_an_equal_score() -> None:
    assert Score.from_json(made().to_json()) == made()
    assert Score.from_json(made().to_json().encode()) == made()


def test_a_phone_is_one_line_of_json_so_that_a_diff_shows_an_edit() -> None:
    lines = made().to_json().splitlines()
    assert sum('"symbol"' in line for line in lines) == len(made().phones)


@pytest.mark.parametrize(
    ("path", "value", "named"),
    [
        (("phones", 1, "duration"), 0, "phone 1 .*duration"),
        (("phones", 1, "duration"), True, "phone 1 .*duration"),
        (("phones", 1, "symbol"), "qq", "phone 1 .*'qq' is no phone"),
        (("phones", 2, "pitch"), [200, "high"], "phone 2 .*pitch"),
        (("phones", 2, "pitch"), [], "phone 2 .*pitch"),
        (("phones", 2, "pitch"), [5.0], "phone 2 .*pitch is 5.0"),
        (("phones", 0, "mark"), 8, "phone 0 .*mark is 8"),
        (("phones", 0, "word"), 9, "phone 0 .*word 9 of 4"),
        (("phones", 0, "tempo"), 1, "phone 0 .*unknown key 'tempo'"),
        (("words", 1, "start"), 0, "word 1 .*phones 0 to 4"),
        (("words", 3, "end"), 99, "word 3"),
        (("parts",), [{"start": 3, "language": "en", "text": ""}], r"parts .*\[3\]"),
        (("phones",), [], "0 phones"),
        (("notes",), [{"start": 2, "end": 2, "pitch": 60}], "note 0 .*phones 2 to 2"),
        (("notes",), [{"start": 2, "end": 99, "pitch": None}], "note 0 .*in 0 to 8"),
        (("notes",), [{"start": 2, "end": 3, "pitch": 200}], "note 0 .*pitch is 200"),
        (("notes",), [{"start": 2, "end": 3}], "note 0 .*'pitch' is missing"),
        (("version",), 3, "version is 3"),
        (("format",), "midi", "format is 'midi'"),
        (("title",), "x", "unknown key 'title'"),
    ],
)
def test_an_edited_score_that_is_wrong_names_the_place(
    path: tuple[str | int, ...], value: object, named: str
) -> None:
    record = json.loads(made().to_json())
    place = record
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    with pytest.raises(ScoreError, match=named):
        Score.from_json(json.dumps(record))


@pytest.mark.parametrize(
    "text",
    [
        "", "null", "[]", "{", "{}", '{"format": "steptts-score", "format": "steptts-score"}',
        '{"format": NaN}', "[" * 100_000, b"\xff\xfe{}",
    ],
)  # fmt: skip
def test_what_is_no_score_is_refused(text: str | bytes) -> None:
    with pytest.raises(ScoreError):
        Score.from_json(text)


def test_a_missing_key_names_itself() -> None:
    record = json.loads(made().to_json())
    del record["phones"][3]["energy"]
    with pytest.raises(ScoreError, match=r"phone 3 .*'energy' is missing"):
        Score.from_json(json.dumps(record))


def test_a_score_of_version_1_had_no_notes() -> None:
    record = json.loads(made().to_json()) | {"version": 1}
    with pytest.raises(ScoreError, match="unknown key 'notes'"):
        Score.from_json(json.dumps(record))
    del record["notes"]
    assert Score.from_json(json.dumps(record)) == made()


def test_notes_stay_with_their_phones_when_a_score_is_edited() -> None:
    notes = (ScoreNote(2, 3, 60.0), ScoreNote(5, 6, None))
    score = replace(made(), notes=notes)
    edited = score.with_pause(0, 0.5)
    assert Score.from_json(edited.to_json()) == edited
    assert [edited.phones[note.start].symbol for note in edited.notes] == ["I", "u"]
    assert [note.pitch for part in edited.split() for note in part.notes] == [60.0, None]
    twice = joined([score, score])
    assert [twice.phones[note.start].symbol for note in twice.notes] == ["I", "u"] * 2


def test_subtitles_show_the_text_as_written() -> None:
    assert made().to_srt() == "1\n00:00:00,100 --> 00:00:00,600\nHi, you.\n\n"


def test_a_drawing_is_a_picture_file(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="needs the evaluate extra")
    notes = (ScoreNote(2, 3, 60.0), ScoreNote(5, 6, None))
    audio = Audio(np.zeros(8_000, np.float32), 8_000)
    for score, sound in ((made(), None), (replace(made(), notes=notes), audio)):
        score.plot(tmp_path / "score.png", sound)
        assert (tmp_path / "score.png").read_bytes().startswith(b"\x89PNG")
