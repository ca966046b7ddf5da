"""Folds Mandarin texts into toned syllables, so that only what can be heard is compared.

Characters of equal sound (他, 她, 它) and simplified and traditional forms meet in pinyin. Needs
pypinyin, which is not what the library itself reads Mandarin with: the judge is independent.
"""

from __future__ import annotations

import re

from steptts.errors import BackendError
from steptts.text.normalize_zh import normalize

# 两 and 二, 幺 and 一 are chosen by custom, which digits in a transcript do not show.
_SAME_NUMBER = str.maketrans({"两": "二", "兩": "二", "幺": "一", "〇": "零"})
_PIECE = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+|[A-Za-z]+")
_DIGIT_GAP = re.compile(r"(?<=\d)[ ,-]?(?=\d)")


def fold(text: str) -> list[str]:
    """Returns the toned syllables of a text ("ni3", "hao3", neutral tone 5); Latin words stay.

    Raises:
        BackendError: pypinyin is missing.
    """
    try:
        from pypinyin import Style, lazy_pinyin
    except ImportError as error:
        raise BackendError('pypinyin is missing: pip install "steptts[evaluate]"') from error
    tokens: list[str] = []
    for piece in _PIECE.findall(normalize(text).translate(_SAME_NUMBER)):
        if piece.isascii():
            tokens.append(piece.lower())
        else:
            tokens += lazy_pinyin(piece, style=Style.TONE3, neutral_tone_with_five=True)
    return tokens


def readings(text: str) -> list[list[str]]:
    """Returns the ways to read a text: numbers as amounts, and digit by digit."""
    spelled = _DIGIT_GAP.sub(" ", text)
    return [fold(text)] if spelled == text else [fold(text), fold(spelled)]


def same_syllable(first: str, second: str) -> bool:
    """Tells whether two toned syllables may sound alike: a neutral tone agrees with any other.

    Dictionaries disagree on what is neutral (得, 个, 吧), and no recogniser writes it down.
    """
    if first == second:
        return True
    return first[:-1] == second[:-1] and "5" in (first[-1], second[-1])


def without_tones(syllables: list[str]) -> list[str]:
    """Returns the syllables without their tone digits, to tell wrong tones from wrong sounds."""
    return [syllable.rstrip("12345") or syllable for syllable in syllables]
