"""The benchmark measures what it says, on processes small enough to know the answer."""

import os
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest

from steptts.audio import Audio
from steptts.bench.process_facts import cpu_seconds, machine, peak_bytes
from steptts.bench.size import size_figures, tree_bytes
from steptts.bench.speaker import first_audio
from steptts.bench.speaking_process import OurProcess
from steptts.bench.speed import Usage, cost_ratio, speed_figures, take_turns
from steptts.bench.starting import cold_start_figures, import_figures, seconds_to_first_byte
from steptts.errors import BackendError

linux = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs Linux's /proc")


class Speaker:
    """Speaks a second of silence a word, in this very process."""

    pid = os.getpid()

    def __init__(self, name: str, order: list[str]) -> None:
        self.name, self.order = name, order

    def say(self, text: str) -> Audio:
        self.order.append(self.name)
        return Audio.silence(float(len(text.split())), 100)


@linux
def test_cpu_time_of_a_busy_process_grows_and_its_memory_is_seen() -> None:
    before = cpu_seconds(os.getpid())
    total = sum(i * i for i in range(1_500_000))
    assert total > 0
    assert 0 < cpu_seconds(os.getpid()) - before < 30
    assert peak_bytes(os.getpid()) > 10e6


@linux
def test_a_process_that_is_gone_is_named() -> None:
    with pytest.raises(BackendError, match="4194305"):
        cpu_seconds(4_194_305)  # above the largest process id


@linux
def test_systems_take_turns_and_who_begins_alternates() -> None:
    order: list[str] = []
    systems = {name: Speaker(name, order) for name in ("ours", "piper")}
    usages = take_turns(systems, ["one two", "three"])
    assert order[4:] == ["ours", "piper", "piper", "ours"]  # four calls warm up
    assert usages["ours"].audio == [2.0, 1.0]


def test_the_ratio_of_costs_is_per_second_of_audio() -> None:
    ours = Usage(cpu=[0.1, 0.3], wall=[0.1, 0.2], audio=[1.0, 3.0])
    peer = Usage(cpu=[0.2, 0.2], wall=[0.4, 0.2], audio=[1.0, 1.0])
    assert cost_ratio(ours, peer).value == pytest.approx(0.5)
    figures = {figure.name: figure.value for figure in speed_figures({"a": ours, "b": peer})}
    assert figures["a: CPU"] == pytest.approx(0.1)
    assert figures["a: real-time factor"] == pytest.approx(0.3 / 4)
    assert figures["b: text to whole sentence, median"] == pytest.approx(300)
    assert figures["CPU of a / CPU of b"] == pytest.approx(0.5)


def test_importing_the_package_loads_nothing_heavy() -> None:
    figures, heavy = import_figures(2)
    assert heavy == []
    assert 0 < figures[0].value <= figures[1].value


def test_the_first_byte_is_timed_and_not_the_last() -> None:
    script = "import sys, time; sys.stdout.write('x'); sys.stdout.flush(); time.sleep(1.5)"
    command = [sys.executable, "-c", script]
    assert seconds_to_first_byte(command) < 1.4
    names = [figure.name for figure in cold_start_figures({"quick": [*command[:2], "print(1)"]}, 1)]
    assert names == [
        "quick: new process to first sample, median",
        "quick: new process to first sample, best",
    ]


def test_a_command_that_says_nothing_is_an_error() -> None:
    with pytest.raises(BackendError, match="broken"):
        seconds_to_first_byte([sys.executable, "-c", "raise SystemExit('broken')"])


def test_the_first_audible_sample_comes_after_leading_silence() -> None:
    class Streamer:
        def stream(self, text: str, *, voice: str | None) -> list[Audio]:
            return [Audio.silence(0.1, 100), Audio(np.full(10, 0.5, np.float32), 100)]

    times = first_audio(Streamer(), "x", "")  # type: ignore[arg-type]
    assert times["first_piece_ms"] is not None
    assert times["first_audible_ms"] is not None
    assert times["first_audible_ms"] >= times["first_piece_ms"]


def test_sizes_are_of_the_wheel_and_of_what_is_in_it(tmp_path: Path) -> None:
    wheel = tmp_path / "steptts-0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("steptts/__init__.py", "a" * 2_000_000)
    figures = {figure.name: figure.value for figure in size_figures(wheel)}
    assert figures["unpacked"] == pytest.approx(2.0)
    assert figures["wheel"] < 0.1


def test_byte_code_does_not_count(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(b"x" * 10)
    (tmp_path / "a.pyc").write_bytes(b"x" * 1_000)
    assert tree_bytes(tmp_path) == 10


def test_without_wheel_and_source_the_options_are_named(tmp_path: Path) -> None:
    with pytest.raises(BackendError, match="--wheel or --source"):
        size_figures(None, tmp_path)


def test_a_process_that_cannot_speak_says_why(tmp_path: Path) -> None:
    with pytest.raises(BackendError, match="manifest"):
        OurProcess(model=str(tmp_path))


def test_our_process_speaks_streams_and_can_be_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The child finds this module on its path, and with it a TTS on the fake engine.
    fake = "import steptts\nfrom steptts.tts import TTS\nfrom tests import fakes\n"
    fake += f"packs = fakes.packs(__import__('pathlib').Path({str(tmp_path)!r}))\n"
    fake += "steptts.TTS = lambda *model: TTS(fakes.model(), voices=packs)\n"
    (tmp_path / "sitecustomize.py").write_text(fake)
    root = Path(__file__).parents[2]
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{root}")
    with OurProcess() as ours:
        audio = ours.say("Hello there.")
        assert audio.duration > 0.1
        assert np.any(audio.samples)
        times = ours.first_audio("Hello there. And again.")
        assert 0 < times["first_piece_ms"] <= times["first_audible_ms"]
        assert ours.pid != os.getpid()


def test_the_machine_says_what_it_is() -> None:
    facts = machine()
    assert facts["processor"]
    assert facts["versions"]["numpy"] == np.__version__
