"""The path over fakes: prompts, seeds, retries, context, pauses; no network is needed."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from steptts.errors import GenerationError
from steptts.reference import Reference
from steptts.stages import FloatArray
from steptts.step_audio.acoustic import RAMP, MelStretch
from steptts.step_audio.engine import StepAudio, without_quiet_edges
from steptts.step_audio.speaker import Stages, Style, pace_of
from steptts.step_audio.voices import StepVoice, VoiceFacts
from steptts.text.prompt import LMPrompt, instruction
from steptts.tokens import END, GROUP

RATE = 1000  # samples per second of the fake sound: one sample per audio id and a few more
OFFSET = 10_000
VOICE_IDS = (9, 8, 2000, 2001, 2002)
SENTENCE = "This is a sentence of a good length for anybody."


class FakeText:
    """One id per character."""

    audio_offset = OFFSET

    def encode(self, text: str) -> list[int]:
        return [100 + ord(character) % 9000 for character in text]


class FakeLM:
    """Says ten groups and "end", unless the script of the attempt says "loop"."""

    def __init__(self, script: str = "") -> None:
        self.script = list(script)
        self.prompts: list[LMPrompt] = []
        self.looping = False

    def prefill(self, prompt: LMPrompt) -> tuple[FloatArray, int]:
        self.prompts.append(prompt)
        self.looping = bool(self.script) and self.script.pop(0) == "L"
        return self._logits(0), 1

    def step(self, audio_id: int, position: int) -> tuple[FloatArray, int]:
        return self._logits(position), position + 1

    def _logits(self, position: int) -> FloatArray:
        logits = np.zeros(END + 1, np.float32)
        if self.looping:
            logits[[1, 2, 1500, 1600, 1700][position % GROUP]] = 60
        elif position >= 10 * GROUP:
            logits[END] = 60
        return logits


class FakeSound:
    """Sound is the ids themselves, scaled: what was asked for can be read off."""

    sample_rate = RATE

    def __init__(self, level: float = 0.5) -> None:
        self.level = level
        self.seeds: list[int] = []

    def synthesize(
        self, audio_ids: Sequence[int], voice: Reference, *, seed: int, speed: float
    ) -> FloatArray:
        self.seeds.append(seed)
        quiet = np.zeros(100, np.float32)
        sound = np.full(len(audio_ids) * 10, self.level, np.float32)
        return np.concatenate([quiet, sound, quiet])

    def stream(self, voice: Reference, *, seed: int, speed: float) -> "FakeSound":
        return self

    def push(self, audio_ids: Sequence[int], *, last: bool = False) -> FloatArray:
        return np.full(len(audio_ids), self.level, np.float32)


def voice(name: str = "ana", speaker: str = "", transcript: str = "hello") -> StepVoice:
    reference = Reference(
        VOICE_IDS, np.zeros((80, 10), np.float32), np.ones(192, np.float32), transcript
    )
    return StepVoice(name, reference, VoiceFacts(speaker, "", "", "given", "2026-11-21"))


def engine(tmp_path: Path, lm: FakeLM, style: Style | None = None) -> StepAudio:
    def none(*_: object) -> str:
        raise AssertionError("not needed")

    sound, music = FakeSound(), FakeSound(0.9)
    return StepAudio(Stages(FakeText(), lm, sound, lambda: music, none, none, tmp_path), style)  # type: ignore[arg-type]


def holds(prompt: LMPrompt, part: Sequence[int]) -> bool:
    ids = prompt.ids
    return any(ids[i : i + len(part)] == tuple(part) for i in range(len(ids)))


def test_each_passage_is_prompted_with_instruction_voice_and_text(tmp_path: Path) -> None:
    lm = FakeLM()
    engine(tmp_path, lm).speak(f"(happy) {SENTENCE} {SENTENCE}", voice=voice(speaker="Ana"))
    assert len(lm.prompts) == 2
    for prompt in lm.prompts:
        assert holds(prompt, FakeText().encode(instruction("speech", "Ana")))
        assert holds(prompt, [OFFSET + i for i in VOICE_IDS])
        assert holds(prompt, FakeText().encode(f"（高兴1）{SENTENCE}"))


def test_equal_sentences_have_seeds_of_their_own_and_the_text_repeats(tmp_path: Path) -> None:
    spoken = []
    for _ in range(2):
        speaker = engine(tmp_path, FakeLM())
        speaker.speak(f"{SENTENCE} {SENTENCE}", voice=voice(), seed=5)
        spoken.append(speaker._stages.speech.seeds)  # type: ignore[attr-defined]
    assert spoken[0] == spoken[1]
    assert len(set(spoken[0])) == 2


def test_with_carry_the_passage_before_is_part_of_the_prompt(tmp_path: Path) -> None:
    lm = FakeLM()
    engine(tmp_path, lm, Style(carry=True)).speak(f"{SENTENCE} {SENTENCE}", voice=voice())
    first, second = lm.prompts
    assert not holds(first, FakeText().encode("hello" + SENTENCE))
    assert holds(second, FakeText().encode("hello" + SENTENCE))
    codes = [i for i in second.ids if i >= OFFSET]
    assert len(codes) == len(VOICE_IDS) + 10 * GROUP


def test_a_loop_is_tried_again_and_the_last_failure_is_told(tmp_path: Path) -> None:
    lm = FakeLM("LL")
    samples = engine(tmp_path, lm).speak(SENTENCE, voice=voice())
    assert len(lm.prompts) == 3
    assert len(samples) == 10 * GROUP * 10 + 200
    with pytest.raises(GenerationError, match="repeat"):
        engine(tmp_path, FakeLM("LLL")).speak(SENTENCE, voice=voice())


def test_a_streamed_passage_is_tried_again_only_before_its_first_sound(tmp_path: Path) -> None:
    with pytest.raises(GenerationError, match="repeat"):
        list(engine(tmp_path, FakeLM("L")).stream(SENTENCE, voice=voice()))
    lm = FakeLM()
    chunks = list(engine(tmp_path, lm).stream(SENTENCE, voice=voice()))
    assert [len(chunk) for chunk in chunks] == [RAMP[0] * GROUP, RAMP[1] * GROUP, GROUP]


def test_rap_is_sung_by_the_music_pair_and_the_voice_of_that_name(tmp_path: Path) -> None:
    rapping = StepVoice(
        "AnaRAP",
        Reference((7,) * 2 + (3000,) * 3, *[voice().reference.mel, np.ones(192, np.float32)]),
        voice().facts,
    )
    rapping.save(tmp_path / "AnaRAP.voice")
    lm = FakeLM()
    samples = engine(tmp_path, lm).speak("(rap) Hello", voice=voice(speaker="Ana"))
    assert samples.max() == pytest.approx(0.9)
    assert holds(lm.prompts[0], [OFFSET + 7] * 2 + [OFFSET + 3000] * 3)
    assert holds(lm.prompts[0], FakeText().encode(instruction("rap")))
    engine(tmp_path, lm).speak("(rap) Hello", voice=voice("bob"))
    assert holds(lm.prompts[1], [OFFSET + i for i in VOICE_IDS])


def test_the_pace_of_a_voice_comes_from_its_transcript() -> None:
    assert pace_of(voice(transcript="")) == 1.0
    assert pace_of(voice(transcript="一" * 100)) == 0.5  # more than anybody says in 0.12 s


def test_silence_beside_an_exact_pause_is_cut(tmp_path: Path) -> None:
    text = f"{SENTENCE} [pause 0.25s] {SENTENCE}"
    samples = engine(tmp_path, FakeLM()).speak(text, voice=voice())
    sounding = np.flatnonzero(samples)
    gaps = np.diff(sounding)
    assert gaps.max() == 250 + 1
    assert sounding[0] == 100  # at the outer ends nothing is cut


def test_quiet_edges_are_cut_only_where_asked() -> None:
    samples = np.concatenate([np.zeros(50), np.ones(100), np.zeros(50)]).astype(np.float32)
    assert len(without_quiet_edges(samples, RATE, start=True, end=False)) == 150
    assert len(without_quiet_edges(samples, RATE, start=False, end=True)) == 150
    assert len(without_quiet_edges(np.zeros(70, np.float32), RATE, start=True, end=True)) == 70


def pieces(mel: FloatArray, cuts: Sequence[int]) -> Iterator[tuple[FloatArray, bool]]:
    parts = np.split(mel, cuts, axis=1)
    for index, part in enumerate(parts):
        yield part, index == len(parts) - 1


@pytest.mark.parametrize("speed", [0.5, 0.8, 1.3, 2.0])
@pytest.mark.parametrize("cuts", [(), (1,), (5, 5, 17), (39,)])
def test_stretching_in_pieces_equals_stretching_at_once(speed: float, cuts: tuple) -> None:
    mel = np.cumsum(np.ones((2, 40), np.float32), axis=1) - 1  # 0, 1, 2 ...
    stretch = MelStretch(speed)
    given = [stretch.push(part, last=last) for part, last in pieces(mel, cuts)]
    joined = np.concatenate(given, axis=1)
    expected = np.minimum(np.arange(0, 40, speed), 39)
    np.testing.assert_allclose(joined[0], expected, atol=1e-4)


def test_speed_one_changes_nothing() -> None:
    mel = np.random.default_rng(0).standard_normal((80, 9)).astype(np.float32)
    assert MelStretch(1.0).push(mel) is mel
