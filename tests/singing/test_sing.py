"""Singing is an edit of the score: vowels on their notes, rests of silence, a key for the voice."""

from itertools import accumulate

import pytest

from steptts import Score, ScoreError
from steptts.score import joined
from steptts.score_edits import silence
from steptts.singing import fitted_key, read_melody, sing
from steptts.singing.syllables import stress, syllables
from steptts.text.phones import is_vowel
from tests.singing.made import spoken

LITTLE_STAR = ("lˈɪɾᵊl", "stˈɑɹ", ".")


def onsets(score: Score) -> list[float]:
    """When the notes are heard, from the first of them."""
    starts = list(accumulate((phone.duration for phone in score.phones), initial=0.0))
    heard = [starts[note.start] for note in score.notes]
    return [round(time - heard[0], 6) for time in heard]


def middle_hertz(score: Score, note: int) -> float:
    """Pitch in the middle of the first vowel of a note."""
    points = score.phones[score.notes[note].start].pitch
    assert points is not None
    return points[len(points) // 2]


def test_vowels_begin_on_their_notes_and_consonants_before() -> None:
    sung = sing(spoken(*LITTLE_STAR), read_melody("C4 D4:2 E4"), bpm=60, key=0)
    assert onsets(sung) == [0, 1, 3]
    assert [note.pitch for note in sung.notes] == [60, 62, 64]
    assert [sung.phones[note.start].symbol for note in sung.notes] == ["ɪ", "ᵊ", "ɑ"]
    assert sung.words_timed[1].start < onsets(sung)[2] + sung.duration
    assert [word.text for word in sung.words] == list(LITTLE_STAR)


def test_pitch_is_the_note_where_the_vowel_is_heard_and_slides_before() -> None:
    sung = sing(spoken(*LITTLE_STAR), read_melody("C4 C4 C5"), bpm=100, key=0)
    starts = list(accumulate((phone.duration for phone in sung.phones), initial=0.0))
    onset = starts[sung.notes[2].start]
    curve = [
        (start + phone.duration * (i + 0.5) / len(phone.pitch), hertz)
        for phone, start in zip(sung.phones, starts, strict=False)
        for i, hertz in enumerate(phone.pitch or ())
        if phone.pitch
    ]
    after = [hertz for time, hertz in curve if onset < time < onset + 0.25]
    assert after == pytest.approx([523.25] * len(after), rel=1e-3)
    before = [hertz for time, hertz in curve if onset - 0.6 < time < onset - 0.1]
    assert before == pytest.approx([261.63] * len(before), rel=1e-3)


def test_a_slur_is_one_vowel_on_several_notes_and_a_diphthong_glides_last() -> None:
    sung = sing(spoken("bˈI"), read_melody("C4~ D4~ E4"), bpm=60, key=0)
    assert [sung.phones[note.start].symbol for note in sung.notes] == ["a", "a", "I"]
    assert onsets(sung) == [0, 1, 2]
    assert {phone.word for phone in sung.phones if phone.is_speech} == {0}


def test_a_rest_is_exact_silence_of_its_own_part() -> None:
    sung = sing(spoken(*LITTLE_STAR), read_melody("C4 D4 r:4 E4"), bpm=120, key=0)
    rests = [part for part in sung.split() if part.is_silence and part.duration > 1]
    assert len(rests) == 1
    assert onsets(sung) == [0, 0.5, 3]
    assert [part.text for part in sung.split() if part.text] == ["lˈɪɾᵊl", "stˈɑɹ ."]


def test_the_melody_runs_on_through_parts_and_exact_pauses_delay_it() -> None:
    first, second = spoken("lˈɑ", "lˈɑ", "."), spoken("lˈɑ", ".")
    melody = read_melody("C4 D4 E4:2")
    straight = sing(joined([first, second]), melody, bpm=60, key=0)
    assert onsets(straight) == [0, 1, 2]
    paused = sing(joined([first, silence(0.7, first), second]), melody, bpm=60, key=0)
    assert onsets(paused) == [0, 1, 2.7]
    assert any(part.is_silence and part.duration == 0.7 for part in paused.split())
    assert [part.text for part in straight.split() if part.text] == ["lˈɑ lˈɑ .", "lˈɑ ."]


def test_long_notes_have_vibrato_and_short_ones_do_not() -> None:
    sung = sing(spoken(*LITTLE_STAR), read_melody("C4 C4 C4:4"), bpm=120, key=0)
    short, long = (sung.phones[sung.notes[i].start].pitch or () for i in (0, 2))
    assert max(short) / min(short) < 1.001
    assert 1.02 < max(long) / min(long) < 1.05  # twice 30 cents are 1.035


def test_too_many_consonants_never_push_a_vowel_off_its_note() -> None:
    crowded = spoken("stɹˈɛŋkθs", "splˈæʃt", ".", seconds=0.2)
    sung = sing(crowded, read_melody("C4:1/2 D4:1/2"), bpm=120, key=0)
    assert onsets(sung) == [0, 0.25]
    assert all(phone.duration > 0 for phone in sung.phones)


@pytest.mark.parametrize(("hertz", "key"), [(200.0, 0), (100.0, -12), (392.0, 2)])
def test_the_key_is_what_the_voice_can_sing(hertz: float, key: int) -> None:
    score = spoken(*LITTLE_STAR, hertz=hertz)
    melody = read_melody("C4 E4 G4")
    assert fitted_key(score, melody) == key
    assert sing(score, melody).notes[0].pitch == 60 + key


def test_a_key_and_a_tempo_can_be_asked_for_and_out_of_range_are_refused() -> None:
    score, melody = spoken(*LITTLE_STAR), read_melody("C4 D4 E4")
    assert middle_hertz(sing(score, melody, key=-5), 0) == pytest.approx(196.0, rel=0.02)
    for options, message in (
        ({"key": 60}, "key 60"),
        ({"key": -40}, "Hz, outside 65 to 650"),
        ({"bpm": 1000.0}, "bpm"),
    ):
        with pytest.raises(ScoreError, match=message):
            sing(score, melody, **options)  # type: ignore[arg-type]


def test_a_score_without_a_vowel_cannot_be_sung() -> None:
    with pytest.raises(ScoreError, match="no vowel"):
        sing(spoken("hm", "."))


def test_without_a_melody_a_tune_is_made_that_ends_on_the_tonic() -> None:
    score = spoken(*LITTLE_STAR, *LITTLE_STAR)
    sung = sing(score, key=0)
    assert sung == sing(score, key=0)
    assert len(sung.notes) == 6
    assert sung.notes[-1].pitch == 60
    assert len({note.pitch for note in sung.notes}) > 2


def test_a_sung_score_is_saved_and_read_back_and_goes_on_as_any_score() -> None:
    sung = sing(spoken(*LITTLE_STAR), read_melody("C4 D4 r:2 E4"))
    assert Score.from_json(sung.to_json()) == sung
    again = joined(list(sung.split()), sung.text)
    assert again.notes == sung.notes
    assert again.phones == sung.phones
    later = sung.split()[-1]
    assert is_vowel(later.phones[later.notes[0].start].symbol)


def test_mandarin_finals_are_one_syllable_and_their_first_vowel_is_held() -> None:
    score = spoken("xau↓", "ɕi→an→", "njau↓")
    found = syllables(score.phones)
    assert len(found) == 4
    assert [stress(score.phones, one) for one in found] == [1.0, 1.0, 0.2, 1.0]
    sung = sing(score, read_melody("C4 D4 E4 F4"), bpm=60, key=0)
    assert onsets(sung) == [0, 1, 2, 3]
    first = sung.phones[sung.notes[0].start : sung.notes[0].end]
    assert [phone.symbol for phone in first] == ["a", "u"]
    assert first[0].duration > 5 * first[1].duration
