"""The mel decoder agrees with the recorded reference, stage by stage, and under padding."""

import numpy as np
import numpy.typing as npt
import pytest

torch = pytest.importorskip("torch")

from torch import Tensor  # noqa: E402

from steptts.errors import GenerationError, VoiceError, WeightsError  # noqa: E402
from steptts.nets.masked_norm import Padding  # noqa: E402
from steptts.nets.token_to_mel import TokenToMel, conditions  # noqa: E402
from steptts.reference import Reference, n_mel_frames  # noqa: E402
from steptts.torch_stages import flow_solver  # noqa: E402
from steptts.torch_stages.flow_solver import FlowSettings, FlowSolver, bucket_of  # noqa: E402
from steptts.torch_stages.mel_decoder import (  # noqa: E402
    FlowMelDecoder,
    frame_noise,
    load_mel_decoder,
)
from tests.closeness import assert_close  # noqa: E402
from tests.torch_stages import golden_flow  # noqa: E402

Case = dict[str, Tensor]


@pytest.fixture(scope="module")
def network() -> TokenToMel:
    return golden_flow.network()


@pytest.fixture(scope="module", params=golden_flow.CASES)
def case(request: pytest.FixtureRequest) -> Case:
    return golden_flow.cases()[request.param]


def reference_of(case: Case) -> Reference:
    return Reference(
        audio_ids=tuple(case["prompt_token"][0].tolist()),
        mel=case["prompt_feat"][0].T.numpy(),
        speaker_embedding=case["embedding"][0].numpy(),
    )


def short_reference(n_groups: int = 12) -> Reference:
    rng = np.random.default_rng(5)
    frames = n_mel_frames(5 * n_groups, golden_flow.RATE)
    return Reference(
        tuple(rng.integers(0, 5_120, 5 * n_groups).tolist()),
        rng.standard_normal((80, frames), dtype=np.float32),
        rng.standard_normal(192, dtype=np.float32),
    )


def regulated(network: TokenToMel, case: Case) -> Tensor:
    hidden = network.encode(torch.cat([case["prompt_token"], case["token"]], dim=1))
    prompt_frames = case["prompt_feat"].shape[1]
    frames = n_mel_frames(case["token"].shape[1], golden_flow.RATE)
    return network.regulate(hidden, case["prompt_token"].shape[1], prompt_frames, frames)


def test_encoder_regulator_and_speaker_equal_the_recorded_ones(
    network: TokenToMel, case: Case
) -> None:
    hidden = network.encode(torch.cat([case["prompt_token"], case["token"]], dim=1))
    assert_close("flow encoder_proj", hidden, case["encoder_proj"], 2e-5)
    assert_close("flow mu", regulated(network, case), case["mu"], 1e-4)
    assert_close("flow speaker", network.speaker(case["embedding"]), case["spks"], 1e-5)


def test_the_estimator_equals_the_recorded_one_with_and_without_conditions(
    network: TokenToMel, case: Case
) -> None:
    given = conditions(case["mu"], case["spks"], case["cond"])
    biases = network.estimator.time_biases([0.3])
    rows = torch.cat([case["z"].expand(2, -1, -1), given], dim=1)
    velocity = network.estimator(rows, biases)
    assert_close("flow estimator", velocity[:1], case["estimator_t0.3_cond"], 5e-5)
    assert_close("flow estimator, no cond", velocity[1:], case["estimator_t0.3_uncond"], 5e-5)


@pytest.mark.parametrize("bucketed", [False, True])
def test_the_mel_after_ten_steps_equals_the_recorded_one(
    network: TokenToMel, case: Case, bucketed: bool
) -> None:
    settings, rate = golden_flow.SETTINGS, golden_flow.RATE
    decoder = FlowMelDecoder(network, settings, ids_per_second=rate, bucketed=bucketed)
    ids = [max(0, i) for i in case["token"][0].tolist()]  # the reference clamps, too
    mel = decoder.decode_from(case["z"][0].numpy(), ids, reference_of(case))
    assert_close(f"flow mel, bucketed={bucketed}", mel, case["mel"][0], 2e-4)


def test_an_id_below_zero_counts_as_zero_in_the_network(network: TokenToMel) -> None:
    ids = torch.tensor([[-7, 5, 1100]])
    assert torch.equal(network.encode(ids), network.encode(ids.clamp(min=0)))


@pytest.mark.parametrize("frames", [31, 64, 101])
def test_padding_changes_no_velocity(network: TokenToMel, frames: int) -> None:
    torch.manual_seed(frames)
    rows = torch.randn(2, 320, frames)
    biases = network.estimator.time_biases([0.5])
    alone = network.estimator(rows, biases)
    longer = torch.nn.functional.pad(rows, (0, 130 - frames), value=9.0)
    mask = torch.nn.functional.pad(torch.ones(1, 1, frames), (0, 130 - frames))
    padded = network.estimator(longer, biases, Padding.of(mask))
    assert_close(f"velocity of {frames} padded to 130", padded[:, :, :frames], alone, 2e-5)
    assert not padded[:, :, frames:].any()


def test_utterances_of_two_lengths_share_a_batch(network: TokenToMel) -> None:
    torch.manual_seed(2)
    rows = torch.randn(2, 320, 66)
    mask = torch.ones(2, 1, 66)
    mask[1, :, 33:] = 0
    biases = network.estimator.time_biases([0.5])
    both = network.estimator(rows, biases, Padding.of(mask))
    assert torch.allclose(both[:1], network.estimator(rows[:1], biases), atol=2e-5)
    short = network.estimator(rows[1:, :, :33], biases)
    assert torch.allclose(both[1:, :, :33], short, atol=2e-5)


def test_fused_projections_give_the_same_mel() -> None:
    case = golden_flow.cases()[golden_flow.CASES[0]]
    plain, fused = golden_flow.network(), golden_flow.network()
    fused.estimator.fuse()
    noise, ids = case["z"][0].numpy(), case["token"][0].tolist()
    want = FlowMelDecoder(plain).decode_from(noise, ids, reference_of(case))
    got = FlowMelDecoder(fused).decode_from(noise, ids, reference_of(case))
    assert_close("flow mel, fused", got, want, 2e-5)


def test_half_precision_weights_keep_the_state_in_float32() -> None:
    case = golden_flow.cases()[golden_flow.CASES[0]]
    network = golden_flow.network()
    network.estimator.to(torch.bfloat16)
    solver = FlowSolver(network.estimator, golden_flow.SETTINGS, bucketed=True)
    given = conditions(case["mu"], case["spks"], case["cond"])
    mel = solver.solve(case["z"], given)
    assert mel.dtype == torch.float32
    off = (mel[:, :, case["prompt_feat"].shape[1] :] - case["mel"]).abs()
    assert off.mean() < 0.035  # the whole reference in bfloat16 is off by 0.035 (its README)


def test_without_guidance_only_the_conditional_half_is_computed(network: TokenToMel) -> None:
    case = golden_flow.cases()[golden_flow.CASES[0]]
    given = conditions(case["mu"], case["spks"], case["cond"])
    halved = FlowSolver(network.estimator, FlowSettings(n_steps=1, guidance=0.0))
    velocity = network.estimator(
        torch.cat([case["z"], given[:1]], dim=1), network.estimator.time_biases([0.0])
    )
    assert torch.allclose(halved.solve(case["z"], given), case["z"] + velocity, atol=1e-5)


def test_equal_seeds_give_equal_mels_and_other_seeds_others(network: TokenToMel) -> None:
    decoder = FlowMelDecoder(network, FlowSettings(n_steps=2))
    ids, voice = [3, 4, 1030, 1031, 1032] * 3, short_reference()
    first = decoder.decode(ids, voice, seed=7)
    assert first.shape == (80, 31)
    assert first.dtype == np.float32
    np.testing.assert_array_equal(first, decoder.decode(ids, voice, seed=7))
    assert np.abs(first - decoder.decode(ids, voice, seed=8)).max() > 0.1


def test_the_noise_of_a_frame_does_not_depend_on_how_many_follow() -> None:
    long = frame_noise(3, 1, 0, 50)
    np.testing.assert_array_equal(long[:, :20], frame_noise(3, 1, 0, 20))
    np.testing.assert_array_equal(long[:, 20:], frame_noise(3, 1, 20, 30))
    assert not np.array_equal(long, frame_noise(3, 0, 0, 50))


def test_a_voice_without_a_prompt_is_decoded_from_its_embedding_alone(network: TokenToMel) -> None:
    voice = Reference((), np.zeros((80, 0), np.float32), np.ones(192, np.float32))
    mel = FlowMelDecoder(network, FlowSettings(n_steps=1)).decode([1, 2, 1100], voice, seed=0)
    assert mel.shape == (80, 6)


def test_a_long_prompt_is_cropped_before_decoding(
    network: TokenToMel, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []

    def watch(self: FlowSolver, noise: Tensor, given: Tensor) -> Tensor:
        seen.append(noise.shape[2])
        return noise

    monkeypatch.setattr(FlowSolver, "solve", watch)
    settings = FlowSettings(prompt_seconds=1.0)
    FlowMelDecoder(network, settings).decode([1] * 15, short_reference(40), seed=0)
    assert seen == [2 * 31 + 31]  # 0.72 s of prompt and 0.36 s of target


@pytest.mark.parametrize(
    ("ids", "error"), [([], "0 audio ids"), ([5_120], "5120 is outside"), ([-1], "-1 is outside")]
)
def test_ids_that_cannot_be_decoded_are_refused(
    network: TokenToMel, ids: list[int], error: str
) -> None:
    with pytest.raises(GenerationError, match=error):
        FlowMelDecoder(network).decode(ids, short_reference(), seed=0)


def test_a_reference_with_ids_but_no_mel_is_refused(network: TokenToMel) -> None:
    halved = Reference((1, 2), np.zeros((80, 0), np.float32), np.ones(192, np.float32))
    with pytest.raises(VoiceError, match="2 audio ids but 0 mel"):
        FlowMelDecoder(network).decode([1], halved, seed=0)


def test_lengths_share_buckets_of_64_and_from_12_seconds_on_of_256() -> None:
    assert [bucket_of(n) for n in (1, 64, 65, 1_024, 1_025)] == [64, 64, 128, 1_024, 1_280]


class StandInGraph:
    """Does on replay what a captured graph would: fills ``mel`` from the held inputs."""

    def __init__(self, solver: FlowSolver, held: tuple[Tensor, Tensor, Tensor]) -> None:
        self.solver, self.held, self.replays = solver, held, 0
        self.mel = torch.zeros_like(held[0])

    def replay(self) -> None:
        self.replays += 1
        self.mel.copy_(self.solver._follow(*self.held))


def test_a_graph_is_captured_once_for_a_bucket_fed_anew_and_the_oldest_goes(
    network: TokenToMel, monkeypatch: pytest.MonkeyPatch
) -> None:
    solver = FlowSolver(network.estimator, FlowSettings(n_steps=2), bucketed=True)
    captured: list[StandInGraph] = []

    def capture(noise: Tensor, given: Tensor, mask: Tensor) -> flow_solver._Graph:
        held = (torch.zeros_like(noise), torch.zeros_like(given), torch.zeros_like(mask))
        captured.append(StandInGraph(solver, held))
        return flow_solver._Graph(captured[-1], *held, captured[-1].mel)  # type: ignore[arg-type]

    monkeypatch.setattr(flow_solver, "MOST_GRAPHS", 2)
    monkeypatch.setattr(solver, "_capture", capture)
    monkeypatch.setattr(solver, "_follow_or_replay", solver._replay)
    plain = FlowSolver(network.estimator, FlowSettings(n_steps=2))
    for frames in (40, 50, 100, 40, 130, 100):
        noise, given = torch.randn(1, 80, frames), torch.randn(2, 240, frames)
        assert torch.allclose(solver.solve(noise, given), plain.solve(noise, given), atol=2e-5)
    assert [graph.held[0].shape[2] for graph in captured] == [64, 128, 192, 128]
    assert [graph.replays for graph in captured] == [3, 1, 1, 1]


@pytest.fixture
def tensors() -> dict[str, Tensor]:
    return {name: value.clone() for name, value in golden_flow.network().state_dict().items()}


def test_a_checkpoint_loads_by_its_published_names(tensors: dict[str, Tensor]) -> None:
    decoder = load_mel_decoder(tensors, golden_flow.config(), golden_flow.SETTINGS)
    case = golden_flow.cases()[golden_flow.CASES[0]]
    ids = case["token"][0].tolist()
    mel: npt.NDArray[np.float32] = decoder.decode_from(
        case["z"][0].numpy(), ids, reference_of(case)
    )
    assert_close("flow mel, loaded", mel, case["mel"][0], 2e-4)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (lambda t: t.pop("encoder_proj.bias"), "1 tensors missing: encoder_proj.bias"),
        (lambda t: t.update(extra=torch.zeros(1)), "1 tensors surplus: extra"),
        (lambda t: t.update({"encoder_proj.bias": torch.zeros(3)}), r"\[3\], expected \[80\]"),
        (
            lambda t: t.update({"encoder_proj.bias": torch.zeros(80, dtype=torch.int8)}),
            "not floating point: encoder_proj.bias torch.int8",
        ),
        (lambda t: t.clear(), "and 230 more"),
    ],
)
def test_a_checkpoint_that_does_not_fit_is_refused_by_name(
    tensors: dict[str, Tensor], change: object, error: str
) -> None:
    change(tensors)  # type: ignore[operator]
    with pytest.raises(WeightsError, match=error):
        load_mel_decoder(tensors, golden_flow.config(), source="flow.pt")
