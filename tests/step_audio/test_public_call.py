"""The published checkpoint through `TTS` and the command line, by a tiny random one."""

import io
import json
import logging
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import soundfile

from steptts import (
    TTS,
    Audio,
    AudioError,
    BackendError,
    ManifestError,
    ScoreError,
    StepTTSError,
    TagError,
    TextError,
    VoiceError,
    WeightsError,
    cli,
    loading,
    verifying,
)
from steptts.step_audio import passages
from steptts.step_audio.engine import StepAudio
from tests import fakes
from tests.step_audio.tiny_checkpoint import recording

NAME = "step-audio-tts-3b"
TEXT = "Hello world, how are you today?"
RATE = 22_050


@pytest.fixture
def home(converted: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home in which the model lies where `steptts fetch` puts it."""
    (tmp_path / "home" / "models").mkdir(parents=True)
    (tmp_path / "home" / "models" / NAME).symlink_to(converted)
    monkeypatch.setenv("STEPTTS_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture(scope="module")
def loaded(converted: Path) -> loading.LoadedModel:
    return loading.load_model(converted, device="cpu", n_steps=2)


@pytest.fixture
def tts(loaded: loading.LoadedModel) -> TTS:
    return TTS(loaded)


def test_the_name_finds_the_fetched_model_and_speaks(home: Path) -> None:
    tts = TTS(NAME, device="cpu", n_steps=2)
    audio = tts.speak(TEXT, seed=1)
    assert (audio.sample_rate, tts.sample_rate) == (RATE, RATE)
    assert audio.duration > 0.1
    assert 0.01 < np.abs(audio.samples).max() <= 0.99
    assert tts.load() is tts.load()


def test_a_folder_is_spoken_with_as_the_name_is(tts: TTS, converted: Path) -> None:
    by_path = TTS(converted, device="cpu", dtype="float32", weights="float", n_steps=2)
    assert np.array_equal(by_path.speak(TEXT).samples, tts.speak(TEXT).samples)


def test_what_the_model_does_not_know_is_left_unsaid(tts: TTS) -> None:
    audio = tts.speak(TEXT)
    assert (audio.words, audio.score) == ((), None)
    with pytest.raises(AudioError, match="no score"):
        audio.to_srt()


def test_the_seed_decides_and_repeats(tts: TTS) -> None:
    first, again, other = (tts.speak(TEXT, seed=seed).samples for seed in (3, 3, 4))
    assert np.array_equal(first, again)
    assert len(first) != len(other) or not np.allclose(first, other)


def test_a_stream_begins_within_the_sentence_unless_it_shall_not(tts: TTS) -> None:
    whole = tts.speak(TEXT, seed=1)
    chunks = list(tts.stream(TEXT, seed=1))
    assert len(chunks) > 1
    assert len(chunks[0]) < len(whole) / 2
    assert sum(len(chunk) for chunk in chunks) == len(whole)
    at_once = list(tts.stream(TEXT, seed=1, early=False))
    assert len(at_once) == 1
    assert np.array_equal(at_once[0].samples, whole.samples)


def test_text_may_arrive_in_pieces(tts: TTS) -> None:
    def written() -> object:
        yield "Hello world, how are you "
        yield "today? I am well, thank you. "
        yield "And "
        yield "you?"

    arriving = np.concatenate([a.samples for a in tts.stream(written(), early=False)])  # type: ignore[arg-type]
    assert len(arriving) > len(tts.speak("Hello world, how are you today?"))


def test_voices_are_listed_without_loading(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("steptts.tts.load_model", lambda *_, **__: pytest.fail("loaded"))
    assert TTS(NAME).voices == ("Tingting", "TingtingRAP")


def test_the_voice_that_nobody_names_is_no_singer(tts: TTS) -> None:
    assert tts.voice().name == "Tingting"
    named = tts.speak(TEXT, voice="Tingting")
    assert np.array_equal(tts.speak(TEXT).samples, named.samples)


def test_a_recording_is_cloned_saved_listed_and_spoken_with(
    tts: TTS, converted: Path, tmp_path: Path
) -> None:
    soundfile.write(tmp_path / "me.wav", recording(48_000, 1.2, seed=3), 48_000)
    voice = tts.clone(tmp_path / "me.wav", name="me", consent="my own", transcript="hello")
    path = voice.save(tmp_path / "voices" / "me.voice")
    spoken = tts.speak(TEXT, voice=voice).samples
    assert np.array_equal(spoken, tts.speak(TEXT, voice=path).samples)
    own = TTS(converted, voices=tmp_path / "voices", device="cpu", n_steps=2)
    assert own.voices == ("me",)
    assert np.array_equal(spoken, own.speak(TEXT, voice="me").samples)
    with pytest.raises(VoiceError, match="consent"):
        tts.clone(tmp_path / "me.wav", name="me", consent="", transcript="hello")


def test_rap_takes_the_speakers_rapping_voice(tts: TTS) -> None:
    routed = tts.speak("(RAP) Hello world, how are you?", voice="Tingting", seed=2)
    rapping = tts.speak("(RAP) Hello world, how are you?", voice="TingtingRAP", seed=2)
    spoken = tts.speak("Hello world, how are you?", voice="Tingting", seed=2)
    assert np.array_equal(routed.samples, rapping.samples)
    assert not np.array_equal(routed.samples[: len(spoken)], spoken.samples[: len(routed)])


def test_a_long_text_is_spoken_passage_by_passage(tts: TTS) -> None:
    sentences = [f"This is sentence number {n}, which says a little." for n in range(24)]
    text = " ".join(sentences)
    cut = list(passages.passages(text))
    parts = list(tts.stream(text, early=False))
    assert len(parts) == len(cut)
    assert max(passages.estimated_seconds(p.text) for p in cut) <= passages.LONG_S
    assert all(np.abs(part.samples).max() > 0.01 for part in parts)
    assert len({part.samples.tobytes() for part in parts}) == len(parts)  # no passage twice
    longest = max(p.limits().max_ids for p in cut) / 41.6
    assert max(part.duration for part in parts) <= longest


def test_a_long_text_without_any_stop_is_cut_all_the_same(tts: TTS) -> None:
    parts = list(tts.stream("word " * 400, early=False))
    assert len(parts) > 3
    assert max(part.duration for part in parts) < 60


def test_an_exact_pause_is_as_long_as_it_says(tts: TTS) -> None:
    silent = [a for a in tts.stream("Hello. [pause 0.5s] World.") if not a.samples.any()]
    assert [a.duration for a in silent] == [0.5]


def test_speed_makes_it_shorter(tts: TTS) -> None:
    normal, fast = (tts.speak(TEXT, speed=speed).duration for speed in (1.0, 2.0))
    assert fast / normal == pytest.approx(0.5, abs=0.01)


def test_threads_say_what_one_says_alone(tts: TTS) -> None:
    alone = [tts.speak(TEXT, seed=seed).samples for seed in (1, 2)]
    with ThreadPoolExecutor(2) as pool:
        both = list(pool.map(lambda seed: tts.speak(TEXT, seed=seed).samples, (1, 2)))
    assert all(np.array_equal(a, b) for a, b in zip(alone, both, strict=True))


@pytest.mark.parametrize("options", [{"dtype": "bfloat16"}, {"weights": "int8"}])
def test_every_precision_speaks(converted: Path, options: dict[str, str]) -> None:
    audio = TTS(converted, device="cpu", n_steps=2, **options).speak("Hello world")  # type: ignore[arg-type]
    assert np.isfinite(audio.samples).all()


def test_the_reference_switch_draws_as_the_reference_does(converted: Path) -> None:
    tts = TTS(converted, device="cpu", n_steps=2, reference=True)
    engine = tts.load().engine
    assert isinstance(engine, StepAudio)
    assert engine.style.reference
    said: list[str] = []
    lm = engine._stages.lm
    draw = lm.draw_blocks  # type: ignore[union-attr]

    def heard(prompt: object, sampling: object, *rest: object) -> object:
        said.append(str(sampling.slots))  # type: ignore[attr-defined]
        return draw(prompt, sampling, *rest)  # type: ignore[arg-type]

    lm.draw_blocks = heard  # type: ignore[union-attr, method-assign]
    assert len(tts.speak("One sentence. Another sentence, and a third one."))
    assert said == ["False"]  # no slots, one attempt, one passage


Call = Callable[[TTS], object]


@pytest.mark.parametrize(
    ("call", "error", "told"),
    [
        (lambda tts: tts.score(TEXT), ScoreError, "scores"),
        (lambda tts: tts.speak(fakes_score()), ScoreError, "no scores"),
        (lambda tts: tts.speak(TEXT, language="en"), TextError, "language"),
        (lambda tts: tts.speak(TEXT, speed=3), ScoreError, "speed 3"),
        (lambda tts: tts.speak(TEXT, seed=-1), StepTTSError, "seed -1"),
        (lambda tts: tts.speak("a" * 100_001), TextError, "100001"),
        (lambda tts: tts.speak("..."), TextError, "nothing"),
        (lambda tts: tts.speak("(hapy) hello"), TagError, "hapy"),
        (lambda tts: tts.speak(TEXT, voice="tingtin"), VoiceError, "Tingting"),
        (lambda tts: tts.speak(TEXT, voice=fakes.voice()), VoiceError, "another model"),
        (lambda tts: tts.speak(TEXT, voice="none.voice"), VoiceError, "cannot read"),
    ],
)
def test_what_cannot_be_done_is_told(
    tts: TTS, call: Call, error: type[StepTTSError], told: str
) -> None:
    with pytest.raises(error, match=told):
        call(tts)


def fakes_score() -> object:
    return TTS(fakes.model()).score("Hello.", voice=fakes.voice())


def test_a_lexicon_is_refused(loaded: loading.LoadedModel, tmp_path: Path) -> None:
    (tmp_path / "own.txt").write_text("word\twˈɜːd\n", "utf-8")
    with pytest.raises(TextError, match="lexicon"):
        TTS(loaded, lexicon=tmp_path / "own.txt").speak(TEXT)


def test_a_voice_of_this_model_is_refused_by_another(tts: TTS, packs: Path) -> None:
    with pytest.raises(VoiceError, match="another model"):
        TTS(fakes.model(), voices=packs).speak(TEXT, voice=tts.voice())


def test_a_model_that_was_not_fetched_names_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STEPTTS_HOME", str(tmp_path))
    with pytest.raises(ManifestError, match=f"steptts fetch {NAME}"):
        TTS(NAME).speak(TEXT)


@pytest.mark.parametrize(
    "options", [{"device": "warp"}, {"dtype": "float8"}, {"weights": "int3"}, {"n_steps": 0}]
)
def test_an_option_that_does_not_exist_is_named(
    converted: Path, options: dict[str, object]
) -> None:
    with pytest.raises(BackendError, match=str(next(iter(options.values())))):
        TTS(converted, **options).load()  # type: ignore[arg-type]


def test_the_embedded_model_takes_no_device() -> None:
    with pytest.raises(BackendError, match=NAME):
        TTS(device="cuda").load()
    with pytest.raises(BackendError, match="weights"):
        TTS(device="cpu", weights="int8").load()


def test_a_loaded_model_takes_no_options(loaded: loading.LoadedModel) -> None:
    with pytest.raises(BackendError, match="loaded already"):
        TTS(loaded, device="cpu")


def test_without_torch_the_way_out_is_named(
    converted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("steptts.step_audio.model.find_spec", lambda name: None)
    with pytest.raises(BackendError, match=r"pip install 'steptts\[torch\]'"):
        TTS(converted).load()


def test_the_memory_is_told_before_loading(
    converted: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "steptts"):
        TTS(converted, device="cpu").load()
    assert "loading needs 0.6 GB" in caplog.text


def test_large_files_are_hashed_once(
    converted: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    for path in converted.iterdir():
        (folder / path.name).symlink_to(path)
    monkeypatch.setattr(verifying, "LARGE", 1 << 20)
    hashed: list[str] = []
    check = verifying.check_file
    monkeypatch.setattr(
        verifying, "check_file", lambda f, name, stage: (hashed.append(name), check(f, name, stage))
    )
    for _ in range(2):
        hashed.clear()
        loading.load_model(folder, device="cpu")
    assert "lm" not in hashed
    assert "vocoder" in hashed
    (folder / "lm.safetensors").unlink()
    (folder / "lm.safetensors").write_bytes(b"x" * (2 << 20))
    with pytest.raises(WeightsError, match="damaged"):
        loading.load_model(folder, device="cpu")


Steptts = Callable[..., tuple[int, bytes, str]]


@pytest.fixture
def steptts(home: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> Steptts:
    def run(*arguments: str) -> tuple[int, bytes, str]:
        with pytest.raises(SystemExit) as left:
            cli.main(arguments)
        sys.stdout.flush()
        out, err = capfdbinary.readouterr()
        return int(left.value.code or 0), out, err.decode()

    return run


MODEL = ("--model", NAME, "--device", "cpu", "--steps", "2")


def test_the_command_line_speaks_into_a_file(steptts: Steptts, tts: TTS, tmp_path: Path) -> None:
    path = tmp_path / "hello.wav"
    code, out, err = steptts("say", TEXT, *MODEL, "-o", str(path), "--seed", "5", "--json")
    assert (code, json.loads(out)["voice"]) == (0, "Tingting")
    assert json.loads(out)["words"] == []
    assert "loading needs" in err
    expected = tts.speak(TEXT, seed=5)
    assert len(Audio.read(path)) == len(expected)


def test_the_command_line_speaks_into_a_pipe(steptts: Steptts, tts: TTS) -> None:
    code, out, _ = steptts("say", TEXT, *MODEL, "-o", "-", "--raw", "--seed", "5")
    assert code == 0
    assert len(out) == 2 * len(tts.speak(TEXT, seed=5))


def test_the_command_line_lists_the_voices(steptts: Steptts) -> None:
    assert steptts("voices", "--model", NAME)[:2] == (0, b"Tingting\nTingtingRAP\n")
    assert json.load(io.BytesIO(steptts("voices", "--model", NAME, "--json")[1]))[0] == {
        "name": "Tingting"
    }


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("--srt", "x.srt"), 3, "scores"),
        (("--voice", "nobody"), 4, "nobody"),
        (("--weights", "int3"), 1, "int3"),
        (("--language", "en"), 3, "language"),
        (("--device", "warp"), 1, "warp"),
    ],
)
def test_the_command_line_says_what_cannot_be_done(
    steptts: Steptts, tmp_path: Path, arguments: tuple[str, ...], code: int, told: str
) -> None:
    path = tmp_path / "never.wav"
    done, _, err = steptts("say", "Hi", "--model", NAME, "-o", str(path), *arguments)
    assert (done, told in err) == (code, True)
    assert not path.exists()
