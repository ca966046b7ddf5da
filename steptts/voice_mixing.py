"""Voices between voices: embeddings are points of a space in which straight lines are voices too.

Origin, licence and consent of every part go into the mixture's facts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from math import isfinite

import numpy as np

from steptts.errors import VoiceError
from steptts.voice import Voice


def mixed(shares: Mapping[Voice, float], name: str) -> Voice:
    """The weighted mean of voices; language, accent and gender are those of the largest share.

    Raises:
        VoiceError: no voice, a share that is not above 0, or voices of different analyses.
    """
    if not shares:
        raise VoiceError("a mixture needs at least one voice")
    for voice, share in shares.items():
        if not (isfinite(share) and share > 0):
            raise VoiceError(f"share {share!r} of voice {voice.name!r} must be a number above 0")
    analyses = {voice.facts.analysis: voice.name for voice in shares}
    if len(analyses) > 1:
        told = ", ".join(f"{v!r} is of {a[:40]!r}" for a, v in analyses.items())
        raise VoiceError(f"voices of different models cannot be mixed: {told}")
    total = sum(shares.values())
    weights = {voice: share / total for voice, share in shares.items()}
    main = max(weights, key=weights.__getitem__).facts

    def mean(attribute: str) -> float:
        return float(sum(w * getattr(v.facts, attribute) for v, w in weights.items()))

    embedding = np.sum([w * v.embedding for v, w in weights.items()], axis=0)
    facts = replace(
        main,
        source="mixed of " + ", ".join(f"{w:.0%} {v.name}" for v, w in weights.items()),
        licence=" AND ".join(dict.fromkeys(v.facts.licence for v in weights)),
        consent="; ".join(dict.fromkeys(v.facts.consent for v in weights)),
        created=date.today().isoformat(),
        default=False,
        pitch_shift=mean("pitch_shift"),
        pitch_scale=mean("pitch_scale"),
        clip=None,
    )
    return Voice(name, np.asarray(embedding, np.float32), facts)
