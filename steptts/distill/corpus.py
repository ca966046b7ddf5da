"""A prepared corpus on a device, and the batches that trainers draw from it.

Batches depend on (seed, step) alone, so a resumed run sees the next batch it would have seen.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from steptts.errors import StepTTSError
from steptts.frames import HOP_LENGTH, MEL_BINS, PATCHES_PER_SUPER_FRAME, SAMPLE_RATE
from steptts.nets.mel_decoder import mel_points
from steptts.nets.source_filter import N_FFT

SAMPLES_PER_PATCH = 2 * HOP_LENGTH
FLOOR = 1e-5
MIN_UTTERANCES = 4  # one of them is held out


def mel_filters(
    n_fft: int = N_FFT, bins: int = MEL_BINS, top_hz: float = SAMPLE_RATE / 2
) -> Tensor:
    """Triangles evenly spaced on the HTK mel scale, each of unit peak: [n_fft / 2 + 1, bins]."""
    points = mel_points(bins, top_hz)
    bin_hz = torch.arange(n_fft // 2 + 1) * SAMPLE_RATE / n_fft
    left, centre, right = points[:-2], points[1:-1], points[2:]
    up = (bin_hz[:, None] - left) / (centre - left).clamp(min=SAMPLE_RATE / n_fft)
    down = (right - bin_hz[:, None]) / (right - centre).clamp(min=SAMPLE_RATE / n_fft)
    return torch.minimum(up, down).clamp(min=0)


class LogMel(torch.nn.Module):
    """Samples [B, 240 T] -> log-mel [B, T, 100]; frame i centred at 240 i + 120."""

    filters: Tensor
    window: Tensor

    def __init__(self) -> None:
        """Create the filters."""
        super().__init__()
        self.register_buffer("filters", mel_filters(), persistent=False)
        self.register_buffer("window", torch.hann_window(N_FFT), persistent=False)

    def forward(self, samples: Tensor) -> Tensor:
        """Transform."""
        side = (N_FFT - HOP_LENGTH) // 2
        padded = torch.nn.functional.pad(samples, (side, side))
        spectrum = torch.stft(
            padded, N_FFT, HOP_LENGTH, window=self.window, center=False, return_complex=True
        )
        mel = spectrum.abs().transpose(1, 2) @ self.filters
        return torch.log(mel.clamp(min=FLOOR))


class Corpus:
    """Flat tensors on a device; P patches in all, a row of offsets an utterance."""

    def __init__(
        self, folder: Path, device: str, *, waves: bool, seed: int, held_out: int = 8
    ) -> None:
        """Load; ``waves`` also loads samples. Training never draws ``held_out`` utterances.

        Raises:
            StepTTSError: there are fewer than four utterances.
        """

        def load(name: str) -> Tensor:
            return torch.from_numpy(np.load(folder / f"{name}.npy")).to(device)

        self.device, self.seed, self.folder = device, seed, folder
        self.symbols, self.marks, self.features = load("symbols"), load("marks"), load("features")
        self.f0, self.voiced = load("f0"), load("voiced")
        self.phones = {
            k: load(k)
            for k in ("phone_symbols", "phone_marks", "phone_starts", "plan", "plan_known")
        }
        n_patches, n_phones = load("n_patches").long(), load("n_phones").long()
        self.n_patches, self.n_phones = n_patches, n_phones
        self.first_patch = n_patches.cumsum(0) - n_patches
        self.first_phone = n_phones.cumsum(0) - n_phones
        self.voice = load("embeddings")[load("speaker").long()]
        self.kind, self.chinese = load("kind"), load("chinese")
        self.samples = load("samples") if waves else None
        self.ids: Tensor | None = None
        if (folder / "ids.npy").exists():
            self.ids = load("ids").long()
        n = len(n_patches)
        order = torch.randperm(n, generator=torch.Generator().manual_seed(0)).to(device)
        if n < MIN_UTTERANCES:
            raise StepTTSError(f"{folder} holds {n} utterances, too few to train on; render more")
        held_out = min(held_out, n // 4)
        self.held_out, self.train = order[:held_out], order[held_out:]
        self.mel = LogMel().to(device)

    def _generator(self, step: int) -> torch.Generator:
        return torch.Generator().manual_seed(self.seed * 1_000_003 + step)

    def utterances(
        self, step: int, n: int, *, held_out: bool = False, pool: Tensor | None = None
    ) -> Tensor:
        """Indices [n] of random utterances (or the first n held-out ones)."""
        if held_out:
            return self.held_out[:n]
        pool = self.train if pool is None else pool
        pick = torch.randint(len(pool), (n,), generator=self._generator(step))
        return pool[pick.to(self.device)]

    def crops(self, step: int, rows: Tensor, patches: int) -> tuple[Tensor, Tensor]:
        """Patch indices [B, patches] of random crops on super-frame borders, and their mask."""
        u = torch.rand(len(rows), generator=self._generator(step + 500_009)).to(self.device)
        room = (self.n_patches[rows] - patches).clamp(min=0) // PATCHES_PER_SUPER_FRAME
        start = (u * (room + 1)).long().clamp(max=room) * PATCHES_PER_SUPER_FRAME
        within = start[:, None] + torch.arange(patches, device=self.device)
        mask = within < self.n_patches[rows][:, None]
        within = torch.minimum(within, self.n_patches[rows][:, None] - 1)
        return self.first_patch[rows][:, None] + within, mask

    def frame_batch(self, rows: Tensor, index: Tensor, mask: Tensor) -> dict[str, Tensor]:
        """Score, targets and (with waves) samples and mel of crops; see ``crops``."""
        two = (index[..., None] * 2 + torch.arange(2, device=self.device)).flatten(1)
        batch = {
            "symbols": self.symbols[index].long(),
            "marks": self.marks[index].long(),
            "features": self.features[index].float(),
            "f0": self.f0[two].float(),
            "voiced": self.voiced[two].float(),
            "voice": self.voice[rows],
            "mask": mask.float(),
        }
        batch["log_f0"] = torch.log(batch["f0"] / 200.0)
        if self.ids is not None:
            frame = index[:, ::PATCHES_PER_SUPER_FRAME] // PATCHES_PER_SUPER_FRAME
            batch["ids"] = self.ids[frame]
        if self.samples is not None:
            at = index[..., None] * SAMPLES_PER_PATCH + torch.arange(
                SAMPLES_PER_PATCH, device=self.device
            )
            samples = self.samples[at.flatten(1)].float() / 32768.0
            batch["samples"] = samples * mask.repeat_interleave(SAMPLES_PER_PATCH, 1)
            batch["mel"] = self.mel(batch["samples"])
        return batch

    def phone_batch(self, rows: Tensor) -> dict[str, Tensor]:
        """Padded phones and plans of whole utterances, with their mask [B, N]."""
        width = int(self.n_phones[rows].max())
        within = torch.arange(width, device=self.device)[None]
        mask = within < self.n_phones[rows][:, None]
        index = self.first_phone[rows][:, None] + torch.minimum(
            within, self.n_phones[rows][:, None] - 1
        )
        p = self.phones
        return {
            "symbols": p["phone_symbols"][index].long(),
            "marks": p["phone_marks"][index].long(),
            "starts": p["phone_starts"][index].long(),
            "plan": p["plan"][index],
            "known": p["plan_known"][index].float() * mask[..., None],
            "voice": self.voice[rows],
            "mask": mask,
        }
