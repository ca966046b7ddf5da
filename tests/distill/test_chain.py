"""The chain from texts to a model: its commands are ones that the programs understand, in order."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")

import typer  # noqa: E402

from steptts.distill.cli import app  # noqa: E402
from steptts.distill.pipeline import Chain  # noqa: E402
from steptts.errors import StepTTSError  # noqa: E402

STARTED: list[tuple[str, list[str]]] = []
FINISHED: list[str] = []


class Recorded(Chain):
    """Records commands instead of starting them."""

    def _start(self, name: str, command: Sequence[str]) -> Any:  # noqa: ANN401
        STARTED.append((name, list(command[3:])))  # after: python -m steptts.distill.cli
        return name

    def _finish(self, name: str, process: Any) -> None:  # noqa: ANN401
        assert process == name
        FINISHED.append(name)


def run(tmp_path: Path, device: str, lm: bool = True) -> list[str]:
    STARTED.clear()
    FINISHED.clear()
    texts = tmp_path / "texts.jsonl"
    texts.write_text("")
    out = tmp_path / "out"
    Recorded(texts, Path("t.onnx"), Path("packs"), out, 100.0, device, 1, tmp_path, lm).run()
    return [name for name, _ in STARTED]


@pytest.mark.parametrize("device", ["cpu", "cuda"])
def test_every_command_is_understood_and_every_process_awaited(tmp_path: Path, device: str) -> None:
    names = run(tmp_path, device)
    assert names[:2] == ["recipes", "render"]
    assert names[-1] == "export"
    assert sorted(names) == sorted(FINISHED)
    assert {"tokenizers", "planner", "lm", "mel-decoder", "vocoder", "repair"} < set(names)
    assert names.index("tokenizers") < names.index("lm")
    known = typer.main.get_command(app)
    for _, (stage, *arguments) in STARTED:
        command = known.commands[stage]  # type: ignore[attr-defined]
        command.make_context(stage, arguments)  # raises on what it does not know


def test_shares_of_the_cpu_budget_add_up(tmp_path: Path) -> None:
    for lm in (True, False):
        run(tmp_path, "cpu", lm)
        spent = [float(c[c.index("--seconds") + 1]) for _, c in STARTED if "--seconds" in c]
        assert sum(spent) == pytest.approx(100.0)


def test_a_model_without_ids_trains_neither_tokenizers_nor_language_model(tmp_path: Path) -> None:
    names = run(tmp_path, "cpu", lm=False)
    assert not {"tokenizers", "lm"} & set(names)
    assert "--no-lm" in STARTED[-1][1]


def test_a_failed_stage_is_named_with_its_log(tmp_path: Path) -> None:
    texts = tmp_path / "texts.jsonl"
    texts.write_text("not json\n")
    out = tmp_path / "out"
    chain = Chain(texts, Path("t.onnx"), tmp_path, out, 1.0, "cpu", 1)
    with pytest.raises(StepTTSError, match=r"recipes failed with exit code 1; .*recipes\.log"):
        chain.run()
    assert "JSONDecodeError" in (out / "logs" / "recipes.log").read_text()
