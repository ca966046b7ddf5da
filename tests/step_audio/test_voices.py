"""Voice files: what is written is read, and what does not belong is refused."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from steptts.errors import VoiceError
from steptts.reference import Reference
from steptts.step_audio.voice_analysis import FINGERPRINT
from steptts.step_audio.voices import KEY, StepVoice, VoiceFacts, find_voice, voice_names

FACTS = VoiceFacts("Tingting", "a recording", "CC0-1.0", "given in writing", "2026-11-21")
IDS = (1, 2, 1024, 1025, 5119) * 3


def voice(name: str = "ana", **changes: object) -> StepVoice:
    mel = np.linspace(-5, 1, 80 * 31, dtype=np.float32).reshape(80, 31)
    reference = Reference(IDS, mel, np.ones(192, np.float32), "你好")
    return StepVoice(name, replace(reference, **changes), FACTS)


def edited(path: Path, **changes: object) -> Path:
    """The same file with other facts in its header."""
    from safetensors import safe_open

    with safe_open(path, framework="numpy") as file:
        facts = json.loads(file.metadata()[KEY])
    facts = {key: value for key, value in {**facts, **changes}.items() if value is not None}
    save_file(load_file(path), path, metadata={KEY: json.dumps(facts)})
    return path


def test_a_voice_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = voice("婷婷RAP").save(tmp_path / "婷婷RAP.voice")
    again = StepVoice.load(path)
    assert (again.name, again.facts) == ("婷婷RAP", FACTS)
    assert again.reference.audio_ids == IDS
    assert again.reference.transcript == "你好"
    np.testing.assert_array_equal(again.reference.mel, voice().reference.mel)
    assert again.duration == pytest.approx(0.36)


def test_voices_are_found_by_name_and_near_names_are_told(tmp_path: Path) -> None:
    with pytest.raises(VoiceError, match="clone"):
        find_voice(tmp_path, "ana")
    voice().save(tmp_path / "ana.voice")
    assert voice_names(tmp_path) == ("ana",)
    assert find_voice(tmp_path, "ana").name == "ana"
    with pytest.raises(VoiceError, match="did you mean ana"):
        find_voice(tmp_path, "anna")
    with pytest.raises(VoiceError, match="no voice named"):
        find_voice(tmp_path, "../ana")


def test_a_voice_of_another_analysis_is_refused(tmp_path: Path) -> None:
    path = edited(voice().save(tmp_path / "ana.voice"), analysis="other/9")
    with pytest.raises(VoiceError, match=f"other/9.*{FINGERPRINT}"):
        StepVoice.load(path)


@pytest.mark.parametrize("changes", [{"consent": None}, {"more": "x"}, {"version": 2}])
def test_facts_that_are_missing_or_unknown_are_named(tmp_path: Path, changes: dict) -> None:
    path = edited(voice().save(tmp_path / "ana.voice"), **changes)
    with pytest.raises(VoiceError, match=next(iter(changes))):
        StepVoice.load(path)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"audio_ids": (1024, *IDS[1:])}, "position 0"),
        ({"audio_ids": IDS[:-1]}, "whole groups"),
        ({"audio_ids": ()}, "no sound"),
        ({"mel": np.full((80, 31), np.nan, np.float32)}, "mel"),
        ({"mel": np.zeros((80, 31))}, "float64"),
        ({"speaker_embedding": np.zeros((1, 192), np.float32)}, "speaker embedding"),
    ],
)
def test_a_voice_that_is_not_whole_is_refused(tmp_path: Path, changes: dict, message: str) -> None:
    with pytest.raises(VoiceError, match=message):
        voice(**changes).save(tmp_path / "ana.voice")
    assert not (tmp_path / "ana.voice").exists()


@pytest.mark.parametrize("name", ["", "a b", "../x", "x" * 65])
def test_names_that_are_no_file_names_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(VoiceError, match="voice name"):
        voice(name).save(tmp_path / "x.voice")


def test_files_of_another_kind_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.voice"
    with pytest.raises(VoiceError, match="cannot read"):
        StepVoice.load(path)
    path.write_bytes(b"no safetensors")
    with pytest.raises(VoiceError, match="not a voice file"):
        StepVoice.load(path)
    save_file({"embedding": np.zeros(256, np.float32)}, path)
    with pytest.raises(VoiceError, match="no voice of the published checkpoint"):
        StepVoice.load(path)
    with pytest.raises(VoiceError, match=r"must end in \.voice"):
        voice().save(tmp_path / "x.bin")


@pytest.mark.parametrize(
    "changes",
    [
        {"mel": np.zeros((79, 31), np.float32)},
        {"mel": np.zeros((80, 60), np.float32)},
        {"speaker_embedding": np.ones(191, np.float32)},
        {"speaker_embedding": np.full(192, np.nan, np.float32)},
    ],
    ids=["bins", "other stretch", "size", "not finite"],
)
def test_a_voice_that_the_model_cannot_read_is_not_written(
    tmp_path: Path, changes: dict[str, object]
) -> None:
    with pytest.raises(VoiceError, match="ana"):
        voice(**changes).save(tmp_path / "ana.voice")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "ids", [np.ones((3, 5), np.int32), np.full(15, 1.5, np.float32)], ids=["axes", "type"]
)
def test_ids_of_another_kind_are_refused(tmp_path: Path, ids: np.ndarray) -> None:
    from safetensors import safe_open

    path = voice().save(tmp_path / "ana.voice")
    with safe_open(path, framework="numpy") as file:
        header = file.metadata()
    save_file({**load_file(path), "audio_ids": ids}, path, metadata=header)
    with pytest.raises(VoiceError, match="audio_ids"):
        StepVoice.load(path)
