"""The whole chain from texts to a model folder, each stage a process with a share of the time.

On CUDA the stages that do not wait for each other run at once: each alone is bound by kernel
launches. On CPU they run one after the other. Every stage resumes from its own parts or
checkpoint, so the same command goes on after a kill. Planning the recipes and writing the model
take their own time, a few minutes, outside the budget.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from steptts.errors import StepTTSError

# Shares of the budget; on CUDA planner, language model and first vocoder stage run beside others.
RENDER, PHONES, TOKENIZERS, MEL_DECODER, REPAIR = 0.19, 0.03, 0.08, 0.32, 0.27
PLANNER, LM, VOCODER = 0.25, 0.30, 0.40
CPU_SHARES = {
    "render": 0.2,
    "phone-recognizer": 0.04,
    "tokenizers": 0.08,
    "planner": 0.1,
    "lm": 0.14,
    "mel-decoder": 0.2,
    "vocoder": 0.16,
    "repair": 0.08,
}
# Utterances or crops a step: (CPU, CUDA).
BATCHES = {
    "phone-recognizer": (24, 128),
    "tokenizers": (8, 128),
    "planner": (16, 128),
    "lm": (8, 128),
    "mel-decoder": (8, 160),
    "vocoder": (4, 48),
    "repair": (4, 40),
}
RATES = {
    "phone-recognizer": 1.5e-3,
    "tokenizers": 1.5e-3,
    "planner": 1e-3,
    "lm": 1.5e-3,
    "mel-decoder": 1.2e-3,
    "vocoder": 6e-4,
    "repair": 4e-4,
}
RENDER_BATCH = {"cpu": 10.0, "cuda": 320.0}


@dataclass(slots=True)
class Chain:
    """Inputs, budget and device of one run of the chain.

    Attributes:
        source: file of texts (see ``steptts.distill.texts``) or folder of recipes.
        teacher, packs: ONNX file, folder of style packs. out: corpus, runs, logs and model.
        budget: seconds. device: "cpu" or "cuda". jobs: processes that label, and plan recipes.
        judges: folder of those who hear what was rendered, or None.
        lm: off leaves token ids out: few hours of speech are not enough for them.
    """

    source: Path
    teacher: Path
    packs: Path
    out: Path
    budget: float
    device: str
    jobs: int
    judges: Path | None = None
    lm: bool = True

    @property
    def recipes(self) -> Path:
        """Folder of the recipes: given, or made of the given texts."""
        return self.source if self.source.is_dir() else self.out / "recipes"

    def _program(self, stage: str, *args: str) -> list[str]:
        return [sys.executable, "-m", "steptts.distill.cli", stage, *args]

    def _command(self, stage: str, *args: str) -> list[str]:
        return [*self._program(stage, *args), "--device", self.device]

    def _plan(self) -> list[str]:
        folder, packs, jobs = str(self.recipes), str(self.packs), str(self.jobs)
        options = ("--out", folder, "--packs", packs, "--jobs", jobs)
        return self._program("recipes", str(self.source), *options)

    def _export(self) -> list[str]:
        folders = (str(self.out / "runs"), str(self.out / "model"))
        return self._program("export", *folders, "--lm" if self.lm else "--no-lm")

    def _render(self, seconds: float) -> list[str]:
        return self._command(
            "render",
            "--folder",
            str(self.out / "corpus"),
            "--recipes",
            str(self.recipes),
            "--teacher",
            str(self.teacher),
            "--packs",
            str(self.packs),
            "--jobs",
            str(self.jobs),
            "--seconds",
            str(seconds),
            "--batch-seconds",
            str(RENDER_BATCH[self.device]),
            *(() if self.judges is None else ("--judges", str(self.judges))),
        )

    def _train(self, name: str, seconds: float, *more: str) -> list[str]:
        return self._command(
            name,
            "--folder",
            str(self.out / "corpus"),
            "--out",
            str(self.out / "runs" / name),
            "--steps",
            "1000000",
            "--seconds",
            str(seconds),
            "--lr",
            str(RATES[name]),
            "--batch",
            str(BATCHES[name][self.device == "cuda"]),
            *more,
        )

    def _weights(self, stage: str) -> str:
        return str(self.out / "runs" / stage / "weights.pt")

    def _mel_decoder(self, seconds: float) -> list[str]:
        return self._train("mel-decoder", seconds, "--phones", self._weights("phone-recognizer"))

    def _repair(self, seconds: float) -> list[str]:
        return self._train(
            "repair",
            seconds,
            "--mel-decoder",
            self._weights("mel-decoder"),
            "--start",
            str(self.out / "runs" / "vocoder" / "checkpoint.pt"),
            "--phones",
            self._weights("phone-recognizer"),
        )

    def _start(self, name: str, command: Sequence[str]) -> subprocess.Popen[bytes]:
        logs = self.out / "logs"
        logs.mkdir(parents=True, exist_ok=True)
        self._say(f"start {name}")
        with (logs / f"{name}.log").open("ab") as log:
            return subprocess.Popen(command, stdout=log, stderr=log)

    def _finish(self, name: str, process: subprocess.Popen[bytes]) -> None:
        code = process.wait()
        self._say(f"end {name} with {code}")
        if code:
            log = self.out / "logs" / f"{name}.log"
            raise StepTTSError(f"{name} failed with exit code {code}; the reason ends {log}")

    def _say(self, text: str) -> None:
        line = f"{time.strftime('%H:%M:%S')} {text}"
        print(line, file=sys.stderr, flush=True)
        with (self.out / "chain.log").open("a") as log:
            log.write(f"{line}\n")

    def run(self) -> None:
        """Run the chain; raises StepTTSError naming the stage that failed."""
        self.out.mkdir(parents=True, exist_ok=True)
        if not (self.recipes / "speakers.json").exists():
            self._finish("recipes", self._start("recipes", self._plan()))
        if self.device == "cuda":
            self._run_together()
        else:
            self._run_in_turn()
        pack_weights(self.out / "runs", self.out / "packed")
        self._finish("export", self._start("export", self._export()))
        self._say("done")

    def _run_together(self) -> None:
        b = self.budget
        if not (self.out / "corpus" / "embeddings.npy").exists():
            self._finish("render", self._start("render", self._render(b * RENDER)))
        vocoder = self._start("vocoder", self._train("vocoder", b * VOCODER))
        planner = self._start("planner", self._train("planner", b * PLANNER))
        phones = self._train("phone-recognizer", b * PHONES)
        self._finish("phone-recognizer", self._start("phone-recognizer", phones))
        lm = None
        if self.lm:
            tokenizers = self._train("tokenizers", b * TOKENIZERS)
            self._finish("tokenizers", self._start("tokenizers", tokenizers))
            lm = self._start("lm", self._train("lm", b * LM))
        mel = self._start("mel-decoder", self._mel_decoder(b * MEL_DECODER))
        self._finish("vocoder", vocoder)
        self._finish("mel-decoder", mel)
        repair = self._start("repair", self._repair(b * REPAIR))
        self._finish("planner", planner)
        if lm is not None:
            self._finish("lm", lm)
        self._finish("repair", repair)

    def _run_in_turn(self) -> None:
        used = {k: v for k, v in CPU_SHARES.items() if self.lm or k not in ("tokenizers", "lm")}
        shares = {name: share * self.budget / sum(used.values()) for name, share in used.items()}
        if not (self.out / "corpus" / "embeddings.npy").exists():
            self._finish("render", self._start("render", self._render(shares["render"])))
        tokens = ("tokenizers", "lm") if self.lm else ()
        for name in ("phone-recognizer", *tokens, "planner", "vocoder"):
            self._finish(name, self._start(name, self._train(name, shares[name])))
        mel = self._mel_decoder(shares["mel-decoder"])
        self._finish("mel-decoder", self._start("mel-decoder", mel))
        self._finish("repair", self._start("repair", self._repair(shares["repair"])))


def pack_weights(runs: Path, out: Path) -> dict[str, float]:
    """Write ``weights.pt`` of every run as float16 ``NAME.safetensors``; returns megabytes."""
    import torch
    from safetensors.torch import save_file

    out.mkdir(parents=True, exist_ok=True)
    sizes = {}
    for path in sorted(runs.glob("*/weights.pt")):
        state = torch.load(path, map_location="cpu", weights_only=True)
        target = out / f"{path.parent.name}.safetensors"
        save_file({k: v.half().contiguous() for k, v in state.items()}, target)
        sizes[path.parent.name] = target.stat().st_size / 1e6
    (out / "sizes.json").write_text(json.dumps(sizes))
    return sizes
