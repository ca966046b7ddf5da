"""`steptts rap`: lines in, rap on a beat out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from steptts.cli_options import (
    JsonOption,
    LanguageOption,
    LexiconOption,
    OutOption,
    SeedOption,
    SrtOption,
    VoiceOption,
)
from steptts.cli_streams import check_output, print_json
from steptts.sing_cli import LyricsArgument, ScoreOutOption, perform, planned

if TYPE_CHECKING:
    from steptts.score import Score

app = typer.Typer(
    pretty_exceptions_enable=False, context_settings={"help_option_names": ["-h", "--help"]}
)


@app.command()
def rap(
    lyrics: LyricsArgument = None,
    output: OutOption = None,
    bpm: Annotated[float, typer.Option(help="Beats a minute, 20 to 400.")] = 90.0,
    beats: Annotated[int, typer.Option("--beats", help="Beats of a line, 1 to 16.")] = 4,
    clicks: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a click on every beat too.")
    ] = None,
    voice: VoiceOption = None,
    seed: SeedOption = 0,
    language: LanguageOption = None,
    lexicon: LexiconOption = None,
    srt: SrtOption = None,
    score_out: ScoreOutOption = None,
    as_json: JsonOption = False,
) -> None:
    """Rap LYRICS, a line of text a line of beats: play it, or write it to a file or to stdout."""
    from steptts.singing import rap as rapped

    check_output(output, raw=False, as_json=as_json)
    made = rapped(planned(lyrics, voice, language, lexicon, seed), bpm=bpm, beats_per_line=beats)
    report = perform(made, output, voice, seed, srt, score_out)
    if clicks is not None:
        _write_clicks(made, bpm, clicks)
    if as_json:
        print_json({"output": output, "bpm": bpm, **report})


def _write_clicks(made: Score, bpm: float, path: Path) -> None:
    from steptts.audio import Audio
    from steptts.frames import SAMPLE_RATE
    from steptts.singing import click_track

    Audio(click_track(made.duration, SAMPLE_RATE, bpm=bpm), SAMPLE_RATE).save(path)
