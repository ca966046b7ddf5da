"""Finds out why speaking might not work on this machine, and says what to do about it.

Each check looks at one thing and changes nothing. A finding is "ok", "note" (something optional is
not there) or "fault", and a fault names its fix.
"""

from __future__ import annotations

import platform
import shutil
from dataclasses import dataclass
from importlib import import_module, metadata, util
from pathlib import Path

from steptts.errors import ManifestError, StepTTSError, VoiceError

# Every build of ONNX Runtime writes the same onnxruntime/ folder, so only one may be installed.
ONNX_BUILDS = (
    "onnxruntime",
    "onnxruntime-gpu",
    "onnxruntime-directml",
    "onnxruntime-openvino",
    "onnxruntime-rocm",
)
GPU_SWAP = 'pip uninstall -y onnxruntime && pip install "onnxruntime-gpu[cuda,cudnn]"'
BASE = ("numpy", "onnxruntime", "soundfile", "soxr", "safetensors", "typer")
OPTIONAL = (
    ("torch", "torch", "the published 3B checkpoint and training"),
    ("sounddevice", "play", "playing without gaps"),
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
    findings = [_python()]
    findings += [_package(name) for name in BASE]
    findings += [
        _onnx_builds(installed_builds()),
        _graphics_card(),
        _model(),
        _voices(),
        _playback(),
    ]
    findings += [_espeak(), *(_optional(*row) for row in OPTIONAL)]
    return findings


def installed_builds() -> list[tuple[str, str]]:
    """Name and version of every installed distribution that owns the onnxruntime/ folder."""
    found = []
    for name in ONNX_BUILDS:
        try:
            found.append((name, metadata.version(name)))
        except metadata.PackageNotFoundError:
            continue
    return found


def _onnx_builds(builds: list[tuple[str, str]]) -> Finding:
    shown = ", ".join(f"{name} {version}" for name, version in builds) or "none"
    if len(builds) == 1:
        return Finding("ONNX Runtime builds", "ok", shown)
    if not builds:
        return Finding("ONNX Runtime builds", "fault", shown, "pip install onnxruntime")
    names = [name for name, _ in builds]
    keep = next((name for name in names if name != "onnxruntime"), names[0])
    return Finding(
        "ONNX Runtime builds",
        "fault",
        f"{shown}: they overwrite each other's files, one of them is silently unused",
        f"pip uninstall -y {' '.join(names)} && pip install --no-cache-dir {keep}",
    )


def _graphics_card() -> Finding:
    name = "graphics card"
    if not _has_nvidia_card():
        return Finding(name, "ok", "none; the embedded model is made for the CPU")
    try:
        providers: list[str] = import_module("onnxruntime").get_available_providers()
    except (ImportError, AttributeError) as reason:
        return Finding(name, "note", f"ONNX Runtime cannot be asked: {reason}")
    if "CUDAExecutionProvider" in providers:
        return Finding(name, "ok", f"used by ONNX Runtime ({', '.join(providers)})")
    return Finding(name, "note", f"not used by ONNX Runtime ({', '.join(providers)})", GPU_SWAP)


def _has_nvidia_card() -> bool:
    return Path("/dev/nvidia0").exists() or shutil.which("nvidia-smi") is not None


def _python() -> Finding:
    shown = f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    return Finding("Python", "ok", shown)


def _package(name: str) -> Finding:
    try:
        module = import_module(name)
    except (ImportError, OSError) as reason:
        fix = f"pip install --force-reinstall {name}"
        return Finding(name, "fault", f"cannot be imported: {str(reason)[:120]}", fix)
    return Finding(name, "ok", str(getattr(module, "__version__", "version unknown")))


def _optional(module: str, extra: str, purpose: str) -> Finding:
    """Installed or not; torch alone takes seconds to import, so it is not imported."""
    if util.find_spec(module) is None:
        return Finding(
            module, "note", f"not installed; for {purpose}", f"pip install 'steptts[{extra}]'"
        )
    return Finding(module, "ok", metadata.version(module))


def _model() -> Finding:
    from steptts.loading import DEFAULT_MODEL, load_model

    try:
        model = load_model(DEFAULT_MODEL)
    except ManifestError as reason:
        fix = "pip install --force-reinstall steptts"
        return Finding("model", "fault", str(reason), fix, EXIT_MODEL)
    except StepTTSError as reason:
        return Finding("model", "fault", str(reason))
    manifest = model.manifest
    stages = ", ".join(sorted(manifest.stages))
    return Finding(
        "model", "ok", f"{manifest.family} {manifest.version}, checksums right ({stages})"
    )


def _voices() -> Finding:
    from steptts.voice import find_voice, voice_names

    try:
        names = [find_voice(name).name for name in voice_names()]
    except VoiceError as reason:
        fix = "pip install --force-reinstall steptts"
        return Finding("voices", "fault", str(reason), fix, EXIT_MODEL)
    return Finding("voices", "ok" if names else "fault", ", ".join(names) or "none")


def _playback() -> Finding:
    from steptts.playback import players

    names = ", ".join(players())
    if names:
        return Finding("playback", "ok", names)
    return Finding("playback", "note", "no player; saving works", "pip install 'steptts[play]'")


def _espeak() -> Finding:
    if util.find_spec("espeakng_loader") is not None:
        return Finding("espeak-ng", "ok", f"espeakng-loader {metadata.version('espeakng-loader')}")
    return Finding(
        "espeak-ng", "note", "not installed; for rare words only", "pip install 'steptts[espeak]'"
    )


def exit_code(findings: list[Finding]) -> int:
    """0 when there is no fault, else the code of the gravest one."""
    return max((f.exit_code for f in findings if f.status == "fault"), default=0)
