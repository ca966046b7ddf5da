"""`steptts voices`, `phones` and `doctor`: what is there, how it is pronounced, what is wrong."""

from __future__ import annotations

from typing import Annotated

import typer

from steptts.cli_options import (
    DEFAULT_MODEL,
    JsonOption,
    LanguageOption,
    ModelOption,
    TextArgument,
)
from steptts.cli_streams import print_json, read_text


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
