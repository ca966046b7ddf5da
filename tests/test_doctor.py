"""The doctor finds what is wrong and prints the fix."""

import pytest

from steptts import doctor
from steptts.doctor import Finding, exit_code
from steptts.errors import VoiceError, WeightsError


def test_two_builds_of_the_runtime_are_a_fault_with_the_exact_fix() -> None:
    finding = doctor.onnx_builds([("onnxruntime", "1.31.1"), ("onnxruntime-gpu", "1.31.1")])
    assert finding.status == "fault"
    assert finding.fix == (
        "pip uninstall -y onnxruntime onnxruntime-gpu "
        '&& pip install --no-cache-dir "onnxruntime-gpu[cuda,cudnn]"'
    )


def test_one_build_is_fine_and_none_is_a_fault() -> None:
    assert doctor.onnx_builds([("onnxruntime-gpu", "1.31.1")]).status == "ok"
    assert doctor.onnx_builds([]).fix == "pip install onnxruntime"
    assert "onnxruntime" in dict(doctor.installed_builds())


def test_a_graphics_card_that_the_runtime_does_not_use_gets_the_documented_swap(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(doctor, "has_nvidia_card", lambda: True)
    finding = doctor.graphics_card(["CPUExecutionProvider"])
    assert (finding.status, finding.fix) == ("note", doctor.GPU_SWAP)
    assert doctor.graphics_card(["CUDAExecutionProvider", "CPUExecutionProvider"]).status == "ok"


def test_a_damaged_model_is_a_fault_with_its_own_exit_code(monkeypatch: pytest.MonkeyPatch) -> None:
    def damaged(model: str) -> None:
        raise WeightsError("planner.onnx is damaged")

    monkeypatch.setattr("steptts.loading.load_model", damaged)
    finding = doctor.model()
    assert (finding.status, finding.exit_code) == ("fault", 4)
    assert "planner.onnx is damaged" in finding.detail


def test_a_damaged_voice_is_a_fault_with_its_own_exit_code(monkeypatch: pytest.MonkeyPatch) -> None:
    def damaged() -> None:
        raise VoiceError("ava is damaged")

    monkeypatch.setattr("steptts.voice.voice_names", damaged)
    assert (doctor.voices().status, doctor.voices().exit_code) == ("fault", 4)


def test_a_package_that_cannot_be_imported_is_a_fault() -> None:
    finding = doctor.package("no_such_package_anywhere")
    assert finding.status == "fault"
    assert "pip install" in finding.fix


def test_the_gravest_fault_decides_the_exit_code() -> None:
    ok, note = Finding("a", "ok", ""), Finding("b", "note", "")
    assert exit_code([ok, note]) == 0
    assert exit_code([ok, Finding("c", "fault", "")]) == 1
    assert exit_code([Finding("c", "fault", ""), Finding("d", "fault", "", "", 4)]) == 4


def test_an_examination_finishes_and_every_fault_has_a_fix() -> None:
    findings = doctor.examine()
    assert {"Python", "numpy", "onnxruntime", "ONNX Runtime builds", "model", "voices"} <= {
        finding.name for finding in findings
    }
    assert all(finding.fix for finding in findings if finding.status == "fault")
