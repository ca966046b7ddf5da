"""Rendered speech as the speaker encoder reads it: features, pitch, who speaks, how it is heard.

Each clip is there as it is and played faster or slower, which makes other people of its speaker:
pitch and formants move together, as between small and large persons. Speakers are told apart by
their embeddings, so several corpora may be read together. The rarest tenth of the speakers is held
out: no clip of theirs is trained on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import soxr
import torch
from numpy.typing import NDArray
from torch import Tensor

from steptts.cloning.features import SAMPLE_RATE, clip_features
from steptts.cloning.pitch import statistics
from steptts.distill.corpus import SAMPLES_PER_PATCH
from steptts.distill.edits import SUNG
from steptts.distill.prepare import KINDS
from steptts.distill.speakers import Speaker
from steptts.errors import TextError
from steptts.evaluate.similarity import SpeakerJudge
from steptts.frames import SAMPLE_RATE as CORPUS_RATE

HELD_OUT = 0.1  # of the speakers
MIN_FRAMES = 160
MOST_CLIPS = 12  # of one speaker in a corpus
MOST_PATCHES = 300  # 6 s are read of a clip


@dataclass(frozen=True, slots=True)
class Clip:
    """One utterance.

    Attributes:
        features: float16 [frames, 80].
        pitch: mean and spread of log(F0 / 200 Hz).
        speaker: row of the table of embeddings.
        heard: Resemblyzer's unit vector [256].
        at_home: spoken in the speaker's own language and unedited, so that the prosody half of
            the embedding is the one that was heard.
        warped: played faster or slower, so that the embedding is not this clip's.
    """

    features: Tensor
    pitch: Tensor
    speaker: int
    heard: Tensor
    at_home: bool
    warped: bool


@dataclass(frozen=True, slots=True)
class ClipBatch:
    """Stretches of clips.

    Attributes:
        features: [B, frames, 80]. pitch: [B, 2]. embeddings: [B, 256].
        prints: Resemblyzer's [B, 256]. at_home: [B], 1 where the prosody half can be heard.
    """

    features: Tensor
    pitch: Tensor
    embeddings: Tensor
    prints: Tensor
    at_home: Tensor


class SpeakerClips:
    """All clips of some corpora by speaker."""

    def __init__(self, folders: list[Path], speakers: list[Speaker], judge: SpeakerJudge) -> None:
        """Read the corpora and compute their features.

        Args:
            folders: of corpora, whose speakers are the first ones of ``speakers``.
            speakers: as listed beside the recipes.
            judge: whose ears are copied; 0.05 CPU seconds a clip.

        Raises:
            TextError: a corpus has more speakers than are listed.
        """
        rows: dict[bytes, int] = {}
        self.clips: list[Clip] = []
        for folder in folders:
            for clip, embedding in _read(folder, speakers, judge):
                speaker = rows.setdefault(embedding.tobytes(), len(rows))
                self.clips.append(replace(clip, speaker=speaker))
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

    def labelled(self, speakers: Iterable[int]) -> list[int]:
        """Clips of speakers as they were rendered, whose embeddings are therefore known."""
        return [i for s in speakers for i in self.by_speaker[s] if not self.clips[i].warped]

    def batch(self, clips: list[int], frames: int, generator: torch.Generator) -> ClipBatch:
        """Random stretches of clips; a clip that is too short is repeated."""
        out = []
        for i in clips:
            features = self.clips[i].features
            times = -(-frames // len(features))
            features = features.repeat(times, 1) if times > 1 else features
            room = len(features) - frames + 1
            start = int(torch.randint(room, (1,), generator=generator))
            out.append(features[start : start + frames].float())
        chosen = [self.clips[i] for i in clips]
        return ClipBatch(
            torch.stack(out),
            torch.stack([clip.pitch for clip in chosen]),
            self.embeddings[[clip.speaker for clip in chosen]],
            torch.stack([clip.heard for clip in chosen]),
            torch.tensor([clip.at_home for clip in chosen]).float(),
        )


def _read(
    folder: Path, speakers: list[Speaker], judge: SpeakerJudge
) -> Iterator[tuple[Clip, NDArray[np.float32]]]:
    samples = np.load(folder / "samples.npy", mmap_mode="r")
    f0, voiced = np.load(folder / "f0.npy"), np.load(folder / "voiced.npy")
    n_patches = np.load(folder / "n_patches.npy").astype(np.int64)
    embeddings, speaker = np.load(folder / "embeddings.npy"), np.load(folder / "speaker.npy")
    kind, chinese = np.load(folder / "kind.npy"), np.load(folder / "chinese.npy")
    if len(embeddings) > len(speakers):
        raise TextError(f"{folder} has {len(embeddings)} speakers, the list {len(speakers)}")
    first = n_patches.cumsum() - n_patches
    used: Counter[int] = Counter()
    for i in range(len(n_patches)):
        who = int(speaker[i])
        long_enough = 2 * n_patches[i] >= MIN_FRAMES
        if KINDS[kind[i]] == SUNG or used[who] >= MOST_CLIPS or not long_enough:
            continue
        used[who] += 1
        begin = first[i] * SAMPLES_PER_PATCH
        end = min(first[i] + n_patches[i], first[i] + MOST_PATCHES) * SAMPLES_PER_PATCH
        wave = samples[begin:end].astype(np.float32) / 32_768
        frames = slice(2 * first[i], 2 * (first[i] + n_patches[i]))
        track = np.where(voiced[frames], f0[frames].astype(np.float32), 0)
        is_own = (speakers[who].own_language == "zh") == bool(chinese[i])
        rng = np.random.default_rng([i, who])
        for rate in (1.0, rng.uniform(0.8, 0.95), rng.uniform(1.06, 1.25)):
            clip = _clip(wave, track, rate, is_own and kind[i] == 0, judge)
            if len(clip.features) >= MIN_FRAMES // 2:
                yield clip, np.ascontiguousarray(embeddings[who], np.float32)


def _clip(
    wave: NDArray[np.float32],
    track: NDArray[np.float32],
    rate: float,
    at_home: bool,
    judge: SpeakerJudge,
) -> Clip:
    """A clip played ``rate`` times as fast."""
    played = soxr.resample(wave, CORPUS_RATE * rate, CORPUS_RATE)
    return Clip(
        torch.from_numpy(clip_features(soxr.resample(played, CORPUS_RATE, SAMPLE_RATE))).half(),
        torch.from_numpy(statistics(track * np.float32(rate)).as_input()),
        0,
        torch.from_numpy(judge.embed(played, CORPUS_RATE)),
        at_home,
        rate != 1.0,
    )
