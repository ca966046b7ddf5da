"""`steptts bench`: speed, memory, start and size of this installation.

Each command prints a table and, as its last line, one JSON object.
"""

from __future__ import annotations

from contextlib import ExitStack
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

if TYPE_CHECKING:
    from steptts.bench.speaking_process import SpeakingProcess
    from steptts.evaluate.report import Figure

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, help=__doc__)

# command -> module whose main(arguments) performs it, and its help line
RANDOM_WEIGHTS = {
    "lm": ("steptts.step_audio.bench_lm", "Ids per second of the 3B model, random weights."),
    "flow": ("steptts.step_audio.bench_flow", "Mel decoder and vocoder of the 3B, random weights."),
    "speech": ("steptts.step_audio.bench_speech", "First audio and rtf of the 3B, random weights."),
}
BUSY = 1.5  # load average above which others disturb the wall times of two cores
ModelOption = Annotated[
    Optional[str],  # noqa: UP045 - typer reads it at run time on Python 3.10 too
    typer.Option("--model", help="Model name or folder."),
]
VoiceOption = Annotated[str, typer.Option("--voice", help="By default the model's own choice.")]
CountOption = Annotated[int, typer.Option("--n", min=1, help="How many sentences.")]
CoresOption = Annotated[int, typer.Option("--cores", min=1, help="Cores that may be used.")]
PeerOption = Annotated[
    bool, typer.Option("--piper/--no-piper", help="Also measure Piper, taking turns.")
]
JudgesOption = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option("--judges", help="Folder with the peers; by default STEPTTS_JUDGES."),
]
MarkdownOption = Annotated[bool, typer.Option("--markdown", help="Print Markdown, not a table.")]


@app.command()
def speed(
    model: ModelOption = None,
    voice: VoiceOption = "",
    n: CountOption = 20,
    cores: CoresOption = 2,
    piper: PeerOption = True,
    judges: JudgesOption = None,
    markdown: MarkdownOption = False,
) -> None:
    """CPU per second of audio, real-time factor, first audio and memory, beside Piper."""
    from steptts.bench.process_facts import keep_to_cores
    from steptts.bench.speaking_process import OurProcess
    from steptts.bench.speed import (
        first_audio_figures,
        memory_figures,
        speed_figures,
        take_turns,
    )
    from steptts.evaluate.judging_texts import judging_texts

    n_cores = keep_to_cores(cores)
    texts = [text.text for text in judging_texts("english", n=n)]
    with ExitStack() as stack:
        ours = stack.enter_context(OurProcess(model=model, voice=voice))
        systems: dict[str, SpeakingProcess] = {"ours": ours}
        if piper:
            systems["piper"] = _piper(stack, judges)
        figures = speed_figures(take_turns(systems, texts))
        figures += memory_figures(systems)
        figures += first_audio_figures(ours, texts)
    _finish("speed", figures, markdown, sentences=n, cores_used=n_cores)


@app.command()
def start(
    voice: VoiceOption = "",
    n: Annotated[int, typer.Option("--n", min=0, help="Cold starts of each system.")] = 5,
    imports: Annotated[int, typer.Option("--imports", min=1, help="Fresh imports.")] = 20,
    piper: PeerOption = True,
    judges: JudgesOption = None,
    markdown: MarkdownOption = False,
) -> None:
    """Import time, what it loads, and a new process to its first sample."""
    from steptts.bench.starting import (
        COLD_TEXT,
        cold_start_figures,
        import_figures,
        our_command,
    )

    figures, heavy = import_figures(imports)
    commands = {"ours": our_command(voice=voice)} if n else {}
    if piper and n:
        from steptts.evaluate.judge_files import judges_folder
        from steptts.evaluate.piper import raw_command

        commands["piper"] = raw_command(judges_folder(judges), COLD_TEXT)
    figures += cold_start_figures(commands, n)
    _finish("start", figures, markdown, heavy_modules_imported=heavy)


@app.command()
def size(
    wheel: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--wheel", help="A wheel that is there already."),
    ] = None,
    source: Annotated[
        Path, typer.Option("--source", help="Source tree to build it from.")
    ] = Path(),
    dependencies: Annotated[
        bool, typer.Option("--dependencies", help="Also with all that it depends on.")
    ] = False,
    markdown: MarkdownOption = False,
) -> None:
    """Size of the wheel, unpacked, and installed."""
    from steptts.bench.size import size_figures

    _finish("size", size_figures(wheel, source, dependencies=dependencies), markdown)


def _random_weights(command: str, module: str, summary: str) -> None:
    """Add a benchmark of the published 3B model, whose module parses what follows it."""

    def run(ctx: typer.Context) -> None:
        import_module(module).main(ctx.args)

    app.command(
        command,
        help=summary,
        add_help_option=False,
        context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
    )(run)


for _command, (_module, _summary) in RANDOM_WEIGHTS.items():
    _random_weights(_command, _module, _summary)


def _piper(stack: ExitStack, judges: Path | None) -> SpeakingProcess:
    from steptts.evaluate.judge_files import judges_folder
    from steptts.evaluate.piper import Piper

    return stack.enter_context(Piper(judges_folder(judges)))


def _finish(title: str, figures: list[Figure], markdown: bool, **about: Any) -> None:  # noqa: ANN401 - any JSON
    """Prints the report: a table or Markdown, then one line of JSON with the machine's facts."""
    from steptts.bench.process_facts import machine
    from steptts.evaluate.report import Report

    facts = machine()
    if (facts["load_average"] or 0.0) > BUSY:
        typer.echo(
            f"load average {facts['load_average']}: only CPU seconds and ratios count", err=True
        )
    report = Report(title, {**about, **facts}, figures)
    typer.echo(report.markdown() if markdown else report.table())
    if heavy := about.get("heavy_modules_imported"):
        typer.echo(f"import steptts loads {', '.join(heavy)}")
    typer.echo(report.json_line())


if __name__ == "__main__":
    app()
