"""Singing and rap: edits of a score. ``sing(score, melody)`` and ``rap(score, bpm=90)``.

Both take the score of everything that is sung, parts and exact pauses included (`joined`), because
the melody runs on from part to part, and give a new score; nothing else is kept anywhere. Knows
no model: what comes out is durations, pitch, energy and notes.
"""

from __future__ import annotations

from steptts.singing.clicks import click_track
from steptts.singing.melody import Melody, Note, read_melody
from steptts.singing.rapper import rap
from steptts.singing.singer import fitted_key, sing
from steptts.singing.tunes import find_tune, tune_names

__all__ = [
    "Melody",
    "Note",
    "click_track",
    "find_tune",
    "fitted_key",
    "rap",
    "read_melody",
    "sing",
    "tune_names",
]
