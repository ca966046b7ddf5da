"""From a stretch of text, in which the same tags hold, to its utterances.

A stretch may end within a sentence, or hold no word at all; the front end reads whole texts.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from steptts.errors import TextError
from steptts.text.pauses import split_pauses
from steptts.text.words import Word

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steptts.text.frontend import Utterance
    from steptts.text.pronunciation import UserLexicon

_CLOSING = " \t\"'”’)）」』》】]"


def utterances_of(
    text: str, *, language: str | None, accent: str, lexicon: UserLexicon | None, goes_on: bool
) -> Iterator[Utterance]:
    """Read the text of one stretch.

    Args:
        text: without tags.
        language: of the text; None: found out sentence by sentence.
        accent: of English, "us" or "gb".
        lexicon: own pronunciations.
        goes_on: another stretch follows. Where this one then ends within a sentence, it is read
            with a comma behind it, so that its last word is not spoken as the end of a sentence.

    Yields:
        Utterances; none where the text holds only marks.

    Raises:
        TextError: a text with letters or digits holds nothing that can be spoken.
    """
    from steptts.text.frontend import iter_utterances

    pieces = [piece for piece, _ in split_pauses(text)]
    in_sentence = goes_on and pieces[-1].rstrip(_CLOSING)[-1:].isalnum()
    read = iter_utterances(
        text + "," if in_sentence else text, language=language, accent=accent, lexicon=lexicon
    )
    if in_sentence:
        yield from _without_comma(read)
    elif any(char.isalnum() for piece in pieces for char in piece):
        yield from read
    else:
        yield from _if_any(read)


def _without_comma(utterances: Iterator[Utterance]) -> Iterator[Utterance]:
    """Take back the comma that was written behind a text whose sentence goes on."""
    held: Utterance | None = None
    for utterance in utterances:
        if held is not None:
            yield held
        held = utterance
    if held is not None:
        words = held.words
        if words and words[-1].text == ",":
            words = (*words[:-1], Word("", words[-1].phones))
        yield replace(held, text=held.text.removesuffix(",").rstrip(), words=words)


def _if_any(utterances: Iterator[Utterance]) -> Iterator[Utterance]:
    """What can be spoken of marks and pauses; it may be nothing."""
    try:
        yield from utterances
    except TextError:
        return
