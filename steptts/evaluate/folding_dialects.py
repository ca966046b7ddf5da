"""What a dialect does not tell apart, so that a judge of standard Mandarin is not asked to.

Whisper writes what it hears in standard characters. Where a dialect merges two sounds by
definition, hearing the other one is no error: text and transcript are both folded by the rules
here, those of the standard speech that it is compared with too. So is a sound that the standard
lacks: the [z] of Sichuanese 人 and 热 has no letter of its own in pinyin, and of its neighbours
z (voiceless) and r (retroflex) neither is the wrong one. Works on toneless pinyin.
"""

from __future__ import annotations

import re

# Pattern in a syllable, and what takes its place.
_FLAT = (r"^([zcs])h", r"\1")  # zh ch sh are z c s
_VOICED = (r"^r", "z")  # 人 begins like the English zoo
_ONG = (r"^([bpmf])eng$", r"\1ong")  # 风 rhymes with 东
_EN = (r"([ie])ng$", r"\1n")  # ing and eng are in and en
RULES: dict[str, tuple[tuple[str, str], ...]] = {
    "sichuanese": (_FLAT, _VOICED, _ONG, _EN, (r"^l(?![iv])", "n"), (r"^hu$", "fu")),
    "taiwan": (_FLAT, _ONG, _EN),
    "northeastern": (
        _FLAT,
        *((rf"^{r}$", y) for r, y in (("ri", "yi"), ("ren", "yin"), ("reng", "ying"))),
        (r"^r(e|an|ang|ou|ao|u|uan|un|ong)$", r"y\1"),
        (r"^([bpmf])o$", r"\1e"),
    ),
}


def folded(syllables: list[str], dialect: str) -> list[str]:
    """Returns toneless syllables with the dialect's mergers made."""
    return [_folded(syllable, dialect) for syllable in syllables]


def _folded(syllable: str, dialect: str) -> str:
    for pattern, merged in RULES[dialect]:
        syllable = re.sub(pattern, merged, syllable)
    return syllable
