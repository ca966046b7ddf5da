"""What the commands of the suites print: reports on stdout, wrong sentences on stderr."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Callable

    from steptts.evaluate.report import Figure
    from steptts.evaluate.source import Source
    from steptts.evaluate.suites import Verdict


def wrong_sentences() -> Callable[[Verdict], None]:
    """Returns a function that shows each wrong sentence on stderr as it is heard."""

    def show(verdict: Verdict) -> None:
        if verdict.errors is not None and verdict.errors.total:
            typer.echo(f"  {verdict.text}\n  > {verdict.heard}", err=True)

    return show


def print_verdicts(
    title: str, source: Source, verdicts: list[Verdict], details: Path | None, markdown: bool
) -> None:
    """Prints the figures of verdicts; writes each verdict as a line of JSON to ``details``."""
    from steptts.evaluate.suites import verdict_figures

    if details is not None:
        lines = [json.dumps(asdict(verdict), ensure_ascii=False) for verdict in verdicts]
        details.write_text("\n".join(lines) + "\n", encoding="utf-8")
    about = {
        "utterances": len(verdicts),
        "audio_seconds": round(sum(verdict.seconds for verdict in verdicts), 1),
    }
    print_report(title, source, verdict_figures(verdicts), markdown, about)


def print_report(
    title: str,
    source: Source,
    figures: list[Figure],
    markdown: bool,
    about: dict[str, Any] | None = None,
) -> None:
    """Prints the report: a table or Markdown, then one line of JSON."""
    from steptts.evaluate.report import Report

    told = {name: value for name, value in asdict(source).items() if value not in (None, "")}
    told = {name: str(value) if isinstance(value, Path) else value for name, value in told.items()}
    report = Report(f"{title}, {source.system}", {**told, **(about or {})}, figures)
    typer.echo(report.markdown() if markdown else report.table())
    typer.echo(report.json_line())
