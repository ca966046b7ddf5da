"""Emotions move a score as their recipes say, in proportion, within bounds, and lose nothing."""

from dataclasses import replace

import pytest

from steptts.errors import TagError
from steptts.score import Score, ScorePhone, ScoreWord, joined
from steptts.score_edits import silence
from steptts.styles import EMOTIONS, styled
from steptts.styles.emotion import HIGHEST_HZ, LOUDEST_DB, LOWEST_HZ, semitones
from steptts.styles.recipes import RECIPES

ROWS = (
    ("_", 0, -1, 0.1, None),
    ("h", 0, 0, 0.06, None),
    ("ə", 0, 0, 0.07, (190.0, 200.0, 205.0)),
    ("l", 0, 0, 0.06, (205.0, 210.0, 215.0)),
    ("O", 1, 0, 0.15, (220.0, 240.0, 210.0)),
    (",", 0, 1, 0.2, None),
    ("ð", 0, 2, 0.05, (190.0, 190.0, 190.0)),
    ("ɛ", 1, 2, 0.1, (200.0, 195.0, 185.0)),
    ("ɹ", 0, 2, 0.09, (180.0, 170.0, 160.0)),
    ("_", 0, -1, 0.2, None),
)


@pytest.fixture
def score() -> Score:
    phones = tuple(
        ScorePhone(symbol, mark, word, seconds, pitch, -40.0 if symbol == "_" else -22.0 - i % 3)
        for i, (symbol, mark, word, seconds, pitch) in enumerate(ROWS)
    )
    words = (ScoreWord("Hello", 1, 5), ScoreWord(",", 5, 6), ScoreWord("there", 6, 9))
    return Score(phones, words, "ava", "en", "Hello, there.")


def pitch(score: Score) -> float:
    points = [semitones(hz) for phone in score.phones for hz in phone.pitch or ()]
    return sum(points) / len(points)


def spread(score: Score) -> float:
    points = [semitones(hz) for phone in score.phones for hz in phone.pitch or ()]
    return max(points) - min(points)


def energy(score: Score) -> float:
    levels = [phone.energy for phone in score.phones if phone.is_speech]
    return sum(levels) / len(levels)


@pytest.mark.parametrize("name", EMOTIONS)
def test_an_emotion_keeps_every_phone_and_word(score: Score, name: str) -> None:
    for strength in (0.5, 1.0, 1.5):
        made = styled(score, name, strength)
        assert [p.symbol for p in made.phones] == [p.symbol for p in score.phones]
        assert [p.pitch is None for p in made.phones] == [p.pitch is None for p in score.phones]
        assert (made.words, made.text, made.voice) == (score.words, score.text, score.voice)


@pytest.mark.parametrize("name", EMOTIONS)
def test_strength_is_a_dial_from_nothing_upwards(score: Score, name: str) -> None:
    assert styled(score, name, 0.0) == score
    away = []
    for strength in (0.5, 1.0, 1.5):
        made = styled(score, name, strength)
        away.append(
            abs(pitch(made) - pitch(score))
            + abs(energy(made) - energy(score))
            + 10 * abs(made.duration / score.duration - 1)
        )
    assert 0 < away[0] < away[1] < away[2]


def test_recipes_go_where_the_literature_says(score: Score) -> None:
    made = {name: styled(score, name) for name in EMOTIONS}
    for name in ("happy", "excited", "fearful", "surprised", "coquettish"):
        assert pitch(made[name]) > pitch(score) + 1
    for name in ("sad", "serious"):
        assert pitch(made[name]) < pitch(score) - 1
    for name in ("sad", "calm", "coquettish"):
        assert made[name].duration > 1.05 * score.duration
    for name in ("excited", "angry", "fearful"):
        assert made[name].duration < 0.97 * score.duration
    assert spread(made["sad"]) < spread(score) < spread(made["angry"])
    assert energy(made["angry"]) > energy(score) + 3 > energy(made["sad"]) + 6


def test_a_surprise_ends_high_and_a_demand_ends_low(score: Score) -> None:
    last = {name: styled(score, name).phones[-2].pitch for name in ("surprised", "angry")}
    assert last["surprised"] is not None
    assert last["angry"] is not None
    assert semitones(last["surprised"][-1]) > pitch(score) + 4
    assert semitones(last["angry"][-1]) < pitch(score) - 2


@pytest.mark.parametrize("name", EMOTIONS)
@pytest.mark.parametrize("hertz", [60.0, 590.0])
def test_no_voice_leaves_the_bounds(score: Score, name: str, hertz: float) -> None:
    extreme = replace(
        score,
        phones=tuple(
            replace(p, pitch=(hertz,) * 3 if p.pitch else None, energy=-10.0) for p in score.phones
        ),
    )
    made = styled(extreme, name, 1.5)
    points = [hz for phone in made.phones for hz in phone.pitch or ()]
    assert LOWEST_HZ <= min(points) <= max(points) <= HIGHEST_HZ
    assert max(p.energy for p in made.phones if p.is_speech) <= LOUDEST_DB


def test_the_same_score_trembles_the_same_way(score: Score) -> None:
    assert styled(score, "fearful") == styled(score, "fearful")


def test_exact_silences_between_parts_stay(score: Score) -> None:
    both = joined([score, silence(0.5, score), score])
    made = styled(both, "sad")
    assert [part.duration for part in made.split()][1] == 0.5
    assert len(made.split()) == 3
    assert made.split()[0].phones == styled(score, "sad").phones


def test_tones_keep_their_shape(score: Score) -> None:
    falling = replace(
        score,
        phones=tuple(
            replace(p, mark=6, pitch=(250.0, 220.0, 180.0)) if p.pitch else p for p in score.phones
        ),
    )
    for name in EMOTIONS:
        for phone in styled(falling, name).phones[:-3]:
            if phone.pitch is not None:
                assert phone.pitch[0] > phone.pitch[-1], name


@pytest.mark.parametrize("name", EMOTIONS)
def test_tones_get_time_and_room(name: str) -> None:
    """Never faster, wider or higher than without tones; what slows or narrows stays."""
    recipe = RECIPES[name]
    tonal = recipe.tonal()
    assert 1.0 <= tonal.rate < recipe.rate or tonal.rate == recipe.rate <= 1.0
    assert 1.0 <= tonal.range < recipe.range or tonal.range == recipe.range <= 1.0
    assert 1.0 <= tonal.pitch < recipe.pitch or tonal.pitch == recipe.pitch <= 1.0
    assert tonal.tremor <= recipe.tremor
    assert tonal.energy_range <= 1.0
    assert tonal.accent_energy == 0.0


def test_height_withheld_from_tones_is_given_as_loudness() -> None:
    tonal = {name: RECIPES[name].tonal() for name in EMOTIONS}
    by_height = sorted(EMOTIONS, key=lambda name: tonal[name].pitch)
    assert by_height == sorted(EMOTIONS, key=lambda name: RECIPES[name].pitch)
    withheld = RECIPES["excited"].pitch - tonal["excited"].pitch
    assert tonal["excited"].energy > RECIPES["excited"].energy + 0.2 * withheld
    assert tonal["angry"].energy > RECIPES["angry"].energy + RECIPES["angry"].accent_energy
    assert tonal["calm"] == RECIPES["calm"]


@pytest.mark.parametrize("name", ["excited", "fearful", "angry"])
def test_in_a_phrase_in_tones_only_vowels_hurry_and_those_less(score: Score, name: str) -> None:
    toned = replace(score, phones=tuple(replace(p, mark=6) for p in score.phones))
    plain, made = styled(score, name).phones, styled(toned, name).phones
    for before, hurried, own in zip(score.phones, plain, made, strict=True):
        if before.is_speech and before.pitch is None:
            assert hurried.duration < own.duration
            assert own.duration == pytest.approx(before.duration)
        elif before.symbol in ("ə", "O", "ɛ"):
            assert hurried.duration < own.duration < before.duration


def test_a_creaky_end_is_not_the_register(score: Score) -> None:
    """Creak, here 20 semitones down for 0.8 s, stays creak; the rest moves as without it."""
    creak = replace(score.phones[-2], duration=0.8, pitch=(60.0,) * 3)
    creaky = replace(score, phones=(*score.phones[:-2], creak, score.phones[-1]))
    for name in ("calm", "excited"):
        plain, made = styled(score, name), styled(creaky, name)
        assert made.phones[-2].pitch == creak.pitch
        moved = [semitones(p.pitch[0]) for p in made.phones[1:4] if p.pitch]
        wanted = [semitones(p.pitch[0]) for p in plain.phones[1:4] if p.pitch]
        assert moved == pytest.approx(wanted, abs=0.6)


def test_a_final_movement_is_over_when_the_voice_ends(score: Score) -> None:
    """A phone's pitch is heard 40 ms late, so the last point is at the end of the rise."""
    long = tuple(replace(p, duration=0.2, pitch=p.pitch and (200.0,) * 10) for p in score.phones)
    last = styled(replace(score, phones=long), "surprised").phones[-2].pitch
    assert last is not None
    assert last[-1] == pytest.approx(last[-2], rel=0.005)
    assert last[-4] < 0.97 * last[-1]


def test_a_pause_alone_is_left_alone(score: Score) -> None:
    alone = silence(1.0, score)
    assert styled(alone, "angry") == alone


@pytest.mark.parametrize(("name", "strength"), [("hapy", 1.0), ("happy", 1.6), ("happy", -0.1)])
def test_an_unknown_emotion_or_strength_is_refused(
    score: Score, name: str, strength: float
) -> None:
    with pytest.raises(TagError, match=name):
        styled(score, name, strength)
