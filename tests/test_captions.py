"""Subtitles can be read: short lines, short cues, the text as written."""

import itertools

import pytest

from steptts.captions import LINE_COLUMNS, LINES, MAX_SECONDS, cues, to_srt
from steptts.score import TimedWord

TALE = (
    "“It was the best of times, it was the worst of times, it was the age of wisdom, "
    "it was the age of foolishness,” he read: “it was the epoch of belief.”"
)


def timed(words: list[str], seconds: float = 0.3) -> list[TimedWord]:
    return [TimedWord(word, i * seconds, (i + 1) * seconds) for i, word in enumerate(words)]


def words_of(text: str) -> list[str]:
    return ["".join(c for c in word if c.isalnum()) for word in text.split()]


@pytest.mark.parametrize("seconds", [0.05, 0.3, 1.5])
def test_no_cue_is_too_long_to_read_and_nothing_is_lost(seconds: float) -> None:
    found = cues(TALE, timed(words_of(TALE), seconds))
    for cue in found:
        assert len(cue.lines) <= LINES
        assert all(len(line) <= LINE_COLUMNS for line in cue.lines)
        assert 0 < cue.end - cue.start <= MAX_SECONDS
    shown = " ".join(" ".join(cue.lines) for cue in found)
    assert shown == TALE


def test_cues_follow_each_other_without_overlap() -> None:
    found = cues(TALE, timed(words_of(TALE)), offset=10.0)
    assert found[0].start == 10.0
    assert all(a.end <= b.start + 1e-9 for a, b in itertools.pairwise(found))


def test_chinese_lines_hold_half_as_many_characters() -> None:
    text = "春江潮水连海平，海上明月共潮生。滟滟随波千万里，何处春江无月明。" * 2
    found = cues(text, timed([c for c in text if c not in "，。"]))
    assert max(len(line) for cue in found for line in cue.lines) <= LINE_COLUMNS // 2
    assert "".join("".join(cue.lines) for cue in found) == text


def test_a_word_longer_than_a_line_is_broken() -> None:
    link = "x" * 100
    found = cues(f"See {link} now.", timed(["See", link, "now"]))
    assert "".join("".join(cue.lines) for cue in found).replace(" ", "") == f"See{link}now."
    assert all(len(line) <= LINE_COLUMNS for cue in found for line in cue.lines)


def test_a_pause_mark_is_not_shown() -> None:
    (cue,) = cues("Wait [pause 0.5s] here.", timed(["Wait", "here"]))
    assert cue.lines == ("Wait here.",)


def test_a_silence_has_no_cue() -> None:
    assert cues("", []) == []


def test_words_that_are_not_in_the_text_are_shown_themselves() -> None:
    (cue,) = cues("", timed(["Good", "day"]))
    assert cue.lines == ("Good day",)


def test_the_arrow_of_the_format_cannot_come_from_the_text() -> None:
    text = to_srt(cues("a --> b", timed(["a", "b"])))
    assert text.count("-->") == 1


def test_times_are_written_to_the_millisecond() -> None:
    (cue,) = cues("late", [TimedWord("late", 3661.0015, 3662.25)])
    assert to_srt([cue]) == "1\n01:01:01,002 --> 01:01:02,250\nlate\n\n"
