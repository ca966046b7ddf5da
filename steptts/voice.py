"""A voice is a file: who speaks (an embedding) and where that came from (facts).

Two forms hold the same content: a *pack*, a folder ``NAME/`` of ``voice.safetensors``,
``voice.json`` and an optional sample; and a ``.voice`` file, one safetensors file with the facts in
its header. Neither can carry code. Knows nothing of how a model uses the embedding.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from steptts.errors import VoiceError
from steptts.replacing import replaced
from steptts.strict import Record, parse_json
from steptts.voice_facts import FORMAT_VERSION, VoiceFacts, read_facts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from steptts.stages import FloatArray

EMBEDDING_SIZE = 256
MAX_BYTES = 1 << 20  # the embedding is 256 * 4 = 1,024 bytes, the facts are a few lines
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
WEIGHTS_FILE, FACTS_FILE = "voice.safetensors", "voice.json"


@dataclass(frozen=True, eq=False)
class Voice:
    """Who speaks.

    Attributes:
        name: lower case, [a-z0-9_-], at most 64 characters.
        embedding: float32 [256], finite.
        facts: origin, licence, consent and fit.
    """

    name: str
    embedding: FloatArray
    facts: VoiceFacts

    def save(self, path: str | Path) -> Path:
        """Write a ``.voice`` file, in one step: an existing file stays whole until the end.

        Raises:
            VoiceError: the name, the embedding or the path cannot be used.
        """
        target = Path(path)
        if target.suffix != ".voice":
            raise VoiceError(f"voice file {target.name!r} must end in .voice")
        facts = {"version": FORMAT_VERSION, "name": self.name, **self.facts.as_record()}
        _replace(target, _encode(self, {"voice": json.dumps(facts, ensure_ascii=False)}))
        return target

    def save_pack(self, folder: str | Path) -> Path:
        """Write a pack: a folder that carries the voice's name.

        Raises:
            VoiceError: the name, the embedding or the folder cannot be used.
        """
        target = Path(folder)
        if target.name != self.name:
            raise VoiceError(f"pack folder {target.name!r} must be named {self.name!r}")
        weights = _encode(self, None)
        checksum = hashlib.sha256(weights).hexdigest()
        facts = {"version": FORMAT_VERSION, **self.facts.as_record(), "sha256": checksum}
        _replace(target / WEIGHTS_FILE, weights)
        _replace(
            target / FACTS_FILE, (json.dumps(facts, ensure_ascii=False, indent=2) + "\n").encode()
        )
        return target

    @classmethod
    def load(cls, path: str | Path) -> Voice:
        """Read a ``.voice`` file or a pack folder.

        Raises:
            VoiceError: missing, unreadable, of another format, or altered since it was written.
        """
        source = Path(path)
        return _load_pack(source) if source.is_dir() else _load_file(source)

    @classmethod
    def mix(cls, shares: Mapping[Voice | str, float], *, name: str = "mix") -> Voice:
        """A new voice between others, as in ``Voice.mix({"ava": 0.7, me: 0.3})``.

        Args:
            shares: of each voice, or name of a voice that comes with the library; above 0, they
                need not sum to 1.
            name: of the new voice.

        Raises:
            VoiceError: no voice, a share that is not above 0, or voices of different models.
        """
        from steptts.voice_mixing import mixed

        named = {v if isinstance(v, Voice) else find_voice(v): s for v, s in shares.items()}
        return _checked(mixed(named, name))


def name_of(path: Path) -> str:
    """A voice's name from a file's: lower case, what a name may not hold becomes "-"."""
    return re.sub(r"[^a-z0-9_-]+", "-", path.stem.lower()).strip("-_")[:64] or "copy"


def packs_folder() -> Path:
    """The folder of the packs that come with the library.

    A wheel holds it as ``steptts/voices``; a checkout has it beside the package.

    Raises:
        VoiceError: neither is there.
    """
    here = Path(__file__).resolve().parent
    for folder in (here / "voices", here.parent / "voices"):
        if folder.is_dir():
            return folder
    raise VoiceError(
        f"no folder {here / 'voices'}; reinstall: pip install --force-reinstall steptts"
    )


def voice_names(folder: Path | None = None) -> tuple[str, ...]:
    """Names of the packs in a folder, sorted; by default of those that come with the library."""
    packs = packs_folder() if folder is None else folder
    return tuple(sorted(path.parent.name for path in packs.glob(f"*/{FACTS_FILE}")))


def find_voice(name: str, folder: Path | None = None) -> Voice:
    """Read the pack of this name. A name is looked up in the list, never used as a path.

    Raises:
        VoiceError: no such voice; the message lists near names.
    """
    packs = packs_folder() if folder is None else folder
    names = voice_names(packs)
    if name not in names:
        near = get_close_matches(name.lower()[:64], names, n=3, cutoff=0.5)
        hint = (
            f"did you mean {', '.join(near)}?" if near else f"there is {', '.join(names) or 'none'}"
        )
        raise VoiceError(f"no voice named {name[:64]!r}; {hint}")
    return _load_pack(packs / name)


def default_voice(language: str, folder: Path | None = None) -> Voice:
    """The voice of a language when the user names none: the pack marked ``default``.

    Raises:
        VoiceError: no pack is marked so.
    """
    for name in voice_names(folder):
        voice = find_voice(name, folder)
        if voice.facts.default and voice.facts.language == language:
            return voice
    raise VoiceError(f"no default voice for language {language!r}; name one: steptts voices")


def _load_pack(folder: Path) -> Voice:
    where = f"{FACTS_FILE} of voice {folder.name!r}"
    record = Record(parse_json(_read(folder / FACTS_FILE), where, VoiceError), where, VoiceError)
    expected = record.string("sha256")
    facts = read_facts(record)
    weights = folder / WEIGHTS_FILE
    if hashlib.sha256(_read(weights)).hexdigest() != expected:
        raise VoiceError(f"{weights} is damaged: its SHA-256 is not the one in {FACTS_FILE}")
    embedding, _ = _read_tensor(weights)
    return _checked(Voice(folder.name, embedding, facts))


def _load_file(path: Path) -> Voice:
    _read(path)  # refuses a file that is missing or too large before it is mapped
    embedding, metadata = _read_tensor(path)
    where = f"header of {path}"
    if "voice" not in metadata:
        raise VoiceError(f"{where} holds no voice facts; it was not written by steptts")
    record = Record(parse_json(metadata["voice"], where, VoiceError), where, VoiceError)
    name = record.string("name")
    return _checked(Voice(name, embedding, read_facts(record)))


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as reason:
        raise VoiceError(f"cannot read voice file {path}: {reason.strerror}") from None
    if len(content) > MAX_BYTES:
        raise VoiceError(f"voice file {path} is over {MAX_BYTES} bytes; it is not a voice")
    return content


def _replace(path: Path, content: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with replaced(path) as file:
            file.write(content)
    except OSError as reason:
        raise VoiceError(f"cannot write voice file {path}: {reason.strerror}") from None


def _encode(voice: Voice, metadata: dict[str, str] | None) -> bytes:
    from safetensors.numpy import save

    embedding = np.ascontiguousarray(_checked(voice).embedding)
    return save({"embedding": embedding}, metadata=metadata)


def _read_tensor(path: Path) -> tuple[FloatArray, dict[str, str]]:
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="numpy") as file:
            names = list(file.keys())
            if names != ["embedding"]:
                raise VoiceError(f"{path} holds {names[:5]!r}, a voice holds 'embedding' alone")
            return file.get_tensor("embedding"), file.metadata() or {}
    except (SafetensorError, OSError, TypeError, ValueError) as reason:
        raise VoiceError(f"{path} is not a voice file: {str(reason)[:120]}") from None


def _checked(voice: Voice) -> Voice:
    if not NAME.fullmatch(voice.name):
        raise VoiceError(f"voice name {voice.name[:80]!r}: 1 to 64 of a-z, 0-9, _ and -")
    shape, kind = voice.embedding.shape, voice.embedding.dtype
    if shape != (EMBEDDING_SIZE,) or kind != np.float32:
        raise VoiceError(
            f"voice {voice.name!r}: embedding is {kind} {list(shape)}, "
            f"must be float32 [{EMBEDDING_SIZE}]"
        )
    if not np.isfinite(voice.embedding).all():
        raise VoiceError(f"voice {voice.name!r}: embedding holds values that are not finite")
    return voice
