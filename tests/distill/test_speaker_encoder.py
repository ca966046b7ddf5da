"""The encoder of cloning learns voiceprints, solves for voices, and is exported faithfully."""

import json
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from steptts.cloning.features import clip_features  # noqa: E402
from steptts.distill.own_speech import OwnClip, drawn_voice, own_speech, read_texts  # noqa: E402
from steptts.distill.print_windows import levelled, print_windows  # noqa: E402
from steptts.distill.recording_faults import with_faults  # noqa: E402
from steptts.distill.speaker_clips import SpeakerClips  # noqa: E402
from steptts.distill.speaker_encoder import (  # noqa: E402
    BOLDNESS,
    SpeakerEncoderTask,
    finish,
    solve,
)
from steptts.distill.speakers import Speaker  # noqa: E402
from steptts.errors import TextError  # noqa: E402
from steptts.evaluate.similarity import speaker_mel, windows  # noqa: E402
from steptts.nets.speaker_encoder import SpeakerEncoder, SpeakerEncoderConfig  # noqa: E402
from steptts.stages import FloatArray  # noqa: E402
from tests import fakes  # noqa: E402
from tests.cloning.speech import speech  # noqa: E402

N_SPEAKERS, PATCHES = 5, 225  # 4.5 s a clip
SPEAKERS = [Speaker(f"s{i}", (), {}, "en") for i in range(N_SPEAKERS)]


class Ears:
    """A judge that hears the spectrum's shape."""

    def embed(self, waveform: FloatArray, sample_rate: int) -> FloatArray:
        bands = np.abs(np.fft.rfft(waveform))[:4096].reshape(256, -1).mean(1)
        shape = np.log(bands + 1e-3)
        return np.asarray((shape - shape.mean()) / np.linalg.norm(shape - shape.mean()), np.float32)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two clips of each of five speakers that differ in pitch and formant."""
    folder: Path = tmp_path_factory.mktemp("corpus")
    import soxr

    waves, f0, speaker = [], [], []
    for i in range(2 * N_SPEAKERS):
        who = i % N_SPEAKERS
        wave = speech(4.5, hertz=100 + 25 * who, formant=500 + 350 * who, seed=i)
        waves.append((soxr.resample(wave, 16_000, 24_000) * 32_767).astype(np.int16))
        f0.append(np.full(2 * PATCHES, 100 + 25 * who, np.float16))
        speaker.append(who)
    rng = np.random.default_rng(0)
    arrays = {
        "samples": np.concatenate(waves),
        "f0": np.concatenate(f0),
        "voiced": np.ones(2 * PATCHES * len(waves), bool),
        "n_patches": np.full(len(waves), PATCHES, np.int32),
        "embeddings": rng.standard_normal((N_SPEAKERS, 256)).astype(np.float32),
        "speaker": np.array(speaker, np.int16),
        "kind": np.zeros(len(waves), np.uint8),
        "chinese": np.zeros(len(waves), bool),
    }
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array)
    return folder


@pytest.fixture(scope="module")
def clips(corpus: Path) -> SpeakerClips:
    return SpeakerClips([corpus], SPEAKERS, Ears())


def test_clips_are_known_by_speaker_and_stretches_apart(clips: SpeakerClips) -> None:
    assert len(clips.clips) > 2 * 2 * N_SPEAKERS
    assert len(clips.labelled(range(N_SPEAKERS))) == 2 * N_SPEAKERS
    assert len(clips.held_out) == 1
    assert not set(clips.held_out) & set(clips.train)
    drawn = [clips.clips[i] for i in clips.draw(200, torch.Generator().manual_seed(0))]
    assert {clip.speaker for clip in drawn} == set(clips.train)
    assert all(clip.stretch and len(clip.features) <= 160 for clip in drawn)


def test_a_stretch_is_told_with_what_is_heard_in_it() -> None:
    """Features and print come from the same samples, one window of the judge long."""
    heard: list[FloatArray] = []

    class Listener(Ears):
        def embed(self, waveform: FloatArray, sample_rate: int) -> FloatArray:
            heard.append(waveform)
            return super().embed(waveform, sample_rate)

    wave = speech(6.0)
    pairs = list(print_windows(wave, 16_000, np.random.default_rng(0), Listener()))
    assert len(pairs) == len(heard) == 2
    for (features, _), stretch in zip(pairs, heard, strict=True):
        assert len(windows(speaker_mel(stretch))) == 1
        np.testing.assert_array_equal(features, clip_features(stretch))
    assert not list(print_windows(wave[:16_000], 16_000, np.random.default_rng(0), Ears()))


@pytest.mark.parametrize("gain", [0.01, 1.0])
def test_the_judge_hears_every_clip_at_one_level(gain: float) -> None:
    wave = speech(4.0)
    np.testing.assert_allclose(levelled(np.float32(gain) * wave), levelled(wave), atol=1e-5)
    assert np.isfinite(levelled(np.zeros(16_000, np.float32))).all()


def test_a_corpus_of_more_speakers_than_listed_is_refused(corpus: Path) -> None:
    with pytest.raises(TextError, match="5 speakers, the list 2"):
        SpeakerClips([corpus], SPEAKERS[:2], Ears())


def test_training_brings_voiceprints_nearer(clips: SpeakerClips) -> None:
    torch.manual_seed(0)
    task = SpeakerEncoderTask(clips, batch=8)
    away = [float(task.update(step, 2e-3, 0.0)["away"]) for step in range(25)]
    assert np.mean(away[-5:]) < 0.8 * away[0]


def test_the_same_step_is_the_same_step(clips: SpeakerClips) -> None:
    parts = []
    for _ in range(2):
        torch.manual_seed(0)
        parts.append(float(SpeakerEncoderTask(clips, batch=4).update(3, 1e-3, 0.0)["away"]))
    assert parts[0] == parts[1]


def test_the_map_to_voices_gives_each_known_speaker_its_own(
    clips: SpeakerClips, tmp_path: Path
) -> None:
    torch.manual_seed(0)
    net = SpeakerEncoder(SpeakerEncoderConfig()).eval()
    with torch.no_grad():
        solve(net, clips, clips.labelled(range(N_SPEAKERS)))
        batch = clips.batch(clips.labelled([1, 3]), 400, torch.Generator().manual_seed(2))
        guess = net(batch.features, batch.pitch) / BOLDNESS
    distance = torch.cdist(guess, clips.embeddings)
    assert distance.argmin(1).tolist() == [1, 1, 3, 3]
    torch.save(net.state_dict(), tmp_path / "weights.pt")
    told = finish(clips, tmp_path / "weights.pt")
    assert json.dumps(told)
    assert told["variance"] > 0


def test_timbre_is_learned_from_the_models_own_speech_and_prosody_is_not(
    clips: SpeakerClips,
) -> None:
    torch.manual_seed(0)
    net = SpeakerEncoder(SpeakerEncoderConfig()).eval()
    rows = clips.labelled(range(N_SPEAKERS))
    own = [
        OwnClip(clips.clips[i].features, clips.clips[i].pitch, torch.full((256,), float(k)))
        for k, i in enumerate(rows)
    ]
    heads = []
    with torch.no_grad():
        for said in ((), own):
            solve(net, clips, rows, said)
            heads.append((net.head.weight.clone(), net.head.bias.clone()))
        guess = net(own[3].features[None].float(), own[3].pitch[None])[0] / BOLDNESS
    assert torch.equal(heads[0][0][128:], heads[1][0][128:])
    assert torch.equal(heads[0][1][128:], heads[1][1][128:])
    assert not torch.equal(heads[0][0][:128], heads[1][0][:128])
    assert float(guess[:128].mean()) == pytest.approx(3.0, abs=1.5)


def test_drawn_voices_spread_as_the_known_ones_do() -> None:
    rng = np.random.default_rng(0)
    known = (rng.standard_normal((60, 256)) * np.linspace(0.1, 2, 256) + 1).astype(np.float32)
    drawn = np.stack([drawn_voice(known, rng) for _ in range(600)])
    assert drawn.dtype == np.float32
    np.testing.assert_allclose(drawn.mean(0), known.mean(0), atol=0.5)
    ratio = drawn.std(0) / known.std(0)
    assert 0.9 < ratio.mean() < 1.6


def test_the_model_speaks_in_drawn_voices(tmp_path: Path) -> None:
    file = tmp_path / "texts.jsonl"
    row = {
        "id": "e0",
        "language": "en",
        "text": "We walked along the quiet river until the last light was gone.",
    }
    file.write_text(json.dumps(row) + "\n", encoding="utf-8")
    known = np.random.default_rng(0).standard_normal((5, 256)).astype(np.float32)
    made = [own_speech(fakes.model(), known, read_texts(file), 4) for _ in range(2)]
    assert [len(said) for said in made] == [4, 4]
    for one, again in zip(*made, strict=True):
        assert one.features.shape[1] == 80
        assert one.embedding.shape == (256,)
        assert torch.equal(one.features, again.features)
        assert torch.equal(one.embedding, again.embedding)
    assert len({float(said.embedding[0]) for said in made[0]}) == 4
    with pytest.raises(TextError, match="8 of 9 clips"):
        own_speech(fakes.model(), known, read_texts(file), 9)


def test_a_file_without_texts_is_named(tmp_path: Path) -> None:
    (tmp_path / "none.jsonl").touch()
    with pytest.raises(TextError, match=r"none\.jsonl"):
        read_texts(tmp_path / "none.jsonl")


def test_faults_keep_shape_and_sign_and_differ_by_row() -> None:
    power = torch.rand(4, 200, 80) + 0.1
    faulty = with_faults(power, torch.Generator().manual_seed(0))
    again = with_faults(power, torch.Generator().manual_seed(0))
    assert faulty.shape == power.shape
    assert bool((faulty > 0).all())
    assert torch.equal(faulty, again)
    change = (torch.log(faulty) - torch.log(power)).mean((1, 2))
    assert len({round(float(c), 4) for c in change}) == 4


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_graph_says_what_torch_says(tmp_path: Path) -> None:
    pytest.importorskip("onnx")
    from steptts.export.embedded import add_speaker_encoder
    from steptts.manifest import Manifest, read_manifest, verify_files, write_manifest
    from steptts.onnx_stages.session import OnnxGraph
    from steptts.onnx_stages.speaker_encoder import SpeakerEncoderStage

    torch.manual_seed(1)
    net = SpeakerEncoder(SpeakerEncoderConfig()).eval()
    torch.save(net.state_dict(), tmp_path / "weights.pt")
    write_manifest(tmp_path, Manifest("embedded", "1", "a", 24_000, {}))
    add_speaker_encoder(tmp_path / "weights.pt", tmp_path)
    stage = SpeakerEncoderStage(OnnxGraph(tmp_path / "speaker_encoder.onnx"))
    features = np.random.default_rng(0).standard_normal((60, 80)).astype(np.float32)
    pitch = np.array([0.3, -0.2], np.float32)
    with torch.no_grad():
        expected = net(torch.from_numpy(features)[None], torch.from_numpy(pitch)[None])[0].numpy()
    ours = stage.embed(features, pitch)
    assert np.corrcoef(ours, expected)[0, 1] > 0.999  # int8 weights
    manifest = read_manifest(tmp_path)
    assert "speaker_encoder" in manifest.stages
    verify_files(tmp_path, manifest)
