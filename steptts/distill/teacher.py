"""The teacher: Kokoro-82M v1.0 cut into three stages, batched, in PyTorch.

The stages are durations (phones -> frames of 25 ms), prosody (F0 in Hz and energy at 80 Hz)
and decoder (phone features, F0, energy, style -> 24 kHz waveform). Because the cut lies at F0
and durations, labels are exact and prosody can be edited before sound is made.

Weights come from an ONNX file of the teacher (see ``teacher_weights``). The modules follow the
public description of StyleTTS 2 (arXiv 2306.07691) and iSTFTNet (arXiv 2203.02395). Batches hold
utterances of one length in decoder frames, because the normalisation runs over time and a
padded batch would change the result; ``pad_durations`` makes lengths equal.
Does not know about files, texts or recipes.
"""

from __future__ import annotations

import math
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

SAMPLE_RATE = 24_000
FRAME_SAMPLES = 600  # one duration unit: 25 ms
CURVE_RATE = 80  # F0 and energy values a second: two a duration unit
STYLE = 128  # half a style pack: [timbre | prosody]
N_TOKENS = 178


class AdaptiveNorm(nn.Module):
    """Instance norm over time, scaled and shifted by the style; x [B, C, T], style [B, 128]."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.fc = nn.Linear(STYLE, 2 * channels)

    def forward(self, x: Tensor, style: Tensor) -> Tensor:
        """Normalise, scale and shift."""
        gamma, beta = self.fc(style).unsqueeze(-1).chunk(2, dim=1)
        out: Tensor = (1 + gamma) * F.instance_norm(x, eps=1e-5) + beta
        return out


class StyledBlock(nn.Module):
    """Residual block of the predictor and decoder; doubles the rate when ``upsample``."""

    def __init__(self, width_in: int, width_out: int, upsample: bool = False) -> None:
        super().__init__()
        self.upsample = upsample
        self.norm1 = AdaptiveNorm(width_in)
        self.norm2 = AdaptiveNorm(width_out)
        self.conv1 = nn.Conv1d(width_in, width_out, 3, padding=1)
        self.conv2 = nn.Conv1d(width_out, width_out, 3, padding=1)
        if width_in != width_out:
            self.conv1x1 = nn.Conv1d(width_in, width_out, 1, bias=False)
        if upsample:
            self.pool = nn.ConvTranspose1d(
                width_in, width_in, 3, stride=2, groups=width_in, padding=1, output_padding=1
            )

    def forward(self, x: Tensor, style: Tensor) -> Tensor:
        """Transform x [B, C, T]."""
        y = F.leaky_relu(self.norm1(x, style), 0.2)
        if self.upsample:
            y = self.pool(y)
            x = x.repeat_interleave(2, dim=-1)
        y = F.leaky_relu(self.norm2(self.conv1(y), style), 0.2)
        if hasattr(self, "conv1x1"):
            x = self.conv1x1(x)
        return cast(Tensor, (self.conv2(y) + x) / math.sqrt(2))


class SnakeBlock(nn.Module):
    """Three dilated convolution pairs with snake activations (generator)."""

    def __init__(self, width: int, kernel: int) -> None:
        super().__init__()
        pads = [(kernel * d - d) // 2 for d in (1, 3, 5)]
        self.convs1 = nn.ModuleList(
            nn.Conv1d(width, width, kernel, dilation=d, padding=p)
            for d, p in zip((1, 3, 5), pads, strict=True)
        )
        self.convs2 = nn.ModuleList(
            nn.Conv1d(width, width, kernel, padding=pads[0]) for _ in range(3)
        )
        self.adain1 = nn.ModuleList(AdaptiveNorm(width) for _ in range(3))
        self.adain2 = nn.ModuleList(AdaptiveNorm(width) for _ in range(3))
        self.alpha1 = nn.ParameterList(torch.ones(1, width, 1) for _ in range(3))
        self.alpha2 = nn.ParameterList(torch.ones(1, width, 1) for _ in range(3))

    def forward(self, x: Tensor, style: Tensor) -> Tensor:
        """Transform x [B, C, T]."""
        for i in range(3):
            y = self.adain1[i](x, style)
            y = y + torch.sin(self.alpha1[i] * y) ** 2 / self.alpha1[i]
            y = self.adain2[i](self.convs1[i](y), style)
            y = y + torch.sin(self.alpha2[i] * y) ** 2 / self.alpha2[i]
            x = x + self.convs2[i](y)
        return x


class Albert(nn.Module):
    """The phone language model: ALBERT, 12 passes through one layer of width 768."""

    def __init__(self) -> None:
        super().__init__()
        self.word_embeddings = nn.Embedding(N_TOKENS, 128)
        self.position_embeddings = nn.Embedding(512, 128)
        self.token_type_embeddings = nn.Embedding(2, 128)
        self.norm = nn.LayerNorm(128, eps=1e-12)
        self.hidden = nn.Linear(128, 768)
        self.query, self.key, self.value, self.dense = (nn.Linear(768, 768) for _ in range(4))
        self.attention_norm = nn.LayerNorm(768, eps=1e-12)
        self.ffn = nn.Linear(768, 2048)
        self.ffn_output = nn.Linear(2048, 768)
        self.layer_norm = nn.LayerNorm(768, eps=1e-12)

    def forward(self, tokens: Tensor, mask: Tensor) -> Tensor:
        """Tokens [B, T] and their mask [B, T] -> states [B, T, 768]."""
        positions = torch.arange(tokens.shape[1], device=tokens.device)
        x = self.word_embeddings(tokens) + self.position_embeddings(positions)
        x = self.hidden(self.norm(x + self.token_type_embeddings.weight[0]))
        for _ in range(12):
            q, k, v = (
                part(x).unflatten(-1, (12, 64)).transpose(1, 2)
                for part in (self.query, self.key, self.value)
            )
            y = F.scaled_dot_product_attention(q, k, v, attn_mask=mask[:, None, None])
            x = self.attention_norm(x + self.dense(y.transpose(1, 2).flatten(2)))
            y = self.ffn_output(F.gelu(self.ffn(x), approximate="tanh"))
            x = self.layer_norm(x + y)
        out: Tensor = x
        return out


class PackedLSTM(nn.LSTM):
    """Bidirectional LSTM that stops at each row's true length."""

    def __init__(self, width: int) -> None:
        super().__init__(width, 256, batch_first=True, bidirectional=True)

    def run(self, x: Tensor, lengths: Tensor) -> Tensor:
        """Transform x [B, T, W] to [B, T, 512]."""
        packed = nn.utils.rnn.pack_padded_sequence(
            x, lengths.cpu(), batch_first=True, enforce_sorted=False
        )
        y, _ = nn.utils.rnn.pad_packed_sequence(
            super().forward(packed)[0], batch_first=True, total_length=x.shape[1]
        )
        return y


class Prosody(nn.Module):
    """Phone tokens and the prosody half of the style -> durations, F0, energy."""

    def __init__(self) -> None:
        super().__init__()
        self.bert = Albert()
        self.bert_encoder = nn.Linear(768, 512)
        self.lstms = nn.ModuleList(PackedLSTM(512 + STYLE) for _ in range(3))
        self.norms = nn.ModuleList(nn.Linear(STYLE, 1024) for _ in range(3))
        self.lstm = PackedLSTM(512 + STYLE)
        self.duration_proj = nn.Linear(512, 50)
        self.shared = PackedLSTM(512 + STYLE)
        widths = ((512, 512, False), (512, 256, True), (256, 256, False))
        self.F0 = nn.ModuleList(StyledBlock(*w) for w in widths)
        self.N = nn.ModuleList(StyledBlock(*w) for w in widths)
        self.F0_proj = nn.Conv1d(256, 1, 1)
        self.N_proj = nn.Conv1d(256, 1, 1)

    def durations(
        self, tokens: Tensor, lengths: Tensor, style: Tensor, speed: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Tokens [B, T] -> (hidden [B, T, 640], durations in 25 ms frames [B, T], float)."""
        mask = torch.arange(tokens.shape[1], device=tokens.device) < lengths[:, None]
        x = self.bert_encoder(self.bert(tokens, mask))
        s = style[:, None].expand(-1, x.shape[1], -1)
        x = torch.cat([x, s], -1) * mask[..., None]
        for lstm, norm in zip(self.lstms, self.norms, strict=True):
            assert isinstance(lstm, PackedLSTM)
            gamma, beta = norm(style)[:, None].chunk(2, dim=-1)
            y = (1 + gamma) * F.layer_norm(lstm.run(x, lengths), (512,)) + beta
            x = torch.cat([y, s], -1) * mask[..., None]
        logits = self.duration_proj(self.lstm.run(x, lengths))
        frames = torch.sigmoid(logits).sum(-1) / speed[:, None]
        return x, frames.round().clamp(min=1) * mask

    def curves(self, hidden: Tensor, style: Tensor) -> tuple[Tensor, Tensor]:
        """Hidden at 40 Hz [B, T, 640], one length -> F0 in Hz and energy, both [B, 2 T]."""
        x = nn.LSTM.forward(self.shared, hidden)[0].transpose(1, 2)
        f0, energy = x, x
        for block_f0, block_n in zip(self.F0, self.N, strict=True):
            f0, energy = block_f0(f0, style), block_n(energy, style)
        return self.F0_proj(f0)[:, 0], self.N_proj(energy)[:, 0]


class TextEncoder(nn.Module):
    """Phone tokens -> phone features [B, T, 512] for the decoder."""

    def __init__(self) -> None:
        super().__init__()
        self.embedding = nn.Embedding(N_TOKENS, 512)
        self.convs = nn.ModuleList(nn.Conv1d(512, 512, 5, padding=2) for _ in range(3))
        self.norms = nn.ModuleList(nn.LayerNorm(512, eps=1e-5) for _ in range(3))
        self.lstm = PackedLSTM(512)

    def forward(self, tokens: Tensor, lengths: Tensor) -> Tensor:
        """Tokens [B, T] -> features [B, T, 512]."""
        mask = (torch.arange(tokens.shape[1], device=tokens.device) < lengths[:, None])[..., None]
        x = self.embedding(tokens) * mask
        for conv, norm in zip(self.convs, self.norms, strict=True):
            x = norm(conv(x.transpose(1, 2)).transpose(1, 2))
            x = F.leaky_relu(x, 0.2) * mask
        return self.lstm.run(x, lengths)


class Generator(nn.Module):
    """Decoder features at 80 Hz and F0 -> waveform, by a harmonic source and a small iSTFT."""

    N_FFT, HOP = 20, 5
    window: Tensor
    harmonics: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.l_linear = nn.Linear(9, 1)
        self.ups = nn.ModuleList(
            [
                nn.ConvTranspose1d(512, 256, 20, stride=10, padding=5),
                nn.ConvTranspose1d(256, 128, 12, stride=6, padding=3),
            ]
        )
        self.noise_convs = nn.ModuleList(
            [nn.Conv1d(22, 256, 12, stride=6, padding=3), nn.Conv1d(22, 128, 1)]
        )
        self.noise_res = nn.ModuleList([SnakeBlock(256, 7), SnakeBlock(128, 11)])
        self.resblocks = nn.ModuleList(SnakeBlock(w, k) for w in (256, 128) for k in (3, 7, 11))
        self.conv_post = nn.Conv1d(128, 22, 7, padding=3)
        self.register_buffer("window", torch.hann_window(self.N_FFT), persistent=False)
        self.register_buffer("harmonics", torch.arange(1.0, 10.0), persistent=False)

    def source(self, f0: Tensor) -> Tensor:
        """F0 [B, T] at 80 Hz -> nine-harmonic excitation [B, 300 T]; silent where F0 <= 10 Hz."""
        hop = SAMPLE_RATE // CURVE_RATE
        cycles = (f0[..., None] * self.harmonics / SAMPLE_RATE) % 1  # B T 9
        phase = cycles.double().cumsum(1) * (2 * math.pi * hop)
        phase = F.interpolate(phase.transpose(1, 2), scale_factor=hop, mode="linear")
        voiced = (f0 > 10).repeat_interleave(hop, dim=1)[:, None]
        sines = torch.sin(phase).to(f0.dtype) * 0.1 * voiced
        return torch.tanh(self.l_linear(sines.transpose(1, 2)))[..., 0]

    def forward(self, x: Tensor, style: Tensor, f0: Tensor) -> Tensor:
        """X [B, 512, T], F0 [B, T], both at 80 Hz -> waveform [B, 300 T]."""
        with torch.autocast(x.device.type, enabled=False):
            spec = torch.stft(
                self.source(f0.float()),
                self.N_FFT,
                self.HOP,
                window=self.window,
                return_complex=True,
            )
            source = torch.cat([spec.abs(), spec.angle()], 1)  # B 22 T
        for i in range(2):
            y = self.noise_res[i](self.noise_convs[i](source), style)
            x = self.ups[i](F.leaky_relu(x, 0.1))
            if i == 1:
                x = F.pad(x, (1, 0), mode="reflect")
            x = x + y
            x = sum(block(x, style) for block in self.resblocks[3 * i : 3 * i + 3]) / 3
        x = self.conv_post(F.leaky_relu(x, 0.01)).float()
        bins = self.N_FFT // 2 + 1
        spec = torch.polar(torch.exp(x[:, :bins]), torch.sin(x[:, bins:]))
        return torch.istft(spec, self.N_FFT, self.HOP, window=self.window)


class Decoder(nn.Module):
    """Phone features, F0, energy and the timbre half of the style -> waveform."""

    def __init__(self) -> None:
        super().__init__()
        self.encode = StyledBlock(514, 1024)
        self.decode = nn.ModuleList(
            [StyledBlock(1090, 1024) for _ in range(3)] + [StyledBlock(1090, 512, upsample=True)]
        )
        self.F0_conv = nn.Conv1d(1, 1, 3, stride=2, padding=1)
        self.N_conv = nn.Conv1d(1, 1, 3, stride=2, padding=1)
        self.asr_res = nn.Conv1d(512, 64, 1)
        self.generator = Generator()

    def forward(self, features: Tensor, f0: Tensor, energy: Tensor, style: Tensor) -> Tensor:
        """Features [B, 512, T] at 40 Hz; f0, energy [B, 2 T] -> waveform [B, 600 T]."""
        f, n = self.F0_conv(f0[:, None]), self.N_conv(energy[:, None])
        x = self.encode(torch.cat([features, f, n], 1), style)
        residual = self.asr_res(features)
        for block in self.decode:
            x = block(torch.cat([x, residual, f, n], 1), style)
        return cast(Tensor, self.generator(x, style, f0))


class Teacher(nn.Module):
    """The three stages together."""

    def __init__(self) -> None:
        super().__init__()
        self.prosody = Prosody()
        self.text_encoder = TextEncoder()
        self.decoder = Decoder()


def expand(x: Tensor, durations: Tensor) -> Tensor:
    """Repeat each row of x [B, T, C] by its duration [B, T]; all rows must sum to one length."""
    flat = x.flatten(0, 1).repeat_interleave(durations.flatten(), dim=0)
    return torch.unflatten(flat, 0, (x.shape[0], -1))


def pad_durations(durations: Tensor, lengths: Tensor, total: int) -> Tensor:
    """Lengthen each row's last token (silence) so that durations [B, T] sum to ``total``."""
    padded = durations.clone()
    rows = torch.arange(len(lengths), device=durations.device)
    padded[rows, lengths - 1] += total - durations.sum(1)
    return padded
