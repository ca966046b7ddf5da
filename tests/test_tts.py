"""The one path: text, utterances, score, waveform, audio; on a fake model."""

import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from steptts import (
    TTS,
    GenerationError,
    Score,
    ScoreError,
    StepTTSError,
    TextError,
    Voice,
    VoiceError,
)
from steptts.audio import join
from steptts.stages import FloatArray
from tests import fakes

TEXT = "Hello there. This is the second sentence! 你好。"


def test_the_same_seed_gives_the_same_samples_and_another_seed_others(tts: TTS) -> None:
    one, two, three = (tts.speak(TEXT, seed=seed).samples for seed in (7, 7, 8))
    np.testing.assert_array_equal(one, two)
    assert not np.array_equal(one, three)


def test_streamed_pieces_joined_are_what_is_spoken_at_once(tts: TTS) -> None:
    whole = tts.speak(TEXT)
    pieces = join(list(tts.stream(TEXT)))
    np.testing.assert_array_equal(whole.samples, pieces.samples)
    assert whole.words == pieces.words
    assert whole.score == pieces.score


def test_the_first_sentence_comes_before_the_second_is_planned(
    tts: TTS, engine: fakes.FakeEngine
) -> None:
    stream = tts.stream("First one. Second one. Third one.")
    next(stream)
    assert engine.calls == ["plan First one.", "perform First one."]


def test_closing_the_stream_stops_the_work(tts: TTS, engine: fakes.FakeEngine) -> None:
    stream = tts.stream("First one. Second one. Third one.")
    next(stream)
    stream.close()
    assert list(stream) == []
    assert not any("Third" in call for call in engine.calls)


def test_text_that_arrives_in_pieces_is_spoken_sentence_by_sentence(
    tts: TTS, engine: fakes.FakeEngine
) -> None:
    seen: list[list[str]] = []

    def pieces() -> Iterator[str]:
        for piece in ["Dr. Smi", "th paid 3.", "50. Then", " he left", ". And more."]:
            seen.append(list(engine.calls))
            yield piece

    spoken = join(list(tts.stream(pieces())))
    assert [word.text for word in spoken.words][:3] == ["Dr", "Smith", "paid"]
    assert not any("plan" in call for call in seen[2])
    assert any("Smith paid 3.50" in call for call in seen[3])


def test_pieces_without_a_word_are_an_error_only_when_all_are(tts: TTS) -> None:
    assert [word.text for word in join(list(tts.stream(["***\n\n", "Hello."]))).words] == ["Hello"]
    with pytest.raises(TextError, match="nothing that can be spoken"):
        list(tts.stream(["***\n\n", "..."]))


def test_words_have_times_that_rise_and_lie_in_the_audio(tts: TTS) -> None:
    audio = tts.speak(TEXT)
    texts = [word.text for word in audio.words]
    assert texts[:2] == ["Hello", "there"]
    assert "".join(texts[-2:]).endswith("你好") or texts[-1] == "你好"
    times = [time for word in audio.words for time in (word.start, word.end)]
    assert times == sorted(times)
    assert 0 < times[0] < times[-1] <= audio.duration


@pytest.mark.parametrize("seconds", [0.2, 0.8, 5.0])
def test_a_pause_is_exact_between_the_sounds(tts: TTS, seconds: float) -> None:
    audio = tts.speak(f"One. [pause {seconds}s] Two.")
    one, two = audio.words
    assert two.start - one.end == pytest.approx(seconds, abs=1e-3)


def test_a_pause_at_the_start_and_at_the_end_is_kept(tts: TTS) -> None:
    audio = tts.speak("[pause 1s] One. [pause 2s]")
    (one,) = audio.words
    assert one.start == pytest.approx(1.0, abs=1e-3)
    assert audio.duration - one.end == pytest.approx(2.0, abs=1e-3)


def test_most_of_a_pause_is_digital_silence(tts: TTS) -> None:
    samples = tts.speak("One. [pause 1s] Two.").samples
    assert np.sum(samples == 0) >= 0.8 * fakes.RATE


def test_a_score_is_performed_as_it_is_written(tts: TTS) -> None:
    score = tts.score(TEXT, voice="leo", seed=3)
    assert (score.text, score.voice) == (TEXT, "leo")
    np.testing.assert_array_equal(
        tts.speak(score, seed=3).samples, tts.speak(TEXT, voice="leo", seed=3).samples
    )
    again = tts.speak(Score.from_json(score.to_json()), seed=3)
    assert again.score == score


def test_an_edited_score_sounds_for_as_long_as_it_says(tts: TTS) -> None:
    score = tts.score("Fit this into two seconds, please.").fitted(2.0)
    assert tts.speak(score).duration == pytest.approx(2.0, abs=1e-3)
    assert tts.speak(score, speed=2.0).duration < 1.2


def test_twice_the_speed_takes_about_half_the_time(tts: TTS) -> None:
    normal, fast = tts.speak(TEXT), tts.speak(TEXT, speed=2.0)
    assert fast.duration == pytest.approx(normal.duration / 2, rel=0.01)


def test_each_language_is_spoken_by_its_default_voice(tts: TTS) -> None:
    english, chinese = tts.speak("Hello.").score, tts.speak("你好。").score
    assert english is not None
    assert chinese is not None
    assert (english.voice, chinese.voice) == ("ava", "mei")


def test_a_voice_can_be_named_given_or_read_from_a_file(tts: TTS, tmp_path: Path) -> None:
    path = fakes.voice("leo").save(tmp_path / "my.voice")
    by_name = tts.speak("Hello.", voice="leo").samples
    for voice in (path, str(path), Voice.load(path), tmp_path / "voices" / "leo"):
        np.testing.assert_array_equal(tts.speak("Hello.", voice=voice).samples, by_name)


def test_an_unknown_voice_names_near_ones(tts: TTS) -> None:
    with pytest.raises(VoiceError, match="did you mean ava"):
        tts.speak("Hello.", voice="avva")
    assert tts.voices == ("ava", "leo", "mei")


def test_a_voice_of_another_analysis_is_refused(tts: TTS) -> None:
    made = fakes.voice()
    facts = type(made.facts)(**{**vars(made.facts), "analysis": "older"})
    with pytest.raises(VoiceError, match=r"made for analysis 'older', this model needs"):
        tts.speak("Hello.", voice=Voice("old", made.embedding, facts))


@pytest.mark.parametrize("text", ["", " \n", "...", "***", "\u200b\u0000", "🙂" * 0])
def test_a_text_without_anything_to_speak_is_refused(tts: TTS, text: str) -> None:
    with pytest.raises(TextError):
        tts.speak(text)


def test_a_megabyte_of_text_is_refused_at_once(tts: TTS, engine: fakes.FakeEngine) -> None:
    with pytest.raises(TextError, match="1048576 characters, at most 100000"):
        tts.speak("a " * (1 << 19))
    assert engine.calls == []


def test_a_chapter_of_2000_words_is_spoken_whole_and_in_order(tts: TTS) -> None:
    chapter = " ".join(
        f"Sentence number {i} has exactly ten words in it, truly." for i in range(200)
    )
    words = [word.text for chunk in tts.stream(chapter) for word in chunk.words]
    assert [word for word in words if word.isdigit()] == [str(i) for i in range(200)]


@pytest.mark.parametrize("speed", [0.0, 0.1, 5.0, float("nan")])
def test_a_speed_out_of_range_is_refused(tts: TTS, speed: float) -> None:
    with pytest.raises(ScoreError, match="speed"):
        tts.speak("Hello.", speed=speed)


def test_a_negative_seed_is_refused(tts: TTS) -> None:
    with pytest.raises(StepTTSError, match="seed -1"):
        tts.speak("Hello.", seed=-1)


def test_what_is_not_sound_is_an_error_and_not_a_click(packs: Path) -> None:
    class Broken(fakes.FakeEngine):
        def perform(self, score: Score, voice: Voice, *, seed: int) -> FloatArray:
            return np.full(100, np.nan, np.float32)

    with pytest.raises(GenerationError, match="not finite"):
        TTS(fakes.model(Broken()), voices=packs).speak("Hello.")


def test_own_pronunciations_come_from_a_lexicon_file(packs: Path, tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text("StepTTS\tstˈɛp\n", encoding="utf-8")
    engine = fakes.FakeEngine()
    score = TTS(fakes.model(engine), voices=packs, lexicon=tmp_path / "words.txt").score("StepTTS.")
    assert "".join(phone.symbol for phone in score.phones if phone.is_speech) == "stɛp"


def test_eight_threads_on_one_object_give_what_one_gives(tts: TTS) -> None:
    texts = [f"Number {i}." for i in range(8)]
    alone = [tts.speak(text).samples for text in texts]
    together: dict[int, FloatArray] = {}

    def work(i: int) -> None:
        together[i] = tts.speak(texts[i]).samples

    threads = [threading.Thread(target=work, args=(i,)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for i, samples in enumerate(alone):
        np.testing.assert_array_equal(together[i], samples)
