"""Options that commands share, and those that say what is spoken, by whom, and how."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

DEFAULT_MODEL = "embedded"  # as in `steptts.loading`, whose import would slow --help down

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
PitchOption = Annotated[
    float, typer.Option("--pitch", min=-12.0, max=12.0, help="Semitones higher or lower.")
]
EnergyOption = Annotated[
    float, typer.Option("--energy", min=-20.0, max=12.0, help="dB louder or softer.")
]
DurationOption = Annotated[
    float | None,
    typer.Option("--duration", metavar="SECONDS", help="Speak in exactly this time."),
]
MelodyOption = Annotated[
    str | None,
    typer.Option("--melody", metavar="NOTES|FILE.mid|NAME", help="What (sing) sings."),
]
BpmOption = Annotated[
    float | None,
    typer.Option("--bpm", help="Beats a minute of (sing) and (rap)."),
]
LenientOption = Annotated[
    bool, typer.Option("--lenient", help="Drop unknown tags with a warning, do not refuse them.")
]
SrtInOption = Annotated[
    Path | None,
    typer.Option("--srt-in", metavar="FILE", help="Speak these subtitles at their times, no TEXT."),
]
LateOption = Annotated[
    str,
    typer.Option(
        "--late", metavar="error|delay", help="What a subtitle does that is too long for its time."
    ),
]
