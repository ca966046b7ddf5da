"""Subtitles in, speech at their times out: nothing is lost, nothing overlaps."""

from pathlib import Path

import pytest

from steptts import TTS, ScoreError, TextError
from steptts.dubbing import EDGE_S, read_srt

SRT = """1
00:00:01,000 --> 00:00:02,500
(happy) Hello there,
<i>my friend</i>.

2
00:00:03,000 --> 00:00:04,200 X1:40
{\\an8}How are you?

3
00:00:06,000 --> 00:00:08,000
"""


def srt(*cues: tuple[float, float, str]) -> str:
    def clock(seconds: float) -> str:
        return f"00:00:{int(seconds):02d},{round(seconds % 1 * 1000):03d}"

    return "\n".join(f"{clock(a)} --> {clock(b)}\n{text}\n" for a, b, text in cues)


def test_times_text_and_markup_are_read() -> None:
    cues = read_srt(SRT)
    assert [(cue.start, cue.end) for cue in cues] == [(1.0, 2.5), (3.0, 4.2), (6.0, 8.0)]
    assert [cue.text for cue in cues] == ["(happy) Hello there, my friend.", "How are you?", ""]


def test_other_line_ends_a_webvtt_head_and_han_lines_are_read() -> None:
    source = "\ufeffWEBVTT\r\n\r\n00:01.5 --> 00:02.250\r\n你好，\r\n世界\r\n"
    assert read_srt(source) == [(1.5, 2.25, "你好，世界")]


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("", "no cue"),
        ("just text", "no cue"),
        ("1\n00:00:01 --> 2\nx", "line 2"),
        ("00:00:02,0 --> 00:00:01,0\nx", "ends at 1.000 s"),
        ("00:00:01,0 --> 00:00:02,0\n00:00:03,0 --> 00:00:04,0\nx", "line 2: a blank line"),
        (srt((5, 6, "x"), (1, 2, "y")), "comes after"),
    ],
)
def test_what_is_no_srt_is_refused_with_its_line(source: str, said: str) -> None:
    with pytest.raises(TextError, match=said):
        read_srt(source)


def test_every_cue_begins_at_its_time_and_every_word_is_there(tts: TTS) -> None:
    score = tts.score_subtitles(SRT)
    words = score.words_timed
    assert [word.text for word in words] == ["Hello", "there", "my", "friend", "How", "are", "you"]
    starts = {word.text: word.start for word in words}
    assert starts["Hello"] == pytest.approx(1.0 + EDGE_S, abs=2e-3)
    assert starts["How"] == pytest.approx(3.0 + EDGE_S, abs=2e-3)
    assert words[3].end <= 2.5
    assert words[-1].end <= 4.2
    assert score.duration == pytest.approx(8.0, abs=2e-3)
    assert tts.speak(score).duration == pytest.approx(8.0, abs=1e-2)


def test_a_cue_that_is_too_long_may_run_on_to_the_next_one(tts: TTS) -> None:
    source = srt((1, 1.3, "Hello there, my friend."), (3, 5, "Yes."))
    words = tts.score_subtitles(source).words_timed
    assert 1.3 < words[3].end <= 3.0
    assert words[4].start == pytest.approx(3.0 + EDGE_S, abs=2e-3)


def test_a_cue_that_cannot_fit_is_an_error_or_delays_the_rest(tts: TTS) -> None:
    source = srt((1, 1.3, "Hello there, my friend."), (1.4, 5, "Yes."))
    with pytest.raises(ScoreError, match=r"cue 1 at 1\.000 s needs .* has 0\.40 s: 'Hello"):
        tts.score_subtitles(source)
    words = tts.score_subtitles(source, late="delay").words_timed
    assert [word.text for word in words] == ["Hello", "there", "my", "friend", "Yes"]
    assert words[3].end < words[4].start
    assert words[4].start > 1.5
    with pytest.raises(ScoreError, match="late 'never'"):
        tts.score_subtitles(source, late="never")


def test_an_exact_pause_in_a_cue_stays_exact(tts: TTS) -> None:
    (one, two) = tts.score_subtitles(srt((0, 2.2, "One. [pause 0.5s] Two."))).words_timed
    assert two.start - one.end == pytest.approx(0.5, abs=2e-3)


def test_a_file_is_read_by_its_path(tts: TTS, tmp_path: Path) -> None:
    (tmp_path / "a.srt").write_text(SRT, encoding="utf-8")
    assert tts.score_subtitles(tmp_path / "a.srt") == tts.score_subtitles(SRT)


def test_cues_without_a_word_are_nothing_to_speak(tts: TTS) -> None:
    with pytest.raises(TextError, match="nothing to speak"):
        tts.score_subtitles(srt((0, 1, "♪"), (2, 3, "...")))
