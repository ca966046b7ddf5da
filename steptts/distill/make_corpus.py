"""Renders a shard of a recipe set into a corpus folder: checked, labelled, resumable.

Scale-out: ``make_corpus`` is a function of one plain value, a ``CorpusJob``, and of the files that
it names. It shares nothing with other shards (shard i of n takes every n-th recipe, a set that no
other shard touches), writes to its own folder alone, and when called again goes on where a killed
call stopped. So any driver may place shards on machines and start lost ones anew. With Ray Data:

    jobs = [replace(job, shard=f"{i}/{n}", folder=out / f"{i:04d}") for i in range(n)]
    ray.data.from_items(jobs).map(
        lambda row: make_corpus(row["item"]), num_gpus=1, concurrency=8
    ).take_all()

and then ``steptts distill merge OUT out/*``. Ray's own retries need nothing more than the folder to
be on storage that every worker reaches.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import numpy as np
import torch

from steptts.distill.checks import Judgement, Limits, is_heard, judged, load_judges
from steptts.distill.corpus_report import write_report
from steptts.distill.parts import Array, Ledger, Parts
from steptts.distill.prepare import corpus_arrays, prepare
from steptts.distill.recipes import Recipe, read_recipes
from steptts.distill.render import Renderer, Rendering
from steptts.distill.speakers import Packs, Speaker
from steptts.distill.teacher_weights import load_teacher
from steptts.errors import TextError

Batches = Iterator[list[Rendering]]
SAY_SECONDS = 20.0  # between lines of progress


@dataclass(frozen=True, slots=True)
class CorpusJob:
    """Everything that decides one corpus folder.

    Attributes:
        recipes, teacher, packs: folder of recipes, ONNX file, folder of style packs.
        folder: to write. device: "cpu" or "cuda". seconds: budget of rendering. shard: "i/n".
        batch_seconds: audio rendered at once. jobs: processes that check and label; 0: none.
        sound: off for durations and pitch alone. fused: see ``Renderer``.
        judges: folder of the judges; None: nobody hears what was rendered, and the report says so.
        check_share: of untouched utterances that the judges hear; edited ones are always heard.
        part_seconds: between parts. limits: of what is kept.
    """

    recipes: Path
    teacher: Path
    packs: Path
    folder: Path
    device: str = "cpu"
    seconds: float = float("inf")
    batch_seconds: float = 10.0
    shard: str = "0/1"
    jobs: int = 2
    sound: bool = True
    fused: bool = False
    judges: Path | None = None
    check_share: float = 0.1
    part_seconds: float = 180.0
    limits: Limits = field(default_factory=Limits)


def shard_rows(n_recipes: int, shard: str) -> range:
    """Rows of shard "i/n": every n-th from the i-th.

    Raises:
        TextError: it is not i/n with 0 <= i < n.
    """
    first, _, n = shard.partition("/")
    if not (first.isdecimal() and n.isdecimal() and int(first) < int(n)):
        raise TextError(f"shard {shard!r} is not i/n with 0 <= i < n")
    return range(int(first), n_recipes, int(n))


def render_batches(job: CorpusJob, speakers: list[Speaker], recipes: list[Recipe]) -> Batches:
    """Load the teacher and render; what a test or another teacher may stand in for."""
    if job.device == "cuda":
        torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
    packs = Packs(job.packs)
    renderer = Renderer(load_teacher(job.teacher), packs, speakers, job.device, fused=job.fused)
    return renderer.render(recipes, int(job.batch_seconds * 40), job.seconds, sound=job.sound)


def make_corpus(
    job: CorpusJob,
    render: Callable[[CorpusJob, list[Speaker], list[Recipe]], Batches] = render_batches,
) -> dict[str, object]:
    """Render, check and label one shard; returns the corpus' report.

    Raises:
        StepTTSError: the folder holds another corpus, or nothing was kept.
        BackendError: a judge is missing.
    """
    recipes, speakers = read_recipes(job.recipes)
    parts = Parts(job.folder, _checksum(job))
    done = parts.seen()
    todo = [row for row in shard_rows(len(recipes), job.shard) if row not in done]
    if job.judges is None and job.sound:
        _say("no --judges: Whisper and DistillMOS hear nothing; level, rate and pitch are checked")
    if done:
        _say(f"{len(done)} recipes are done; {len(todo)} to go")
    began = time.monotonic()
    if todo:
        with _workers(job.jobs) as run:
            batches = render(job, speakers, [recipes[row] for row in todo])
            _Writer(job, parts, recipes, todo, run).write(batches)
    names = [speaker.name for speaker in speakers]
    packs = Packs(job.packs)
    parts.join(np.stack([packs.embedding(speaker) for speaker in speakers]), names)
    judges = "none: words and naturalness were not judged"
    if job.judges is not None:
        judges = "Whisper base, DistillMOS"
    about: dict[str, object] = {
        "shard": job.shard,
        "judges": judges,
        "check_share": job.check_share,
    }
    about |= {"limits": asdict(job.limits)}
    return write_report(job.folder, {**about, "total_seconds": time.monotonic() - began})


def _checksum(job: CorpusJob) -> str:
    """Of the recipes and of what else must not change while a corpus grows."""
    digest = hashlib.sha256((job.recipes / "recipes.npz").read_bytes())
    digest.update((job.recipes / "speakers.json").read_bytes() + bytes([job.sound]))
    return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class _Task:
    """What a worker needs to check and label one utterance."""

    recipe: Recipe
    rendering: Rendering
    judges: Path | None
    limits: Limits


def _checked(task: _Task) -> tuple[Judgement, dict[str, Array], float]:
    """The verdict, the arrays of a fit utterance, and CPU seconds."""
    began = time.process_time()
    judges = None if task.judges is None else load_judges(task.judges)
    verdict = judged(task.recipe, task.rendering, judges, task.limits)
    row: dict[str, Array] = {}
    if not verdict.reason:
        bare = replace(task.rendering, samples=np.zeros(0, np.int16))
        row = prepare(task.recipe, bare)
    return verdict, row, time.process_time() - began


Results = Callable[[], Sequence[tuple[Judgement, dict[str, Array], float]]]
Run = Callable[[list[_Task]], Results]


@contextmanager
def _workers(jobs: int) -> Iterator[Run]:
    """Start processes that check and label; must come before the teacher starts its threads."""
    if jobs == 0:

        def at_once(tasks: list[_Task]) -> Results:
            results = [_checked(task) for task in tasks]
            return lambda: results

        yield at_once
        return
    pool = multiprocessing.get_context("fork").Pool(jobs, _leave_with, (os.getpid(),))
    with pool:
        yield lambda tasks: pool.map_async(_checked, tasks, chunksize=1).get


def _leave_with(parent: int) -> None:
    """End this worker when its parent is killed; the pool's own pipe would keep it waiting."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(5.0)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


class _Writer:
    """Takes batches as they come, and writes a part every few minutes."""

    def __init__(
        self, job: CorpusJob, parts: Parts, recipes: list[Recipe], todo: list[int], run: Run
    ) -> None:
        self.job, self.parts, self.recipes, self.todo, self.run = job, parts, recipes, todo, run
        self.began = self.said = time.monotonic()
        self.n_rendered, self.audio = 0, 0.0
        self._start_part()

    def _start_part(self) -> None:
        self.part_began, self.cpu_began = time.monotonic(), time.process_time()
        self.waiting: list[tuple[list[Rendering], Results]] = []
        self.seen: list[int] = []

    def write(self, batches: Batches) -> None:
        """Write every batch; utterances too long for a batch are counted when all are done."""
        rendered: set[int] = set()
        for batch in batches:
            self._submit(batch)
            rendered.update(rendering.index for rendering in batch)
            if time.monotonic() - self.part_began > self.job.part_seconds:
                self._flush({})
            if time.monotonic() - self.said > SAY_SECONDS:
                self._progress()
        in_time = time.monotonic() - self.began < self.job.seconds
        long = [row for i, row in enumerate(self.todo) if i not in rendered] if in_time else []
        self.seen += long
        self._flush({"long": len(long)} if long else {})
        self._progress()

    def _submit(self, batch: list[Rendering]) -> None:
        rows = [self.todo[rendering.index] for rendering in batch]
        tasks = [
            _Task(self.recipes[row], rendering, self._judges(row), self.job.limits)
            for row, rendering in zip(rows, batch, strict=True)
        ]
        self.waiting.append((batch, self.run(tasks)))
        self.seen += rows
        self.n_rendered += len(batch)
        self.audio += sum(len(rendering.f0) for rendering in batch) / 80

    def _judges(self, row: int) -> Path | None:
        heard = self.job.sound and is_heard(self.recipes[row], row, self.job.check_share)
        return self.job.judges if heard else None

    def _flush(self, rejected: dict[str, int]) -> None:
        """Wait for the labels of all batches so far and write them as a part."""
        ledger, rows, used = Ledger(rejected=dict(rejected)), [], []
        for batch, results in self.waiting:
            for rendering, (verdict, row, cpu) in zip(batch, results(), strict=True):
                recipe = self.recipes[self.todo[rendering.index]]
                _count(ledger, recipe, verdict)
                ledger.cpu_seconds += cpu if self.job.jobs else 0.0
                if not verdict.reason:
                    rows.append({**row, "samples": rendering.samples})
                    used.append(recipe)
                    ledger.audio_seconds += len(rendering.f0) / 80
        if self.seen:
            ledger.wall_seconds = time.monotonic() - self.part_began
            ledger.cpu_seconds += time.process_time() - self.cpu_began
            arrays = corpus_arrays(rows, used) if rows else {}
            self.parts.write(arrays, self.seen, ledger)
        self._start_part()

    def _progress(self) -> None:
        self.said = time.monotonic()
        spent = self.said - self.began
        left = spent * (len(self.todo) - self.n_rendered) / max(self.n_rendered, 1)
        left = max(0.0, min(left, self.job.seconds - spent))
        _say(
            f"{self.n_rendered} of {len(self.todo)} utterances, {self.audio / 60:.1f} min of audio,"
            f" {spent / max(self.audio, 1e-9):.2f} s a second, about {left / 60:.0f} min left"
        )


def _count(ledger: Ledger, recipe: Recipe, verdict: Judgement) -> None:
    ledger.heard += "naturalness" in verdict.measured
    for name, value in verdict.measured.items():
        key = f"{name}/{recipe.edit.kind}"
        ledger.measured.setdefault(key, []).append(round(value, 4))
    if verdict.reason:
        ledger.rejected[verdict.reason] = ledger.rejected.get(verdict.reason, 0) + 1
    else:
        ledger.utterances += 1


def _say(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)
