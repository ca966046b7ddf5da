"""A recording to a voice: the encoder's embedding, and the planner's pitch moved to the clip's.

The embedding is a point among the voices that the model was taught, so a copy is the nearest voice
that the model can speak, not the very person. What the embedding leaves of the pitch, level and
range, is measured on a plan of fixed sentences and put into the voice's facts.
Knows stages by their shape only.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from math import log
from typing import Protocol

import numpy as np

from steptts.cloning.features import SAMPLE_RATE
from steptts.cloning.pitch import SEMITONE, PitchStatistics, measure, of_score
from steptts.cloning.recording import Recording, made_ready
from steptts.errors import AudioError, VoiceError
from steptts.score import Score
from steptts.stages import FloatArray
from steptts.voice import NAME, Voice
from steptts.voice_facts import ClipFacts, VoiceFacts

WINDOW, STEP = 200, 100  # frames: embeddings of 2 s every second tell whether one person speaks
LEAST_VOICED_S = 0.5
LARGEST_SHIFT = 12.0  # semitones
SMALLEST_SCALE, LARGEST_SCALE = 0.6, 1.6
MALE_BELOW_HZ = 155.0  # half-way between men and women in log pitch, for the facts alone
# Cosine of what comes before and after the best place to cut: 20 clips of one speaker gave 0.64 and
# more; 34 of 40 clips of two speakers, one after the other, gave less than 0.6.
TWO_VOICES = 0.6
PLANNED = {
    "en": "The boy was there when the sun rose. We will read a long story about it.",
    "zh": "今天的天气真不错。我们一起去公园里走一走吧。",
}
LICENCE = "as agreed with the speaker"


class SpeakerEncoder(Protocol):
    """Reads who speaks."""

    def embed(self, features: FloatArray, pitch: FloatArray) -> FloatArray:
        """Features [frames, 80] and pitch [2] to an embedding [256]."""


Plan = Callable[[str, str, Voice], Score]  # text, language and voice to a score


@dataclass(frozen=True, slots=True)
class Wish:
    """What the user tells of a recording; see `steptts.TTS.clone`."""

    name: str
    consent: str
    transcript: str | None = None
    source: str = ""

    def check(self) -> None:
        """Refuse before any work is done.

        Raises:
            VoiceError: no consent, or a name that cannot be used.
        """
        if not self.consent.strip():
            raise VoiceError(
                f"voice {self.name[:64]!r}: say in consent= how the speaker agreed to the copy, "
                'for example "my own voice"'
            )
        if not NAME.fullmatch(self.name):
            raise VoiceError(f"voice name {self.name[:80]!r}: 1 to 64 of a-z, 0-9, _ and -")


def clone(
    encoder: SpeakerEncoder,
    plan: Plan,
    analysis: str,
    recording: FloatArray,
    sample_rate: int,
    wish: Wish,
) -> Voice:
    """Make a voice of a recording.

    Args:
        encoder: of speakers.
        plan: writes a score, to see what pitch the planner gives the voice.
        analysis: fingerprint that goes into the voice.
        recording: [samples] or [channels, samples], 3 to 30 s, any rate.
        sample_rate: in hertz.
        wish: name, consent and what is known of the recording.

    Raises:
        AudioError: the recording cannot be used; the message says why.
        VoiceError: no consent, or a name that cannot be used.
    """
    wish.check()
    ready = made_ready(recording, sample_rate)
    pitch = measure(ready.waveform, SAMPLE_RATE)
    if pitch.seconds < LEAST_VOICED_S:
        raise AudioError(
            f"only {pitch.seconds:.1f} s of the recording have a pitch: it holds no speech, "
            "whispers, or is too noisy"
        )
    _refuse_two_voices(encoder, ready, pitch)
    embedding = encoder.embed(ready.features, pitch.as_input())
    heard = ClipFacts(
        sha256=hashlib.sha256(np.ascontiguousarray(recording).tobytes()).hexdigest(),
        seconds=round(ready.seconds, 2),
        snr_db=round(ready.snr_db, 1),
        pitch_hz=round(pitch.hertz, 1),
        pitch_range=round(pitch.spread / SEMITONE, 2),
        transcript=wish.transcript or "",
    )
    voice = Voice(wish.name, embedding, _facts(wish, heard, analysis))
    return with_pitch_of(voice, pitch, plan)


def with_pitch_of(voice: Voice, pitch: PitchStatistics, plan: Plan) -> Voice:
    """The voice with its pitch corrected by what the planner's own level and range lack."""
    language = voice.facts.language
    planned = of_score(plan(PLANNED[language], language, voice))
    shift = 12 * log(pitch.hertz / planned.hertz, 2)
    scale = pitch.spread / max(planned.spread, 1e-3)
    facts = replace(
        voice.facts,
        pitch_shift=round(float(np.clip(shift, -LARGEST_SHIFT, LARGEST_SHIFT)), 2),
        pitch_scale=round(float(np.clip(scale, SMALLEST_SCALE, LARGEST_SCALE)), 3),
    )
    return replace(voice, facts=facts)


def window_embeddings(
    encoder: SpeakerEncoder, features: FloatArray, pitch: FloatArray
) -> FloatArray:
    """Timbre halves of the embeddings [n, 128] of stretches of 2 s, at least one."""
    last = max(len(features) - WINDOW, 0)
    starts = range(0, last + 1, STEP)
    return np.stack([encoder.embed(features[s : s + WINDOW], pitch)[:128] for s in starts])


def _refuse_two_voices(encoder: SpeakerEncoder, ready: Recording, pitch: PitchStatistics) -> None:
    likeness = least_likeness(window_embeddings(encoder, ready.features, pitch.as_input()))
    if likeness < TWO_VOICES:
        raise AudioError(
            "the recording seems to hold more than one voice: its parts are alike by "
            f"{likeness:.2f}, one voice gives {TWO_VOICES} and more; give one with a single speaker"
        )


def least_likeness(windows: FloatArray) -> float:
    """Smallest cosine between the means of what comes before and after a place in time.

    Each side holds two windows at least; 1 for fewer than four. Speakers who take turns quickly
    are not told apart.
    """
    cosines = [1.0]
    for place in range(2, len(windows) - 1):
        before, after = windows[:place].mean(axis=0), windows[place:].mean(axis=0)
        cosines.append(before @ after / (np.linalg.norm(before) * np.linalg.norm(after)))
    return float(min(cosines))


def _facts(wish: Wish, heard: ClipFacts, analysis: str) -> VoiceFacts:
    chinese = any("\u4e00" <= char <= "\u9fff" for char in heard.transcript)
    return VoiceFacts(
        language="zh" if chinese else "en",
        accent="mandarin" if chinese else "us",
        gender="male" if heard.pitch_hz < MALE_BELOW_HZ else "female",
        source=wish.source or "a recording",
        licence=LICENCE,
        consent=wish.consent.strip(),
        created=date.today().isoformat(),
        analysis=analysis,
        clip=heard,
    )
