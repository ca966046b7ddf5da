"""Speech to be judged, and folders of it.

A folder holds sound files and one JSON Lines file. Each line has "text" and "file" (or "id": the
file is then ID.wav, ID.flac or ID.opus, here or in `audio/`), and may have "language", "voice",
"pitch" ([[seconds, hertz], ...], what was asked for) and "words" ([[text, start, end], ...]). Any
renderer can write one; `write_folder` does.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from steptts.audio import Audio
from steptts.errors import AudioError
from steptts.evaluate.judging_texts import language_of
from steptts.evaluate.pitch import PitchPoint
from steptts.score import TimedWord

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from steptts.stages import FloatArray

INDEX = "texts.jsonl"
_SUFFIXES = (".wav", ".flac", ".opus", ".ogg")


@dataclass(frozen=True, eq=False)
class Spoken:
    """A text and the speech that somebody made of it.

    Attributes:
        text: what was to be said.
        language: "en" or "zh".
        voice: name of the voice, "" where there is only one.
        waveform: [samples] in [-1, 1].
        sample_rate: in hertz.
        pitch: pitch that was asked for, () where unknown.
        words: when each word was meant to sound, () where unknown.
    """

    text: str
    language: str
    voice: str
    waveform: FloatArray
    sample_rate: int
    pitch: tuple[PitchPoint, ...] = ()
    words: tuple[TimedWord, ...] = ()

    @property
    def duration(self) -> float:
        """Seconds."""
        return len(self.waveform) / self.sample_rate


def read_folder(folder: Path, *, language: str | None = None) -> Iterator[Spoken]:
    """Reads the speech of a folder, in the order of its index, one language or all.

    Raises:
        AudioError: there is not one .jsonl file, a line is malformed, or a sound is missing.
    """
    indexes = sorted(folder.glob("*.jsonl"))
    if len(indexes) != 1:
        raise AudioError(f"{folder} holds {len(indexes)} .jsonl files; it must hold exactly one")
    for number, line in enumerate(indexes[0].read_text(encoding="utf-8").splitlines(), start=1):
        row = _parsed(line, f"{indexes[0].name}, line {number}")
        spoken_language = row.get("language") or language_of(row["text"])
        if language in (None, spoken_language):
            audio = Audio.read(_sound_file(folder, row))
            yield Spoken(
                row["text"],
                spoken_language,
                row.get("voice", ""),
                np.asarray(audio.samples, np.float32),
                audio.sample_rate,
                tuple(PitchPoint(*point) for point in row.get("pitch", ())),
                tuple(TimedWord(*word) for word in row.get("words", ())),
            )


def _parsed(line: str, where: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise AudioError(f"{where} is not JSON: {error}") from None
    if not isinstance(row, dict) or not isinstance(row.get("text"), str):
        raise AudioError(f'{where} must be an object with a "text"')
    return row


def _sound_file(folder: Path, row: dict[str, Any]) -> Path:
    if "file" in row:
        return folder / str(row["file"])
    name = row.get("id", "")
    places = [folder / sub / f"{name}{suffix}" for sub in ("", "audio") for suffix in _SUFFIXES]
    found = next((place for place in places if place.is_file()), None)
    if found is None:
        raise AudioError(f"{folder} holds no sound for id {name!r} (tried {', '.join(_SUFFIXES)})")
    return found


def write_folder(folder: Path, speech: Iterable[Spoken]) -> Iterator[Spoken]:
    """Writes speech to a folder while passing it on, so that it can be judged again.

    Raises:
        AudioError: the folder has an index already, or a sound cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if (folder / INDEX).exists():
        raise AudioError(f"{folder / INDEX} exists already; choose another folder")
    with (folder / INDEX).open("w", encoding="utf-8") as index:
        for number, spoken in enumerate(speech):
            name = f"{number:04d}.wav"
            Audio(spoken.waveform, spoken.sample_rate).save(folder / name)
            row = {
                "file": name,
                "text": spoken.text,
                "language": spoken.language,
                "voice": spoken.voice,
                "pitch": [[round(t, 4), round(hertz, 2)] for t, hertz in spoken.pitch],
                "words": [list(word) for word in spoken.words],
            }
            index.write(json.dumps(row, ensure_ascii=False) + "\n")
            index.flush()
            yield spoken
