"""Sichuanese as spoken in Chengdu: four tones, no retroflexes, n and l are one before open vowels.

Tones 55, 21, 53, 213 and the sounds as in 四川方言音系 (Sichuan University, 1960). Only what is
systematic is here: words of the dialect (没得, 啥子) are the user's to write, and its readings of
single characters (街 gai, 去 qie) are left out.

The one sound that n and l are varies freely between [n] and [l]. [l] is the clearer: Whisper took
182 of 1,076 toneless syllables (80 sentences) for others with [n], for instance 了 for 的, and 161
with [l]; of standard speech 43. With `rests` and its glide 146, every tone still correlating at
0.97 or more.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from steptts.dialects.dialect import Dialect
from steptts.dialects.syllables import NEUTRAL, Syllable

_ENTERING_FILE = Path(__file__).parent / "data" / "entering.txt"
_ONSETS = {"ꭧ": "ʦ", "ꭧʰ": "ʦʰ", "ʂ": "s", "ɻ": "z"}
_FINALS = {"əŋ": "ən", "iŋ": "in", "wəŋ": "ʊŋ"}
_LABIALS = frozenset(("p", "pʰ", "m", "f"))
_FRONT = ("i", "j", "y", "ɥ")


def _sounds(syllable: Syllable, character: str) -> Syllable:
    onset, final, tone = syllable
    if onset in _LABIALS and final == "əŋ":
        final = "ʊŋ"  # 朋 and 风 rhyme with 东
    elif onset == "x" and final == "u":
        onset = "f"  # 湖 is 扶
    elif onset == "n" and not final.startswith(_FRONT):
        onset = "l"  # 南 is 兰, but 泥 is not 梨
    if tone != NEUTRAL and character in entering():
        tone = 2
    return Syllable(_ONSETS.get(onset, onset), _FINALS.get(final, final), tone)


@lru_cache(maxsize=1)
def entering() -> frozenset[str]:
    """Characters of the old entering tone (一 六 学 国), which joined the second tone here."""
    return frozenset(_ENTERING_FILE.read_text(encoding="utf-8").strip())


SICHUANESE = Dialect(
    "sichuanese",
    _sounds,
    contours={1: (5, 5), 2: (2, 1), 3: (5, 3), 4: (2, 1, 3)},
    # Few syllables are neutral here; those that the standard has are short and below the middle.
    neutral={1: (3, 2), 2: (2, 2), 3: (3, 2), 4: (3, 3), 5: (3, 3)},
    own_sandhi=True,
    rests=True,
)
