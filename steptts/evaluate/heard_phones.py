"""Compares what was heard with the phones that were to be said, where no text is at hand.

Both sides are compared as they sound, so numbers, spellings and homophones fold by themselves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from steptts.errors import TextError
from steptts.evaluate.error_rate import Errors, least_errors
from steptts.text.frontend import to_utterances
from steptts.text.phones import STRESS, SYMBOLS, TONES, is_pause, read
from steptts.text.words import Word

if TYPE_CHECKING:
    from collections.abc import Sequence


def heard_errors(
    symbols: Sequence[int],
    marks: Sequence[int],
    starts: Sequence[bool],
    transcript: str,
    language: str,
) -> Errors:
    """Errors of a transcript against the phones that were to be said.

    Both sides are compared as they sound, since a corpus keeps phones and no texts: English by
    words, in the nearer of two accents, Mandarin by sounds with their tones.
    """
    wanted = spoken_tokens(symbols, marks, starts, language)
    heard: list[list[str]] = []
    for accent in ("us", "gb") if language == "en" else ("us",):
        try:
            utterances = to_utterances(transcript, language=language, accent=accent)
        except TextError:  # nothing but signs, or another script
            heard.append([])
            continue
        tokens = []
        for utterance in utterances:
            phones = read(utterance.words)
            tokens += spoken_tokens(phones.symbols, phones.marks, phones.starts, language)
        heard.append(tokens)
    return least_errors([wanted], heard)


def spoken_tokens(
    symbols: Sequence[int], marks: Sequence[int], starts: Sequence[bool], language: str
) -> list[str]:
    """Words as sound strings (English), or sounds with tone numbers (Mandarin); no pauses."""
    tokens: list[str] = []
    fresh = True
    for symbol, mark, start in zip(symbols, marks, starts, strict=True):
        if is_pause(SYMBOLS[symbol]):
            fresh = True
        elif language == "zh":
            tokens.append(f"{SYMBOLS[symbol]}{mark}")
        elif start or fresh or not tokens:
            tokens.append(SYMBOLS[symbol])
            fresh = False
        else:
            tokens[-1] += SYMBOLS[symbol]
    return tokens


def written_words(
    symbols: Sequence[int], marks: Sequence[int], starts: Sequence[bool]
) -> tuple[Word, ...]:
    """Words that `phones.read` reads as these phones; the silences at both ends are left out."""
    words: list[str] = []
    tone = 0
    for symbol, mark, start in zip(symbols[1:-1], marks[1:-1], starts[1:-1], strict=True):
        if words and tone and (start or mark != tone):
            words[-1] += _SIGNS[tone]  # the end of a syllable, or of several of one tone
        if start or not words:
            words.append("")
        stressed = mark in STRESS.values()
        words[-1] += (_SIGNS[mark] if stressed else "") + SYMBOLS[symbol]
        tone = mark if mark in TONES.values() else 0
    if tone:
        words[-1] += _SIGNS[tone]
    return tuple(Word("", phones) for phones in words)


_SIGNS = {mark: sign for sign, mark in {**STRESS, **TONES}.items()}
