"""Sound in files: writing piece by piece, and reading any file that libsndfile knows.

WAV is written by this module alone (16-bit PCM, 44 bytes of header); FLAC, MP3, Ogg Vorbis and
Opus go through soundfile, which brings libsndfile and needs no ffmpeg. A file appears under its
name only when it is whole.
"""

from __future__ import annotations

import contextlib
import io
import struct
from pathlib import Path
from typing import IO, TYPE_CHECKING, Protocol

import numpy as np

from steptts.errors import AudioError
from steptts.replacing import replaced

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt
    import soundfile
    import soxr

    from steptts.stages import FloatArray

# name -> container and coding of libsndfile; "wav" and "raw" are written here
CODINGS = {
    "flac": ("FLAC", "PCM_16"),
    "mp3": ("MP3", "MPEG_LAYER_III"),
    "ogg": ("OGG", "VORBIS"),
    "opus": ("OGG", "OPUS"),
}
FORMATS = ("wav", "raw", *CODINGS)
SUFFIXES = {".wav": "wav", ".raw": "raw", ".pcm": "raw", ".flac": "flac", ".mp3": "mp3"}
SUFFIXES |= {".ogg": "ogg", ".oga": "ogg", ".opus": "opus"}
OPUS_RATES = (8_000, 12_000, 16_000, 24_000, 48_000)
MAX_WAV_BYTES = 0xFFFFFFFF - 36  # a WAV file counts in 32 bits: 24.8 h at 24 kHz
UNKNOWN_SIZE = 0xFFFFFFFF  # in a header that goes into a pipe, where sizes cannot be filled in
MAX_READ_BYTES = 256 << 20  # decoded float32; 90 kB of FLAC silence can hold 10 minutes
BLOCK_SECONDS = 1  # libsndfile's Vorbis encoder overflows its stack on blocks of minutes


class SoundWriter(Protocol):
    """Takes samples piece by piece."""

    def write(self, samples: FloatArray) -> None:
        """Append samples [n] in [-1, 1]; what lies beyond is clipped."""


def format_of(path: str | Path) -> str:
    """The format that a file's suffix names.

    Raises:
        AudioError: the suffix is unknown; the message lists the known ones.
    """
    suffix = Path(path).suffix.lower()
    if suffix not in SUFFIXES:
        known = ", ".join(SUFFIXES)
        raise AudioError(f"cannot tell the audio format of {str(path)!r}: end its name in {known}")
    return SUFFIXES[suffix]


def check_finite(samples: FloatArray) -> None:
    """Refuse samples that are not numbers: as 16-bit sound they are full-scale clicks.

    Raises:
        AudioError: the position of the first one.
    """
    if not np.isfinite(samples).all():
        at = int(np.flatnonzero(~np.isfinite(samples))[0])
        raise AudioError(f"sample {at} of {len(samples)} is {samples[at]}; audio must be finite")


def to_pcm(samples: FloatArray) -> bytes:
    """Samples as 16-bit little-endian integers.

    Raises:
        AudioError: samples are not finite.
    """
    check_finite(samples)
    scaled: npt.NDArray[np.float32] = np.clip(samples, -1.0, 1.0) * np.float32(32_767)
    return np.rint(scaled).astype("<i2").tobytes()


@contextlib.contextmanager
def writing(
    target: str | Path | IO[bytes], sample_rate: int, format: str | None = None
) -> Iterator[SoundWriter]:
    """Open a sound file, or an open binary stream, for writing piece by piece.

    Args:
        target: a path, which appears only when the block ends well, or a stream.
        sample_rate: of the samples, in hertz. Opus files get the next rate that Opus knows.
        format: one of `FORMATS`; by default what the path's suffix names, "wav" for a stream.

    Raises:
        AudioError: the format is unknown, the rate does not fit it, or writing fails.
    """
    is_path = isinstance(target, str | Path)
    name = str(target) if is_path else "the output stream"
    chosen = format or (format_of(target) if isinstance(target, str | Path) else "wav")
    if chosen not in FORMATS:
        raise AudioError(f"audio format {chosen!r} is unknown; known: {', '.join(FORMATS)}")
    opened = replaced(Path(target)) if isinstance(target, str | Path) else None
    try:
        with opened or contextlib.nullcontext(target) as file:
            assert not isinstance(file, str | Path)
            with _encoder(file, sample_rate, chosen) as writer:
                yield writer
    except BrokenPipeError:
        raise  # the reader has gone: no fault of the file
    except OSError as reason:
        raise AudioError(f"cannot write {name}: {reason.strerror or reason}") from None


def read(path: str | Path, max_seconds: float = 600.0) -> tuple[FloatArray, int]:
    """Read a sound file of any rate and number of channels, mixed to one.

    Returns:
        Samples [n] float32, and their rate in hertz.

    Raises:
        AudioError: missing, no sound file, empty, not finite, or longer than ``max_seconds``.
    """
    import soundfile

    if not Path(path).is_file():
        raise AudioError(f"no sound file {str(path)!r}")
    try:
        with soundfile.SoundFile(path) as file:
            _check_size(file, path, max_seconds)
            samples = file.read(dtype="float32", always_2d=True).mean(axis=1, dtype=np.float32)
            rate = int(file.samplerate)
    except (soundfile.LibsndfileError, RuntimeError, OSError) as reason:
        raise AudioError(f"cannot read {str(path)!r} as sound: {reason}") from None
    if not len(samples):
        raise AudioError(f"{str(path)!r} holds no samples")
    check_finite(samples)
    return samples, rate


def _check_size(file: soundfile.SoundFile, path: str | Path, max_seconds: float) -> None:
    seconds = file.frames / file.samplerate
    if seconds > max_seconds or file.frames * file.channels * 4 > MAX_READ_BYTES:
        raise AudioError(
            f"{str(path)!r} lasts {seconds:.0f} s in {file.channels} channels; "
            f"at most {max_seconds:.0f} s and {MAX_READ_BYTES >> 20} MB decoded can be read"
        )


@contextlib.contextmanager
def _encoder(file: IO[bytes], sample_rate: int, format: str) -> Iterator[SoundWriter]:
    if format == "raw":
        yield _RawWriter(file)
    elif format == "wav":
        wav = _WavWriter(file, sample_rate)
        yield wav
        wav.finish()
    else:
        with _coded(file, sample_rate, format) as coded:
            yield coded
            coded.finish()


class _RawWriter:
    """16-bit samples and nothing else."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def write(self, samples: FloatArray) -> None:
        self._file.write(to_pcm(samples))
        self._file.flush()


class _WavWriter:
    """16-bit mono WAV; the sizes are filled in at the end where the file can go back."""

    def __init__(self, file: IO[bytes], sample_rate: int) -> None:
        self._file = file
        self._rate = sample_rate
        self._n_bytes = 0
        self._can_seek = file.seekable()
        file.write(wav_header(sample_rate, 0 if self._can_seek else None))

    def write(self, samples: FloatArray) -> None:
        pcm = to_pcm(samples)
        self._n_bytes += len(pcm)
        if self._can_seek and self._n_bytes > MAX_WAV_BYTES:
            raise AudioError("a WAV file holds at most 4 GB; write .flac, or several files")
        self._file.write(pcm)
        self._file.flush()

    def finish(self) -> None:
        if self._can_seek:
            end = self._file.tell()
            header = wav_header(self._rate, self._n_bytes)
            self._file.seek(end - self._n_bytes - len(header))
            self._file.write(header)
            self._file.seek(end)


def wav_header(sample_rate: int, n_bytes: int | None) -> bytes:
    """The 44 bytes before 16-bit mono samples; ``None`` bytes where the length is not known yet."""
    body = UNKNOWN_SIZE if n_bytes is None else n_bytes
    riff = UNKNOWN_SIZE if n_bytes is None else 36 + n_bytes
    layout = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, sample_rate, 2 * sample_rate, 2, 16)
    return (
        struct.pack("<4sI4s", b"RIFF", riff, b"WAVE") + layout + struct.pack("<4sI", b"data", body)
    )


class _CodedWriter:
    """Any coding of libsndfile, resampled on the way where the coding demands a rate."""

    def __init__(self, file: soundfile.SoundFile, sample_rate: int) -> None:
        self._file = file
        self._block = BLOCK_SECONDS * sample_rate
        self._resampler: soxr.ResampleStream | None = None
        if file.samplerate != sample_rate:
            import soxr

            self._resampler = soxr.ResampleStream(sample_rate, file.samplerate, 1, dtype="float32")

    def write(self, samples: FloatArray) -> None:
        check_finite(samples)
        for start in range(0, len(samples), self._block):
            self._append(samples[start : start + self._block], last=False)

    def finish(self) -> None:
        if self._resampler:
            self._append(np.zeros(0, np.float32), last=True)

    def _append(self, block: FloatArray, *, last: bool) -> None:
        if self._resampler:
            block = self._resampler.resample_chunk(block, last=last)
        self._file.write(np.clip(block, -1.0, 1.0))


@contextlib.contextmanager
def _coded(file: IO[bytes], sample_rate: int, format: str) -> Iterator[_CodedWriter]:
    import soundfile

    container, coding = CODINGS[format]
    rate = sample_rate
    if format == "opus":
        rate = next((known for known in OPUS_RATES if known >= sample_rate), OPUS_RATES[-1])
    sink = file if file.seekable() else io.BytesIO()  # libsndfile asks for the position
    try:
        with soundfile.SoundFile(
            sink, "w", samplerate=rate, channels=1, format=container, subtype=coding
        ) as opened:
            yield _CodedWriter(opened, sample_rate)
    except soundfile.LibsndfileError as reason:
        raise AudioError(f"cannot write {format} at {rate} Hz: {reason}") from None
    if sink is not file:
        assert isinstance(sink, io.BytesIO)
        file.write(sink.getbuffer())
