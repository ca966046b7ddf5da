"""Joint repair: mel decoder and vocoder trained on as one, judged by the sound they make together.

Each stage was trained on the other's ideal. Here the vocoder hears the mels that it will be given,
and what the judges of waveforms say reaches through it to the mel decoder, which stays tied to
the true mel by its regression.
"""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn

from steptts.distill.corpus import SAMPLES_PER_PATCH, Corpus
from steptts.distill.loop import Parts, optimiser, precision
from steptts.distill.mel_decoder import decode, regression
from steptts.distill.vocoder import PATCHES, speak_in_phase
from steptts.distill.waveform_losses import WaveformLoss
from steptts.nets.mel_decoder import MelDecoder, MelDecoderConfig
from steptts.nets.source_filter import SourceFilter, SourceFilterConfig
from steptts.text.phones import SYMBOLS

CONTEXT = 24  # patches on each side of the waveform that the mel decoder also sees
PREDICTED = 0.9  # share of crops with predicted mel; the others keep the vocoder on true ones
MEL = 4.0  # weight of the regression; the judges and spectra weigh about 6
MEL_RATE = 0.5  # the mel decoder's learning rate beside the vocoder's


class RepairTask:
    """Both nets, in ``net`` as "mel_decoder" and "vocoder"."""

    def __init__(self, corpus: Corpus, batch: int, absent: float = 0.0) -> None:
        """Create nets and optimisers; ``absent`` is the share of crops without audio ids."""
        self.corpus, self.batch, self.absent = corpus, batch, absent
        self.mel_decoder = MelDecoder(MelDecoderConfig(len(SYMBOLS))).to(corpus.device)
        self.vocoder = SourceFilter(SourceFilterConfig()).to(corpus.device)
        self.net: nn.Module = nn.ModuleDict(
            {"mel_decoder": self.mel_decoder, "vocoder": self.vocoder}
        )
        self.loss = WaveformLoss(corpus.device)
        self.optimizers = (optimiser(self.mel_decoder), optimiser(self.vocoder, 0.99, 0.8))

    def begin(self, mel_decoder: Path, vocoder: Path) -> None:
        """Take the averaged nets of two finished runs, and the vocoder's judges."""
        device = self.corpus.device

        def read(path: Path) -> dict[str, dict[str, dict[str, Tensor]]]:
            return dict(torch.load(path, map_location=device, weights_only=True))

        self.mel_decoder.load_state_dict(read(mel_decoder / "weights.pt"))
        self.vocoder.load_state_dict(read(vocoder / "weights.pt"))
        state = read(vocoder / "checkpoint.pt")["state"]
        self.loss.judges.load_state_dict(state["judges"])
        self.loss.judge_optimizer.load_state_dict(state["judge_optimizer"])

    def state(self) -> dict[str, nn.Module | torch.optim.Optimizer]:
        """All nets and all optimisers."""
        return {
            "net": self.net,
            "judges": self.loss.judges,
            "mel_decoder_optimizer": self.optimizers[0],
            "vocoder_optimizer": self.optimizers[1],
            "judge_optimizer": self.loss.judge_optimizer,
        }

    def _spoken(
        self, net: nn.ModuleDict, step: int, held_out: bool
    ) -> tuple[Tensor, Tensor, Tensor, Parts]:
        """Real and made samples [B, N] of a batch, the regression's loss and its parts."""
        rows = self.corpus.utterances(step, self.batch, held_out=held_out)
        crops = self.corpus.crops(step, rows, PATCHES + 2 * CONTEXT)
        batch = self.corpus.frame_batch(rows, *crops)
        with precision(self.corpus.device):
            mel, voicing = decode(net["mel_decoder"], batch, False, self.absent)
        loss, parts = regression(batch, mel, voicing)
        pick = torch.rand(len(rows), device=mel.device) < (1.0 if held_out else PREDICTED)
        mel = torch.where(pick[:, None, None], mel, batch["mel"])
        voiced = torch.where(pick[:, None], (voicing > 0).float(), batch["voiced"])
        frames = slice(2 * CONTEXT, 2 * (CONTEXT + PATCHES))
        samples = slice(CONTEXT * SAMPLES_PER_PATCH, (CONTEXT + PATCHES) * SAMPLES_PER_PATCH)
        real = batch["samples"][:, samples]
        f0 = batch["f0"][:, frames]
        fake = speak_in_phase(net["vocoder"], mel[:, frames], f0, voiced[:, frames], real)
        return real, fake, loss, parts

    def update(self, step: int, lr: float, progress: float) -> Parts:
        """One step of the judges, the mel decoder and the vocoder."""
        assert isinstance(self.net, nn.ModuleDict)
        real, fake, regressed, mel_parts = self._spoken(self.net, step, held_out=False)
        loss, parts = self.loss(real, fake, judged=True)
        self.net.zero_grad(set_to_none=True)
        (loss + MEL * regressed).backward()  # type: ignore[no-untyped-call]
        limits_and_rates = ((5.0, MEL_RATE * lr), (20.0, lr))
        for optimizer, (limit, rate) in zip(self.optimizers, limits_and_rates, strict=True):
            for group in optimizer.param_groups:
                torch.nn.utils.clip_grad_norm_(group["params"], limit)
                group["lr"] = rate
            optimizer.step()
        return parts | mel_parts

    def validate(self, net: nn.Module) -> dict[str, float]:
        """Spectral loss and error of the mel on held-out utterances."""
        assert isinstance(net, nn.ModuleDict)
        real, fake, _, parts = self._spoken(net, 0, held_out=True)
        return {"spectral": float(self.loss.spectral(real, fake)), "mel": float(parts["mel"])}
