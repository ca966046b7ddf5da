"""Trains the speaker encoder: rendered speech of many mixed voices to their known embeddings.

The teacher's voices are points of a space, so the right answer is known exactly; what the data
lacks, rooms, microphones and noise, is put on in ``recording_faults``.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from steptts.distill.loop import Parts, apply, optimiser, precision
from steptts.distill.recording_faults import with_faults
from steptts.distill.speaker_clips import SpeakerClips
from steptts.nets.speaker_encoder import SpeakerEncoder, SpeakerEncoderConfig

TIMBRE = 128  # of the embedding; the rest is prosody
SHORTEST, LONGEST = 160, 500  # frames of a training clip; clips are repeated up to that
VALIDATED_FRAMES = 400
PITCH_NOISE = 0.25  # of the encoder's units: 1.5 semitones; moods move a voice that much
PROSODY_WEIGHT, COSINE_WEIGHT = 0.5, 0.2
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
        """One step on clips of one random length."""
        generator = torch.Generator().manual_seed(self.seed * SEED_STRIDE + step)
        frames = int(torch.randint(SHORTEST // 4, LONGEST // 4, (1,), generator=generator)) * 4
        rows = self.clips.draw(self.batch, generator)
        features, pitch, target, at_home = self.clips.batch(rows, frames, generator)
        features = torch.log(with_faults(torch.exp(features), generator))
        pitch = pitch + PITCH_NOISE * torch.randn(pitch.shape, generator=generator)
        with precision("cpu"):
            guess = self.net(features, pitch).float()
        timbre, prosody = _errors(guess, target, at_home)
        away = 1 - _likeness(guess, target).mean()
        apply(
            self.net,
            self.optimizer,
            timbre + PROSODY_WEIGHT * prosody + COSINE_WEIGHT * away,
            lr,
            1.0,
        )
        return {"timbre": timbre.detach(), "prosody": prosody.detach(), "away": away.detach()}

    @torch.no_grad()
    def validate(self, net: nn.Module) -> dict[str, float]:
        """Speakers that were not trained on, clean and with faults.

        Returns errors (1.0 would be a guess of the average voice's spread), the cosine between
        embeddings, and how often the speaker is the nearest of all known ones.
        """
        rows = [i for s in self.clips.held_out for i in self.clips.by_speaker[s]]
        generator = torch.Generator().manual_seed(1)
        features, pitch, target, at_home = self.clips.batch(rows, VALIDATED_FRAMES, generator)
        faulty = torch.log(with_faults(torch.exp(features), generator))
        out = {}
        for name, heard in (("clean", features), ("faulty", faulty)):
            guess = net(heard, pitch)
            timbre, prosody = _errors(guess, target, at_home)
            distance = torch.cdist(guess[:, :TIMBRE], self.clips.embeddings[:, :TIMBRE])
            speaker = torch.tensor([self.clips.clips[i].speaker for i in rows])
            out[f"{name}_timbre"] = float(timbre)
            out[f"{name}_prosody"] = float(prosody)
            out[f"{name}_cosine"] = float(_likeness(guess, target).mean())
            out[f"{name}_found"] = float((distance.argmin(1) == speaker).float().mean())
        return out


def _errors(guess: Tensor, target: Tensor, at_home: Tensor) -> tuple[Tensor, Tensor]:
    """Mean squared errors of timbre and, where it was heard, of prosody."""
    square = (guess - target).square()
    prosody = (square[:, TIMBRE:].mean(1) * at_home).sum() / at_home.sum().clamp(min=1)
    return square[:, :TIMBRE].mean(), prosody


def _likeness(guess: Tensor, target: Tensor) -> Tensor:
    """Cosine [B] of the timbre halves."""
    return torch.cosine_similarity(guess[:, :TIMBRE], target[:, :TIMBRE], dim=1)
