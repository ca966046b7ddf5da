"""The shipped weights speak: the words are said, at the asked pitch and length, the same each time.

The judge is pocketsphinx, whose model comes in its wheel, with a grammar of the words that may
come: a recogniser that needs no download. Whisper figures are printed by ``steptts evaluate``.
"""

import numpy as np
import pytest

from steptts import TTS
from steptts.evaluate.error_rate import count_errors
from steptts.loading import SHIPPED

pocketsphinx = pytest.importorskip("pocketsphinx")

WORDS = (
    "yellow seven window garden morning purple water market summer thirty orange kitchen "
    "river paper eleven doctor music forty planet silver"
).split()
GRAMMAR = "#JSGF V1.0; grammar g; public <g> = ( " + " | ".join(WORDS) + " )+;"


@pytest.fixture(scope="module")
def tts() -> TTS:
    assert (SHIPPED / "manifest.json").exists(), "the weights must travel with the package"
    return TTS()


def heard(samples: np.ndarray, rate: int) -> list[str]:
    import soxr

    decoder = pocketsphinx.Decoder(samprate=16_000, loglevel="FATAL", lm=None)
    decoder.add_jsgf_string("words", GRAMMAR)
    decoder.activate_search("words")
    pcm = (np.clip(soxr.resample(samples, rate, 16_000), -1, 1) * 32767).astype(np.int16)
    decoder.start_utt()
    decoder.process_raw(pcm.tobytes(), full_utt=True)
    decoder.end_utt()
    hypothesis = decoder.hyp()
    return hypothesis.hypstr.split() if hypothesis else []


def test_most_words_of_a_closed_list_are_understood(tts: TTS) -> None:
    rng = np.random.default_rng(3)
    errors = total = 0
    for voice in ("ava", "michael", "emma", "puck"):
        for _ in range(3):
            said = [str(w) for w in rng.choice(WORDS, 4, replace=False)]
            audio = tts.speak(", ".join(said) + ".", voice=voice)
            errors += count_errors(said, heard(audio.samples, audio.sample_rate)).total
            total += len(said)
    assert errors <= 0.3 * total, f"{errors} of {total} words wrong; chance is over 90 %"


def test_the_same_seed_gives_the_same_samples(tts: TTS) -> None:
    one = tts.speak("The same again. 再来一次。", seed=4)
    two = tts.speak("The same again. 再来一次。", seed=4)
    np.testing.assert_array_equal(one.samples, two.samples)


def test_double_speed_takes_half_the_time(tts: TTS) -> None:
    text = "Please read this sentence at two different speeds."
    slow, fast = (tts.score(text, speed=s) for s in (1.0, 2.0))
    speech = [sum(p.duration for p in s.phones if p.is_speech) for s in (slow, fast)]
    assert speech[1] == pytest.approx(speech[0] / 2, rel=0.03)


def test_a_raised_score_is_heard_higher(tts: TTS) -> None:
    from dataclasses import replace

    score = tts.score("We are now away on a long railway.", voice="michael")
    raised = replace(
        score,
        phones=tuple(
            replace(p, pitch=tuple(1.5 * hz for hz in p.pitch) if p.pitch else None)
            for p in score.phones
        ),
    )
    low, high = (pitch_of(tts.speak(s, voice="michael").samples) for s in (score, raised))
    assert high / low == pytest.approx(1.5, rel=0.06)


def pitch_of(samples: np.ndarray) -> float:
    """Median pitch in Hz of loud 40 ms frames, by autocorrelation."""
    frames = np.lib.stride_tricks.sliding_window_view(samples, 960)[::480]
    loud = frames[np.sqrt((frames**2).mean(1)) > 0.3 * np.sqrt((frames**2).mean(1)).max()]
    spectrum = np.abs(np.fft.rfft(loud * np.hanning(960), 4096, axis=1)) ** 2
    correlation = np.fft.irfft(spectrum, axis=1)[:, 60:400]  # 400 to 60 Hz
    return float(np.median(24_000 / (correlation.argmax(1) + 60)))
