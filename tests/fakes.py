"""Stand-ins for a model, in a few lines each: the path can be tested without weights."""

from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from steptts.loading import LoadedModel
from steptts.manifest import Manifest
from steptts.score import Score, ScorePhone, ScoreWord
from steptts.stages import FloatArray
from steptts.text.frontend import Utterance
from steptts.text.phones import SYMBOLS, read
from steptts.voice import Voice
from steptts.voice_facts import VoiceFacts

ANALYSIS = "analysis-of-the-tests"
PHONE_SECONDS = 0.08
RATE = 24_000


def voice(name: str = "ava", *, language: str = "en", default: bool = False) -> Voice:
    """A voice whose embedding is one number that its name decides."""
    accent = "us" if language == "en" else "mandarin"
    facts = VoiceFacts(
        language,
        accent,
        "female",
        "made for a test",
        "CC0-1.0",
        "no person",
        "2026-11-21",
        ANALYSIS,
        default,
    )
    return Voice(name, np.full(256, sum(map(ord, name)) % 97 / 97, np.float32), facts)


def packs(folder: Path) -> Path:
    """A folder of three voice packs: ava (en, default), leo (en) and mei (zh, default)."""
    for made in (
        voice("ava", default=True),
        voice("leo"),
        voice("mei", language="zh", default=True),
    ):
        made.save_pack(folder / made.name)
    return folder


@dataclass
class FakeEngine:
    """Plans 80 ms a phone and performs a tone whose pitch is the seed's; notes its calls."""

    sample_rate: int = RATE
    calls: list[str] = field(default_factory=list)

    def plan(self, utterance: Utterance, voice: Voice, *, seed: int, speed: float) -> Score:
        self.calls.append(f"plan {utterance.text}")
        rows = read(utterance.words)
        phones = tuple(
            ScorePhone(SYMBOLS[symbol], mark, word, PHONE_SECONDS / speed, None, -20.0)
            for symbol, mark, word in zip(rows.symbols, rows.marks, rows.words, strict=True)
        )
        words = tuple(
            ScoreWord(word.text, rows.words.index(i), len(rows) - rows.words[::-1].index(i))
            for i, word in enumerate(utterance.words)
        )
        return Score(phones, words, voice.name, utterance.language, utterance.text)

    def perform(self, score: Score, voice: Voice, *, seed: int) -> FloatArray:
        self.calls.append(f"perform {score.text}")
        n = round(score.duration * self.sample_rate)
        pitch = 200 + seed + float(voice.embedding[0])
        return (0.3 * np.sin(np.arange(n) * 2 * np.pi * pitch / self.sample_rate)).astype(
            np.float32
        )

    def clone(
        self,
        recording: FloatArray,
        sample_rate: int,
        *,
        name: str,
        consent: str,
        transcript: str | None,
        source: str,
    ) -> Voice:
        self.calls.append(f"clone {len(recording)} at {sample_rate} Hz, {transcript}")
        made = voice(name)
        return replace(made, facts=replace(made.facts, consent=consent, source=source))


def model(engine: FakeEngine | None = None) -> LoadedModel:
    """A loaded model with the fake engine."""
    return LoadedModel(engine or FakeEngine(), Manifest("fake", "1", ANALYSIS, RATE, {}))
