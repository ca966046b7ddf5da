"""`steptts evaluate dialects`: the command line of the dialect suite."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from steptts.evaluate.options import (
    CountOption,
    JudgesOption,
    MarkdownOption,
    ModelOption,
    SplitOption,
    ThreadsOption,
)

if TYPE_CHECKING:
    from steptts.audio import Audio


def dialects(
    names: Annotated[
        str, typer.Option("--dialects", help="Names with commas.")
    ] = "sichuanese,taiwan,northeastern",
    model: ModelOption = None,
    voices: Annotated[
        str, typer.Option("--voices", help="Names with commas; they take turns.")
    ] = "xiaoxiao,yunxi",
    split: SplitOption = "test",
    n: CountOption = None,
    words: Annotated[bool, typer.Option(help="Also judge words, by Whisper.")] = True,
    keep: Annotated[
        Path | None, typer.Option("--keep", help="Folder for the speech, as WAV files.")
    ] = None,
    judges: JudgesOption = None,
    threads: ThreadsOption = 1,
    markdown: MarkdownOption = False,
) -> None:
    """Tone contours against their specification, and words against standard Mandarin."""
    from steptts import TTS
    from steptts.evaluate.dialect_suite import dialect_figures
    from steptts.evaluate.judge_files import judges_folder
    from steptts.evaluate.judging_texts import judging_texts
    from steptts.evaluate.recognizer import WhisperBase
    from steptts.evaluate.report import Report

    tts = TTS() if model is None else TTS(model)
    recognizer = WhisperBase(judges_folder(judges), threads=threads) if words else None
    texts = [text.text for text in judging_texts("mandarin", split, n)]
    spoken = 0

    def speak(text: str, voice: str) -> Audio:
        nonlocal spoken
        audio = tts.speak(text, voice=voice)
        if keep is not None:
            keep.mkdir(parents=True, exist_ok=True)
            audio.save(keep / f"{spoken:04d}.wav")
        spoken += 1
        return audio

    def progress(text: str, heard: str) -> None:
        typer.echo(f"  {text}\n  > {heard}", err=True)

    figures = dialect_figures(
        speak, texts, voices.split(","), names.split(","), recognizer, progress
    )
    about = {"dialects": names, "voices": voices, "split": split, "texts": len(texts)}
    report = Report("dialects, ours", about, figures)
    typer.echo(report.markdown() if markdown else report.table())
    typer.echo(report.json_line())
