"""Taiwan Mandarin: a low third tone that does not rise, weak retroflexes, full final syllables.

Contours as measured by J. Fon & W.-Y. Chiang, "What does Chao have to say about tones? A case study
of Taiwan Mandarin" (1999): 44, 323, 312, 42; the third tone rises only in isolation, so it is 21.
"""

from __future__ import annotations

from steptts.dialects.dialect import Dialect
from steptts.dialects.syllables import Syllable

_ONSETS = {"ꭧ": "ʦ", "ꭧʰ": "ʦʰ", "ʂ": "s"}
_FINALS = {"iŋ": "in", "əŋ": "ən"}
_LABIALS = frozenset(("p", "pʰ", "m", "f"))


def _sounds(syllable: Syllable, character: str) -> Syllable:
    onset, final, tone = syllable
    if onset in _LABIALS and final == "əŋ":
        final = "ʊŋ"  # 朋 and 风 rhyme with 东
    return Syllable(_ONSETS.get(onset, onset), _FINALS.get(final, final), tone)


TAIWAN = Dialect(
    "taiwan",
    _sounds,
    contours={1: (4, 4), 2: (3, 2, 3), 3: (2, 1), 4: (4, 2)},
    neutral={1: (3, 2), 2: (3, 2), 3: (3, 2), 4: (2, 1), 5: (3, 3)},
    full_tones=True,
)
