"""Two ways to write the same speech fold into the same words."""

import pytest

from steptts.evaluate import folding_en, folding_zh
from steptts.evaluate.suites import word_errors


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("The colour of the theatre was grey.", "The color of the theater was gray."),
        ("He realised that the tyre was travelling.", "he realized that the tire was traveling"),
        ("It cost $3,500 in June.", "It cost three thousand five hundred dollars in June"),
        ("one hundred and five", "105"),
        ("Don't you think I'm right?", "do not you think i am right"),
        ("It's the dog's ball.", "its the dogs ball"),
        ("Mr. Smith", "Mister Smith"),
        ("The F.B.I. and the BBC", "the FBI and the B B C"),
        ("12 percent", "12%"),
        ("He left at 7:45.", "He left at seven forty five."),
        ("a well-known café", "a well known cafe"),
        ("I'm gonna go", "I am going to go"),
        ("My number is 555 0142.", "My number is 5550142"),
        ("The code is 9 9 8 7.", "The code is 9987."),
        ("Call 911.", "Call nine one one."),
    ],
)
def test_english_spellings_of_the_same_speech_are_equal(text: str, heard: str) -> None:
    errors, _ = word_errors(text, heard, "en")
    assert errors.total == 0, (folding_en.readings(text), folding_en.readings(heard))


@pytest.mark.parametrize(
    ("text", "heard", "n_errors"),
    [
        ("four hours", "for hours", 1),
        ("The year 1969.", "The year 1968.", 1),
        ("I did not go.", "I did go.", 1),
        ("a cat", "the cat", 1),
        ("I sail a boat.", "I sale a boat.", 1),
    ],
)
def test_english_differences_that_can_be_heard_or_read_stay(
    text: str, heard: str, n_errors: int
) -> None:
    errors, _ = word_errors(text, heard, "en")
    assert errors.total == n_errors


def test_the_words_a_and_i_are_not_joined_like_letters() -> None:
    assert folding_en.fold("I, a fool, saw A B C") == ["i", "a", "fool", "saw", "abc"]


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("她买了两个苹果。", "他買了2個蘋果"),
        ("一共十五块钱", "一共15块钱"),
        ("增长了百分之三", "增长了3%"),
        ("电话一三八零零", "电话13800"),
        ("你好，世界！", "你好世界"),
        ("她宁愿等一个小时。", "他寧願等一個小時"),
        ("一点不对", "一點不對"),
        ("六月三号开门", "6月3日開門"),
    ],
)
def test_mandarin_characters_of_the_same_sound_are_equal(text: str, heard: str) -> None:
    errors, toneless = word_errors(text, heard, "zh")
    assert errors.total == 0, (folding_zh.readings(text), folding_zh.readings(heard))
    assert toneless is not None
    assert toneless.total == 0


def test_a_wrong_tone_counts_with_tones_and_not_without() -> None:
    errors, toneless = word_errors("妈骂马", "妈妈马", "zh")
    assert errors.substitutions == 1
    assert toneless is not None
    assert toneless.total == 0


def test_a_latin_word_in_mandarin_is_one_token() -> None:
    assert folding_zh.fold("我用Python") == ["wo3", "yong4", "python"]
