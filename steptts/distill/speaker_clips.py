"""Rendered speech as the speaker encoder reads it: features, pitch, who speaks, how it is heard.

Each clip is there whole, and as two stretches of 1.6 s played faster or slower and coloured, which
makes other people of its speaker (`print_windows`): the whole ones teach where voices lie, the
stretches what they sound like. Speakers are told apart by their embeddings, so several corpora may
be read together. The rarest tenth of the speakers is held out: no clip of theirs is trained on.
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
from steptts.distill.edits import KINDS, SUNG
from steptts.distill.print_windows import levelled, print_windows
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
    """One utterance, or a stretch of it.

    Attributes:
        features: float16 [frames, 80].
        pitch: mean and spread of log(F0 / 200 Hz).
        speaker: row of the table of embeddings.
        heard: Resemblyzer's unit vector [256].
        at_home: spoken in the speaker's own language and unedited, so that the prosody half of
            the embedding is the one that was heard.
        stretch: 1.6 s, played at any pace, so that the embedding and the pitch are not its own.
    """

    features: Tensor
    pitch: Tensor
    speaker: int
    heard: Tensor
    at_home: bool
    stretch: bool


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
            judge: whose ears are copied; 0.1 CPU seconds a clip.

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
        """Stretches [n] of random training speakers, each speaker as likely as any other."""
        stretches = [[i for i in self.by_speaker[s] if self.clips[i].stretch] for s in self.train]
        heard = [own for own in stretches if own]
        picked = torch.randint(len(heard), (n,), generator=generator).tolist()
        luck = torch.rand(n, generator=generator).tolist()
        mine = [heard[s] for s in picked]
        return [own[int(u * len(own))] for own, u in zip(mine, luck, strict=True)]

    def labelled(self, speakers: Iterable[int]) -> list[int]:
        """Whole clips of speakers as they were rendered, whose embeddings are therefore known."""
        return [i for s in speakers for i in self.by_speaker[s] if not self.clips[i].stretch]

    def batch(self, clips: list[int], frames: int, generator: torch.Generator) -> ClipBatch:
        """Random frames in order of clips; a clip that is too short is repeated."""
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
        whole = _whole(wave, track, is_own and kind[i] == 0, judge)
        if len(whole.features) < MIN_FRAMES // 2:
            continue
        embedding = np.ascontiguousarray(embeddings[who], np.float32)
        yield whole, embedding
        rng = np.random.default_rng([i, who])
        for features, heard in print_windows(wave, CORPUS_RATE, rng, judge):
            kept, print_ = torch.from_numpy(features).half(), torch.from_numpy(heard)
            yield (
                replace(whole, features=kept, heard=print_, at_home=False, stretch=True),
                embedding,
            )


def _whole(
    wave: NDArray[np.float32], track: NDArray[np.float32], at_home: bool, judge: SpeakerJudge
) -> Clip:
    """A clip as it was rendered."""
    heard = levelled(soxr.resample(wave, CORPUS_RATE, SAMPLE_RATE))
    return Clip(
        torch.from_numpy(clip_features(heard)).half(),
        torch.from_numpy(statistics(track).as_input()),
        0,
        torch.from_numpy(judge.embed(heard, SAMPLE_RATE)),
        at_home,
        stretch=False,
    )
