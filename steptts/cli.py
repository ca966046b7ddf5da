"""The command line: ``steptts say "Hello"`` and the commands around it.

Data goes to stdout, everything else to stderr. Exit codes: 0 done, 1 failure, 2 wrong usage, 3 text
or score refused, 4 model or voice missing or damaged, 5 network, 6 nothing here plays sound,
130 interrupted, 141 the reader of a pipe has gone. Heavy imports happen inside the commands, so
that ``--help`` is quick.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import signal
import sys
import warnings
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup

import steptts
from steptts.cli_options import (
    BpmOption,
    DurationOption,
    EnergyOption,
    LateOption,
    LenientOption,
    MelodyOption,
    PitchOption,
    SrtInOption,
)
from steptts.errors import (
    ManifestError,
    NetworkError,
    PlaybackError,
    ScoreError,
    StepTTSError,
    TextError,
    VoiceError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import FrameType

    from steptts import speaking


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
DEFAULT_MODEL = "embedded"
EXIT_INTERRUPTED, EXIT_PIPE_CLOSED, EXIT_TERMINATED = 130, 141, 143
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

TextArgument = Annotated[
    str | None,
    typer.Argument(help="What to speak; '-' or nothing: read it from stdin (UTF-8)."),
]
VoiceOption = Annotated[
    str | None,
    typer.Option(
        "--voice", "-v", metavar="NAME|FILE.voice|FILE.wav", help="Who speaks: see steptts voices."
    ),
]
ConsentOption = Annotated[
    str | None,
    typer.Option("--consent", help="With --voice FILE.wav: how the speaker agreed to the copy."),
]
SpeedOption = Annotated[
    float, typer.Option(min=0.25, max=4.0, help="1 is natural, 2 twice as fast.")
]
SeedOption = Annotated[int, typer.Option(min=0, help="The same seed gives the same samples.")]
LanguageOption = Annotated[
    str | None,
    typer.Option(
        "--language", "-l", metavar="en|zh|...", help="By default found out from the text."
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print facts as JSON on stdout.")]
OutOption = Annotated[
    str | None,
    typer.Option(
        "--output", "-o", metavar="FILE|-", help=".wav .flac .mp3 .ogg .opus; '-': stdout."
    ),
]
SrtOption = Annotated[
    Path | None,
    typer.Option("--srt", metavar="FILE", help="Write subtitles too."),
]
LexiconOption = Annotated[
    Path | None,
    typer.Option("--lexicon", metavar="FILE", help="Own pronunciations: word, tab, pronunciation."),
]
ModelOption = Annotated[
    str, typer.Option("--model", metavar="NAME|FOLDER", help="embedded or step-audio-tts-3b.")
]
DeviceOption = Annotated[
    str | None, typer.Option("--device", help="Of step-audio-tts-3b: cuda, cuda:1 or cpu.")
]
WeightsOption = Annotated[
    str | None, typer.Option("--weights", help="Of step-audio-tts-3b: float, int8 or int4.")
]
DtypeOption = Annotated[
    str | None,
    typer.Option("--dtype", help="Of step-audio-tts-3b: bfloat16, float16 or float32."),
]
StepsOption = Annotated[
    int | None,
    typer.Option("--steps", min=1, max=100, help="Of step-audio-tts-3b: 10; fewer are faster."),
]
ScoreOption = Annotated[
    Path | None,
    typer.Option(
        "--score", metavar="FILE", help="Perform this score (see steptts score), no TEXT."
    ),
]


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


@app.command()
def say(
    text: TextArgument = None,
    output: OutOption = None,
    voice: VoiceOption = None,
    speed: SpeedOption = 1.0,
    seed: SeedOption = 0,
    srt: SrtOption = None,
    raw: Annotated[bool, typer.Option("--raw", help="16-bit samples without a header.")] = False,
    language: LanguageOption = None,
    score: ScoreOption = None,
    lexicon: LexiconOption = None,
    model: ModelOption = DEFAULT_MODEL,
    device: DeviceOption = None,
    dtype: DtypeOption = None,
    weights: WeightsOption = None,
    steps: StepsOption = None,
    pitch: PitchOption = 0.0,
    energy: EnergyOption = 0.0,
    duration: DurationOption = None,
    melody: MelodyOption = None,
    bpm: BpmOption = None,
    lenient: LenientOption = False,
    srt_in: SrtInOption = None,
    late: LateOption = "error",
    consent: ConsentOption = None,
    as_json: JsonOption = False,
) -> None:
    """Speak TEXT: play it, or write it to a file or to stdout."""
    from steptts import speaking

    check_output(output, raw=raw, as_json=as_json)
    content = _read_score(score, text) if score else _content(text, srt_in, late)
    running = speaking.Running(model, device, dtype, weights, steps)
    manner = speaking.Manner(melody, bpm, pitch, energy, duration, strict=not lenient)
    wish = speaking.Wish(content, voice, speed, seed, language, lexicon, running, manner)
    wish = speaking.with_copy(wish, consent)
    if output is None:
        report = speaking.play(wish, srt)
    elif output == "-":
        report = speaking.write(wish, sys.stdout.buffer, "raw" if raw else "wav", srt)
    else:
        report = speaking.write(wish, Path(output), "raw" if raw else None, srt)
    if as_json:
        print_json({"output": output, **report})


@app.command()
def voices(model: ModelOption = DEFAULT_MODEL, as_json: JsonOption = False) -> None:
    """List the voices that come with the library, or with a model."""
    from dataclasses import asdict

    from steptts.loading import own_voices
    from steptts.voice import find_voice, voice_names

    own = None if model == DEFAULT_MODEL else own_voices(model)
    if own is not None:
        print_json([{"name": name} for name in own]) if as_json else typer.echo("\n".join(own))
        return
    found = [find_voice(name) for name in voice_names()]
    if as_json:
        print_json([{"name": voice.name, **asdict(voice.facts)} for voice in found])
        return
    for voice in found:
        facts = voice.facts
        default = "default" if facts.default else ""
        row = (voice.name, facts.language, facts.accent, facts.gender, facts.licence, default)
        typer.echo("{:16} {:3} {:10} {:8} {:12} {}".format(*row).rstrip())


@app.command()
def score(
    text: TextArgument = None,
    output: OutOption = None,
    voice: VoiceOption = None,
    speed: SpeedOption = 1.0,
    seed: SeedOption = 0,
    language: LanguageOption = None,
    lexicon: LexiconOption = None,
    pitch: PitchOption = 0.0,
    energy: EnergyOption = 0.0,
    duration: DurationOption = None,
    melody: MelodyOption = None,
    bpm: BpmOption = None,
    lenient: LenientOption = False,
    srt_in: SrtInOption = None,
    late: LateOption = "error",
    plot: Annotated[
        Path | None,
        typer.Option(metavar="FILE.png", help="Draw it over the spectrogram of its performance."),
    ] = None,
) -> None:
    """Write the score of TEXT (durations, pitch, energy) as JSON; edit it, then say --score."""
    from steptts import speaking

    content = _content(text, srt_in, late)
    manner = speaking.Manner(melody, bpm, pitch, energy, duration, strict=not lenient)
    wish = speaking.Wish(content, voice, speed, seed, language, lexicon, manner=manner)
    written = speaking.score(wish)
    if plot is not None:
        speaking.draw(wish, written, plot)
        if output is None:
            return
    if output is None or output == "-":
        sys.stdout.buffer.write(written.to_json().encode())
    else:
        speaking.write_text(Path(output), written.to_json())


@app.command()
def phones(
    text: TextArgument = None,
    language: LanguageOption = None,
    accent: Annotated[str, typer.Option(metavar="us|gb", help="English accent.")] = "us",
    as_json: JsonOption = False,
) -> None:
    """Show how TEXT is pronounced, one utterance a line."""
    from dataclasses import asdict

    from steptts.text.frontend import to_utterances

    utterances = to_utterances(read_text(text), language=language, accent=accent)
    if as_json:
        print_json([asdict(utterance) for utterance in utterances])
        return
    for utterance in utterances:
        typer.echo(" ".join(word.phones for word in utterance.words))


@app.command()
def doctor(as_json: JsonOption = False) -> None:
    """Check this installation and print the fix of each fault."""
    from dataclasses import asdict

    from steptts.doctor import examine, exit_code

    findings = examine()
    if as_json:
        print_json([asdict(finding) for finding in findings])
    else:
        for finding in findings:
            typer.echo(f"{finding.status:6} {finding.name}: {finding.detail}")
            if finding.fix:
                typer.echo(f"{'':6} -> {finding.fix}")
    raise typer.Exit(exit_code(findings))


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


def check_output(output: str | None, *, raw: bool, as_json: bool) -> None:
    """Refuse a target that cannot be written before anything is spoken."""
    from steptts.errors import AudioError
    from steptts.sound_files import format_of

    if output is None and raw:
        raise typer.BadParameter("--raw needs -o FILE or -o -")
    if output == "-" and as_json:
        raise typer.BadParameter("-o - and --json both want stdout; give one of them")
    if output == "-" and sys.stdout.isatty():
        raise typer.BadParameter("audio is not written to a terminal; redirect it or give a file")
    if output not in (None, "-") and not raw:
        try:
            format_of(str(output))
        except AudioError as reason:
            raise typer.BadParameter(str(reason)) from None


def read_text(text: str | None) -> str:
    """The text itself, or what stdin holds where it is "-" or None."""
    from steptts.tts import MAX_CHARACTERS

    if text is not None and text != "-":
        return text
    if text is None and sys.stdin.isatty():
        raise typer.BadParameter("no TEXT; give it as an argument or pipe it in")
    content = sys.stdin.buffer.read(4 * MAX_CHARACTERS + 1)  # UTF-8 has at most 4 bytes a character
    if len(content) > 4 * MAX_CHARACTERS:
        raise TextError(f"stdin has over {MAX_CHARACTERS} characters; split the text")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as reason:
        raise TextError(
            f"stdin is not UTF-8: byte {reason.start} is 0x{content[reason.start]:02x}; "
            "convert it, for example: iconv -t utf-8"
        ) from None


def _content(text: str | None, srt_in: Path | None, late: str) -> str | speaking.Subtitles:
    from steptts import speaking

    if srt_in is None:
        return read_text(text)
    if text is not None:
        raise typer.BadParameter("give TEXT or --srt-in, not both")
    if late not in ("error", "delay"):
        raise typer.BadParameter(f"--late {late!r}: use error or delay")
    return speaking.Subtitles(srt_in, late)


def _read_score(path: Path, text: str | None) -> steptts.Score:
    if text is not None:
        raise typer.BadParameter("give TEXT or --score, not both")
    try:
        content = path.read_bytes()
    except OSError as reason:
        raise ScoreError(f"cannot read score {path}: {reason.strerror}") from None
    return steptts.Score.from_json(content)


def print_json(value: object) -> None:
    """Print facts on stdout."""
    typer.echo(json.dumps(value, ensure_ascii=False))


if __name__ == "__main__":
    main()
