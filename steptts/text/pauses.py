"""Exact pauses that the user writes: "[pause 0.8s]", "[pause 500ms]".

Knows nothing about the natural pauses of punctuation; those are the planner's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from steptts.errors import TextError

MAX_PAUSE_SECONDS = 60.0
_MARK = re.compile(r"\[ {0,3}pause(?P<value>[ :][^\[\]\n]{0,40})?\]", re.IGNORECASE)
_LENGTH = re.compile(
    r"[ :]{1,4}(?P<number>\d{1,6}(?:\.\d{1,6})?|\.\d{1,6}) ?(?P<unit>ms|s) ?", re.IGNORECASE
)


def split_pauses(text: str) -> Iterator[tuple[str, float]]:
    """Cut the text at its pause marks.

    Yields:
        (text before the mark, seconds of silence after it); the last piece has 0 seconds.

    Raises:
        TextError: a mark without a readable length, or one outside (0, 60] seconds.
    """
    position = 0
    for match in _MARK.finditer(text):
        yield text[position : match.start()], read_pause(match.group())
        position = match.end()
    yield text[position:], 0.0


def read_pause(mark: str) -> float:
    """Seconds of one pause mark such as "[pause 500ms]".

    Raises:
        TextError: see `split_pauses`.
    """
    match = _MARK.fullmatch(mark)
    length = _LENGTH.fullmatch(match["value"] or "") if match else None
    if length is None:
        raise TextError(f"{mark!r} is no pause; write [pause 0.8s] or [pause 500ms]")
    seconds = float(length["number"]) / (1000 if length["unit"].lower() == "ms" else 1)
    if not 0 < seconds <= MAX_PAUSE_SECONDS:
        raise TextError(
            f"{mark!r} is {seconds:g} s long; a pause is over 0 and at most {MAX_PAUSE_SECONDS:g} s"
        )
    return seconds
