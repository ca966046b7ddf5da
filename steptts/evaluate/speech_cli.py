"""Commands that judge the speech of any system: ours, a peer's, or a folder of sound files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from steptts.evaluate.options import (
    CountOption,
    DetailsOption,
    FolderOption,
    JudgesOption,
    KeepOption,
    MarkdownOption,
    ModelOption,
    SeedsOption,
    SetOption,
    SplitOption,
    SystemOption,
    TextsOption,
    ThreadsOption,
    VoicesOption,
)
from steptts.evaluate.printing import print_report, print_verdicts, wrong_sentences
from steptts.evaluate.source import Source, speech_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from steptts.evaluate.suites import Verdict

WORD_SETS = {
    "english": "Words of English sentences: error rate by Whisper, and naturalness.",
    "mandarin": "Toned syllables of Mandarin sentences: error rate, and naturalness.",
    "hard": "Repeats, digits, tongue twisters, single words: insertions and deletions.",
}


def words_command(name: str) -> Callable[..., None]:
    """Returns the command that judges the words of one set of texts."""

    def words(
        system: SystemOption = "ours",
        model: ModelOption = None,
        folder: FolderOption = None,
        voices: VoicesOption = "",
        split: SplitOption = "test",
        texts: TextsOption = None,
        n: CountOption = None,
        seeds: SeedsOption = 1,
        judges: JudgesOption = None,
        threads: ThreadsOption = 1,
        keep: KeepOption = None,
        details: DetailsOption = None,
        markdown: MarkdownOption = False,
        naturalness: Annotated[bool, typer.Option(help="Also rate naturalness.")] = True,
    ) -> None:
        source = Source(
            system, model, folder, voices, split, texts, n, seeds, judges, threads, keep
        )
        verdicts = _verdicts(name, source, words=True, naturalness=naturalness)
        print_verdicts(name, source, verdicts, details, markdown)

    return words


def naturalness(
    texts_set: SetOption = "english",
    system: SystemOption = "ours",
    model: ModelOption = None,
    folder: FolderOption = None,
    voices: VoicesOption = "",
    split: SplitOption = "test",
    texts: TextsOption = None,
    n: CountOption = None,
    seeds: SeedsOption = 1,
    judges: JudgesOption = None,
    threads: ThreadsOption = 1,
    keep: KeepOption = None,
    details: DetailsOption = None,
    markdown: MarkdownOption = False,
) -> None:
    """Naturalness alone (DistillMOS, 1 to 5): five times as fast as with words."""
    source = Source(system, model, folder, voices, split, texts, n, seeds, judges, threads, keep)
    verdicts = _verdicts(texts_set, source, words=False, naturalness=True)
    print_verdicts(f"naturalness, {texts_set}", source, verdicts, details, markdown)


def similarity(
    system: SystemOption = "ours",
    model: ModelOption = None,
    folder: FolderOption = None,
    voices: VoicesOption = "",
    reference: Annotated[
        Path | None, typer.Option(help="Folder of speech of the same voices, to be compared with.")
    ] = None,
    split: SplitOption = "test",
    texts: TextsOption = None,
    n: CountOption = None,
    judges: JudgesOption = None,
    threads: ThreadsOption = 1,
    keep: KeepOption = None,
    markdown: MarkdownOption = False,
) -> None:
    """Voices: how steady each is, how far apart they are, how like a reference."""
    from steptts.evaluate.judge_files import judges_folder
    from steptts.evaluate.similarity import Resemblyzer
    from steptts.evaluate.spoken import read_folder
    from steptts.evaluate.suites import similarity_figures

    source = Source(system, model, folder, voices, split, texts, n, 1, judges, threads, keep)
    judge = Resemblyzer(judges_folder(judges), threads=threads)
    compared = read_folder(reference) if reference is not None else ()
    with speech_of("english", source) as speech:
        print_report("similarity", source, similarity_figures(speech, judge, compared), markdown)


def pitch(
    texts_set: SetOption = "english",
    system: SystemOption = "ours",
    model: ModelOption = None,
    folder: FolderOption = None,
    voices: VoicesOption = "",
    split: SplitOption = "test",
    texts: TextsOption = None,
    n: CountOption = None,
    keep: KeepOption = None,
    markdown: MarkdownOption = False,
) -> None:
    """Pitch heard against pitch asked for, in cents; needs no judge."""
    from steptts.evaluate.suites import pitch_figures

    source = Source(system, model, folder, voices, split, texts, n, keep=keep)
    with speech_of(texts_set, source) as speech:
        print_report("pitch", source, pitch_figures(speech), markdown)


def render(
    keep: Annotated[Path, typer.Argument(help="New folder for the speech.")],
    texts_set: SetOption = "english",
    system: SystemOption = "ours",
    model: ModelOption = None,
    voices: VoicesOption = "",
    split: SplitOption = "test",
    texts: TextsOption = None,
    n: CountOption = None,
    seeds: SeedsOption = 1,
    judges: JudgesOption = None,
) -> None:
    """Speak a set into a folder without judging, for example where no judge is at hand."""
    source = Source(system, model, None, voices, split, texts, n, seeds, judges, 1, keep)
    with speech_of(texts_set, source) as speech:
        typer.echo(f"{sum(spoken.duration for spoken in speech):.1f} s of speech in {keep}")


def _verdicts(name: str, source: Source, *, words: bool, naturalness: bool) -> list[Verdict]:
    from steptts.evaluate.judge_files import judges_folder
    from steptts.evaluate.naturalness import DistillMos
    from steptts.evaluate.recognizer import WhisperBase
    from steptts.evaluate.suites import judge

    folder, threads = judges_folder(source.judges), source.threads
    with speech_of(name, source) as speech:
        return judge(
            speech,
            recognizer=WhisperBase(folder, threads=threads) if words else None,
            naturalness=DistillMos(folder, threads=threads) if naturalness else None,
            progress=wrong_sentences(),
        )
