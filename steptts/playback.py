"""Playing sound on this machine, with what is there.

First sounddevice (``pip install 'steptts[play]'``), then the system's own players: pw-play, paplay,
aplay, afplay, or winsound on Windows. Programs get an argument list, never a shell line.
"""

from __future__ import annotations

import importlib
import queue
import shutil
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from steptts.errors import PlaybackError

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable

    from steptts.audio import Audio

PLAYERS = (("pw-play",), ("paplay",), ("aplay", "-q"), ("afplay",))
N_AHEAD = 2  # sentences made while one is playing; each is about 0.5 MB


class Player(Protocol):
    """Plays one piece and waits until it has sounded; raises PlaybackError where it cannot."""

    def __call__(self, audio: Audio) -> None:
        """Play."""


def play(chunks: Iterable[Audio]) -> None:
    """Play pieces in a row; the next ones are made while one sounds.

    Raises:
        PlaybackError: nothing here can play sound.
    """
    player: Player | None = None
    for audio in ahead(chunks, N_AHEAD):
        if player is None:
            player = _first_that_plays(audio)
        else:
            player(audio)


def players() -> dict[str, Player]:
    """What could play here, by name, best first."""
    found: dict[str, Player] = {}
    if _sounddevice() is not None:
        found["sounddevice"] = _play_by_sounddevice
    for command in PLAYERS:
        program = shutil.which(command[0])
        if program:
            found[command[0]] = _Program((program, *command[1:]))
    if sys.platform == "win32":
        found["winsound"] = _play_by_winsound
    return found


def ahead(chunks: Iterable[Audio], n_ahead: int) -> Generator[Audio, None, None]:
    """The same pieces, made by a thread that runs at most ``n_ahead`` pieces before the reader.

    Closing this iterator stops the thread and closes ``chunks``; an error of ``chunks`` comes out
    here.
    """
    ready: queue.Queue[Audio | BaseException | None] = queue.Queue(n_ahead)
    stopped = threading.Event()
    thread = threading.Thread(target=_make, args=(chunks, ready, stopped), daemon=True)
    thread.start()
    try:
        while (item := ready.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item
    finally:
        stopped.set()
        while thread.is_alive():  # the thread may be waiting for room
            _drain(ready)
            thread.join(0.01)


def _make(
    chunks: Iterable[Audio],
    ready: queue.Queue[Audio | BaseException | None],
    stopped: threading.Event,
) -> None:
    source = iter(chunks)
    try:
        for audio in source:
            if stopped.is_set():
                break
            ready.put(audio)
        ready.put(None)
    except BaseException as error:
        ready.put(error)
    finally:
        close = getattr(source, "close", None)
        if close:
            close()


def _drain(ready: queue.Queue[Audio | BaseException | None]) -> None:
    while not ready.empty():
        ready.get_nowait()


def _first_that_plays(audio: Audio) -> Player:
    reasons = []
    for name, player in players().items():
        try:
            player(audio)
        except PlaybackError as reason:
            reasons.append(f"{name}: {reason}")
        else:
            return player
    tried = "; ".join(reasons) or "no player found"
    raise PlaybackError(
        f"cannot play sound here ({tried}); save it instead (-o hello.wav), "
        "or install a player: pip install 'steptts[play]'"
    )


class _Program:
    """Plays through a program that takes a WAV file as its last argument."""

    def __init__(self, command: tuple[str, ...]) -> None:
        self._command = command

    def __call__(self, audio: Audio) -> None:
        with tempfile.TemporaryDirectory(prefix="steptts-") as folder:
            path = Path(folder) / "speech.wav"
            audio.save(path)
            done = subprocess.run(
                [*self._command, str(path)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                check=False,
            )
        if done.returncode:
            said = done.stderr.decode(errors="replace").strip().splitlines()
            raise PlaybackError(said[-1][:120] if said else f"exit code {done.returncode}")


def _sounddevice() -> object | None:
    try:
        return importlib.import_module("sounddevice")
    except (ImportError, OSError):  # OSError: the package is there, the PortAudio library is not
        return None


def _play_by_sounddevice(audio: Audio) -> None:
    import sounddevice

    from steptts.sound_files import check_finite

    check_finite(audio.samples)
    try:
        sounddevice.play(audio.samples, audio.sample_rate, blocking=True)
    except sounddevice.PortAudioError as reason:
        raise PlaybackError(str(reason)) from None


def _play_by_winsound(audio: Audio) -> None:
    import winsound

    try:
        winsound.PlaySound(audio.to_bytes("wav"), winsound.SND_MEMORY)  # type: ignore[attr-defined,unused-ignore]
    except RuntimeError as reason:
        raise PlaybackError(str(reason)) from None
