"""Writes the shipped voices: packs with the speakers' embeddings, and a sample of each."""

from __future__ import annotations

from pathlib import Path

from steptts.distill.speakers import MAIN, Packs, main_speakers
from steptts.voice import Voice, find_voice
from steptts.voice_facts import VoiceFacts

SAMPLES = {
    "en": "Hello, I am {name}. It is a pleasure to read for you.",
    "zh": "你好，很高兴为你朗读。今天的天气真不错。",
}
DEFAULTS = ("ava", "xiaoxiao")
CONSENT = "synthetic voice of an openly licensed model; it is no person's voice"


def write_voice_packs(packs: Path, folder: Path, analysis: str, created: str) -> list[str]:
    """Write one pack for each shipped voice; returns their names."""
    styles = Packs(packs)
    names = []
    for speaker in main_speakers():
        pack = MAIN[speaker.name][0]
        facts = VoiceFacts(
            language=speaker.own_language,
            accent={"a": "us", "b": "gb", "z": "mandarin"}[pack[0]],
            gender="female" if pack[1] == "f" else "male",
            source=f"distilled from style {pack} of Kokoro-82M v1.0",
            licence="Apache-2.0",
            consent=CONSENT,
            created=created,
            analysis=analysis,
            default=speaker.name in DEFAULTS,
        )
        Voice(speaker.name, styles.embedding(speaker), facts).save_pack(folder / speaker.name)
        names.append(speaker.name)
    return names


def write_samples(folder: Path, model: Path) -> None:
    """Let every voice of the folder speak its sample sentence into ``sample.ogg``."""
    from steptts.tts import TTS

    tts = TTS(model, voices=folder)
    for name in tts.voices:
        text = SAMPLES[find_voice(name, folder).facts.language].format(name=name.title())
        tts.speak(text, voice=name).save(folder / name / "sample.ogg")
