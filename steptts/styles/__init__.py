"""Ways of speaking, written into the score: emotions, pace, pitch, energy, a window to fit.

A style is an edit of a score, so it acts on any voice alike, can be seen, saved and undone, and
loses no word. Knows nothing of models, texts and sound.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from steptts.errors import TagError
from steptts.styles.recipes import EMOTIONS

if TYPE_CHECKING:
    from steptts.score import Score

__all__ = ["EMOTIONS", "MOST_STRENGTH", "styled"]

MOST_STRENGTH = 1.5


def styled(score: Score, name: str, strength: float = 1.0) -> Score:
    """The score spoken with an emotion.

    Args:
        score: of any number of parts; each is a phrase of its own, exact silences stay.
        name: one of `EMOTIONS`, or "neutral".
        strength: 0 (unchanged) to 1.5.

    Raises:
        TagError: there is no such emotion, or the strength is out of range.
    """
    from steptts.score import joined
    from steptts.styles.emotion import shaped
    from steptts.styles.recipes import NEUTRAL, RECIPES

    recipe = {**RECIPES, "neutral": NEUTRAL}.get(name)
    if recipe is None:
        raise TagError(f"no emotion {name!r}; there are {', '.join(EMOTIONS)}")
    if not 0 <= strength <= MOST_STRENGTH:
        raise TagError(f"strength {strength} of ({name}) is outside 0 to {MOST_STRENGTH}")
    if recipe is NEUTRAL or not strength:
        return score
    parts = [shaped(part, recipe.at(strength)) for part in score.split()]
    return joined(parts, score.text) if score.parts else parts[0]
