"""`steptts say` and `steptts score`: text in, speech or its score out."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import steptts
from steptts.cli_options import (
    DEFAULT_MODEL,
    BpmOption,
    ConsentOption,
    DeviceOption,
    DtypeOption,
    DurationOption,
    EnergyOption,
    JsonOption,
    LanguageOption,
    LateOption,
    LenientOption,
    LexiconOption,
    MelodyOption,
    ModelOption,
    OutOption,
    PitchOption,
    ScoreOption,
    SeedOption,
    SpeedOption,
    SrtInOption,
    SrtOption,
    StepsOption,
    TextArgument,
    VoiceOption,
    WeightsOption,
)
from steptts.cli_streams import check_output, print_json, read_text
from steptts.errors import ScoreError

if TYPE_CHECKING:
    from steptts import speaking


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
