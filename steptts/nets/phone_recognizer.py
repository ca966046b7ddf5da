"""Names the phone of every 20 ms of a log-mel; its layers say how far apart two mels sound.

A small net that has learned to tell phones keeps what tells them apart, formants and bursts, and
drops what does not, so the distance between its features of a true and a made mel weighs what a
listener needs (perceptual loss, arXiv 1603.08155). It hears 0.2 s at a time, too little to guess a
sound from the word.

Axes: B rows, T patches of 20 ms, M mel bins.
"""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional as F

WIDTH, N_BLOCKS, PLANES = 192, 3, 16


class Block(nn.Module):
    """x [B, W, T] -> [B, W, T]: normed, convolved over 100 ms, added."""

    def __init__(self) -> None:
        """Create the layers."""
        super().__init__()
        self.norm = nn.LayerNorm(WIDTH)
        self.over_time = nn.Conv1d(WIDTH, WIDTH, 5, padding=2, groups=4)
        self.over_channels = nn.Conv1d(WIDTH, WIDTH, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Transform."""
        y = self.norm(x.transpose(1, 2)).transpose(1, 2)
        out: Tensor = x + self.over_channels(F.gelu(self.over_time(y)))
        return out


class PhoneRecognizer(nn.Module):
    """Log-mel [B, 2 T, M] -> logits of phones [B, T, n_symbols] and the features of all layers."""

    def __init__(self, n_symbols: int, mel_bins: int = 100) -> None:
        """Create the layers."""
        super().__init__()
        self.planes = nn.ModuleList(
            nn.Conv2d(n, PLANES, (3, 5), (1, 2), padding=(1, 2)) for n in (1, PLANES)
        )
        self.joined = nn.Conv1d(PLANES * ((mel_bins + 3) // 4), WIDTH, 4, 2, padding=1)
        self.blocks = nn.ModuleList(Block() for _ in range(N_BLOCKS))
        self.out = nn.Linear(WIDTH, n_symbols)

    def forward(self, mel: Tensor) -> tuple[Tensor, list[Tensor]]:
        """Recognise."""
        x = (mel * 0.25 + 0.5).unsqueeze(1)
        features = []
        for layer in self.planes:
            x = F.gelu(layer(x))
            features.append(x)
        x = F.gelu(self.joined(x.transpose(2, 3).flatten(1, 2)))
        features.append(x)
        for block in self.blocks:
            x = block(x)
            features.append(x)
        return self.out(F.layer_norm(x.transpose(1, 2), (WIDTH,))), features
