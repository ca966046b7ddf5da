"""The command line: ``steptts say "Hello"`` and the commands around it.

Data goes to stdout, everything else to stderr. Exit codes: 0 done, 1 failure, 2 wrong usage, 3 text
or score refused, 4 model or voice missing or damaged, 5 network, 6 nothing here plays sound,
130 interrupted, 141 the reader of a pipe has gone. Heavy imports happen inside the commands, so
that ``--help`` is quick.
"""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import sys
import warnings
from importlib import import_module
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup

import steptts
from steptts.errors import (
    ManifestError,
    NetworkError,
    PlaybackError,
    ScoreError,
    StepTTSError,
    TextError,
    VoiceError,
)
from steptts.facts_cli import doctor, phones, voices
from steptts.say_cli import say, score

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import FrameType


# the first class that fits decides
EXIT_CODES: tuple[tuple[type[StepTTSError], int], ...] = (
    (PlaybackError, 6),
    (NetworkError, 5),
    (ManifestError, 4),
    (VoiceError, 4),
    (TextError, 3),
    (ScoreError, 3),
    (StepTTSError, 1),
)
EXIT_PIPE_CLOSED, EXIT_TERMINATED = 141, 143
# command -> module whose typer app `app` performs it (imported only then), and its help line
DELEGATED = {
    "evaluate": ("steptts.evaluate.cli", "Judge quality: word errors, similarity, naturalness."),
    "sing": ("steptts.sing_cli", "Sing lyrics to notes, a MIDI file or a known tune."),
    "rap": ("steptts.rap_cli", "Rap lines of text on a beat."),
    "tags": ("steptts.tag_listing", "List the tags, and in which model each acts."),
    "clone": ("steptts.clone_cli", "Copy the voice of a recording into a voice file."),
    "bench": ("steptts.bench.cli", "Measure speed and memory on this machine."),
    "distill": ("steptts.distill.cli", "Make the embedded model from its teacher."),
    "convert": ("steptts.step_audio.cli", "Convert the published 3B checkpoint, once."),
    "fetch": ("steptts.step_audio.fetch_cli", "Fetch the published 3B checkpoint, and convert it."),
}


class _Commands(TyperGroup):
    """The commands; a reader that closes its pipe early (``| head``) ends them quietly."""

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 - click's own signature
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(EXIT_PIPE_CLOSED) from None


app = typer.Typer(
    cls=_Commands,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"steptts {steptts.__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print it.")
    ] = False,
    debug: Annotated[
        bool, typer.Option("--debug", help="Show where an error comes from (a traceback).")
    ] = False,
) -> None:
    """Text to speech that speaks at once, offline."""


for _own in (say, voices, score, phones, doctor):
    app.command()(_own)


def _delegate(command: str, module: str, summary: str) -> None:
    """Add a command whose own package parses what follows it, imported only then."""

    def run(ctx: typer.Context) -> None:
        import_module(module).app(args=ctx.args, prog_name=f"steptts {command}")

    app.command(
        command,
        help=summary,
        add_help_option=False,
        context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
    )(run)


for _command, (_module, _summary) in DELEGATED.items():
    _delegate(_command, _module, _summary)


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and leave with its exit code; no traceback without ``--debug``."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    signal.signal(signal.SIGTERM, _terminate)
    warnings.showwarning = _warn
    try:
        with _told_what_takes_long():
            app(args=given, prog_name="steptts")
    except Exception as error:
        if "--debug" in given:
            raise
        _fail(error)
    sys.exit(0)


@contextlib.contextmanager
def _told_what_takes_long() -> Iterator[None]:
    """Show on stderr what the library logs: downloads, conversions, the memory of a large model."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("steptts: %(message)s"))
    log = logging.getLogger("steptts")
    level = log.level
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    try:
        yield
    finally:
        log.removeHandler(handler)
        log.setLevel(level)


def _warn(message: Warning | str, *where: object, **options: object) -> None:
    """Say a warning, such as a tag that was dropped, in one line."""
    typer.echo(f"steptts: {message}", err=True)


def _fail(error: Exception) -> NoReturn:
    if isinstance(error, StepTTSError):
        message = " ".join(str(error).split())
        code = next(code for kind, code in EXIT_CODES if isinstance(error, kind))
    else:
        message = f"internal error: {type(error).__name__}: {error}; steptts --debug shows where"
        code = 1
    typer.echo(f"steptts: {message}", err=True)
    sys.exit(code)


def _terminate(signal_number: int, frame: FrameType | None) -> NoReturn:
    """Leave by an exception, so that half-written files are removed."""
    sys.exit(EXIT_TERMINATED)


if __name__ == "__main__":
    main()
