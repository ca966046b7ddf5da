"""Syllables are found again in written phones and, without their borders, in a score."""

import pytest

from steptts.dialects.syllables import NEUTRAL, score_syllables, syllables_of
from tests.dialects.scores import phones_of, planned


@pytest.mark.parametrize(
    "pinyin", ["ni3 hao3", "zhong1 guo2", "lv4 shi1", "e4", "yuan2 xiao1 jie2", "ma1 ma5", "huar1"]
)
def test_syllables_can_be_taken_apart_and_put_together(pinyin: str) -> None:
    phones = phones_of(pinyin)
    syllables = syllables_of(phones)
    assert syllables is not None
    assert len(syllables) == len(pinyin.split())
    assert "".join(syllable.phones for syllable in syllables) == phones


def test_onset_final_and_tone_are_told_apart() -> None:
    syllables = syllables_of(phones_of("chuang2 er2 ma5"))
    assert syllables is not None
    assert [s[:2] for s in syllables] == [("ꭧʰ", "waŋ"), ("", "ɚ"), ("m", "a")]
    assert syllables[2].tone == NEUTRAL


@pytest.mark.parametrize("phones", ["həlˈO", ",", "", "ni↓ˈA"])
def test_words_of_other_languages_have_no_such_syllables(phones: str) -> None:
    assert syllables_of(phones) is None


@pytest.mark.parametrize(
    ("pinyin", "borders"),
    [
        ("tian1 an1 men1", "tʰ.jɛn|.an|m.ən"),  # jɛ is no final, so the n closes it
        ("ta1 men1", "tʰ.a|m.ən"),
        ("zhong1 yang1", "ꭧ.ʊŋ|.jaŋ"),
        ("wai4 yu4", ".wai|.y"),
        ("hua1 er1", "x.wa|.ɚ"),
        ("lao3 shu3 zui3", "l.au|ʂ.u|ʦ.wei"),
        ("ke4 shi4", "kʰ.ɤ|ʂ.ɨ"),
        ("yi1 ou1 e1", ".i|.ou|.ɤ"),
    ],
)
def test_neighbours_of_one_tone_are_told_apart_in_a_score(pinyin: str, borders: str) -> None:
    score = planned(pinyin)
    symbols = [phone.symbol for phone in score.phones]
    found = score_syllables(score)
    assert borders == "|".join(
        "".join(symbols[s.start : s.rhyme]) + "." + "".join(symbols[s.rhyme : s.end]) for s in found
    )
    assert [s.place for s in found] == list(range(len(found)))


def test_pauses_and_stressed_words_hold_no_syllables() -> None:
    score = planned("ni3", ",", "hao3")
    found = score_syllables(score)
    assert [(s.tone, s.word, s.place) for s in found] == [(3, 0, 0), (3, 2, 0)]
