"""Playing uses what is there, by argument list, and says what is missing."""

import stat
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from steptts import Audio, PlaybackError, TextError, playback
from steptts.audio import join


def beep(value: float) -> Audio:
    return Audio(np.full(240, value, np.float32), 24_000)


@pytest.fixture
def bin_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A PATH with no player, and no sounddevice."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setattr(playback, "_sounddevice", lambda: None)
    return folder


def program(path: Path, body: str) -> None:
    path.write_text(f"#!{sys.executable}\nimport sys, shutil, os\n{body}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


@pytest.mark.skipif(sys.platform == "win32", reason="programs are scripts here")
def test_a_player_gets_each_piece_as_a_wav_file_in_order(bin_folder: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.mkdir()
    body = f"shutil.copy(sys.argv[-1], r'{log}/%d.wav' % len(os.listdir(r'{log}')))"
    program(bin_folder / "aplay", body)
    playback.play(iter([beep(0.1), beep(0.2)]))
    played = [Audio.read(path).samples[0] for path in sorted(log.iterdir())]
    assert played == pytest.approx([0.1, 0.2], abs=1e-4)


@pytest.mark.skipif(sys.platform == "win32", reason="programs are scripts here")
def test_a_player_that_fails_is_followed_by_the_next(bin_folder: Path, tmp_path: Path) -> None:
    program(bin_folder / "pw-play", "sys.exit('no server')")
    program(bin_folder / "aplay", f"shutil.copy(sys.argv[-1], r'{tmp_path}/played.wav')")
    beep(0.1).play()
    assert (tmp_path / "played.wav").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="programs are scripts here")
def test_when_all_fail_the_error_has_their_words_and_the_way_out(bin_folder: Path) -> None:
    program(bin_folder / "paplay", "sys.exit('Connection refused')")
    with pytest.raises(PlaybackError, match=r"paplay: Connection refused.*steptts\[play\]"):
        beep(0.1).play()


@pytest.mark.skipif(sys.platform == "win32", reason="winsound is always there")
def test_without_any_player_the_error_names_the_way_out(bin_folder: Path) -> None:
    with pytest.raises(PlaybackError, match=r"no player found.*-o hello\.wav"):
        beep(0.1).play()


def test_pieces_are_made_ahead_but_only_a_few() -> None:
    made: list[int] = []

    def chunks() -> Iterator[Audio]:
        for i in range(10):
            made.append(i)
            yield beep(i / 10)

    reader = playback.ahead(chunks(), 2)
    first = next(reader)
    time.sleep(0.2)
    assert 2 <= len(made) <= 5
    whole = join([first, *reader])
    assert whole.samples[::240].tolist() == pytest.approx([i / 10 for i in range(10)])


def test_stopping_early_ends_the_thread_and_closes_the_source() -> None:
    closed = threading.Event()

    def chunks() -> Iterator[Audio]:
        try:
            while True:
                yield beep(0.1)
        finally:
            closed.set()

    n_before = threading.active_count()
    reader = playback.ahead(chunks(), 2)
    next(reader)
    reader.close()
    assert closed.is_set()
    assert threading.active_count() == n_before


def test_an_error_of_the_source_comes_out_where_it_is_played() -> None:
    def chunks() -> Iterator[Audio]:
        yield beep(0.1)
        raise TextError("nothing more")

    reader = playback.ahead(chunks(), 2)
    next(reader)
    with pytest.raises(TextError, match="nothing more"):
        next(reader)
