"""Commands that judge what our model alone can do: times, notes, beats, tags, and its stages."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from steptts.evaluate.options import (
    CountOption,
    JudgesOption,
    MarkdownOption,
    ModelOption,
    SetOption,
    SplitOption,
    ThreadsOption,
    VoicesOption,
)
from steptts.evaluate.printing import print_report
from steptts.evaluate.source import Source, texts_of

if TYPE_CHECKING:
    from collections.abc import Callable

SUNG = {
    "sing": "Singing: pitch against the notes, vowels against their onsets.",
    "rap": "Rap: vowels against the grid of the beat.",
}


def timing(
    texts_set: SetOption = "english",
    model: ModelOption = None,
    voices: VoicesOption = "",
    split: SplitOption = "test",
    n: CountOption = 20,
    judges: JudgesOption = None,
    threads: ThreadsOption = 1,
    markdown: MarkdownOption = False,
) -> None:
    """Word times, exact pauses and speed of our own speech."""
    from steptts.evaluate.judge_files import judges_folder
    from steptts.evaluate.recognizer import WhisperBase
    from steptts.evaluate.systems import Ours, render
    from steptts.evaluate.timing_suite import pause_figures, speed_figures, word_figures

    source = Source("ours", model, None, voices, split, None, n, 1, judges, threads)
    chosen = texts_of(texts_set, source)
    recognizer = WhisperBase(judges_folder(judges), threads=threads)
    ours = Ours(model)
    figures = [
        *word_figures(render(ours, chosen, voices=source.voice_list, seeds=1), recognizer),
        *pause_figures(ours, chosen, source.voice_list),
        *speed_figures(ours, chosen, source.voice_list),
    ]
    print_report("timing", source, figures, markdown)


def sung_command(name: str) -> Callable[..., None]:
    """Returns the command that judges singing ("sing") or rap ("rap")."""

    def sung(
        model: ModelOption = None,
        voices: VoicesOption = "",
        split: SplitOption = "test",
        n: Annotated[int | None, typer.Option("--n", min=1, help="Texts of each language.")] = None,
        words: Annotated[bool, typer.Option(help="Also words, for information.")] = False,
        judges: JudgesOption = None,
        threads: ThreadsOption = 1,
        markdown: MarkdownOption = False,
    ) -> None:
        from steptts import TTS
        from steptts.evaluate import sung as suite
        from steptts.evaluate.judge_files import judges_folder
        from steptts.evaluate.recognizer import WhisperBase

        source = Source("ours", model, None, voices, split, None, n, 1, judges, threads)
        tts = TTS() if model is None else TTS(model)
        recognizer = WhisperBase(judges_folder(judges), threads=threads) if words else None
        texts = suite.lyrics("raps" if name == "rap" else "songs", split, n)
        spoken_by = suite.voices_by_language(source.voice_list)
        heard = suite.listened(
            suite.performed(tts, texts, spoken_by, rapped=name == "rap"), recognizer
        )
        figures = (suite.rapped_figures if name == "rap" else suite.sung_figures)(*heard)
        print_report(name, source, figures, markdown, {"texts": len(texts)})

    return sung


def tags(
    model: ModelOption = None,
    voices: Annotated[str, typer.Option("--voices", help="English ones; they take turns.")] = (
        "ava,michael,emma,fenrir"
    ),
    mandarin: Annotated[str, typer.Option("--mandarin", help="Mandarin ones.")] = "xiaoxiao,yunxi",
    split: SplitOption = "test",
    n: CountOption = 12,
    strength: Annotated[float, typer.Option(min=0.1, max=1.5, help="Of the emotions.")] = 1.0,
    words: Annotated[bool, typer.Option(help="Also count word errors: ten times as slow.")] = True,
    judges: JudgesOption = None,
    threads: ThreadsOption = 1,
    markdown: MarkdownOption = False,
) -> None:
    """Emotions heard in prosody, the errors they add, and speed, window and pause errors.

    Speaks n English and half as many Mandarin texts, each neutrally and with nine emotions.
    """
    from steptts import TTS
    from steptts.evaluate.emotions import read_judge
    from steptts.evaluate.judge_files import judges_folder
    from steptts.evaluate.judging_texts import judging_texts
    from steptts.evaluate.recognizer import WhisperBase
    from steptts.evaluate.tags_suite import coloured, emotion_figures, time_figures, word_figures

    tts = TTS() if model is None else TTS(model)
    n = 12 if n is None else n
    english, chinese = (
        judging_texts(s, split, k) for s, k in (("english", n), ("mandarin", n // 2))
    )
    said = list(coloured(tts, english, voices.split(","), strength))
    if chinese:
        said += coloured(tts, chinese, mandarin.split(","), strength)
    figures = emotion_figures(said, read_judge())
    if words:
        figures += word_figures(said, WhisperBase(judges_folder(judges), threads=threads))
    figures += time_figures(tts, english[:9], voices.split(","))
    source = Source("ours", model, None, f"{voices},{mandarin}", split, None, n, 1, judges, threads)
    about = {"strength": strength, "utterances": len(said)}
    print_report("tags", source, figures, markdown, about)


def lanes(
    corpus: Annotated[Path, typer.Argument(help="Corpus folder that training never saw.")],
    model: ModelOption = None,
    n: CountOption = None,
    judges: JudgesOption = None,
    threads: ThreadsOption = 1,
    markdown: MarkdownOption = False,
) -> None:
    """Oracle lanes: what each stage of the model loses when all before it is the truth."""
    from steptts.embedded.engine import Embedded
    from steptts.evaluate.judge_files import judges_folder
    from steptts.evaluate.labelled import read_corpus
    from steptts.evaluate.lanes import lane_figures
    from steptts.evaluate.naturalness import DistillMos
    from steptts.evaluate.recognizer import WhisperBase
    from steptts.evaluate.similarity import Resemblyzer
    from steptts.loading import DEFAULT_MODEL, load_model

    folder, engine = judges_folder(judges), load_model(model or DEFAULT_MODEL).engine
    if not isinstance(engine, Embedded):
        raise typer.BadParameter("lanes need a model of the embedded family")
    figures = lane_figures(
        engine,
        read_corpus(corpus, n),
        WhisperBase(folder, threads=threads),
        DistillMos(folder, threads=threads),
        Resemblyzer(folder, threads=threads),
        progress=lambda told: typer.echo(f"  {told}", err=True),
    )
    about = {"corpus": str(corpus)}
    print_report("lanes", Source("ours", model, n=n, threads=threads), figures, markdown, about)
