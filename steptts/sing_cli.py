"""`steptts sing`: lyrics and a melody in, singing out."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

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
from steptts.cli_streams import check_output, print_json, read_text

if TYPE_CHECKING:
    from steptts.score import Score

app = typer.Typer(
    pretty_exceptions_enable=False, context_settings={"help_option_names": ["-h", "--help"]}
)

LyricsArgument = Annotated[
    str | None,
    typer.Argument(help="What to sing; '-' or nothing: read it from stdin (UTF-8)."),
]
ScoreOutOption = Annotated[
    Path | None,
    typer.Option("--score-out", metavar="FILE", help="Write the score too: edit, say --score."),
]
BpmOption = Annotated[float | None, typer.Option("--bpm", help="Beats a minute, 20 to 400.")]


@app.command()
def sing(
    lyrics: LyricsArgument = None,
    output: OutOption = None,
    melody: Annotated[
        str | None,
        typer.Option(
            metavar="NOTES|FILE.mid|NAME",
            help='"C4 D4 E4:2 r G4~ A4", a MIDI file, or a tune: see --tunes. Default: a new tune.',
        ),
    ] = None,
    bpm: BpmOption = None,
    key: Annotated[
        int | None, typer.Option(help="Semitones up or down; by default what the voice can sing.")
    ] = None,
    voice: VoiceOption = None,
    seed: SeedOption = 0,
    language: LanguageOption = None,
    lexicon: LexiconOption = None,
    srt: SrtOption = None,
    score_out: ScoreOutOption = None,
    tunes: Annotated[bool, typer.Option("--tunes", help="List the tunes that are known.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Sing LYRICS: play it, or write it to a file or to stdout."""
    from steptts.singing import find_tune, fitted_key, read_melody, tune_names
    from steptts.singing import sing as sung

    if tunes:
        for name in tune_names():
            tune = find_tune(name)
            typer.echo(f"{name:16} {tune.origin if tune else ''}".rstrip())
        return
    check_output(output, raw=False, as_json=as_json)
    tune = None if melody is None else read_melody(melody)
    score = planned(lyrics, voice, language, lexicon, seed)
    used_key = fitted_key(score, tune) if key is None else key
    made = sung(score, tune, bpm=bpm, key=used_key)
    typer.echo(f"steptts: sung {_moved(used_key)}", err=True)
    report = perform(made, output, voice, seed, srt, score_out)
    if as_json:
        print_json({"output": output, "key": used_key, **report})


def planned(
    text: str | None, voice: str | None, language: str | None, lexicon: Path | None, seed: int
) -> Score:
    """The score of a text as it would be spoken."""
    from steptts import speaking

    wish = speaking.Wish(read_text(text), voice, 1.0, seed, language, lexicon)
    score = speaking.score(wish)
    if score.notes:
        raise typer.BadParameter("the text has a (sing) or (rap) tag already: use steptts say")
    return score


def perform(
    made: Score,
    output: str | None,
    voice: str | None,
    seed: int,
    srt: Path | None,
    score_out: Path | None,
) -> dict[str, Any]:
    """Play or write a score; gives what `steptts.speaking` reports."""
    from steptts import speaking

    if score_out is not None:
        speaking.write_text(score_out, made.to_json())
    wish = speaking.Wish(made, voice, seed=seed)
    if output is None:
        return speaking.play(wish, srt)
    if output == "-":
        return speaking.write(wish, sys.stdout.buffer, "wav", srt)
    return speaking.write(wish, Path(output), None, srt)


def _moved(key: int) -> str:
    if key == 0:
        return "as written (key 0)"
    plural = "" if abs(key) == 1 else "s"
    return f"{abs(key)} semitone{plural} {'above' if key > 0 else 'below'} the notes (key {key:+d})"
