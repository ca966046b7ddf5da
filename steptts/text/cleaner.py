"""The first thing that happens to a text: make it safe for everything behind it, in linear time.

Drops what cannot be seen or spoken (control, format, private, unassigned and surrogate
characters), normalizes to NFC, caps runs of combining marks and breaks up absurdly long words.
Knows no language.
"""

from __future__ import annotations

import re
import unicodedata

MAX_COMBINING_MARKS = 2  # Vietnamese needs two; "zalgo" text has hundreds
MAX_WORD_LENGTH = 40  # the longest English word in a dictionary has 45 letters, in use 30
_ZERO_WIDTH_JOINER = "\u200d"
_DROPPED = frozenset({"Cc", "Cf", "Co", "Cn", "Cs"})
_MARKS = frozenset({"Mn", "Mc", "Me"})
_LINE_BREAK = re.compile("\r\n?|[\v\f\x85\u2028\u2029]")
_JOINER_OUTSIDE_EMOJI = re.compile(
    "(?<![\u2190-\u2bff\ufe0f\U0001f000-\U0001faff])\u200d|\u200d(?![\u2190-\u2bff\U0001f000-\U0001faff])"
)
# Letters and digits of scripts that put spaces between words: no kana, Han or Hangul.
_WORD_CHARACTER = r"[^\W_\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\U00020000-\U000323af]"
_LONG_WORD = re.compile(rf"({_WORD_CHARACTER}{{{MAX_WORD_LENGTH}}})(?={_WORD_CHARACTER})")


def clean(text: str) -> str:
    """Return the text without anything that a later step could trip over.

    Args:
        text: any string, lone surrogates included. 1 MB takes well under a second.

    Returns:
        NFC text. Line breaks of every kind are line feeds, tabs are spaces; zero-width joiners
        stay only inside emoji. Cleaning it again changes nothing.
    """
    text = _LINE_BREAK.sub("\n", text).replace("\t", " ")
    kinds = {character: unicodedata.category(character) for character in set(text)}
    text = text.translate(
        {
            ord(character): None
            for character, kind in kinds.items()
            if kind in _DROPPED and character not in ("\n", _ZERO_WIDTH_JOINER)
        }
    )
    if _ZERO_WIDTH_JOINER in text:
        text = _JOINER_OUTSIDE_EMOJI.sub("", text)
    # Before NFC: canonical ordering of one long run of marks is quadratic.
    text = _cap_marks(text, {character for character, kind in kinds.items() if kind in _MARKS})
    return _LONG_WORD.sub(r"\1 ", unicodedata.normalize("NFC", text))


def _cap_marks(text: str, marks: set[str]) -> str:
    """Keep the first `MAX_COMBINING_MARKS` of every run of marks."""
    if not marks:
        return text
    members = "".join(re.escape(mark) for mark in sorted(marks))
    return re.sub(f"([{members}]{{{MAX_COMBINING_MARKS}}})[{members}]+", r"\1", text)
