"""Pitch to the sound of a source: sines at the harmonics while voiced, noise while not.

The phase is summed over frames in fixed point, so an hour is as clean as a second; the reference
sums every sample in float32, which moves the source by 4e-5 after 0.5 s and grows.
Knows the published parameter names (reference.md 4), no mel and no vocoder.

Legend: B batch, T mel frames, N samples = 256 T, H sines (9).
"""

from __future__ import annotations

import math
from typing import cast

import torch
from torch import Tensor, nn

SAMPLES_PER_FRAME = 256
N_SINES = 9  # the fundamental and 8 harmonics
SINE_LEVEL = 0.1
VOICED_NOISE = 0.003
UNVOICED_NOISE = SINE_LEVEL / 3
VOICED_ABOVE_HZ = 10.0
FIXED_ONE = 1 << 44  # one cycle; 2^63 / 2^44 = 524 288 frames, 1.7 hours, fit a sum


class HarmonicSource(nn.Module):
    """Nine sines and noise, mixed by a linear map and squashed."""

    def __init__(self, sample_rate: int) -> None:
        """Build the mixing map."""
        super().__init__()
        self.sample_rate = sample_rate
        self.l_linear = nn.Linear(N_SINES, 1)

    def forward(
        self, f0: Tensor, start: Tensor, phases: Tensor | None, noise: Tensor | None
    ) -> Tensor:
        """Source signal in [-1, 1].

        Args:
            f0: [B, T] hertz; 10 or less is unvoiced.
            start: [B, T] phase of the fundamental before each frame in cycles, see frame_phases.
            phases: [B, H] radians added to each sine; None: zero.
            noise: standard normal, [B, H, N] for each sine its own as in the reference, or
                [B, 1, N]: the mix of nine independent normals is one normal as strong as the
                weights are long, at a ninth of the draws. None: no noise.

        Returns:
            [B, 1, N]
        """
        within = torch.arange(1, SAMPLES_PER_FRAME + 1, device=f0.device, dtype=f0.dtype)
        cycles = start[:, :, None] + f0[:, :, None] * (within / self.sample_rate)
        fundamental = (cycles % 1.0).flatten(1)  # [B, N]
        harmonic = torch.arange(1, N_SINES + 1, device=f0.device, dtype=f0.dtype)
        angle = (2 * math.pi) * fundamental[:, None] * harmonic[:, None]  # [B, H, N]
        if phases is not None:
            angle = angle + phases[:, :, None]
        voiced = (f0 > VOICED_ABOVE_HZ).to(f0.dtype).repeat_interleave(SAMPLES_PER_FRAME, dim=1)
        voiced = voiced[:, None]  # [B, 1, N]
        sines = SINE_LEVEL * torch.sin(angle) * voiced
        return torch.tanh(self._mix(sines, voiced, noise))

    def _mix(self, sines: Tensor, voiced: Tensor, noise: Tensor | None) -> Tensor:
        weight = self.l_linear.weight  # [1, H]
        level = UNVOICED_NOISE + (VOICED_NOISE - UNVOICED_NOISE) * voiced
        if noise is not None and noise.shape[1] == N_SINES:
            sines = sines + level * noise
        mixed = cast("Tensor", self.l_linear(sines.transpose(1, 2))).transpose(1, 2)  # [B, 1, N]
        if noise is not None and noise.shape[1] == 1:
            mixed = mixed + level * noise * weight.norm()
        return mixed


def frame_phases(f0: Tensor, sample_rate: int, start: float = 0.0) -> tuple[Tensor, float]:
    """Phase of the fundamental before each frame, and after the last one, in cycles 0..1.

    Summed in fixed point on the CPU, so no sum rounds: float64 would be off by 1e-5 cycles after
    an hour, this is by 1e-8. There are few numbers, and some devices have no float64.

    Args:
        f0: [1, T] hertz.
        sample_rate: hertz.
        start: phase before the first frame.

    Returns:
        [1, T] in the dtype and on the device of ``f0``, and the phase to go on with.
    """
    cycles = f0.detach().to("cpu", torch.float64) * (SAMPLES_PER_FRAME / sample_rate)
    turns = ((cycles % 1.0) * FIXED_ONE).round().long()
    after = (torch.cumsum(turns, dim=1) + round(start * FIXED_ONE)) % FIXED_ONE
    before = torch.cat([torch.full_like(after[:, :1], round(start * FIXED_ONE)), after[:, :-1]], 1)
    return (before.double() / FIXED_ONE).to(f0), int(after[0, -1]) / FIXED_ONE
