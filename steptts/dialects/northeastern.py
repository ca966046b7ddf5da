"""North-eastern Mandarin as spoken in Shenyang: a low first tone, flat tongue, 人 without r.

Tones 33, 35, 213, 53 and sounds after Chen Zhangtai & Li Xingjian (eds.),
普通话基础方言基本词汇集 (1996), Shenyang.
"""

from __future__ import annotations

from steptts.dialects.dialect import Dialect
from steptts.dialects.syllables import Syllable

_ONSETS = {"ꭧ": "ʦ", "ꭧʰ": "ʦʰ", "ʂ": "s"}
_LABIALS = frozenset(("p", "pʰ", "m", "f"))
# r is gone: 日 yi, 人 yin, 热 ye, 肉 you, 然 yan, 让 yang, 扰 yao; 如 yu, 软 yuan, 润 yun, 荣 yong.
_AFTER_R = {
    "ɨ": "i", "ən": "in", "ɤ": "je", "ou": "jou", "an": "jɛn", "aŋ": "jaŋ", "au": "jau",
    "əŋ": "iŋ", "u": "y", "wan": "ɥɛn", "wən": "yn", "ʊŋ": "jʊŋ",
}  # fmt: skip


def _sounds(syllable: Syllable, character: str) -> Syllable:
    onset, final, tone = syllable
    if onset == "ɻ" and final in _AFTER_R:
        return Syllable("", _AFTER_R[final], tone)
    if onset in _LABIALS and final == "wo":
        final = "ɤ"  # 波 and 摸 rhyme with 哥
    return Syllable(_ONSETS.get(onset, onset), final, tone)


NORTHEASTERN = Dialect(
    "northeastern",
    _sounds,
    contours={1: (3, 3), 2: (3, 5), 3: (2, 1, 3), 4: (5, 3)},
    neutral={1: (2, 2), 2: (3, 2), 3: (4, 3), 4: (2, 1), 5: (3, 3)},
)
