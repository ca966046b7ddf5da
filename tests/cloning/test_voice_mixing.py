"""Voices mix by shares, and the mixture's facts name all of its parts."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from steptts.errors import VoiceError
from steptts.voice import Voice
from tests import fakes


def test_a_mixture_lies_between_its_voices() -> None:
    a, b = fakes.voice("ava"), fakes.voice("leo")
    mix = Voice.mix({a: 1.4, b: 0.6})
    np.testing.assert_allclose(mix.embedding, 0.7 * a.embedding + 0.3 * b.embedding, rtol=1e-6)
    assert mix.facts.source == "mixed of 70% ava, 30% leo"


def test_built_in_voices_mix_by_name(tmp_path: Path) -> None:
    mix = Voice.mix({"ava": 0.5, "michael": 0.5}, name="both")
    assert Voice.load(mix.save(tmp_path / "both.voice")).name == "both"
    assert not mix.facts.default


def test_every_consent_and_licence_is_kept_and_pitch_is_mixed() -> None:
    a = fakes.voice("ava")
    facts = replace(a.facts, consent="of b", licence="MIT", pitch_shift=4.0, pitch_scale=1.5)
    mix = Voice.mix({a: 0.5, replace(fakes.voice("leo"), facts=facts): 0.5})
    assert (mix.facts.consent, mix.facts.licence) == ("no person; of b", "CC0-1.0 AND MIT")
    assert (mix.facts.pitch_shift, mix.facts.pitch_scale) == (2.0, 1.25)


@pytest.mark.parametrize("share", [0.0, -0.5, float("nan"), float("inf")])
def test_shares_must_be_above_nothing(share: float) -> None:
    with pytest.raises(VoiceError, match="share"):
        Voice.mix({fakes.voice(): share})


def test_voices_of_other_models_do_not_mix() -> None:
    a = fakes.voice("ava")
    other = replace(fakes.voice("leo"), facts=replace(a.facts, analysis="another"))
    with pytest.raises(VoiceError, match="different models"):
        Voice.mix({a: 0.5, other: 0.5})


def test_nothing_does_not_mix() -> None:
    with pytest.raises(VoiceError, match="at least one"):
        Voice.mix({})
