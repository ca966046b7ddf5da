"""Rendered speech as the speaker encoder reads it: features, pitch statistics, who speaks.

Speakers are told apart by their embeddings, so several corpora may be read together. The rarest
tenth of the speakers is held out: no clip of theirs is trained on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from steptts.clip import resample
from steptts.cloning.features import SAMPLE_RATE, clip_features
from steptts.cloning.pitch import statistics
from steptts.distill.corpus import SAMPLES_PER_PATCH
from steptts.distill.edits import SUNG
from steptts.distill.prepare import KINDS
from steptts.distill.speakers import Speaker
from steptts.errors import TextError
from steptts.frames import SAMPLE_RATE as CORPUS_RATE

HELD_OUT = 0.1  # of the speakers
MIN_FRAMES = 80


@dataclass(frozen=True, slots=True)
class Clip:
    """One utterance.

    Attributes:
        features: float16 [frames, 80].
        pitch: mean and spread of log(F0 / 200 Hz).
        speaker: row of the table of embeddings.
        at_home: spoken in the speaker's own language and unedited, so that the prosody half of
            the embedding is the one that was heard.
    """

    features: Tensor
    pitch: Tensor
    speaker: int
    at_home: bool


class SpeakerClips:
    """All clips of some corpora by speaker."""

    def __init__(self, folders: list[Path], speakers: list[Speaker]) -> None:
        """Read the corpora and compute their features.

        Args:
            folders: of corpora, whose speakers are the first ones of ``speakers``.
            speakers: as listed beside the recipes.

        Raises:
            TextError: a corpus has more speakers than are listed.
        """
        rows: dict[bytes, int] = {}
        self.clips: list[Clip] = []
        for folder in folders:
            for clip, embedding in _read(folder, speakers):
                speaker = rows.setdefault(embedding.tobytes(), len(rows))
                self.clips.append(Clip(clip.features, clip.pitch, speaker, clip.at_home))
        table = np.stack([np.frombuffer(key, np.float32) for key in rows])
        self.embeddings = torch.from_numpy(table)
        self.by_speaker: list[list[int]] = [[] for _ in rows]
        for i, clip in enumerate(self.clips):
            self.by_speaker[clip.speaker].append(i)
        rarest = sorted(range(len(rows)), key=lambda s: (len(self.by_speaker[s]), s))
        n_held = max(1, int(HELD_OUT * len(rows)))
        self.held_out, self.train = sorted(rarest[:n_held]), sorted(rarest[n_held:])

    def draw(self, n: int, generator: torch.Generator) -> list[int]:
        """Clips [n] of random training speakers, each speaker as likely as any other."""
        picked = torch.randint(len(self.train), (n,), generator=generator).tolist()
        luck = torch.rand(n, generator=generator).tolist()
        mine = [self.by_speaker[self.train[s]] for s in picked]
        return [own[int(u * len(own))] for own, u in zip(mine, luck, strict=True)]

    def batch(
        self, clips: list[int], frames: int, generator: torch.Generator
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Features [B, frames, 80] of random stretches, pitch, embeddings, at home [B].

        A clip that is too short is repeated.
        """
        out = []
        for i in clips:
            features = self.clips[i].features
            times = -(-frames // len(features))
            features = features.repeat(times, 1) if times > 1 else features
            room = len(features) - frames + 1
            start = int(torch.randint(room, (1,), generator=generator))
            out.append(features[start : start + frames].float())
        chosen = [self.clips[i] for i in clips]
        return (
            torch.stack(out),
            torch.stack([clip.pitch for clip in chosen]),
            self.embeddings[[clip.speaker for clip in chosen]],
            torch.tensor([clip.at_home for clip in chosen]).float(),
        )


def _read(folder: Path, speakers: list[Speaker]) -> Iterator[tuple[Clip, NDArray[np.float32]]]:
    samples = np.load(folder / "samples.npy", mmap_mode="r")
    f0, voiced = np.load(folder / "f0.npy"), np.load(folder / "voiced.npy")
    n_patches = np.load(folder / "n_patches.npy").astype(np.int64)
    embeddings, speaker = np.load(folder / "embeddings.npy"), np.load(folder / "speaker.npy")
    kind, chinese = np.load(folder / "kind.npy"), np.load(folder / "chinese.npy")
    if len(embeddings) > len(speakers):
        raise TextError(f"{folder} has {len(embeddings)} speakers, the list {len(speakers)}")
    first = n_patches.cumsum() - n_patches
    for i in range(len(n_patches)):
        if KINDS[kind[i]] == SUNG:
            continue
        begin, end = first[i] * SAMPLES_PER_PATCH, (first[i] + n_patches[i]) * SAMPLES_PER_PATCH
        wave = samples[begin:end].astype(np.float32) / 32_768
        features = clip_features(resample(wave, CORPUS_RATE, SAMPLE_RATE))
        frames = slice(2 * first[i], 2 * (first[i] + n_patches[i]))
        track = np.where(voiced[frames], f0[frames].astype(np.float32), 0)
        if len(features) < MIN_FRAMES or not track.any():
            continue
        pitch = torch.from_numpy(statistics(track).as_input())
        is_own = (speakers[speaker[i]].own_language == "zh") == bool(chinese[i])
        row = Clip(torch.from_numpy(features).half(), pitch, 0, is_own and kind[i] == 0)
        yield row, np.ascontiguousarray(embeddings[speaker[i]], np.float32)
