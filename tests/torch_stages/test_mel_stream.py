"""A spectrogram that comes in pieces has all frames, keeps its noise and fades at the seams."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from steptts.errors import GenerationError  # noqa: E402
from steptts.reference import Reference, n_mel_frames  # noqa: E402
from steptts.stages import FloatArray  # noqa: E402
from steptts.torch_stages.flow_solver import FlowSettings  # noqa: E402
from steptts.torch_stages.mel_decoder import IDS_PER_SECOND, FlowMelDecoder, frame_noise  # noqa: E402
from steptts.torch_stages.mel_stream import MelStream  # noqa: E402
from tests.torch_stages import golden_flow  # noqa: E402


@pytest.fixture(scope="module")
def decoder() -> FlowMelDecoder:
    return FlowMelDecoder(golden_flow.network(), FlowSettings(n_steps=2))


@pytest.fixture(scope="module")
def voice() -> Reference:
    rng = np.random.default_rng(5)
    mel = rng.standard_normal((80, n_mel_frames(30, IDS_PER_SECOND)), dtype=np.float32)
    ids = tuple(rng.integers(0, 5_120, 30).tolist())
    return Reference(ids, mel, rng.standard_normal(192, dtype=np.float32))


def some_ids(n: int) -> list[int]:
    return [int(i) for i in np.random.default_rng(n).integers(0, 5_120, n)]


def test_one_push_of_everything_is_decode(decoder: FlowMelDecoder, voice: Reference) -> None:
    stream = MelStream(decoder, voice, seed=3)
    whole = decoder.decode(some_ids(60), voice, seed=3)
    np.testing.assert_array_equal(stream.push(some_ids(60), last=True), whole)


def test_pieces_add_up_to_all_frames_and_look_ahead_is_held_back(
    decoder: FlowMelDecoder, voice: Reference
) -> None:
    stream, ids = MelStream(decoder, voice, seed=3), some_ids(170)
    cuts = [0, 20, 55, 120, 170]
    pieces = [stream.push(ids[a:b]) for a, b in pairwise(cuts)]
    pieces.append(stream.push([], last=True))
    ends = np.cumsum([piece.shape[1] for piece in pieces])
    assert ends.tolist() == [n_mel_frames(n, IDS_PER_SECOND) for n in (15, 50, 115, 165, 170)]
    assert np.isfinite(np.concatenate(pieces, axis=1)).all()


def test_too_few_ids_give_nothing_yet(decoder: FlowMelDecoder, voice: Reference) -> None:
    stream = MelStream(decoder, voice, seed=3)
    assert stream.push(some_ids(5)).shape == (80, 0)
    assert stream.push([]).shape == (80, 0)
    assert stream.push([], last=True).shape == (80, 10)
    assert stream.push([], last=True).shape == (80, 0)


def test_windows_carry_the_noise_of_their_absolute_frames_and_the_mel_said_before(
    voice: Reference,
) -> None:
    seen: list[tuple[FloatArray, Reference]] = []

    class Watched(FlowMelDecoder):
        def decode_from(
            self, noise: FloatArray, audio_ids: Sequence[int], voice: Reference
        ) -> FloatArray:
            seen.append((noise, voice))
            return np.full((80, noise.shape[1] - voice.mel.shape[1]), len(seen), np.float32)

    stream = MelStream(Watched(golden_flow.network()), voice, seed=9)
    ids = some_ids(260)
    stream.push(ids[:200])
    stream.push(ids[200:])
    noise, prompt = seen[1]
    start = (195 - 90) // 15 * 15
    first = n_mel_frames(start, IDS_PER_SECOND)
    target = frame_noise(9, 1, 0, n_mel_frames(260, IDS_PER_SECOND))[:, first:]
    np.testing.assert_array_equal(noise[:, voice.mel.shape[1] :], target)
    assert prompt.audio_ids == (*voice.audio_ids, *ids[start:195])
    assert prompt.mel.shape[1] == voice.mel.shape[1] + n_mel_frames(195, IDS_PER_SECOND) - first


def test_the_look_ahead_fades_into_what_follows(voice: Reference) -> None:
    class Levels(FlowMelDecoder):
        level = 0.0

        def decode_from(
            self, noise: FloatArray, audio_ids: Sequence[int], voice: Reference
        ) -> FloatArray:
            self.level += 1.0
            return np.full((80, noise.shape[1] - voice.mel.shape[1]), self.level, np.float32)

    stream = MelStream(Levels(golden_flow.network()), voice, seed=9)
    assert set(stream.push(some_ids(30))[0]) == {1.0}
    second = stream.push(some_ids(30))[0]
    assert np.all(np.diff(second[:9]) > 0)
    assert second[0] == pytest.approx(1 + 1 / 9)
    assert set(second[8:]) == {2.0}


def test_an_unknown_id_is_refused(decoder: FlowMelDecoder, voice: Reference) -> None:
    with pytest.raises(GenerationError, match="5120 is outside"):
        MelStream(decoder, voice, seed=0).push([5_120])
