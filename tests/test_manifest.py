"""A model folder is read strictly, and nothing is loaded that is not what was promised."""

import json
from pathlib import Path

import pytest

from steptts import ManifestError, WeightsError
from steptts.loading import load_model, model_folder
from steptts.manifest import (
    Manifest,
    Stage,
    file_sha256,
    read_manifest,
    verify_files,
    write_manifest,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "planner.onnx").write_bytes(b"weights" * 1_000)
    stage = Stage("onnx", "planner.onnx", file_sha256(tmp_path / "planner.onnx"), {"width": 4})
    write_manifest(tmp_path, Manifest("embedded", "1.0", "print", 24_000, {"planner": stage}))
    return tmp_path


def test_a_manifest_read_again_is_equal(folder: Path) -> None:
    manifest = read_manifest(folder)
    assert manifest.stage("planner").config == {"width": 4}
    write_manifest(folder, manifest)
    assert read_manifest(folder) == manifest
    verify_files(folder, manifest)


def test_a_stage_that_is_not_there_lists_those_that_are(folder: Path) -> None:
    with pytest.raises(ManifestError, match="no stage 'vocoder'; it has planner"):
        read_manifest(folder).stage("vocoder")


@pytest.mark.parametrize(
    ("path", "value", "named"),
    [
        (("colour",), "red", "unknown key 'colour'"),
        (("sample_rate",), 24_000.0, "sample_rate holds float"),
        (("sample_rate",), 7, "sample_rate is 7"),
        (("sample_rate",), True, "sample_rate is True"),
        (("family",), None, "family holds NoneType"),
        (
            ("stages", "planner", "runtime"),
            "pickle",
            "runtime is 'pickle', must be one of numpy, onnx, torch",
        ),
        (("stages", "planner", "file"), "../planner.onnx", "plain name"),
        (("stages", "planner", "file"), "/etc/passwd", "plain name"),
        (("stages", "planner", "sha256"), "0" * 63, "64 hexadecimal"),
        (("stages", "planner", "depth"), 3, "stage 'planner': unknown key 'depth'"),
        (("stages", "planner"), "planner.onnx", "stage 'planner' must be a JSON object"),
    ],
)
def test_a_wrong_manifest_names_the_key(
    folder: Path, path: tuple[str, ...], value: object, named: str
) -> None:
    record = json.loads((folder / "manifest.json").read_text())
    place = record
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    (folder / "manifest.json").write_text(json.dumps(record))
    with pytest.raises(ManifestError, match=named):
        read_manifest(folder)


@pytest.mark.parametrize("key", ["family", "version", "analysis", "sample_rate", "stages"])
def test_a_missing_key_names_itself(folder: Path, key: str) -> None:
    record = json.loads((folder / "manifest.json").read_text())
    del record[key]
    (folder / "manifest.json").write_text(json.dumps(record))
    with pytest.raises(ManifestError, match=f"{key!r} is missing"):
        read_manifest(folder)


@pytest.mark.parametrize("offset", [0, 3_500, 6_999])
def test_one_flipped_bit_is_found_before_the_model_is_made(folder: Path, offset: int) -> None:
    content = bytearray((folder / "planner.onnx").read_bytes())
    content[offset] ^= 0x10
    (folder / "planner.onnx").write_bytes(content)
    with pytest.raises(WeightsError, match=r"planner\.onnx \(stage 'planner'\) is damaged"):
        load_model(folder)


def test_a_file_that_is_gone_is_named(folder: Path) -> None:
    (folder / "planner.onnx").unlink()
    with pytest.raises(WeightsError, match=r"cannot read .*planner\.onnx"):
        load_model(folder)


def test_a_family_that_is_unknown_lists_the_known_ones(folder: Path) -> None:
    record = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps({**record, "family": "wavenet"}))
    with pytest.raises(ManifestError, match=r"family 'wavenet' is unknown \(known: embedded"):
        load_model(folder)


def test_a_model_that_is_no_folder_and_a_folder_that_is_no_model_are_named(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match="no model 'nothing-like-it': use 'embedded' or"):
        model_folder("nothing-like-it")
    with pytest.raises(ManifestError, match=r"no readable manifest\.json"):
        load_model(tmp_path)
