"""Audio: a value that saves, reads, trims, joins and shows itself."""

import base64
import io
import re
import wave
from pathlib import Path

import numpy as np
import pytest
import soundfile

from steptts import Audio, AudioError
from steptts.audio import join
from steptts.score import TimedWord
from steptts.sound_files import writing


def tone(seconds: float = 0.5, rate: int = 24_000, level: float = 0.5) -> Audio:
    time = np.arange(round(seconds * rate)) / rate
    return Audio((level * np.sin(2 * np.pi * 440 * time)).astype(np.float32), rate)


@pytest.mark.parametrize("suffix", [".wav", ".flac", ".mp3", ".ogg", ".opus"])
def test_a_saved_file_read_again_sounds_the_same(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"tone{suffix}"
    tone().save(path)
    again = Audio.read(path)
    assert again.sample_rate == 24_000
    assert again.duration == pytest.approx(0.5, abs=0.06)  # codecs pad to whole frames
    middle = again.samples[4_000:8_000]
    assert np.sqrt(np.mean(middle**2)) == pytest.approx(0.5 / np.sqrt(2), rel=0.05)


def test_the_own_wav_header_is_read_by_the_standard_library() -> None:
    with wave.open(io.BytesIO(tone().to_bytes("wav"))) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 24_000)
        assert file.getnframes() == 12_000


def test_opus_gets_a_rate_that_opus_knows(tmp_path: Path) -> None:
    tone(rate=22_050).save(tmp_path / "tone.opus")
    assert soundfile.info(tmp_path / "tone.opus").samplerate in (24_000, 48_000)
    assert Audio.read(tmp_path / "tone.opus").duration == pytest.approx(0.5, abs=0.01)


def test_two_channels_of_any_rate_are_read_as_one_at_the_wanted_rate(tmp_path: Path) -> None:
    left = tone(rate=44_100).samples
    soundfile.write(tmp_path / "stereo.wav", np.stack([left, np.zeros_like(left)], axis=1), 44_100)
    audio = Audio.read(tmp_path / "stereo.wav", sample_rate=16_000)
    assert (audio.sample_rate, audio.samples.ndim, len(audio)) == (16_000, 1, 8_000)
    assert np.abs(audio.samples).max() == pytest.approx(0.25, rel=0.05)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_samples_that_are_not_finite_are_refused_and_leave_no_file(
    tmp_path: Path, value: float
) -> None:
    samples = np.zeros(100, np.float32)
    samples[7] = value
    for name in ("bad.wav", "bad.flac", "bad.raw"):
        with pytest.raises(AudioError, match="sample 7 of 100"):
            Audio(samples, 24_000).save(tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_what_is_too_loud_is_clipped_instead_of_wrapped() -> None:
    pcm = np.frombuffer(Audio(np.array([2.0, -2.0], np.float32), 8_000).to_bytes("raw"), "<i2")
    assert pcm.tolist() == [32_767, -32_767]


def test_a_file_that_fails_half_way_leaves_the_old_one_whole(tmp_path: Path) -> None:
    path = tmp_path / "speech.wav"
    tone().save(path)
    before = path.read_bytes()
    half = np.concatenate([tone().samples, np.full(3, np.nan, np.float32)])
    with pytest.raises(AudioError), writing(path, 24_000) as file:
        [file.write(piece) for piece in (half[:9_000], half[9_000:])]
    assert path.read_bytes() == before
    assert [found.name for found in tmp_path.iterdir()] == ["speech.wav"]


def test_a_file_written_in_pieces_equals_one_written_at_once(tmp_path: Path) -> None:
    audio = tone(2.5)
    for suffix in (".wav", ".flac"):
        with writing(tmp_path / f"pieces{suffix}", 24_000) as file:
            for start in range(0, len(audio), 7_001):
                file.write(audio.samples[start : start + 7_001])
        audio.save(tmp_path / f"whole{suffix}")
        pieces, whole = (Audio.read(tmp_path / f"{name}{suffix}") for name in ("pieces", "whole"))
        np.testing.assert_array_equal(pieces.samples, whole.samples)


def test_a_stream_that_cannot_go_back_gets_a_header_without_a_length() -> None:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

    pipe = Pipe()
    with writing(pipe, 24_000) as file:
        file.write(tone().samples)
    assert pipe.getvalue()[4:8] == b"\xff\xff\xff\xff"
    assert len(pipe.getvalue()) == 44 + 24_000
    assert soundfile.read(io.BytesIO(pipe.getvalue()))[0].shape == (12_000,)


@pytest.mark.parametrize("name", ["speech", "speech.xyz", "speech.txt"])
def test_an_unknown_suffix_is_refused_with_the_known_ones(tmp_path: Path, name: str) -> None:
    with pytest.raises(AudioError, match=r"\.wav.*\.opus"):
        tone().save(tmp_path / name)


def test_a_folder_that_is_not_there_and_a_folder_as_file_are_named(tmp_path: Path) -> None:
    with pytest.raises(AudioError, match="No such file"):
        tone().save(tmp_path / "nowhere" / "speech.wav")
    (tmp_path / "folder.wav").mkdir()
    with pytest.raises(AudioError, match="is a folder"):
        tone().save(tmp_path / "folder.wav")


@pytest.mark.parametrize("content", [b"", b"RIFF", b"not sound at all" * 99, b"\0" * 44])
def test_what_is_no_sound_file_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "noise.wav").write_bytes(content)
    with pytest.raises(AudioError):
        Audio.read(tmp_path / "noise.wav")


def test_ten_minutes_of_silence_in_90_kilobytes_are_refused_before_they_are_decoded(
    tmp_path: Path,
) -> None:
    Audio.silence(601, 8_000).save(tmp_path / "long.flac")
    assert (tmp_path / "long.flac").stat().st_size < 200_000
    with pytest.raises(AudioError, match="at most 600 s"):
        Audio.read(tmp_path / "long.flac")


def test_trimming_keeps_the_words_on_their_sounds() -> None:
    audio = join([Audio.silence(1.0, 24_000), tone(0.5), Audio.silence(0.7, 24_000)])
    spoken = Audio(audio.samples, 24_000, (TimedWord("la", 1.0, 1.5),))
    trimmed = spoken.trimmed(keep_s=0.1)
    assert trimmed.duration == pytest.approx(0.7, abs=0.02)
    assert trimmed.words[0].start == pytest.approx(0.1, abs=0.01)
    assert trimmed.words[0].end - trimmed.words[0].start == pytest.approx(0.5)


def test_silence_alone_cannot_be_trimmed() -> None:
    with pytest.raises(AudioError, match="nothing to trim"):
        Audio.silence(1.0, 24_000).trimmed()


def test_joining_inserts_exactly_the_silence_that_is_given() -> None:
    first = Audio(tone().samples, 24_000, (TimedWord("one", 0.0, 0.4),))
    whole = join([first, Audio.silence(0.8, 24_000), first])
    assert len(whole) == 12_000 + 19_200 + 12_000
    assert not whole.samples[12_000:31_200].any()
    assert [word.start for word in whole.words] == [0.0, pytest.approx(1.3)]


def test_joining_different_rates_is_refused() -> None:
    with pytest.raises(AudioError, match="16000, 24000"):
        join([tone(rate=24_000), tone(rate=16_000)])


def test_audio_is_an_array_with_a_length_and_a_duration() -> None:
    audio = tone()
    assert np.asarray(audio) is audio.samples
    assert np.asarray(audio, dtype=np.float64).dtype == np.float64
    assert np.array(audio) is not audio.samples
    assert (len(audio), audio.duration) == (12_000, 0.5)
    assert repr(audio) == "Audio(0.50 s at 24000 Hz, 0 words)"


def test_a_notebook_gets_the_sound_at_its_own_level_and_at_most_a_minute() -> None:
    html = tone(61.0, level=0.1)._repr_html_()
    data = re.search(r"data:audio/wav;base64,([^\"]+)", html)
    assert data is not None
    shown = soundfile.read(io.BytesIO(base64.b64decode(data[1])))[0]
    assert len(shown) == 60 * 24_000
    assert np.abs(shown).max() == pytest.approx(0.1, abs=1e-3)
    assert "first 60 s of 61.0 s" in html


def test_resampling_keeps_the_length_in_seconds_and_the_pitch() -> None:
    audio = tone(1.0).resampled(48_000)
    assert (audio.sample_rate, len(audio)) == (48_000, 48_000)
    assert np.argmax(np.abs(np.fft.rfft(audio.samples))) == 440
    assert tone().resampled(24_000).sample_rate == 24_000
    with pytest.raises(AudioError, match="at least 1 Hz"):
        tone().resampled(0)
