"""Dialects and accents of Mandarin: other sounds before planning, other tones after it.

`in_dialect` maps the phones of an utterance, `toned` the pitch of its score. Words that are not
Mandarin pass through both unchanged. Knows nothing of models.

Cantonese is not here. A trial (readings of ToJyutping, nearest phones, six tones by pitch; 10
sentences) was heard by Whisper base with 75 % of the characters wrong; the bar is 30 %.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from steptts.errors import TagError

if TYPE_CHECKING:
    from steptts.dialects.dialect import Dialect
    from steptts.score import Score
    from steptts.text.frontend import Utterance

__all__ = ["DIALECTS", "dialect_of", "in_dialect", "toned"]

DIALECTS = ("sichuanese", "taiwan", "northeastern")


def in_dialect(utterance: Utterance, dialect: str) -> Utterance:
    """The utterance with the sounds and the tones of a dialect.

    Args:
        utterance: as the front end read it.
        dialect: one of `DIALECTS`.

    Returns:
        The same words with other phones; to be planned, then given to `toned`.

    Raises:
        TagError: there is no such dialect, or not in this model.
    """
    from steptts.dialects.words import word_in

    spoken = dialect_of(dialect)
    words = tuple(word_in(spoken, word) for word in utterance.words)
    return replace(utterance, words=words)


def toned(score: Score, dialect: str) -> Score:
    """The score with a dialect's tone contours in the speaker's own range.

    Args:
        score: planned from what `in_dialect` gave.
        dialect: one of `DIALECTS`.

    Raises:
        TagError: as `in_dialect`.
    """
    from steptts.dialects.contours import retoned

    return retoned(score, dialect_of(dialect))


def dialect_of(name: str) -> Dialect:
    """What a dialect is made of.

    Raises:
        TagError: as `in_dialect`.
    """
    from steptts.dialects.northeastern import NORTHEASTERN
    from steptts.dialects.sichuanese import SICHUANESE
    from steptts.dialects.taiwan import TAIWAN

    known = {dialect.name: dialect for dialect in (SICHUANESE, TAIWAN, NORTHEASTERN)}
    if name not in known:
        raise TagError(f"no dialect {name!r} in this model; there are {', '.join(known)}")
    return known[name]
