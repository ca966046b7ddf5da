"""Trains the speaker encoder of cloning on rendered speech.

Two teachers. What tells people apart is learned from Resemblyzer, which heard thousands of them:
the voiceprint of a stretch of speech shall be what Resemblyzer hears in it before noise and room
are added, for the voices of the data and for others made of them by playing faster or slower. Where
a voiceprint lies among the voices that the model can speak is then solved for, by ridge regression
from voiceprint and pitch: timbre from the model's own speech in a thousand voices, prosody from the
data's speakers. Trained directly on a few hundred embeddings, the same net learned them by heart
(error 0.01 on its speakers, 0.17 of a variance of 0.29 on others).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import torch
from torch import Tensor, nn

from steptts.distill.loop import Parts, apply, optimiser, precision
from steptts.distill.own_speech import OwnClip
from steptts.distill.recording_faults import with_faults
from steptts.distill.speaker_clips import ClipBatch, SpeakerClips
from steptts.nets.speaker_encoder import SpeakerEncoder, SpeakerEncoderConfig

TIMBRE = 128  # of the embedding; the rest is prosody
FRAMES = 160  # of a stretch; one with a pause is repeated up to that
FAULTY = 0.4  # of the stretches: more robust with more, nearer to Resemblyzer with less
VALIDATED_FRAMES = 400
RIDGE = 0.1  # per clip of unit voiceprints; the best of 0.03 to 3 in five-fold tests over speakers
BOLDNESS = 1.5  # a regression guesses near the middle: without it copies resemble nobody
SEED_STRIDE = 1_000_003


class SpeakerEncoderTask:
    """The encoder and its optimiser; see the module."""

    def __init__(self, clips: SpeakerClips, batch: int, seed: int = 0) -> None:
        """Create net and optimiser."""
        self.clips, self.batch, self.seed = clips, batch, seed
        self.net: nn.Module = SpeakerEncoder(SpeakerEncoderConfig())
        self.optimizer = optimiser(self.net)

    def state(self) -> dict[str, nn.Module | torch.optim.Optimizer]:
        """Net and optimiser."""
        return {"net": self.net, "optimizer": self.optimizer}

    def update(self, step: int, lr: float, progress: float) -> Parts:
        """One step on stretches, some of them as faulty recordings have them."""
        generator = torch.Generator().manual_seed(self.seed * SEED_STRIDE + step)
        batch = self.clips.batch(self.clips.draw(self.batch, generator), FRAMES, generator)
        faulty = torch.log(with_faults(torch.exp(batch.features), generator))
        chosen = torch.rand(self.batch, 1, 1, generator=generator) < FAULTY
        features = torch.where(chosen, faulty, batch.features)
        assert isinstance(self.net, SpeakerEncoder)
        with precision("cpu"):
            heard = self.net.voiceprint(features).float()
        away = 1 - (heard * batch.prints).sum(1).mean()
        apply(self.net, self.optimizer, away, lr, 1.0)
        return {"away": away.detach()}

    @torch.no_grad()
    def validate(self, net: nn.Module) -> dict[str, float]:
        """Cosine with Resemblyzer's vectors for speakers that were not trained on."""
        assert isinstance(net, SpeakerEncoder)
        return {
            f"{name}_print": float((net.voiceprint(heard) * batch.prints).sum(1).mean())
            for name, heard, batch in _judged(self.clips)
        }


def _judged(clips: SpeakerClips) -> Iterator[tuple[str, Tensor, ClipBatch]]:
    """The held-out speakers' clips: what they are called, features, and all else."""
    generator = torch.Generator().manual_seed(1)
    batch = clips.batch(clips.labelled(clips.held_out), VALIDATED_FRAMES, generator)
    yield "clean", batch.features, batch
    yield "faulty", torch.log(with_faults(torch.exp(batch.features), generator)), batch


@torch.no_grad()
def finish(clips: SpeakerClips, weights: Path, own: Sequence[OwnClip] = ()) -> dict[str, float]:
    """Solve for the map to voices in trained weights, test it, and write them back.

    Args:
        clips: of the data.
        weights: file of trained weights; the map in them is replaced.
        own: what the model said; without it the data teaches timbre too.

    Returns:
        Clean and with faults, the mean squared error of the timbre half of held-out speakers
        (``variance``: of a guess of the middle) and its cosine; the map that is written knows
        them too.
    """
    net = SpeakerEncoder(SpeakerEncoderConfig())
    net.load_state_dict(torch.load(weights, weights_only=True))
    net.eval()
    solve(net, clips, clips.labelled(clips.train), own)
    out = {}
    for name, heard, batch in _judged(clips):
        target = batch.embeddings[:, :TIMBRE]
        guess = net(heard, batch.pitch)[:, :TIMBRE]
        out["variance"] = float(target.square().mean())
        out[f"{name}_timbre"] = float((guess / BOLDNESS - target).square().mean())
        out[f"{name}_cosine"] = float(torch.cosine_similarity(guess, target, dim=1).mean())
    solve(net, clips, clips.labelled(range(len(clips.by_speaker))), own)
    torch.save(net.state_dict(), weights)
    return out


def solve(
    net: SpeakerEncoder, clips: SpeakerClips, rows: list[int], own: Sequence[OwnClip] = ()
) -> None:
    """Put the ridge regression from voiceprint and pitch to embedding into the net's head.

    Prosody is learned from clips in the speaker's own language, timbre from the model's own speech;
    without any from all clips.
    """
    generator = torch.Generator().manual_seed(2)
    batches = [
        clips.batch(rows[i : i + 64], VALIDATED_FRAMES, generator) for i in range(0, len(rows), 64)
    ]
    known = torch.cat([torch.cat([net.voiceprint(b.features), b.pitch], 1) for b in batches])
    target = torch.cat([b.embeddings for b in batches])
    at_home = torch.cat([b.at_home for b in batches]) > 0
    prosody = _ridge(known[at_home], target[at_home, TIMBRE:])
    if own:
        known = torch.stack([_heard(net, clip) for clip in own])
        target = torch.stack([clip.embedding for clip in own])
    timbre = _ridge(known, target[:, :TIMBRE])
    net.head.weight.copy_(BOLDNESS * torch.cat([timbre[0], prosody[0]], 1).T)
    net.head.bias.copy_(BOLDNESS * torch.cat([timbre[1], prosody[1]]))


def _heard(net: SpeakerEncoder, clip: OwnClip) -> Tensor:
    return torch.cat([net.voiceprint(clip.features[None].float())[0], clip.pitch])


def _ridge(x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """Weights [in, out] and bias [out] that take x [N, in] to y [N, out]."""
    middle_x, middle_y = x.double().mean(0), y.double().mean(0)
    centred = x.double() - middle_x
    square = centred.T @ centred + RIDGE * torch.eye(x.shape[1], dtype=torch.float64)
    weight = torch.linalg.solve(square, centred.T @ (y.double() - middle_y))
    return weight.float(), (middle_y - middle_x @ weight).float()
