"""Loss logs are read whole, and a missing one is named."""

from pathlib import Path

import pytest

from steptts.distill.plots import read_log
from steptts.errors import StepTTSError


def test_a_log_becomes_one_series_a_loss(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    log.write_text(
        '{"step": 50, "seconds": 1, "mel": 2.0}\n{"step": 100, "seconds": 2, "mel": 1.5}\n'
    )
    assert read_log(log) == {"mel": [(50, 2.0), (100, 1.5)]}


def test_a_folder_without_a_log_is_named(tmp_path: Path) -> None:
    with pytest.raises(StepTTSError, match=r"log\.jsonl"):
        read_log(tmp_path / "log.jsonl")
