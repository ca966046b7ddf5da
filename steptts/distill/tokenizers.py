"""Trains the two tokenizers, then writes the ids of a whole corpus."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from steptts.distill.corpus import SAMPLES_PER_PATCH, Corpus
from steptts.distill.loop import Parts, apply, optimiser, precision
from steptts.nets.token_codec import TokenCodec, TokenCodecConfig, codec_loss
from steptts.text.phones import SYMBOLS

PATCHES = 120  # crops of 2.4 s


class TokenizerTask:
    """Both encoders with their training decoder."""

    def __init__(self, corpus: Corpus, batch: int) -> None:
        """Create nets and optimiser on the corpus' device."""
        self.corpus, self.batch = corpus, batch
        self.net: nn.Module = TokenCodec(TokenCodecConfig(len(SYMBOLS))).to(corpus.device)
        self.optimizer = optimiser(self.net)

    def state(self) -> dict[str, nn.Module | torch.optim.Optimizer]:
        """Net and optimiser."""
        return {"net": self.net, "optimizer": self.optimizer}

    def _loss(self, net: nn.Module, step: int, held_out: bool) -> tuple[Tensor, dict[str, Tensor]]:
        rows = self.corpus.utterances(step, self.batch, held_out=held_out)
        batch = self.corpus.frame_batch(rows, *self.corpus.crops(step, rows, PATCHES))
        with precision(self.corpus.device):
            out = net(batch["mel"], batch["voice"])
        floats = {k: v.float() if v.is_floating_point() else v for k, v in out.items()}
        return codec_loss(floats, batch)

    def update(self, step: int, lr: float, progress: float) -> Parts:
        """One step."""
        loss, parts = self._loss(self.net, step, held_out=False)
        apply(self.net, self.optimizer, loss, lr, 1.0)
        return parts

    def validate(self, net: nn.Module) -> dict[str, float]:
        """Losses on held-out utterances."""
        return {k: float(v) for k, v in self._loss(net, 0, held_out=True)[1].items()}


@torch.inference_mode()
def write_ids(codec: TokenCodec, corpus: Corpus, frames_at_once: int = 60_000) -> dict[str, float]:
    """Write ``ids.npy`` int16 [super-frames, 5], and return the share of ids in use."""
    assert corpus.samples is not None
    codec.eval()
    out = np.zeros((int(corpus.n_patches.sum()) // 6, 5), np.int16)
    lengths = corpus.n_patches.cpu().numpy()
    firsts = corpus.first_patch.cpu().numpy()
    for n in np.unique(lengths):
        rows = np.flatnonzero(lengths == n)
        size = max(1, frames_at_once // int(2 * n))
        for k in range(0, len(rows), size):
            first = torch.from_numpy(firsts[rows[k : k + size]]).to(corpus.device)
            at = first[:, None] * SAMPLES_PER_PATCH + torch.arange(
                int(n) * SAMPLES_PER_PATCH, device=corpus.device
            )
            mel = corpus.mel(corpus.samples[at].float() / 32768.0)
            with precision(corpus.device):
                what, how = codec.linguistic(mel)[1], codec.semantic(mel)[1]
            ids = torch.cat([what.unflatten(1, (-1, 2)), how.unflatten(1, (-1, 3))], -1)
            where = (first // 6)[:, None] + torch.arange(int(n) // 6, device=corpus.device)
            out[where.flatten().cpu().numpy()] = ids.flatten(0, 1).short().cpu().numpy()
    np.save(corpus.folder / "ids.npy", out)
    return {
        "linguistic_use": len(np.unique(out[:, :2])) / 1024,
        "semantic_use": len(np.unique(out[:, 2:])) / 4096,
    }


def load_codec(path: Path, device: str) -> TokenCodec:
    """The averaged tokenizers of a finished run."""
    codec = TokenCodec(TokenCodecConfig(len(SYMBOLS))).to(device)
    codec.load_state_dict(torch.load(path, map_location=device, weights_only=True))
    return codec.eval()
