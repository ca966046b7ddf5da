"""Linguistic tokenizer of the published checkpoint: waveform to 1,024 codes at 16.667 Hz.

Nothing is drawn (dither 0), so equal clips give equal codes; two runs of the reference, which
dithers, agree on 96 % of them. Knows no files. The semantic tokenizer is an ONNX file and stands in
onnx_stages. Held to the golden suite ``sanm`` by tests/torch_stages/test_tokenizers.py.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor

from steptts.errors import WeightsError
from steptts.features import Cmvn, linguistic_features
from steptts.nets.sanm import SanmConfig, SanmEncoder
from steptts.stages import FloatArray
from steptts.tokens import GROUP_SECONDS, LINGUISTIC_PER_GROUP
from steptts.torch_stages.weights import fill

PREFIX = "encoder."  # the published file also holds a decoder and a predictor, which nothing uses


class LinguisticTokenizer:
    """Waveform [samples] at 16 kHz to codes in [0, codebook_size)."""

    def __init__(self, encoder: SanmEncoder, cmvn: Cmvn, centroids: FloatArray) -> None:
        """Keep a loaded encoder, the statistics of its features and the codebook.

        Args:
            encoder: on its device.
            cmvn: statistics of ``am.mvn``.
            centroids: [codes, width] of ``linguistic_tokenizer.npy``.
        """
        self.encoder = encoder
        self.cmvn = cmvn
        self.centroids = torch.from_numpy(np.ascontiguousarray(centroids, dtype=np.float32))

    @property
    def codebook_size(self) -> int:
        """Number of codes, 1,024."""
        return len(self.centroids)

    @property
    def tokens_per_second(self) -> float:
        """Codes per second, 16.667."""
        return LINGUISTIC_PER_GROUP / GROUP_SECONDS

    def encode(self, waveform: FloatArray) -> tuple[int, ...]:
        """Codes of a waveform in [-1, 1]; a clip under 55 ms has none."""
        return self.nearest(self.hidden(linguistic_features(waveform, self.cmvn)))

    @torch.inference_mode()
    def hidden(self, features: FloatArray) -> FloatArray:
        """What the encoder says of features [frames, 560]: [frames, width]."""
        device = self.encoder.after_norm.weight.device
        encoded = self.encoder(torch.from_numpy(np.ascontiguousarray(features)).to(device))
        return np.asarray(encoded.float().cpu().numpy(), np.float32)

    def nearest(self, hidden: FloatArray) -> tuple[int, ...]:
        """Code of each row [frames, width]: the nearest centroid, the first one of equals."""
        # Differences, not products: near ties are decided as exactly as float32 can.
        mode = "donot_use_mm_for_euclid_dist"
        distance = torch.cdist(torch.from_numpy(hidden), self.centroids, compute_mode=mode)
        return tuple(distance.argmin(dim=1).tolist())


def load_linguistic_tokenizer(
    tensors: Mapping[str, Tensor],
    cmvn: Cmvn,
    centroids: FloatArray,
    config: SanmConfig | None = None,
    *,
    device: str = "cpu",
    source: str = "linguistic tokenizer",
) -> LinguisticTokenizer:
    """Build the stage from the tensors of the published Paraformer ``model.pt``.

    Args:
        tensors: by published name; those that do not begin with ``encoder.`` are left out.
        cmvn: statistics of ``am.mvn``.
        centroids: [codes, width]
        config: sizes; None: the published ones.
        device: torch device.
        source: name of the file, for errors.

    Raises:
        WeightsError: tensors of the encoder are missing, surplus, of another shape or not floating
            point, or statistics or centroids do not fit it.
    """
    config = config or SanmConfig()
    if centroids.ndim != 2 or centroids.shape[1] != config.width:
        raise WeightsError(
            f"{source}: centroids are {list(centroids.shape)}, expected [codes, {config.width}]"
        )
    if cmvn.shift.shape != (config.input_width,):
        raise WeightsError(
            f"{source}: am.mvn has {cmvn.shift.size} values, expected {config.input_width}"
        )
    own = {name[len(PREFIX) :]: t for name, t in tensors.items() if name.startswith(PREFIX)}
    with torch.device("meta"):
        encoder = SanmEncoder(config)
    encoder = fill(encoder, own, source).to(device, torch.float32)
    return LinguisticTokenizer(encoder, cmvn, centroids)
