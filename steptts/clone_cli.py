"""``steptts clone REF.wav -o me.voice --consent "..."``: a recording to a voice file."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from steptts.errors import VoiceError
from steptts.loading import DEFAULT_MODEL
from steptts.tts import TTS
from steptts.voice import Voice, name_of

ASKED = 'How did the speaker agree to the copy (for example "my own voice")'

app = typer.Typer(pretty_exceptions_enable=False)


@app.command()
def clone(
    recording: Annotated[
        Path, typer.Argument(help="3 to 30 s of one speaker; 6 to 15 s in a quiet room serve best.")
    ],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE.voice", help="To write.")],
    consent: Annotated[
        str | None, typer.Option(help="How the speaker agreed; it is kept in the file.")
    ] = None,
    name: Annotated[str | None, typer.Option(help="Of the voice; by default the file's.")] = None,
    transcript: Annotated[str | None, typer.Option(help="What is said, exactly.")] = None,
    source: Annotated[str, typer.Option(help="Whose voice it is.")] = "",
    model: Annotated[str, typer.Option("--model", "-m", help="Name or folder.")] = DEFAULT_MODEL,
    as_json: Annotated[bool, typer.Option("--json", help="Print the facts as JSON.")] = False,
) -> None:
    """Copy the voice of RECORDING into a file for ``say --voice``."""
    if output.suffix != ".voice":
        raise typer.BadParameter(f"-o {output.name!r} must end in .voice")
    made = TTS(model).clone(
        recording,
        name=name or name_of(output),
        consent=consent or asked_consent(),
        transcript=transcript,
        source=source or recording.name,
    )
    path = made.save(output)
    if not isinstance(made, Voice):
        typer.echo(json.dumps({"name": made.name}) if as_json else f"{path}: voice {made.name}")
        return
    if as_json:
        typer.echo(json.dumps({"name": made.name, **asdict(made.facts)}, ensure_ascii=False))
        return
    clip = made.facts.clip
    assert clip is not None
    typer.echo(
        f"{path}: {clip.seconds:.1f} s, speech about {clip.snr_db:.0f} dB above the noise, "
        f"pitch {clip.pitch_hz:.0f} Hz"
    )


def asked_consent() -> str:
    """The consent, from the terminal.

    Raises:
        VoiceError: there is no terminal to ask at.
    """
    if not sys.stdin.isatty():
        raise VoiceError(
            '--consent is missing: say how the speaker agreed, --consent "my own voice"'
        )
    answer: str = typer.prompt(ASKED, err=True)
    return answer
