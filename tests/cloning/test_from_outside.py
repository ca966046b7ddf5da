"""Cloning as users call it: from files, audio and arrays, and on the command line."""

import io
import json
import sys
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

from steptts import TTS, Audio, cli
from steptts.errors import AudioError, VoiceError
from steptts.voice import Voice, name_of
from tests import fakes
from tests.cloning.speech import RATE, speech

CONSENT = "my own voice"


@pytest.fixture
def reference(tmp_path: Path) -> Path:
    path = tmp_path / "My Voice.wav"
    Audio(speech(4.0), RATE).save(path)
    return path


def test_a_file_audio_and_samples_are_copied_alike(
    tts: TTS, engine: fakes.FakeEngine, reference: Path
) -> None:
    audio = Audio.read(reference)
    for recording, rate in ((reference, None), (audio, None), (audio.samples.tolist(), RATE)):
        voice = tts.clone(recording, name="me", consent=CONSENT, sample_rate=rate)
        assert voice.name == "me"
    assert engine.calls == [f"clone {4 * RATE} at {RATE} Hz, None"] * 3


def test_samples_need_their_rate(tts: TTS) -> None:
    with pytest.raises(AudioError, match="sample_rate=None"):
        tts.clone(np.zeros(9), name="me", consent=CONSENT)


def test_what_is_no_sound_is_named(tts: TTS, tmp_path: Path) -> None:
    (tmp_path / "broken.wav").write_bytes(b"RIFF and then nothing")
    with pytest.raises(AudioError, match=r"broken\.wav"):
        tts.clone(tmp_path / "broken.wav", name="me", consent=CONSENT)


def test_a_recording_is_not_taken_for_a_voice(tts: TTS, reference: Path) -> None:
    with pytest.raises(VoiceError, match="is a recording"):
        tts.speak("Hello.", voice=reference)


def test_a_copy_speaks(tts: TTS, reference: Path, tmp_path: Path) -> None:
    voice = tts.clone(reference, name="me", consent=CONSENT)
    path = voice.save(tmp_path / "me.voice")
    audio = tts.speak("Hello.", voice=path)
    assert audio.score is not None
    assert audio.score.voice == "me"


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr("steptts.tts.load_model", lambda model, **options: fakes.model())
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    with pytest.raises(SystemExit) as left:
        cli.main(arguments)
    return int(left.value.code or 0)


def test_the_command_writes_a_voice(
    monkeypatch: pytest.MonkeyPatch,
    reference: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    target = tmp_path / "out" / "me.voice"
    arguments = ("clone", str(reference), "-o", str(target), "--consent", CONSENT, "--json")
    assert run(monkeypatch, *arguments) == 0
    told = json.loads(capsys.readouterr().out)
    voice = Voice.load(target)
    assert told == {"name": "me", **asdict(voice.facts)}
    assert (voice.facts.consent, voice.facts.source) == (CONSENT, reference.name)


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("clone", "REF", "-o", "me.voice"), 4, "--consent"),
        (("clone", "REF", "-o", "me.wav", "--consent", "x"), 2, "must end in .voice"),
        (("clone", "none.wav", "-o", "me.voice", "--consent", "x"), 1, "none.wav"),
        (("say", "Hello.", "-o", "x.wav", "--voice", "REF"), 4, "how its speaker agreed"),
        (("say", "Hello.", "-o", "x.wav", "--consent", "x"), 4, "--consent is for"),
    ],
)
def test_a_fault_is_one_line_and_leaves_no_file(
    arguments: tuple[str, ...],
    code: int,
    told: str,
    monkeypatch: pytest.MonkeyPatch,
    reference: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()
    monkeypatch.chdir(folder)
    assert run(monkeypatch, *(a.replace("REF", str(reference)) for a in arguments)) == code
    assert told in capsys.readouterr().err
    assert not list(folder.iterdir())


def test_say_copies_a_recording_with_consent(
    monkeypatch: pytest.MonkeyPatch, reference: Path, tmp_path: Path
) -> None:
    target = tmp_path / "x.wav"
    arguments = ("say", "Hello.", "-o", str(target), "--voice", str(reference))
    assert run(monkeypatch, *arguments, "--consent", CONSENT) == 0
    assert Audio.read(target).duration > 0.3


@pytest.mark.parametrize(
    ("path", "name"), [("My Voice.wav", "my-voice"), ("小明.wav", "copy"), ("a" * 99, "a" * 64)]
)
def test_a_name_is_made_of_a_files(path: str, name: str) -> None:
    assert name_of(Path(path)) == name
