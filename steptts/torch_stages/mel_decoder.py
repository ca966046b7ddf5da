"""Mel decoder of the published checkpoint: audio ids and a reference to a log-mel spectrogram.

Noise is fixed per absolute frame by the seed and drawn in NumPy, so a longer sentence begins with
the noise of a shorter one and every device draws the same. Knows no files and no text.
Held to the golden suite ``flow`` by tests/torch_stages/test_mel_decoder.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from torch import Tensor

from steptts.errors import GenerationError, VoiceError
from steptts.nets.token_to_mel import TokenToMel, TokenToMelConfig, conditions
from steptts.reference import Reference, crop, n_mel_frames
from steptts.stages import FloatArray
from steptts.torch_stages.flow_solver import FlowSettings, FlowSolver
from steptts.torch_stages.weights import fill

IDS_PER_SECOND = 41.667  # unless the published yaml says otherwise (input_frame_rate)
PROMPT_NOISE, TARGET_NOISE = 0, 1  # separate streams: cropping the prompt keeps the target's noise


class FlowMelDecoder:
    """Decodes one utterance at a time."""

    def __init__(
        self,
        network: TokenToMel,
        settings: FlowSettings | None = None,
        *,
        ids_per_second: float = IDS_PER_SECOND,
        bucketed: bool = False,
    ) -> None:
        """Keep a network that is loaded, on its device.

        Args:
            network: encoder in float32; the velocity network may be in bfloat16 or float16.
            settings: steps, schedule, guidance, longest prompt.
            ids_per_second: rate of the audio ids, from the published yaml.
            bucketed: share CUDA graphs between lengths; see FlowSolver.
        """
        self.network = network
        self.settings = settings or FlowSettings()
        self.ids_per_second = ids_per_second
        self.solver = FlowSolver(network.estimator, self.settings, bucketed=bucketed)

    def decode(self, audio_ids: Sequence[int], voice: Reference, *, seed: int) -> FloatArray:
        """Log-mel of the ids in the voice of the reference.

        Args:
            audio_ids: in 0..5119, groups L L S S S, at least one id.
            voice: the reference; its prompt may be cropped, see FlowSettings.
            seed: of the noise; equal seeds give equal mels.

        Returns:
            [80, int(len(audio_ids) / ids_per_second * 22050 / 256)], natural logarithm.

        Raises:
            GenerationError: no ids, or an id that the model has no row for.
            VoiceError: the reference has ids without mel or mel without ids.
        """
        self.check(audio_ids)
        voice = self.prompt(voice)
        frames = n_mel_frames(len(audio_ids), self.ids_per_second)
        if frames == 0:
            raise GenerationError(f"{len(audio_ids)} audio ids make no mel frame", tuple(audio_ids))
        noise = np.concatenate(
            [
                frame_noise(seed, PROMPT_NOISE, 0, voice.mel.shape[1]),
                frame_noise(seed, TARGET_NOISE, 0, frames),
            ],
            axis=1,
        )
        return self.decode_from(noise, audio_ids, voice)

    @torch.inference_mode()
    def decode_from(
        self, noise: FloatArray, audio_ids: Sequence[int], voice: Reference
    ) -> FloatArray:
        """Log-mel of the ids from given noise [80, prompt frames + target frames]."""
        device = self.network.input_embedding.weight.device
        prompt = _batch(voice.mel, device)
        prompt_frames = prompt.shape[2]
        frames = noise.shape[1] - prompt_frames
        ids = torch.tensor([*voice.audio_ids, *audio_ids], device=device)[None]
        h = self.network.encode(ids)
        mu = self.network.regulate(h, len(voice.audio_ids), prompt_frames, frames)
        speaker = self.network.speaker(_batch(voice.speaker_embedding, device))
        given = conditions(mu, speaker, torch.nn.functional.pad(prompt, (0, frames)))
        mel = self.solver.solve(_batch(noise, device), given)[0, :, prompt_frames:]
        return np.asarray(mel.cpu().numpy(), np.float32)

    def prompt(self, voice: Reference) -> Reference:
        """The part of a reference that is decoded with: all of it, or its best few seconds.

        Raises:
            VoiceError: the reference has ids without mel or mel without ids.
            GenerationError: it has an id that the model has no row for.
        """
        if bool(voice.audio_ids) != bool(voice.mel.shape[1]):
            raise VoiceError(
                f"the reference has {len(voice.audio_ids)} audio ids but {voice.mel.shape[1]} mel "
                "frames; analyse it again with clone"
            )
        self.check(voice.audio_ids)
        seconds = self.settings.prompt_seconds
        return voice if seconds is None else crop(voice, seconds, self.ids_per_second)

    def check(self, audio_ids: Sequence[int]) -> None:
        """Make sure that the model knows all ids.

        Raises:
            GenerationError: an id is outside the embedding.
        """
        rows = self.network.config.n_audio_ids
        for audio_id in audio_ids:
            if not 0 <= audio_id < rows:
                raise GenerationError(
                    f"audio id {audio_id} is outside 0..{rows - 1}", tuple(audio_ids)
                )


def frame_noise(seed: int, stream: int, first: int, n_frames: int, bins: int = 80) -> FloatArray:
    """Standard normal noise of the frames first ... first + n_frames - 1: [bins, n_frames].

    A frame's noise depends on seed, stream and its number alone.
    """
    generator = np.random.default_rng([seed, stream])
    drawn = generator.standard_normal((first + n_frames, bins), dtype=np.float32)
    return np.ascontiguousarray(drawn[first:].T)


def load_mel_decoder(
    tensors: Mapping[str, Tensor],
    config: TokenToMelConfig | None = None,
    settings: FlowSettings | None = None,
    *,
    ids_per_second: float = IDS_PER_SECOND,
    device: str = "cpu",
    dtype: torch.dtype | None = None,
    source: str = "flow",
) -> FlowMelDecoder:
    """Build the stage from the tensors of the published ``flow.pt`` or a converted copy.

    Args:
        tensors: by published name.
        config: sizes; None: the published ones, with as many ids as the embedding has rows.
        settings: steps, schedule, guidance, longest prompt.
        ids_per_second: ``input_frame_rate`` of the published yaml.
        device: torch device.
        dtype: of the velocity network; None: bfloat16 on CUDA, float32 elsewhere.
        source: name of the file, for errors.

    Raises:
        WeightsError: tensors are missing, surplus, of another shape or not floating point.
    """
    if config is None and "input_embedding.weight" in tensors:
        config = TokenToMelConfig(n_audio_ids=tensors["input_embedding.weight"].shape[0])
    with torch.device("meta"):
        network = TokenToMel(config or TokenToMelConfig())
    fill(network, tensors, source).to(device, torch.float32)
    on_cuda = torch.device(device).type == "cuda"
    network.estimator.to(dtype or (torch.bfloat16 if on_cuda else torch.float32)).fuse()
    return FlowMelDecoder(network, settings, ids_per_second=ids_per_second, bucketed=on_cuda)


def _batch(array: FloatArray, device: torch.device) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(array, dtype=np.float32)).to(device)[None]
