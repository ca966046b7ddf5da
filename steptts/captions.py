"""Subtitles: timed words grouped into cues that can be read, written as SRT.

A cue has at most 2 lines of 42 columns (a Chinese character takes two) and lasts at most 7 s: the
common broadcast limits. The captions show the text as the user wrote it, punctuation included.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple
from unicodedata import east_asian_width

from steptts.score import TimedWord

if TYPE_CHECKING:
    from collections.abc import Sequence

LINE_COLUMNS = 42
LINES = 2
MAX_SECONDS = 7.0
_OPENING = "\"'“‘(（「『《【["
_CLAUSE_END = re.compile(r"[,.!?;:—…，。！？；：、]['\"”’)）」』》】\]]*$")
_PAUSE_MARK = re.compile(r"\[pause[^\]]*\]", re.IGNORECASE)


class Cue(NamedTuple):
    """What is shown from start to end, in seconds: one or two lines."""

    start: float
    end: float
    lines: tuple[str, ...]


def cues(text: str, words: Sequence[TimedWord], offset: float = 0.0) -> list[Cue]:
    """Group the words of one utterance into cues.

    Args:
        text: what the user wrote for the utterance; words not found in it are shown as they are.
        words: with times.
        offset: seconds added to all times.
    """
    pieces = _pieces(text, words) if words else []
    groups: list[list[TimedWord]] = []
    for piece in pieces:
        if not groups or not _fits([*groups[-1], piece]) or _is_full(groups[-1]):
            groups.append([])
        groups[-1].append(piece)
    return [
        Cue(
            group[0].start + offset,
            min(group[-1].end, group[0].start + MAX_SECONDS) + offset,
            _lines([piece.text for piece in group]),
        )
        for group in groups
    ]


def to_srt(found: Sequence[Cue]) -> str:
    """The cues in SubRip form."""
    blocks = (
        f"{number}\n{_clock(cue.start)} --> {_clock(cue.end)}\n" + "\n".join(cue.lines) + "\n\n"
        for number, cue in enumerate(found, 1)
    )
    return "".join(blocks)


def word_spans(text: str, words: Sequence[str]) -> list[tuple[int, int] | None]:
    """Where each word stands in the text, looked for from left to right; None if it does not."""
    spans: list[tuple[int, int] | None] = []
    cursor = 0
    for word in words:
        start = text.find(word, cursor) if word else -1
        spans.append((start, start + len(word)) if start >= 0 else None)
        cursor = start + len(word) if start >= 0 else cursor
    return spans


def _pieces(text: str, words: Sequence[TimedWord]) -> list[TimedWord]:
    """The words with the spaces and punctuation that surround them in the text."""
    spans = word_spans(text, [word.text for word in words])
    if any(span is None for span in spans):
        return [word._replace(text=word.text + " ") for word in words]
    starts = [_with_opening(text, span[0]) for span in spans if span]
    ends = [*starts[1:], len(text)]
    pieces = zip(words, [0, *starts[1:]], ends, strict=True)
    return [word._replace(text=_shown(text[start:end])) for word, start, end in pieces]


def _with_opening(text: str, start: int) -> int:
    while start and text[start - 1] in _OPENING:
        start -= 1
    return start


def _shown(text: str) -> str:
    text = re.sub(r"\s+", " ", _PAUSE_MARK.sub("", text))
    return text.replace("-->", "-- >")  # the one sequence that SubRip keeps for itself


def _fits(group: Sequence[TimedWord]) -> bool:
    seconds = group[-1].end - group[0].start
    return seconds <= MAX_SECONDS and len(_lines([piece.text for piece in group])) <= LINES


def _is_full(group: Sequence[TimedWord]) -> bool:
    """Whether a clause ends here and the cue is long enough to stand alone."""
    text = "".join(piece.text for piece in group).rstrip()
    return _columns(text) > LINE_COLUMNS and bool(_CLAUSE_END.search(text))


def _lines(pieces: Sequence[str]) -> tuple[str, ...]:
    """Break into lines of at most 42 columns, between words where a word is no longer than that."""
    lines: list[str] = []
    line = ""
    for piece in pieces:
        for part in _short_enough(piece):
            if line and _columns((line + part).strip()) > LINE_COLUMNS:
                lines.append(line.strip())
                line = ""
            line += part
    return tuple(line for line in (*lines, line.strip()) if line)


def _short_enough(piece: str) -> list[str]:
    parts = [""]
    for char in piece:
        if _columns((parts[-1] + char).strip()) > LINE_COLUMNS:
            parts.append("")
        parts[-1] += char
    return parts


def _columns(text: str) -> int:
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)


def _clock(seconds: float) -> str:
    ms = round(seconds * 1000)
    return f"{ms // 3_600_000:02d}:{ms // 60_000 % 60:02d}:{ms // 1000 % 60:02d},{ms % 1000:03d}"
