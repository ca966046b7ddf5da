"""What a dialect is here: maps of sounds, rules of tones, and the contour of each tone.

Contours are written in Chao's tone letters, 1 (lowest) to 5 (highest) of the speaker's range
(Y. R. Chao, "A system of tone letters", 1930), so "214" falls a little and rises.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from steptts.dialects.syllables import NEUTRAL, Syllable

Contour = tuple[float, ...]

STANDARD: dict[int, Contour] = {1: (5, 5), 2: (3, 5), 3: (2, 1, 1), 4: (5, 1)}
"""Putonghua in connected speech: a third tone that nothing follows rises only when stressed."""
STANDARD_NEUTRAL: dict[int, Contour] = {1: (2, 2), 2: (3, 3), 3: (4, 4), 4: (1, 1), 5: (3, 3)}
"""After tones 1 to 4 and after a pause (Chao, "A Grammar of Spoken Chinese", 1968)."""


@dataclass(frozen=True)
class Dialect:
    """A way to speak what is written in Mandarin.

    Attributes:
        name: as in `steptts.dialects.DIALECTS`.
        sounds: one standard syllable to one of the dialect; called with the character, "" where
            it is not known.
        contours: of tones 1 to 4.
        neutral: of the neutral tone after tones 1 to 4; key 5 where it begins an utterance.
        own_sandhi: whether the standard's tone sandhi does not hold, so that citation tones count.
        full_tones: whether syllables that are neutral inside a word keep their own tone.
        rests: whether tones rest at the edges of the range (55, 21) where those of the other
            dialects only touch them. Then levels lie as far apart as those of the speaker's
            standard tones: planned tone 1 is 6.9 semitones above the low of tone 3, 55 then 6.0
            above the end of 21, and 8.1 where levels reach as far as standard tones move.
    """

    name: str
    sounds: Callable[[Syllable, str], Syllable]
    contours: dict[int, Contour]
    neutral: dict[int, Contour]
    own_sandhi: bool = False
    full_tones: bool = False
    rests: bool = False

    def contour(self, tone: int, before: int) -> Contour:
        """Contour of a tone (1 to 5) after another (1 to 5; 5 where none is near)."""
        return self.neutral[before] if tone == NEUTRAL else self.contours[tone]
