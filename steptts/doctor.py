"""Finds out why speaking might not work on this machine, and says what to do about it.

Each check looks at one thing and changes nothing. A finding is "ok", "note" (something optional is
not there) or "fault"; a fault names its fix.
"""

from __future__ import annotations

import platform
import shutil
from dataclasses import dataclass
from importlib import import_module, metadata, util
from pathlib import Path

from steptts.errors import ManifestError, StepTTSError, VoiceError

# Every build of ONNX Runtime writes the same onnxruntime/ folder, so only one may be installed;
# pip does not know that. Value: how the build is installed.
ONNX_BUILDS = {
    "onnxruntime": "onnxruntime",
    "onnxruntime-gpu": '"onnxruntime-gpu[cuda,cudnn]"',
    "onnxruntime-directml": "onnxruntime-directml",
    "onnxruntime-openvino": "onnxruntime-openvino",
    "onnxruntime-rocm": "onnxruntime-rocm",
}
GPU_SWAP = f"pip uninstall -y onnxruntime && pip install {ONNX_BUILDS['onnxruntime-gpu']}"
REINSTALL = "pip install --force-reinstall --no-deps steptts"
BASE = ("numpy", "onnxruntime", "soundfile", "soxr", "safetensors", "typer")
OPTIONAL = (
    ("torch", "torch", "the published 3B checkpoint, and training"),
    ("sounddevice", "play", "playing without gaps"),
    ("phonemizer", "espeak", "other languages"),
    ("espeakng_loader", "espeak", "other languages"),
    ("matplotlib", "evaluate", "drawing scores"),
)
EXIT_FAULT, EXIT_MODEL = 1, 4


@dataclass(frozen=True)
class Finding:
    """What one check found.

    Attributes:
        name: of the thing looked at.
        status: "ok", "note" or "fault".
        detail: what is there.
        fix: what to do about it, "" where nothing needs to be done.
        exit_code: of `steptts doctor` when this is a fault.
    """

    name: str
    status: str
    detail: str
    fix: str = ""
    exit_code: int = EXIT_FAULT


def examine() -> list[Finding]:
    """Run all checks; none of them raises."""
    return [
        _python(),
        *(package(name) for name in BASE),
        onnx_builds(installed_builds()),
        graphics_card(providers()),
        model(),
        voices(),
        _playback(),
        *(_optional(*row) for row in OPTIONAL),
    ]


def exit_code(findings: list[Finding]) -> int:
    """0 when there is no fault, else the code of the gravest one."""
    return max((finding.exit_code for finding in findings if finding.status == "fault"), default=0)


def installed_builds() -> list[tuple[str, str]]:
    """Name and version of every installed distribution that owns the onnxruntime/ folder."""
    found = []
    for name in ONNX_BUILDS:
        try:
            found.append((name, metadata.version(name)))
        except metadata.PackageNotFoundError:
            continue
    return found


def onnx_builds(builds: list[tuple[str, str]]) -> Finding:
    """Exactly one build must be there."""
    name = "ONNX Runtime builds"
    shown = ", ".join(f"{build} {version}" for build, version in builds) or "none"
    if len(builds) == 1:
        return Finding(name, "ok", shown)
    if not builds:
        return Finding(name, "fault", shown, "pip install onnxruntime")
    names = [build for build, _ in builds]
    keep = next((build for build in names if build != "onnxruntime"), names[0])
    fix = f"pip uninstall -y {' '.join(names)} && pip install --no-cache-dir {ONNX_BUILDS[keep]}"
    return Finding(
        name, "fault", f"{shown}: they overwrite each other, one is silently unused", fix
    )


def providers() -> list[str]:
    """What ONNX Runtime can compute on, best first; nothing where it cannot be imported."""
    try:
        found: list[str] = import_module("onnxruntime").get_available_providers()
    except (ImportError, AttributeError):  # AttributeError: two builds have mixed their files
        return []
    return found


def graphics_card(available: list[str]) -> Finding:
    """A card that is there should be known to ONNX Runtime."""
    name, shown = "graphics card", ", ".join(available) or "nothing"
    if not has_nvidia_card():
        return Finding(name, "ok", f"none; the embedded model is made for the CPU ({shown})")
    if "CUDAExecutionProvider" in available:
        return Finding(name, "ok", f"known to ONNX Runtime ({shown})")
    return Finding(name, "note", f"there, but ONNX Runtime computes on {shown}", GPU_SWAP)


def has_nvidia_card() -> bool:
    """Whether a driver for an NVIDIA card is here."""
    return Path("/dev/nvidia0").exists() or shutil.which("nvidia-smi") is not None


def package(name: str) -> Finding:
    """A package of the base install must be importable."""
    try:
        module = import_module(name)
    except (ImportError, OSError) as reason:
        fix = f"pip install --force-reinstall {name}"
        return Finding(name, "fault", f"cannot be imported: {str(reason)[:120]}", fix)
    return Finding(name, "ok", str(getattr(module, "__version__", "version unknown")))


def model() -> Finding:
    """The embedded model must be whole."""
    from steptts import loading

    try:
        loaded = loading.load_model(loading.DEFAULT_MODEL)
    except ManifestError as reason:
        return Finding("model", "fault", str(reason), REINSTALL, EXIT_MODEL)
    except (StepTTSError, ImportError) as reason:
        return Finding("model", "fault", str(reason), REINSTALL)
    manifest = loaded.manifest
    stages = ", ".join(sorted(manifest.stages))
    return Finding("model", "ok", f"{manifest.family} {manifest.version}, whole ({stages})")


def voices() -> Finding:
    """Every voice must be readable, and there must be one."""
    from steptts import voice

    try:
        names = [voice.find_voice(name).name for name in voice.voice_names()]
    except VoiceError as reason:
        return Finding("voices", "fault", str(reason), REINSTALL, EXIT_MODEL)
    if not names:
        return Finding("voices", "fault", "none", REINSTALL, EXIT_MODEL)
    return Finding("voices", "ok", ", ".join(names))


def _python() -> Finding:
    shown = f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    return Finding("Python", "ok", shown)


def _playback() -> Finding:
    from steptts.playback import players

    names = ", ".join(players())
    if names:
        return Finding("playback", "ok", names)
    return Finding("playback", "note", "no player; saving works", "pip install 'steptts[play]'")


def _optional(module: str, extra: str, purpose: str) -> Finding:
    """Found without importing it: torch alone takes seconds."""
    if util.find_spec(module) is None:
        fix = f"pip install 'steptts[{extra}]'"
        return Finding(module, "note", f"not installed; for {purpose}", fix)
    return Finding(module, "ok", f"there; for {purpose}")
