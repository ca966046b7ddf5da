"""Inline pronunciations, lexicon files and exact pauses."""

from pathlib import Path

import pytest

from steptts.errors import TextError
from steptts.text.inline import mark_inline
from steptts.text.pauses import read_pause, split_pauses
from steptts.text.pronunciation import (
    UserLexicon,
    parse_lexicon,
    read_lexicon,
    read_pronunciation,
)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("həlˈO", ["həlˈO"]),
        ("həlˈO wˈɜɹld", ["həlˈO", "wˈɜɹld"]),
        ("HH AH0 L OW1", ["həlˈO"]),
        ("HH AH0 L OW1 | W ER1 L D", ["həlˈO", "wˈɜɹld"]),
        ("ni3 hao3", ["ni↓xau↓"]),
        ("nǐ hǎo", ["ni↓xau↓"]),
        ("lv4", ["ly↘"]),
        ("huar1", ["xwaɻ→"]),
        ("ni↗xau↓", ["ni↗xau↓"]),
    ],
)
def test_three_spellings_of_a_pronunciation_are_read(value: str, words: list[str]) -> None:
    assert read_pronunciation(value) == words


@pytest.mark.parametrize("value", ["", " ", "xyz!", "ni9 hao3", "HH XX9", "привет", "a,b", "zhx3"])
def test_an_unreadable_pronunciation_says_what_to_write(value: str) -> None:
    with pytest.raises(TextError, match="pinyin"):
        read_pronunciation(value)


def test_braces_after_a_word_pronounce_that_word() -> None:
    marked, marks = mark_inline("Ask Zoë{zˈOi} about 重庆{chong2 qing4}火锅.")
    assert [(i.source, i.words[0].text, i.words[0].phones) for i in marks.inlines] == [
        ("Zoë{zˈOi}", "Zoë", "zˈOi"),
        ("重庆{chong2 qing4}", "重庆", "ꭧʰʊŋ↗ʨʰiŋ↘"),
    ]
    assert marks.restore(marked) == "Ask Zoë{zˈOi} about 重庆{chong2 qing4}火锅."


def test_pinyin_takes_as_many_characters_as_it_has_syllables() -> None:
    _marked, marks = mark_inline("我在银行{hang2}工作")
    assert marks.inlines[0].words[0].text == "行"


def test_braces_alone_are_a_word_of_their_own() -> None:
    _marked, marks = mark_inline("say {həlˈO wˈɜɹld} now")
    assert [w.text for w in marks.inlines[0].words] == ["{həlˈO wˈɜɹld}", ""]


def test_the_same_pronunciation_twice_is_kept_once() -> None:
    _marked, marks = mark_inline("{ni3} and {ni3}")
    assert len(marks.inlines) == 1


def test_a_lexicon_replaces_whole_words_in_any_capitals() -> None:
    lexicon = UserLexicon({"ava": ("ˈAvə",), "C++": ("sˈiplˌʌs",), "new york": ("nujˈɔɹk",)})
    marked, marks = mark_inline("Ava lava C++ New York avalon", lexicon)
    assert [i.source for i in marks.inlines] == ["Ava", "C++", "New York"]
    assert "lava" in marked
    assert "avalon" in marked


def test_a_lexicon_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "words.txt"
    path.write_text(
        "# own words\n\nZoë\tzˈOi\nhello HH AH0 L OW1\n行长\txing2 chang2\nGPT\tdʒi\n".replace(
            "dʒi", "ʤˌi pˌi tˈi"
        ),
        encoding="utf-8",
    )
    lexicon = read_lexicon(path)
    assert lexicon.find("zoë") is None  # a capital in the file asks for a capital
    assert lexicon.find("Zoë") == ("zˈOi",)
    assert lexicon.find("HELLO") == ("həlˈO",)
    assert lexicon.find("GPT") == ("ʤˌi", "pˌi", "tˈi")
    assert lexicon.mandarin == {"行长": ("xing2", "chang2")}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a\tˈA\nword", r"own, line 2: 'word' has no pronunciation"),
        ("word\tqq!", r"own, line 1: 'word' 'qq!'"),
        ("行长\txing2", r"own, line 1: '行长' 'xing2': 2 characters, but 1 syllables"),
        ("行\tzzz3", r"own, line 1: '行' 'zzz3'"),
    ],
)
def test_a_bad_line_is_named_with_its_value(text: str, message: str) -> None:
    with pytest.raises(TextError, match=message):
        parse_lexicon(text, "own")


def test_a_lexicon_that_is_not_there_or_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TextError, match="cannot read the lexicon"):
        read_lexicon(tmp_path / "none.txt")
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00\x81")
    with pytest.raises(TextError, match="as UTF-8 text"):
        read_lexicon(tmp_path / "binary")


@pytest.mark.parametrize(
    ("mark", "seconds"),
    [("[pause 0.8s]", 0.8), ("[pause 500ms]", 0.5), ("[PAUSE: 2 s]", 2.0), ("[pause 60s]", 60.0)],
)
def test_a_pause_has_its_length(mark: str, seconds: float) -> None:
    assert read_pause(mark) == pytest.approx(seconds)


@pytest.mark.parametrize("mark", ["[pause]", "[pause 5]", "[pause soon]", "[pause -1s]"])
def test_a_pause_without_a_length_says_how_to_write_one(mark: str) -> None:
    with pytest.raises(TextError, match=r"write \[pause 0.8s\]"):
        list(split_pauses(f"a {mark} b"))


@pytest.mark.parametrize("mark", ["[pause 0s]", "[pause 61s]", "[pause 61000ms]"])
def test_a_pause_out_of_range_names_the_range(mark: str) -> None:
    with pytest.raises(TextError, match="at most 60 s"):
        read_pause(mark)


def test_text_is_cut_at_its_pauses() -> None:
    assert list(split_pauses("a[pause 1s]b [pause 20ms]")) == [("a", 1.0), ("b ", 0.02), ("", 0.0)]


def test_other_square_brackets_are_prose() -> None:
    assert list(split_pauses("see [1] and [sic]")) == [("see [1] and [sic]", 0.0)]
