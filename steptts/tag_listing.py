"""`steptts tags`: which tags there are, what each does, and in which model it acts."""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from typing import Annotated

import typer

from steptts.styles.pace import FAST, SLOW
from steptts.styles.recipes import NEUTRAL, RECIPES, Recipe
from steptts.text.tag_table import EMBEDDED, GRADED, PUBLISHED, TAGS, Tag

app = typer.Typer(pretty_exceptions_enable=False, help=__doc__)
_LINE = "{:13} {:9} {:8} {:8} {:15} {}"


@app.command()
def tags(
    as_json: Annotated[bool, typer.Option("--json", help="Print them as JSON on stdout.")] = False,
) -> None:
    """List the tags: names, what takes a strength, and the models in which they act."""
    if as_json:
        typer.echo(json.dumps([_facts(tag) for tag in TAGS], ensure_ascii=False))
        return
    typer.echo(_LINE.format("tag", "group", "strength", EMBEDDED, PUBLISHED, "also"))
    for tag in TAGS:
        acts = ["yes" if model in tag.models else "-" for model in (EMBEDDED, PUBLISHED)]
        also = ", ".join(dict.fromkeys((*tag.aliases, *filter(None, tag.published))))
        graded = "0 to 1.5" if _is_graded(tag) else "-"
        typer.echo(_LINE.format(tag.name, tag.group, graded, *acts, also).rstrip())
    typer.echo("\n(tag), （tag）, (tag:1.4), (tag2); holds until the next tag of its group.")


def _is_graded(tag: Tag) -> bool:
    return tag.group in GRADED and tag.published != ("",)


def _facts(tag: Tag) -> dict[str, object]:
    return {
        **asdict(tag),
        "graded": _is_graded(tag),
        "models": tag.models,
        "effect": _effect(tag) if tag.embedded else {},
    }


def _effect(tag: Tag) -> dict[str, float]:
    """What an emotion or a speed does at strength 1, in the units of `Recipe`."""
    if tag.group == "speed":
        return {"rate": {"slow": SLOW, "fast": FAST}.get(tag.name, 1.0)}
    recipe = RECIPES.get(tag.name, NEUTRAL)
    values = {field.name: getattr(recipe, field.name) for field in fields(Recipe)}
    return {name: value for name, value in values.items() if value != getattr(NEUTRAL, name)}


if __name__ == "__main__":
    app()
