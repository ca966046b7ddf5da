"""What the commands read from stdin and print on stdout, and which targets they refuse to write."""

from __future__ import annotations

import json
import sys

import typer

from steptts.errors import AudioError, TextError


def check_output(output: str | None, *, raw: bool, as_json: bool) -> None:
    """Refuse a target that cannot be written before anything is spoken."""
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


def print_json(value: object) -> None:
    """Print facts on stdout."""
    typer.echo(json.dumps(value, ensure_ascii=False))
