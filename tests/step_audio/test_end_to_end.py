"""A tiny random checkpoint in the published layout, from its files to sound."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from steptts.errors import BackendError, ScoreError, TagError, VoiceError, WeightsError
from steptts.manifest import read_manifest
from steptts.step_audio import memory
from steptts.step_audio.engine import StepAudio
from steptts.step_audio.model import LoadOptions, load
from steptts.step_audio.voices import StepVoice
from tests.step_audio.conftest import OPTIONS
from tests.step_audio.tiny_checkpoint import recording

TEXT = "Hello world, how are you today?"
FRAME = 256  # samples


def test_a_sentence_is_spoken_and_the_same_seed_says_it_the_same_way(engine: StepAudio) -> None:
    samples = engine.speak(TEXT, voice="Tingting", seed=1)
    assert samples.dtype == np.float32
    assert np.isfinite(samples).all()
    assert 0.01 < np.abs(samples).max() <= 0.99
    assert len(samples) % FRAME == 0
    assert np.array_equal(samples, engine.speak(TEXT, voice="Tingting", seed=1))
    other = engine.speak(TEXT, voice="Tingting", seed=2)
    assert len(samples) != len(other) or not np.allclose(samples, other)


def test_a_stream_begins_early_and_is_as_long_as_the_whole(engine: StepAudio) -> None:
    chunks = list(engine.stream(TEXT, voice="Tingting", seed=1))
    whole = engine.speak(TEXT, voice="Tingting", seed=1)
    assert len(chunks) > 1
    assert len(chunks[0]) < len(whole) / 2
    assert sum(map(len, chunks)) == len(whole)


def test_rap_uses_the_music_pair_and_the_speakers_rapping_voice(engine: StepAudio) -> None:
    stages, used = engine._stages, []

    class Heard:
        def __getattr__(self, name: str) -> object:
            used.append(name)
            return getattr(stages.music(), name)

    routed = StepAudio(replace(stages, music=Heard))
    rapped = routed.speak("(RAP) Hello world, how are you?", voice="Tingting")
    assert used == ["synthesize"]
    rapping = engine.voice("TingtingRAP")
    direct = engine.speak("(RAP) Hello world, how are you?", voice=rapping)
    assert np.array_equal(rapped, direct)
    routed.speak("Hello world", voice="Tingting")
    assert used == ["synthesize"]


def test_humming_without_a_humming_voice_falls_back_to_the_spoken_one(engine: StepAudio) -> None:
    assert "Tingting哼唱" not in engine.voices
    assert len(engine.speak("（哼唱）你好世界你好世界", voice="Tingting"))


def test_without_the_music_files_singing_is_a_clear_error_and_speech_works(
    converted: Path,
) -> None:
    manifest = read_manifest(converted)
    stages = {n: s for n, s in manifest.stages.items() if not n.startswith("music")}
    engine = load(converted, replace(manifest, stages=stages), options=OPTIONS)
    with pytest.raises(WeightsError, match="CosyVoice-300M-25Hz-Music"):
        engine.speak("(RAP) Hello", voice="Tingting")
    assert len(engine.speak("Hello", voice="Tingting"))


@pytest.mark.parametrize(("rate", "channels"), [(8_000, 1), (48_000, 2)])
def test_a_recording_of_any_rate_is_cloned_saved_and_spoken_with(
    engine: StepAudio, tmp_path: Path, rate: int, channels: int
) -> None:
    clip = np.tile(recording(rate, 1.2, seed=3), (channels, 1))
    voice = engine.clone(clip, rate, name="me", consent="it is my own", transcript="hello")
    path = voice.save(tmp_path / "me.voice")
    again = StepVoice.load(path)
    assert again.facts == voice.facts
    assert again.reference.audio_ids == voice.reference.audio_ids
    direct = engine.speak("Hello there", voice=voice)
    assert np.array_equal(direct, engine.speak("Hello there", voice=path))


def test_cloning_needs_consent_and_a_transcript_or_whisper(
    engine: StepAudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    clip = recording(16_000, 1.2)
    with pytest.raises(VoiceError, match="consent"):
        engine.clone(clip, 16_000, name="me", consent=" ", transcript="x")
    monkeypatch.setitem(__import__("sys").modules, "faster_whisper", None)
    with pytest.raises(BackendError, match="transcript="):
        engine.clone(clip, 16_000, name="me", consent="mine")


@pytest.mark.parametrize(
    "options",
    [
        LoadOptions(dtype="bfloat16", verify=False),
        LoadOptions(weights="int8", verify=False),
        LoadOptions(dtype="bfloat16", weights="int4", verify=False),
    ],
    ids=["bfloat16", "int8", "int4"],
)
def test_every_precision_speaks(converted: Path, options: LoadOptions) -> None:
    engine = load(converted, options=replace(options, device="cpu", flow=OPTIONS.flow))
    samples = engine.speak("Hello world", voice="Tingting", seed=3)
    assert np.isfinite(samples).all()
    assert len(samples)


def test_an_exact_pause_is_silent_and_as_long_as_it_says(engine: StepAudio) -> None:
    pieces = list(engine.stream("Hello. [pause 0.5s] World.", voice="Tingting"))
    silent = [piece for piece in pieces if not piece.any()]
    assert [len(piece) for piece in silent] == [11_025]
    assert pieces[0].any()
    assert pieces[-1].any()


def test_closing_a_stream_stops_the_work(engine: StepAudio) -> None:
    stream = engine.stream(". ".join([TEXT] * 50), voice="Tingting")
    assert len(next(stream))
    stream.close()
    assert next(stream, None) is None


def test_threads_take_turns_and_say_what_they_say_alone(engine: StepAudio) -> None:
    def chunks(seed: int) -> list[int]:
        return [len(chunk) for chunk in engine.stream(TEXT, voice="Tingting", seed=seed)]

    alone = [chunks(seed) for seed in (1, 2)]
    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(chunks, (1, 2))) == alone


def test_speed_changes_length(engine: StepAudio) -> None:
    normal = engine.speak(TEXT, voice="Tingting", seed=1)
    fast = engine.speak(TEXT, voice="Tingting", seed=1, speed=2.0)
    streamed = np.concatenate(list(engine.stream(TEXT, voice="Tingting", seed=1, speed=2.0)))
    assert len(fast) / len(normal) == pytest.approx(0.5, abs=0.01)
    assert len(streamed) == len(fast)
    with pytest.raises(ScoreError, match="speed 3"):
        engine.speak(TEXT, voice="Tingting", speed=3)


def test_unknown_voices_and_tags_are_named(engine: StepAudio) -> None:
    with pytest.raises(VoiceError, match="Tingting"):
        engine.speak(TEXT, voice="tingtin")
    with pytest.raises(TagError, match="hapy"):
        engine.speak("(hapy) Hello", voice="Tingting")


def test_too_little_memory_is_told_before_loading(
    converted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "free_bytes", lambda device: 1 << 20)
    with pytest.raises(BackendError, match=r"needs 0\.6 GB .* on cpu, 0\.0 GB are free"):
        load(converted, options=OPTIONS)


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (LoadOptions(device="warp"), "warp"),
        (LoadOptions(device="cpu", dtype="float8"), "float8"),
        (LoadOptions(device="cpu", weights="int3"), "int3"),
    ],
)
def test_choices_that_do_not_exist_are_named(
    converted: Path, options: LoadOptions, named: str
) -> None:
    with pytest.raises(BackendError, match=named):
        load(converted, options=replace(options, verify=False))
