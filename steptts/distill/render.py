"""Recipes to speech: the teacher in large batches of one length, on CPU or CUDA.

Three passes: durations of all utterances; grouping by length, the last silence lengthened to a
multiple of 600 ms (the least common multiple of the teacher's 25 ms and the 120 ms super-frame),
so that a batch needs no masks; prosody, edits and waveform a batch at a time. What is kept of an
utterance: durations, F0 at 80 Hz, loudness a 25 ms unit, 16-bit samples.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from steptts.dialects import DIALECTS
from steptts.distill.accents import accented_f0
from steptts.distill.edits import edit_durations, edit_f0
from steptts.distill.recipes import Recipe
from steptts.distill.speakers import Packs, Speaker
from steptts.distill.teacher import FRAME_SAMPLES, STYLE, Teacher, expand, pad_durations
from steptts.distill.teacher_phones import own_durations

UNITS_PER_BLOCK = 24  # 600 ms
MAX_UNITS = 600  # 15 s
FLOOR_DB = -80.0
CHUNK = 384  # utterances whose lengths are known before they are grouped


@dataclass(frozen=True, slots=True)
class Rendering:
    """One rendered utterance; U units of 25 ms.

    Attributes:
        index: of its recipe. durations: int64 [tokens], natural. padding: units of silence added.
        f0: float32 [2 U] Hz after the edit. loudness: float32 [U] dB RMS. samples: int16 [600 U].
    """

    index: int
    durations: NDArray[np.int64]
    padding: int
    f0: NDArray[np.float32]
    loudness: NDArray[np.float32]
    samples: NDArray[np.int16]


class Renderer:
    """Renders recipes with one teacher on one device."""

    def __init__(
        self,
        teacher: Teacher,
        packs: Packs,
        speakers: list[Speaker],
        device: str,
        *,
        fused: bool = False,
    ) -> None:
        """Move the teacher to the device.

        With ``fused`` the decoder is compiled and runs in bfloat16: 0.34 instead of 0.97 CPU
        seconds a second of audio on a CPU with AVX512-BF16, after about two minutes of compiling.
        Its samples differ from float32 by 25 dB, no more than compiling alone (28 dB): tiny phase
        differences of the source grow in the generator.
        """
        self.teacher = teacher.to(device).eval()
        self.packs, self.speakers, self.device, self.fused = packs, speakers, device, fused
        self.decoder: Callable[..., Tensor] = self.teacher.decoder
        if fused:
            self.decoder = torch.compile(self.decoder, dynamic=True)

    def _inputs(self, recipes: list[Recipe]) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        lengths = torch.tensor([len(r.tokens) for r in recipes])
        tokens = torch.zeros(len(recipes), int(lengths.max()), dtype=torch.int64)
        for row, recipe in enumerate(recipes):
            tokens[row, : len(recipe.tokens)] = torch.from_numpy(recipe.tokens)
        styles = np.stack(
            [
                self.packs.style(self.speakers[r.speaker], r.language, len(r.tokens) - 2)
                for r in recipes
            ]
        )
        speed = torch.tensor([r.speed for r in recipes])
        to = self.device
        return tokens.to(to), lengths.to(to), torch.from_numpy(styles).to(to), speed.to(to)

    @torch.inference_mode()
    def durations(self, recipes: list[Recipe], batch: int = 256) -> list[NDArray[np.int64]]:
        """Edited durations of every recipe, [tokens] each."""
        out: list[NDArray[np.int64]] = [np.zeros(0, np.int64)] * len(recipes)
        order = sorted(range(len(recipes)), key=lambda i: len(recipes[i].tokens))
        for start in range(0, len(order), batch):
            rows = order[start : start + batch]
            tokens, lengths, style, speed = self._inputs([recipes[i] for i in rows])
            frames = self.teacher.prosody.durations(tokens, lengths, style[:, STYLE:], speed)[1]
            for i, row in zip(rows, frames.long().cpu().numpy(), strict=True):
                recipe = recipes[i]
                natural = row[: len(recipe.tokens)]
                out[i] = edit_durations(recipe.edit, natural, recipe.nucleus())
        return out

    def _prosody(
        self, recipes: list[Recipe], durations: list[NDArray[np.int64]], units: int
    ) -> tuple[tuple[Tensor, Tensor, Tensor], Tensor, Tensor, Tensor]:
        """Inputs (tokens, lengths, style), padded durations, edited F0 and energy of a batch."""
        tokens, lengths, style, speed = self._inputs(recipes)
        frames = torch.zeros(tokens.shape, dtype=torch.int64)
        for row, value in enumerate(durations):
            frames[row, : len(value)] = torch.from_numpy(value)
        frames = pad_durations(frames.to(self.device), lengths, units)
        hidden = self.teacher.prosody.durations(tokens, lengths, style[:, STYLE:], speed)[0]
        f0, energy = self.teacher.prosody.curves(expand(hidden, frames), style[:, STYLE:])
        return (tokens, lengths, style), frames, self._edited(recipes, f0, frames), energy

    @torch.inference_mode()
    def batch(
        self, recipes: list[Recipe], durations: list[NDArray[np.int64]], units: int
    ) -> tuple[Tensor, Tensor, Tensor]:
        """F0 [B, 2 U], loudness [B, U] and samples [B, 600 U] of one batch of ``units`` U."""
        (tokens, lengths, style), frames, f0, energy = self._prosody(recipes, durations, units)
        features = expand(self.teacher.text_encoder(tokens, lengths), frames).transpose(1, 2)
        kind = torch.device(self.device).type
        with torch.autocast(kind, torch.bfloat16, enabled=self.fused):
            wave = self.decoder(features, f0, energy, style[:, :STYLE])
        power = torch.unflatten(wave, 1, (-1, FRAME_SAMPLES)).square().mean(-1)
        loudness = (10 * torch.log10(power + 1e-9)).clamp(min=FLOOR_DB)
        return f0, loudness, (wave.clamp(-1, 1) * 32767).round().short()

    def _edited(self, recipes: list[Recipe], f0: Tensor, frames: Tensor) -> Tensor:
        curves = f0.cpu().numpy()
        counts = frames.cpu().numpy()
        for row, recipe in enumerate(recipes):
            known = counts[row, : len(recipe.tokens)]
            if recipe.edit.kind in DIALECTS:
                own = own_durations(known, recipe.owners.tolist())
                curves[row] = accented_f0(recipe, curves[row], own)
            else:
                curves[row] = edit_f0(recipe.edit, curves[row], known, recipe.nucleus())
        return torch.from_numpy(curves).to(self.device)

    def groups(self, durations: list[NDArray[np.int64]]) -> dict[int, list[int]]:
        """Utterances by padded length in units; those over 15 s are left out."""
        out: dict[int, list[int]] = {}
        for i, value in enumerate(durations):
            units = -(-int(value.sum()) // UNITS_PER_BLOCK) * UNITS_PER_BLOCK
            if units <= MAX_UNITS:
                out.setdefault(units, []).append(i)
        return out

    def render(
        self,
        recipes: list[Recipe],
        batch_units: int,
        seconds: float = float("inf"),
        *,
        sound: bool = True,
    ) -> Iterator[list[Rendering]]:
        """All recipes in batches of about ``batch_units`` units, shuffled; stops when time is up.

        Without ``sound`` the decoder, 92 % of the cost, is left out: durations and F0 only, for
        the planner; loudness is then unknown (NaN).
        """
        began = time.monotonic()
        for first in range(0, len(recipes), CHUNK):
            chunk = recipes[first : first + CHUNK]
            durations = self.durations(chunk)
            batches: list[tuple[int, list[int]]] = []
            for units, rows in self.groups(durations).items():
                size = max(1, batch_units // units)
                batches += [(units, rows[i : i + size]) for i in range(0, len(rows), size)]
            for k in np.random.default_rng(0).permutation(len(batches)):
                if time.monotonic() - began > seconds:
                    return
                units, rows = batches[k]
                picked = [durations[i] for i in rows]
                made = self._renderings(chunk, rows, picked, units, sound)
                yield [replace(r, index=r.index + first) for r in made]

    @torch.inference_mode()
    def _renderings(
        self,
        recipes: list[Recipe],
        rows: list[int],
        durations: list[NDArray[np.int64]],
        units: int,
        sound: bool,
    ) -> list[Rendering]:
        picked = [recipes[i] for i in rows]
        if sound:
            f0, loudness, samples = (x.cpu().numpy() for x in self.batch(picked, durations, units))
        else:
            f0 = self._prosody(picked, durations, units)[2].cpu().numpy()
            loudness = np.full((len(rows), units), np.nan, np.float32)
            samples = np.zeros((len(rows), 0), np.int16)
        return [
            Rendering(i, value, units - int(value.sum()), f, p, s)
            for i, value, f, p, s in zip(rows, durations, f0, loudness, samples, strict=True)
        ]
