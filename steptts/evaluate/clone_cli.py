"""Commands that judge copies of voices, and fetch recordings of real speakers to copy."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import Annotated

import typer

from steptts.evaluate.options import (
    CountOption,
    JudgesOption,
    KeepOption,
    MarkdownOption,
    ModelOption,
    ThreadsOption,
)
from steptts.evaluate.printing import print_report, wrong_sentences
from steptts.evaluate.source import Source

UNDERSTOOD = ("word errors", "toned syllable errors", "toneless syllable errors")


def clone(
    clips: Annotated[
        Path, typer.Argument(help="Folder of clips, one a speaker, as read by --system folder.")
    ],
    model: ModelOption = None,
    n: CountOption = None,
    n_texts: Annotated[int, typer.Option(min=1, help="Texts that each copy speaks.")] = 3,
    language: Annotated[
        str, typer.Option(help="Of the texts: en or zh; by default each clip's own.")
    ] = "",
    words: Annotated[bool, typer.Option(help="Also let Whisper hear the copies.")] = False,
    grid: Annotated[bool, typer.Option(help="Also 4 emotions by 4 dialects and paces.")] = False,
    judges: JudgesOption = None,
    threads: ThreadsOption = 1,
    keep: KeepOption = None,
    markdown: MarkdownOption = False,
) -> None:
    """Copies of voices: how like their clips they are, understood, and with tags."""
    from steptts.evaluate import clone_suite
    from steptts.evaluate.judge_files import judges_folder
    from steptts.evaluate.judging_texts import judging_texts
    from steptts.evaluate.recognizer import WhisperBase
    from steptts.evaluate.similarity import Resemblyzer
    from steptts.evaluate.spoken import read_folder, write_folder
    from steptts.evaluate.suites import judge, verdict_figures
    from steptts.tts import TTS

    folder = judges_folder(judges)
    ears = Resemblyzer(folder, threads=threads)
    tts = TTS() if model is None else TTS(model)
    sets = {"en": "english", "zh": "mandarin"}
    texts = {key: judging_texts(name, "dev", n_texts) for key, name in sets.items()}
    chosen = list(islice(read_folder(clips), n))
    wanted = [texts[language or clip.language] for clip in chosen]
    made = clone_suite.copies(tts, chosen, wanted, ears, lambda line: typer.echo(line, err=True))
    figures = clone_suite.likeness_figures(made, ears)
    speech = [spoken for copy in made for spoken in copy.speech]
    if keep is not None:
        speech = list(write_folder(keep, speech))
    if words:
        recognizer = WhisperBase(folder, threads=threads)
        verdicts = judge(speech, recognizer=recognizer, progress=wrong_sentences())
        figures += [f for f in verdict_figures(verdicts) if f.name in UNDERSTOOD]
    if grid:
        figures += clone_suite.grid_figures(tts, made, ears)
    print_report(
        "clone", Source("ours", model, clips, n=n, judges=judges, keep=keep), figures, markdown
    )


def real_clips(
    folder: Annotated[Path, typer.Argument(help="New folder for the clips.")],
    packages: Annotated[
        Path | None, typer.Option(help="Folder of .deb files; by default apt-get fetches them.")
    ] = None,
) -> None:
    """Fetch clips of eight real speakers from Debian's packages, for clone."""
    from steptts.evaluate.real_clips import fetch_clips

    typer.echo(f"{fetch_clips(folder, packages)} clips in {folder}")
