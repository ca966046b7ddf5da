"""The text front end as a whole: utterances of mixed text."""

import time

import pytest

from steptts.errors import TextError
from steptts.text.frontend import Utterance, Word, iter_utterances, n_phones, to_utterances
from steptts.text.phones import read
from steptts.text.pronunciation import UserLexicon


def words(text: str, **options: object) -> list[tuple[str, str]]:
    return [
        (word.text, word.phones)
        for utterance in to_utterances(text, **options)  # type: ignore[arg-type]
        for word in utterance.words
    ]


def texts(text: str, **options: object) -> list[str]:
    return [utterance.text for utterance in to_utterances(text, **options)]  # type: ignore[arg-type]


def test_a_chinese_sentence_becomes_words_with_tones() -> None:
    assert to_utterances("你好，世界！") == [
        Utterance(
            "你好，世界！",
            "zh",
            (
                Word("你好", "ni↗xau↓"),
                Word("，", ","),
                Word("世界", "ʂɨ↘ʨje↘"),
                Word("！", "!"),
            ),
        )
    ]


def test_a_single_word_is_closed_with_a_full_stop_of_no_text() -> None:
    (utterance,) = to_utterances("Hello")
    assert utterance.words == (Word("Hello", "həlˈO"), Word("", "."))


def test_a_mixed_sentence_is_read_word_by_word() -> None:
    spoken = words("我用 Python 写代码 and it works。")
    assert [text for text, _ in spoken] == [
        *("我", "用", "Python", "写", "代码", "and", "it", "works", "。"),
    ]
    assert dict(spoken)["写"] == "ɕje↓"
    assert dict(spoken)["works"] == "wˈɜɹks"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Hello world.", "en"),
        ("你好世界。", "zh"),
        ("我用 Python 写代码。", "zh"),
        ("The word 你好 means hello.", "en"),
        ("2026", "en"),
        ("今天。2026。", "zh"),
    ],
)
def test_the_main_language_is_found_by_script(text: str, language: str) -> None:
    assert to_utterances(text)[-1].language == language


@pytest.mark.parametrize(
    ("text", "options", "number", "phones"),
    [
        ("我有3个", {}, "3", "san→"),
        ("I have 3 cats", {}, "3", "θɹˈi"),
        ("版本 3 发布", {}, "3", "san→"),
        ("他说 works in 3 ways 很好", {}, "3", "θɹˈi"),
        ("iPhone 3 Pro 发布", {}, "3", "san→"),
        ("我有3个", {"language": "en"}, "3", "θɹˈi"),
        ("I have 3 cats", {"language": "zh"}, "3", "san→"),
        ("3", {"language": "zh"}, "3", "san→"),
        ("3", {}, "3", "θɹˈi"),
        ("MP3 很好", {}, "3", "san→"),
    ],
)
def test_digits_are_read_in_the_language_around_them(
    text: str, options: dict[str, str], number: str, phones: str
) -> None:
    assert dict(words(text, **options))[number] == phones


def test_numbers_and_addresses_do_not_end_sentences() -> None:
    text = "Pi is 3.14 and 1,000 visit www.example.com daily. Really."
    assert texts(text) == ["Pi is 3.14 and 1,000 visit www.example.com daily.", "Really."]


def test_short_sentences_are_not_merged() -> None:
    assert texts("Yes. No. 好。") == ["Yes.", "No.", "好。"]


def test_a_line_break_ends_a_sentence() -> None:
    assert texts("A title\n\n正文") == ["A title", "正文"]


def test_quotes_and_brackets_are_silent() -> None:
    assert [text for text, _ in words("“你好”（他说）")] == ["你好", "他", "说", ""]


def test_neighbouring_marks_become_the_strongest() -> None:
    assert [phones for _, phones in words("真的，？！好")] == ["ꭧən→tɤ˙", "?", "xau↓", "."]


@pytest.mark.parametrize(
    ("mark", "phone"),
    [("，", ","), ("、", ","), ("；", ";"), ("：", ":"), ("——", "—"), ("……", "…"), (",", ",")],
)
def test_full_width_marks_become_pauses(mark: str, phone: str) -> None:
    assert [phones for _, phones in words(f"好{mark}好")][1] == phone


def test_inline_pronunciations_are_spoken_as_given() -> None:
    spoken = words("我爱重庆{chong2 qing4}，Zoë{zˈOi} says {HH AH0 L OW1}.")
    assert ("重庆", "ꭧʰʊŋ↗ʨʰiŋ↘") in spoken
    assert ("Zoë", "zˈOi") in spoken
    assert ("{HH AH0 L OW1}", "həlˈO") in spoken


def test_the_text_of_an_utterance_is_what_the_user_wrote() -> None:
    assert texts("重庆{chong2 qing4}火锅。{ni3}") == ["重庆{chong2 qing4}火锅。", "{ni3}"]


def test_the_users_lexicon_works_in_both_languages() -> None:
    lexicon = UserLexicon({"steptts": ("stˈɛptˌi",)}, {"行长": ("xing2", "chang2")})
    spoken = dict(words("StepTTS 的行长。", lexicon=lexicon))
    assert spoken["StepTTS"] == "stˈɛptˌi"
    assert spoken["行长"] == "ɕiŋ↗ꭧʰaŋ↗"


def test_pauses_belong_to_the_utterance_before_them() -> None:
    utterances = to_utterances("One. Two. [pause 0.8s] 三[pause 500ms]。")
    assert [(u.text, u.pause_after) for u in utterances] == [
        ("One.", 0.0),
        ("Two.", 0.8),
        ("三", 0.5),
    ]


def test_pauses_in_a_row_and_at_the_start_are_utterances_without_words() -> None:
    utterances = to_utterances("[pause 1s]你好[pause 2s][pause 3s]")
    assert [(len(u.words), u.pause_after) for u in utterances] == [(0, 1.0), (2, 2.0), (0, 3.0)]


LONG = {
    "en": "The quick brown fox, which was tired, jumped over the lazy dog and ran " * 6,
    "zh": "今天天气很好，我们一起去公园散步，看见了很多人和花" * 8,
    "no marks": "supercalifragilistic " * 30,
    "no spaces": "天" * 400,
    "digits": "8" * 300,
    "letters": "XQZ" * 60,
}


@pytest.mark.parametrize("name", LONG)
@pytest.mark.parametrize("max_phones", [20, 60, 200])
def test_no_utterance_has_more_phones_than_allowed(name: str, max_phones: int) -> None:
    utterances = to_utterances(LONG[name], max_phones=max_phones)
    assert max(len(read(u.words)) for u in utterances) <= max_phones


@pytest.mark.parametrize("name", LONG)
def test_a_cut_sentence_keeps_all_of_its_text(name: str) -> None:
    joined = "".join(u.text for u in to_utterances(LONG[name], max_phones=60))
    assert joined.replace(" ", "") == LONG[name].replace(" ", "")


def test_a_long_sentence_is_cut_at_its_clauses() -> None:
    utterances = to_utterances(LONG["zh"], max_phones=100)
    assert all(u.text[-1] in "，花" for u in utterances)


def test_n_phones_counts_both_silences() -> None:
    (utterance,) = to_utterances("你好。")
    assert n_phones(list(utterance.words)) == len(read(utterance.words)) == 8


@pytest.mark.parametrize("text", ["", "  \n", "...", "“”", "——", "\u200b", "[pause 1s]", "，。！"])
def test_nothing_to_speak_says_what_to_do(text: str) -> None:
    with pytest.raises(TextError, match="give at least one word"):
        to_utterances(text)


@pytest.mark.parametrize(
    ("text", "script"),
    [("Привет мир", "cyrillic"), ("こんにちは", "hiragana"), ("مرحبا", "arabic")],
)
def test_a_script_without_a_reader_names_the_extra(text: str, script: str) -> None:
    with pytest.raises(TextError, match=rf"{script}.*steptts\[espeak\]"):
        to_utterances(text)


def test_too_few_phones_are_refused() -> None:
    with pytest.raises(TextError, match="at least 20"):
        to_utterances("hello", max_phones=5)


def test_full_width_letters_and_digits_are_ordinary_ones() -> None:
    assert words("ＡＢＣ　２０２６年")[0][1] == words("ABC")[0][1]
    assert dict(words("２０２６年"))["２０２６"] == "ɚ↘liŋ↗ɚ↘ljou↘"


def test_the_first_utterance_of_a_megabyte_comes_at_once() -> None:
    to_utterances("好 a")  # load the tables
    text = "今天是2026年，我用 Python 写代码。It works well, I think. " * 20_000
    start = time.perf_counter()
    first = next(iter_utterances(text))
    assert first.text == "今天是2026年，我用 Python 写代码。"
    assert time.perf_counter() - start < 15  # 0.3 s alone on one core
