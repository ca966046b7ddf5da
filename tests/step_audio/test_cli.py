"""`steptts convert` writes a folder that speaks, or says what is wrong."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from steptts.errors import WeightsError
from steptts.manifest import read_manifest
from steptts.step_audio.cli import app
from steptts.step_audio.published_files import PublishedFolders


def test_convert_prints_the_folder_that_it_wrote(
    published: PublishedFolders, tmp_path: Path
) -> None:
    done = CliRunner().invoke(app, [str(published.tts), "-o", str(tmp_path / "model")])
    assert done.output.strip() == str(tmp_path / "model")
    stages = read_manifest(tmp_path / "model").stages
    assert set(stages) == {"lm", "text", "flow", "vocoder", "music_flow", "music_vocoder"}


def test_a_folder_without_a_checkpoint_is_named(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"config\.json is missing"):
        CliRunner().invoke(app, [str(tmp_path), "-o", str(tmp_path / "m")], catch_exceptions=False)
