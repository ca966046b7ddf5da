"""Fetches recordings of real speakers from Debian's packages, for `steptts evaluate clone`.

Telephone prompts and loudspeaker tests: eight speakers of five languages, five in wide band and
three as telephones sound. They are only listened to here; nothing of them goes into the model.
"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from steptts.audio import Audio
from steptts.errors import AudioError, BackendError
from steptts.evaluate.spoken import Spoken, write_folder
from steptts.stages import FloatArray

SECONDS = 8.0
PAUSE_S = 0.3
SHORTEST_S, LONGEST_S = 1.0, 8.0  # of a prompt; shorter ones are beeps and single digits


class Source(NamedTuple):
    """Where a speaker's recordings lie: Debian package, folder in it, suffix, licence."""

    package: str
    folder: str
    suffix: str
    licence: str


_SOUNDS = "usr/share/asterisk/sounds"
SPEAKERS = {
    "allison": Source(
        "asterisk-core-sounds-en-g722", f"{_SOUNDS}/en_US_f_Allison", "g722", "CC-BY-SA-3.0"
    ),
    "june": Source(
        "asterisk-core-sounds-fr-g722", f"{_SOUNDS}/fr_CA_f_June", "g722", "CC-BY-SA-3.0"
    ),
    "carlo": Source(
        "asterisk-core-sounds-it-g722", f"{_SOUNDS}/it_IT_m_Carlo", "g722", "CC-BY-SA-3.0"
    ),
    "russian": Source(
        "asterisk-core-sounds-ru-g722", f"{_SOUNDS}/ru_RU_f_IvrvoiceRU", "g722", "CC-BY-SA-3.0"
    ),
    "alsa": Source("alsa-utils", "usr/share/sounds/alsa", "wav", "GPL-2.0-or-later"),
    "menardi": Source(
        "asterisk-prompt-it-menardi-wav", f"{_SOUNDS}/it_IT_f_Menardi", "wav", "CC-BY-SA-3.0-IT"
    ),
    "colombian": Source("asterisk-prompt-es-co", f"{_SOUNDS}/es", "gsm", "GPL-2.0-or-later"),
    "armelle": Source("asterisk-prompt-fr-armelle", f"{_SOUNDS}/fr", "gsm", "GPL-2.0-or-later"),
}
NOT_SPEECH = ("Noise.wav",)


def fetch_clips(folder: Path, packages: Path | None = None) -> int:
    """Write a folder with a clip of 8 seconds or more of each speaker; returns their number.

    Args:
        folder: new.
        packages: folder of the .deb files; None: apt-get fetches them (67 MB).

    Raises:
        BackendError: a package cannot be fetched or unpacked.
        AudioError: a recording cannot be read.
    """
    with tempfile.TemporaryDirectory(prefix="clips-") as temporary:
        place = Path(temporary)
        if packages is None:
            _run(["apt-get", "download", "-qq", *(s.package for s in SPEAKERS.values())], place)
            packages = place
        return len(list(write_folder(folder, _clips(packages, place / "unpacked"))))


def _clips(packages: Path, unpacked: Path) -> Iterator[Spoken]:
    for name, source in SPEAKERS.items():
        [deb] = packages.glob(f"{source.package}_*.deb")
        (unpacked / name).mkdir(parents=True)
        _run(["dpkg-deb", "-x", str(deb), str(unpacked / name)], packages)
        waveform, rate = _joined(unpacked / name / source.folder, source.suffix)
        yield Spoken("", "en", name, waveform, rate)


def _joined(folder: Path, suffix: str) -> tuple[FloatArray, int]:
    """Prompts in the order of their names until they last long enough."""
    parts: list[FloatArray] = []
    seconds, rate = 0.0, 0
    for path in sorted(folder.glob(f"*.{suffix}")):
        if path.name in NOT_SPEECH or seconds >= SECONDS:
            continue
        samples, rate = _decoded(path)
        if SHORTEST_S <= len(samples) / rate <= LONGEST_S:
            parts += [samples, np.zeros(round(PAUSE_S * rate), np.float32)]
            seconds += len(samples) / rate
    if seconds < SECONDS:
        raise AudioError(f"{folder} holds {seconds:.1f} s of prompts, {SECONDS} s are needed")
    return np.concatenate(parts), rate


def _decoded(path: Path) -> tuple[FloatArray, int]:
    """Samples of a file; telephone codings are decoded by PyAV, which Whisper's reader brings."""
    if path.suffix == ".wav":
        audio = Audio.read(path)
        return audio.samples, audio.sample_rate
    try:
        import av
    except ImportError as error:
        raise BackendError('PyAV is missing: pip install "steptts[evaluate]"') from error
    with av.open(str(path), format=path.suffix[1:]) as container:
        rate = container.streams.audio[0].rate
        resampler = av.AudioResampler("flt", "mono", rate)
        blocks = [b for f in container.decode(audio=0) for b in resampler.resample(f)]
        rows = [block.to_ndarray().reshape(-1) for block in blocks]
    samples = np.concatenate([np.zeros(0, np.float32), *rows])
    return samples.astype(np.float32), int(rate)


def _run(command: list[str], folder: Path) -> None:
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    except OSError as reason:
        raise BackendError(f"{command[0]} cannot be run ({reason.strerror}); use Debian") from None
    if done.returncode:
        raise BackendError(f"`{' '.join(command)}` failed: {done.stderr.strip()[-300:]}")
