"""What English normalization hands on, and what a reading may ask about its surroundings."""

from __future__ import annotations

import re
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of the source text and what is said for it.

    Attributes:
        source: the piece as written, without the white space around it.
        spoken: words, pause marks (one character of ``,.!?;:—…``) and letter names: a capital
            with a full stop ("F.") is the name of that letter. Empty: silent.
    """

    source: str
    spoken: tuple[str, ...]


_SILENT_TOKENS = 3  # how many silent tokens (quotes, hyphens) may stand between


@dataclass(slots=True)
class Reader:
    """A text on its way to tokens.

    Attributes:
        text: the whole text.
        accent: "us" or "gb".
        tokens: what was read so far.
    """

    text: str
    accent: str
    tokens: list[Token] = field(default_factory=list)

    @property
    def joiner(self) -> str:
        """The word after "hundred": "and" in British English."""
        return "and" if self.accent == "gb" else ""

    def last(self) -> str:
        """The source of the last token that is not silent, as written."""
        for token in self.tokens[: -_SILENT_TOKENS - 1 : -1]:
            if token.spoken:
                return token.source
        return ""

    def previous(self) -> str:
        """The last source token in lower case, without marks around it."""
        return self.last().lower().strip("'\"().,")

    def goes_on(self, position: int, pattern: re.Pattern[str]) -> bool:
        """Whether the text goes on with this pattern."""
        return pattern.match(self.text, position) is not None
