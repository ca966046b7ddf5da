"""What the published checkpoint consists of, and `fetch`: from the network to a model folder.

    Step-Audio-TTS-3B       7.6 GB; 0.5 GB more for rapping and humming
    Step-Audio-Tokenizer    1.4 GB; to clone voices and to register the published ones
    speakers                2 MB; recordings of the published voices, from the reference program

Code of the checkpoint (`*.py`, `*.so`) and files that nothing reads are not fetched. The addresses
were never reached from where this was written; tests/step_audio/test_fetch.py stands in for them.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from urllib.parse import quote

from steptts import places
from steptts.errors import NetworkError, StepTTSError
from steptts.fetching import RemoteFile, Source, fetch, recorded, require
from steptts.fetching_sources import Addresses, HuggingFace, ModelScope
from steptts.manifest import MANIFEST_FILE
from steptts.step_audio.published_files import MUSIC, SPEECH, PublishedFolders

NAME = "step-audio-tts-3b"
OWNER = "stepfun-ai"
TTS, TOKENIZER, SPEAKERS = "Step-Audio-TTS-3B", "Step-Audio-Tokenizer", "speakers"
LANGUAGE_MODEL = (
    "config.json",
    "tokenizer.model",
    "model*.safetensors",
    "model.safetensors.index.json",
)
ACOUSTICS = ("flow.pt", "hift.pt", "cosyvoice.yaml")
ANALYSIS = ("model.pt", "am.mvn", "config.yaml", "linguistic_tokenizer.npy")
SEMANTIC = "speech_tokenizer_v1.onnx"
REQUIRED = ("config.json", "tokenizer.model", *(f"{SPEECH}/{name}" for name in ACOUSTICS))
CONVERTED_BYTES = 9_000_000_000  # of disk, beside what is fetched

PROGRAM = "https://github.com/stepfun-ai/Step-Audio/raw"
RECORDINGS = "325a34d0444a2179d7bc9599e8399f93becf40a9"  # commits that hold the files
TRANSCRIPTS = "ad1981d77935542065fa0523394fd2895d5177d5"
TRANSCRIPTS_FILE = "speakers_info.json"
TRANSCRIPTS_SHA256 = "2e3e5467f01e6ede0ba5d8636a8dda4cfdfc91706b11245604de7817759d6989"
SPOKEN_BY = ("Tingting", "TingtingRAP", "Tingting哼唱")

SOURCES: dict[str, Callable[[str | None], Source]] = {
    "huggingface": HuggingFace,
    "modelscope": ModelScope,
}

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Parts:
    """What to fetch beside the language model and the sound of speech.

    Attributes:
        music: what raps and hums.
        tokenizer: what reads recordings, to clone.
        speakers: the published voices; they need the tokenizer.
    """

    music: bool = True
    tokenizer: bool = True
    speakers: bool = True


def fetch_published(
    source: Source, folder: Path, parts: Parts, speakers: Source, *, spare: int = 0
) -> PublishedFolders:
    """Fetch what is not there yet.

    Args:
        source: of the two repositories.
        folder: where to; each repository gets a folder of its own in it.
        parts: what to fetch.
        speakers: of the published voices.
        spare: bytes of disk that will be needed afterwards.

    Raises:
        NetworkError: something does not come, or came damaged.
        BackendError: a package is missing.
        StepTTSError: the disk has too little room.
    """
    tts = fetch(
        source,
        f"{OWNER}/{TTS}",
        folder / TTS,
        lambda path: _of_tts(path, parts),
        spare=spare,
    )
    require(tts, TTS, REQUIRED)
    if parts.tokenizer:
        fetch(source, f"{OWNER}/{TOKENIZER}", folder / TOKENIZER, _of_tokenizer)
    if parts.speakers:
        fetch(speakers, SPEAKERS, folder / SPEAKERS, lambda path: True)
    return _folders(folder, parts)


def fetched_before(folder: Path, parts: Parts) -> PublishedFolders:
    """What an earlier call fetched, without network.

    Raises:
        NetworkError: something is missing.
    """
    require(folder / TTS, TTS, REQUIRED)
    if parts.tokenizer and not recorded(folder / TOKENIZER):
        raise NetworkError(f"{folder / TOKENIZER} was not fetched; fetch it with network")
    if parts.speakers:
        require(folder / SPEAKERS, SPEAKERS, [TRANSCRIPTS_FILE])
    return _folders(folder, parts)


def install(published: PublishedFolders, target: Path | None = None) -> Path:
    """Convert into the folder in which `steptts.TTS` looks for the model; in one step.

    Args:
        published: what was fetched.
        target: another folder.

    Raises:
        WeightsError: a file is missing or damaged.
        BackendError: torch or sentencepiece is not installed.
        StepTTSError: the folder cannot be written.
    """
    from steptts.step_audio.convert import convert

    folder = target or places.models() / NAME
    if (folder / MANIFEST_FILE).is_file():
        _log.info("%s is there already; remove it to convert again", folder)
        return folder
    unfinished = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(unfinished, ignore_errors=True)
    convert(published, unfinished)
    try:
        unfinished.rename(folder)
    except OSError as reason:
        raise StepTTSError(
            f"cannot rename {unfinished} to {folder} ({reason.strerror}); remove what is there"
        ) from None
    return folder


def speakers_source(program: str = PROGRAM) -> Addresses:
    """The published voices, as the reference program carries them."""
    wanted = {TRANSCRIPTS_FILE: TRANSCRIPTS} | {
        f"{name}_prompt.wav": RECORDINGS for name in SPOKEN_BY
    }
    checksums = {TRANSCRIPTS_FILE: TRANSCRIPTS_SHA256}
    files: Sequence[RemoteFile] = [
        RemoteFile(
            file, None, checksums.get(file, ""), f"{program}/{commit}/{SPEAKERS}/{quote(file)}"
        )
        for file, commit in wanted.items()
    ]
    return Addresses("GitHub", files)


def _of_tts(path: str, parts: Parts) -> bool:
    folder, _, name = path.rpartition("/")
    if not folder:
        return any(fnmatch(name, pattern) for pattern in LANGUAGE_MODEL)
    if folder == SPEECH:
        return name in ACOUSTICS or (parts.tokenizer and name == "campplus.onnx")
    return parts.music and folder == MUSIC and name in ACOUSTICS


def _of_tokenizer(path: str) -> bool:
    name = path.rpartition("/")[2]
    return name in ANALYSIS or path == SEMANTIC


def _folders(folder: Path, parts: Parts) -> PublishedFolders:
    return PublishedFolders(
        folder / TTS,
        folder / TOKENIZER if parts.tokenizer else None,
        folder / SPEAKERS if parts.speakers else None,
    )
