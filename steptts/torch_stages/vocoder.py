"""Vocoder of the published checkpoint: log-mel to waveform, whole or as it comes.

A stretch of output depends on 14 mel frames to either side and its pitch on 5 more, so a long mel
is done in blocks that overlap by 20 frames and comes out as if in one piece; what streams may look
less far ahead. Noise and phases are drawn in NumPy by frame, the same on every device.
Held to the golden suite ``hift`` by tests/torch_stages/test_vocoder.py.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor

from steptts.errors import AudioError
from steptts.nets.harmonic_source import N_SINES, SAMPLES_PER_FRAME, frame_phases
from steptts.nets.hift import Hift, HiftConfig, fold_weight_norm
from steptts.stages import FloatArray
from steptts.torch_stages.weights import fill

CONTEXT = 20  # frames to either side that settle a frame: 13.4 of the filter, 5 of the pitch
BLOCK = 1_024  # frames, 11.9 s: about 0.5 GB of activations in float32
PHASE_STREAM, NOISE_STREAM = 0, 1


class HiftVocoder:
    """Log-mel [80, frames] to waveform [256 * frames] within 0.99."""

    def __init__(self, network: Hift) -> None:
        """Keep a network that is loaded, on its device."""
        self.network = network

    @property
    def sample_rate(self) -> int:
        """Rate of the waveform, 22 050 Hz."""
        return self.network.config.sample_rate

    def synthesize(self, mel: FloatArray, *, seed: int, f0: FloatArray | None = None) -> FloatArray:
        """Waveform of a mel.

        Args:
            mel: [80, frames], natural logarithm.
            seed: of phases and noise; equal seeds give equal waveforms.
            f0: [frames] hertz to speak at, 0 where unvoiced; None: as the mel says.

        Returns:
            [256 * frames]

        Raises:
            AudioError: the mel has no frame or another number of bins, or f0 another length.
        """
        self._check(mel, f0)
        stream = self.stream(seed=seed, look_ahead=CONTEXT)
        n = mel.shape[1]
        pieces = []
        for begin in range(0, n, BLOCK):
            part = slice(begin, begin + BLOCK)
            pitch = None if f0 is None else f0[part]
            pieces.append(stream.push(mel[:, part], f0=pitch, last=begin + BLOCK >= n))
        return np.concatenate(pieces)

    def stream(self, *, seed: int, look_ahead: int = 8) -> VocoderStream:
        """Begin a waveform whose mel comes in pieces.

        Args:
            seed: of phases and noise.
            look_ahead: frames held back until more is known; from 20 on the result is that of
                ``synthesize``, 8 (93 ms) is close.
        """
        return VocoderStream(self.network, seed, look_ahead)

    def _check(self, mel: FloatArray, f0: FloatArray | None) -> None:
        bins = self.network.config.mel_bins
        if mel.ndim != 2 or mel.shape[0] != bins or mel.shape[1] == 0:
            raise AudioError(f"mel of shape {list(mel.shape)}: expected [{bins}, frames > 0]")
        if f0 is not None and f0.shape != mel.shape[1:]:
            raise AudioError(f"f0 of shape {list(f0.shape)} for {mel.shape[1]} mel frames")


class VocoderStream:
    """A waveform in the making; keeps the last frames that what follows depends on."""

    def __init__(self, network: Hift, seed: int, look_ahead: int) -> None:
        """Draw the phases; everything else is drawn as frames come."""
        self._network = network
        self._look_ahead = look_ahead
        drawn = np.random.default_rng([seed, PHASE_STREAM]).uniform(-np.pi, np.pi, N_SINES)
        drawn[0] = 0.0  # the fundamental begins at zero, as in the reference
        self._generator = np.random.default_rng([seed, NOISE_STREAM])
        device = network.conv_pre.weight.device
        self._phases = torch.tensor(drawn[None], dtype=torch.float32, device=device)
        self._mel = torch.zeros(1, network.config.mel_bins, 0, device=device)
        self._noise = torch.zeros(1, 1, 0, device=device)
        self._pitch = torch.zeros(1, 0, device=device)  # settled, or given
        self._done = 0  # frames at the beginning of the buffer that were given out already
        self._start = 0.0  # phase at the beginning of the buffer, in cycles

    @torch.inference_mode()
    def push(
        self, mel: FloatArray, *, f0: FloatArray | None = None, last: bool = False
    ) -> FloatArray:
        """Take further frames and give the samples that are settled by now.

        Args:
            mel: [80, frames], may be empty.
            f0: [frames] hertz of these frames; None: as the mel says. Give it always or never.
            last: no more frames will come: give all that is left.

        Returns:
            [256 * settled frames]
        """
        self._append(mel, f0)
        n = self._mel.shape[2]
        ready = n if last else max(self._done, n - self._look_ahead)
        if ready == self._done:
            return np.zeros(0, np.float32)
        predicted = self._network.f0_predictor(self._mel)
        pitch = torch.cat([self._pitch, predicted[:, self._pitch.shape[1] :]], dim=1)
        start, _ = frame_phases(pitch, self._network.config.sample_rate, self._start)
        source = self._network.m_source(pitch, start, self._phases, self._noise)
        wave = self._network.filter(self._mel, source)[0]
        samples = wave[self._done * SAMPLES_PER_FRAME : ready * SAMPLES_PER_FRAME].cpu().numpy()
        self._forget(pitch, ready)
        return np.asarray(samples, np.float32)

    def _append(self, mel: FloatArray, f0: FloatArray | None) -> None:
        shape = (mel.shape[1], SAMPLES_PER_FRAME)
        noise = self._generator.standard_normal(shape, dtype=np.float32).reshape(1, 1, -1)
        self._mel = torch.cat([self._mel, _like(np.asarray(mel)[None], self._mel)], dim=2)
        self._noise = torch.cat([self._noise, _like(noise, self._noise)], dim=2)
        if f0 is not None:
            self._pitch = torch.cat([self._pitch, _like(f0[None], self._pitch)], dim=1)

    def _forget(self, pitch: Tensor, ready: int) -> None:
        """Settle the pitch of what was given out and drop what no later frame depends on."""
        known = max(ready, self._pitch.shape[1])
        drop = max(0, ready - CONTEXT)
        if drop:
            rate = self._network.config.sample_rate
            _, self._start = frame_phases(pitch[:, :drop], rate, self._start)
        self._mel = self._mel[:, :, drop:]
        self._noise = self._noise[:, :, drop * SAMPLES_PER_FRAME :]
        self._pitch = pitch[:, drop:known]
        self._done = ready - drop


def load_vocoder(
    tensors: Mapping[str, Tensor],
    config: HiftConfig | None = None,
    *,
    device: str = "cpu",
    dtype: torch.dtype = torch.float32,
    source: str = "hift",
) -> HiftVocoder:
    """Build the stage from the tensors of the published ``hift.pt`` or a folded copy.

    Args:
        tensors: by published name, weight norm folded or not.
        config: sizes; None: the published ones.
        device: torch device.
        dtype: of the convolutions between mel and spectrum; pitch, phase and the transforms stay
            in float32, where an error is heard.
        source: name of the file, for errors.

    Raises:
        WeightsError: tensors are missing, surplus, of another shape or not floating point.
    """
    with torch.device("meta"):
        network = Hift(config or HiftConfig())
    fill(network, fold_weight_norm(tensors), source).to(device, torch.float32)
    network.body_to(dtype)
    return HiftVocoder(network)


def _like(array: FloatArray, tensor: Tensor) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(array, dtype=np.float32)).to(tensor.device)
