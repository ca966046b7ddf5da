"""The language model: recorded logits and greedy ids, however it is cut, cached or batched."""

import pytest

torch = pytest.importorskip("torch")

import contextlib  # noqa: E402
from collections.abc import Iterator, Sequence  # noqa: E402
from types import SimpleNamespace  # noqa: E402

import numpy as np  # noqa: E402
from safetensors.torch import load_file  # noqa: E402

from steptts.errors import GenerationError, WeightsError  # noqa: E402
from steptts.nets.step1_lm import Step1Config, Step1LM  # noqa: E402
from steptts.nets.transformer import (  # noqa: E402
    TransformerConfig,
    alibi_slopes,
    position_bias,
)
from steptts.sampling import Limits, Sampling, generate_ids, next_id  # noqa: E402
from steptts.text.prompt import LMPrompt  # noqa: E402
from steptts.tokens import END, N_AUDIO_IDS, check  # noqa: E402
from steptts.torch_stages import decoding  # noqa: E402
from steptts.torch_stages.device_sampling import DeviceSampler  # noqa: E402
from steptts.torch_stages.lm import LMOptions, TorchTokenLM, load_lm  # noqa: E402
from tests.recorded import golden  # noqa: E402
from tests.torch_stages.golden_lm import CASES, MODELS, golden_case, golden_model  # noqa: E402

TOLERANCE = 2e-4  # absolute, ten times the spread between float32 formulations
BF16_TOLERANCE = 1.0
RECORDED_BIAS = golden("lm") / "bias.safetensors"
HEADS = [int(n.split("_")[1]) for n in load_file(RECORDED_BIAS) if n.startswith("slopes_")]


@pytest.mark.parametrize("heads", HEADS)
def test_slopes_and_bias_are_the_recorded_ones(heads: int) -> None:
    recorded = load_file(RECORDED_BIAS)
    slopes = alibi_slopes(heads)
    torch.testing.assert_close(slopes, recorded[f"slopes_{heads}"], rtol=1e-6, atol=0)
    row = position_bias(torch.tensor([32]), torch.arange(33), TransformerConfig(8, 1, 1, 1, 8))
    torch.testing.assert_close(
        slopes[:, None] * row, recorded[f"bias_last_row_{heads}"], rtol=1e-6, atol=1e-7
    )


def test_the_whole_bias_table_is_the_recorded_one() -> None:
    recorded = load_file(RECORDED_BIAS)["bias_table_12heads_12x12"]
    positions = torch.arange(12)
    table = position_bias(positions, positions, TransformerConfig(8, 1, 1, 1, 8))
    torch.testing.assert_close(alibi_slopes(12)[:, None, None] * table, recorded)


@pytest.mark.parametrize(("model", "case"), CASES)
def test_prefill_gives_the_recorded_logits_at_every_position(model: str, case: str) -> None:
    network, embedding = golden_model(model)
    recorded = golden_case(model, case)
    logits = network(embedding[recorded["input_ids"]][None])[0]
    torch.testing.assert_close(logits, recorded["prefill_logits"], rtol=0, atol=TOLERANCE)


@pytest.mark.parametrize(("model", "case"), CASES)
@pytest.mark.parametrize("chunk", [1, 7, 1000])
def test_cached_decoding_gives_the_recorded_logits_after_any_prefill(
    model: str, case: str, chunk: int
) -> None:
    network, embedding = golden_model(model)
    recorded = golden_case(model, case)
    ids = recorded["input_ids"]
    cache = network.transformer.empty_cache(1, len(ids) + len(recorded["forced_ids"]))
    for begin in range(0, len(ids), chunk):
        part = embedding[ids[begin : begin + chunk]][None]
        logits = network.prefill(part, cache, torch.tensor([begin]))
    expected = recorded["prefill_logits"][-1]
    torch.testing.assert_close(logits[0], expected, rtol=0, atol=TOLERANCE)
    for step, forced in enumerate(recorded["forced_ids"]):
        logits = network.decode(forced[None], cache, torch.tensor([len(ids) + step]))
        expected = recorded["forced_logits"][step]
        torch.testing.assert_close(logits[0], expected, rtol=0, atol=TOLERANCE)


def greedy(
    network: Step1LM, embedding: torch.Tensor, prompts: Sequence[torch.Tensor], n_ids: int
) -> list[list[int]]:
    """Most likely ids of each row of one batch; the rows have different lengths."""
    room = max(map(len, prompts)) + n_ids
    cache = network.transformer.empty_cache(len(prompts), room)
    length = torch.tensor([len(prompt) for prompt in prompts])
    first = []
    for row, prompt in enumerate(prompts):
        rows = type(cache)(cache.keys[:, row : row + 1], cache.values[:, row : row + 1])
        first.append(network.prefill(embedding[prompt][None], rows, torch.tensor([0]))[0])
    said = [torch.stack(first).argmax(1)]
    for step in range(n_ids - 1):
        said.append(network.decode(said[-1], cache, length + step).argmax(1))
    return torch.stack(said, 1).tolist()


@pytest.mark.parametrize("model", MODELS)
def test_greedy_ids_are_the_recorded_ones_at_every_batch_size(model: str) -> None:
    network, embedding = golden_model(model)
    recorded = [golden_case(name, case) for name, case in CASES if name == model]
    prompts = [case["input_ids"] for case in recorded]
    expected = [case["greedy_ids"].tolist() for case in recorded]
    n_ids = len(expected[0])
    assert [greedy(network, embedding, [p], n_ids)[0] for p in prompts] == expected
    assert greedy(network, embedding, prompts, n_ids) == expected
    assert greedy(network, embedding, prompts * 2, n_ids) == expected * 2


@pytest.mark.parametrize("round_bias", [False, True])
@pytest.mark.parametrize(("model", "case"), CASES)
def test_bfloat16_stays_near_the_recorded_logits(model: str, case: str, round_bias: bool) -> None:
    network, embedding = golden_model(model, round_bias=round_bias)
    recorded = golden_case(model, case)
    x = embedding[recorded["input_ids"]][None].bfloat16()
    logits = network.bfloat16()(x)[0].float()
    expected = recorded["prefill_logits"]
    torch.testing.assert_close(logits, expected, rtol=0, atol=BF16_TOLERANCE)


OFFSET = 100
SMALL = Step1Config(TransformerConfig(32, 2, 4, 2, 64), vocabulary=OFFSET + N_AUDIO_IDS)
PROMPT = LMPrompt(tuple(range(5, 65)) + tuple(range(200, 260)), 70)


def small_tensors() -> dict[str, torch.Tensor]:
    torch.manual_seed(11)
    network = Step1LM(SMALL)
    tensors = {name: 0.3 * torch.randn(w.shape) for name, w in network.state_dict().items()}
    tensors = {name: w for name, w in tensors.items() if name != "audio_embedding"}
    for name in tensors:
        if "norm" in name:
            tensors[name] = torch.ones_like(tensors[name])
    return {**tensors, "embedding": torch.randn(SMALL.vocabulary, 32)}


def small_lm(**options: object) -> TorchTokenLM:
    return load_lm(
        small_tensors(), SMALL, audio_offset=OFFSET, options=LMOptions(room=400), **options
    )


class StepByStep:
    """The same model without the drawing method, so that the NumPy sampler draws."""

    def __init__(self, lm: TorchTokenLM) -> None:
        self.prefill, self.step = lm.prefill, lm.step


def said(ids: Iterator[int]) -> list[int]:
    heard: list[int] = []
    with contextlib.suppress(GenerationError):
        for audio_id in ids:
            heard.append(audio_id)
    return heard


def test_the_audio_rows_come_from_the_embedding_at_the_offset() -> None:
    tensors = small_tensors()
    lm = small_lm()
    rows = tensors["embedding"][OFFSET : OFFSET + N_AUDIO_IDS]
    assert torch.equal(lm.network.audio_embedding[:N_AUDIO_IDS], rows)


@pytest.mark.parametrize("seed", [0, 1])
def test_drawing_on_the_device_and_step_by_step_say_the_same_ids(seed: int) -> None:
    lm, limits = small_lm(), Limits(max_ids=60)
    on_device = said(generate_ids(lm, PROMPT, seed=seed, limits=limits))
    by_step = said(generate_ids(StepByStep(lm), PROMPT, seed=seed, limits=limits))
    assert on_device == by_step
    assert len(on_device) >= 5
    check(on_device[: len(on_device) // 5 * 5])


class FakeGraph:
    """A CUDA graph that remembers the step it captured and runs it when replayed."""

    capturing: "FakeGraph | None" = None

    def replay(self) -> None:
        self.step()

    @contextlib.contextmanager
    def capture(self) -> Iterator[None]:
        FakeGraph.capturing = self
        yield
        FakeGraph.capturing = None


def test_captured_steps_say_what_plain_steps_say(monkeypatch: pytest.MonkeyPatch) -> None:
    """The host's side of capturing: warm-ups leave no trace, each bucket has its own graph."""
    run = decoding.Decoding._step

    def step(self: decoding.Decoding, bucket: int) -> None:
        if FakeGraph.capturing is None:
            run(self, bucket)
        else:  # as on a GPU, what is captured is not run
            FakeGraph.capturing.step = lambda: run(self, bucket)

    stream = SimpleNamespace(wait_stream=lambda other: None)
    monkeypatch.setattr(torch.cuda, "CUDAGraph", FakeGraph)
    monkeypatch.setattr(torch.cuda, "Stream", lambda: stream)
    monkeypatch.setattr(torch.cuda, "current_stream", lambda: stream)
    monkeypatch.setattr(torch.cuda, "stream", lambda chosen: contextlib.nullcontext())
    monkeypatch.setattr(torch.cuda, "graph", FakeGraph.capture)
    limits = Limits(max_ids=60)
    plain = said(generate_ids(small_lm(), PROMPT, seed=0, limits=limits))
    monkeypatch.setattr(decoding.Decoding, "_step", step)
    monkeypatch.setattr(decoding, "BUCKET", 32)
    options = LMOptions(room=400, graphs=True)
    lm = load_lm(small_tensors(), SMALL, audio_offset=OFFSET, options=options)
    for _ in range(2):
        assert said(generate_ids(lm, PROMPT, seed=0, limits=limits)) == plain
    (idle,) = lm._idle
    buckets = sorted(bucket for bucket, _ in idle._graphs)
    assert buckets == list(range(128, 128 + 32 * len(buckets), 32))
    assert len(buckets) > 1


def test_a_kept_voice_changes_nothing_but_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    lm = small_lm()
    first, _ = lm.prefill(PROMPT)
    again, _ = lm.prefill(PROMPT)
    fresh, _ = small_lm().prefill(PROMPT)
    assert np.array_equal(first, again)
    assert np.array_equal(first, fresh)
    read = []
    prefill = lm.network.prefill
    monkeypatch.setattr(
        lm.network, "prefill", lambda x, *rest: read.append(x.shape[1]) or prefill(x, *rest)
    )
    lm.prefill(PROMPT)
    assert read == [len(PROMPT.ids) - PROMPT.n_shared]


def test_voices_beyond_the_store_are_forgotten() -> None:
    lm = load_lm(
        small_tensors(), SMALL, audio_offset=OFFSET, options=LMOptions(room=400, kept_voices=2)
    )
    for voice in range(5):
        lm.prefill(LMPrompt((voice, *PROMPT.ids), 70))
    assert len(lm._voices) == 2


def test_a_long_prompt_in_parts_equals_the_full_forward() -> None:
    lm = load_lm(small_tensors(), SMALL, audio_offset=OFFSET, options=LMOptions(room=1000))
    prompt = LMPrompt(tuple(int(i) for i in np.random.default_rng(0).integers(0, 5000, 700)), 333)
    logits, _ = lm.prefill(prompt)
    expected = lm.network(lm.embedding[list(prompt.ids)][None])[0, -1]
    np.testing.assert_allclose(logits, expected.numpy(), atol=5e-5)


def test_running_out_of_room_keeps_the_ids() -> None:
    lm = load_lm(
        small_tensors(), SMALL, audio_offset=OFFSET, options=LMOptions(room=len(PROMPT.ids) + 20)
    )
    with pytest.raises(GenerationError, match="room of 140") as raised:
        list(lm.draw_blocks(PROMPT, Sampling(), 10_000, np.zeros(900, np.float32) + 0.5))
    assert len(raised.value.audio_ids) == 20
    with pytest.raises(GenerationError, match="does not fit the room"):
        lm.prefill(LMPrompt(PROMPT.ids * 3, 70))


def test_two_utterances_at_once_do_not_disturb_each_other() -> None:
    lm = small_lm()
    alone = said(generate_ids(lm, PROMPT, seed=3, limits=Limits(max_ids=30)))
    one = generate_ids(lm, PROMPT, seed=3, limits=Limits(max_ids=30))
    other = generate_ids(lm, LMPrompt(PROMPT.ids[:90], 70), seed=9, limits=Limits(max_ids=30))
    heard = [next(one)]
    said(other)
    assert heard + said(one) == alone


@pytest.mark.parametrize("rules", [Sampling(), Sampling(top_k=9999), Sampling(slots=False),
                                   Sampling(temperature=0.0)])  # fmt: skip
def test_the_device_sampler_draws_as_the_numpy_sampler(rules: Sampling) -> None:
    random = np.random.default_rng(0)
    sampler = DeviceSampler(rules, torch.device("cpu"))
    for _ in range(4):
        sampler.begin(min_ids=10)
        history: list[int] = []
        for position in range(25):
            logits = (3 * random.standard_normal(END + 1)).astype(np.float32)
            logits[[7, 2000]] += 9  # likely to be repeated
            uniform = random.random(dtype=np.float32)
            expected = next_id(logits, history, rules, 10, float(uniform))
            drawn = sampler.draw(
                torch.from_numpy(logits), torch.tensor([position]), torch.tensor([uniform])
            )
            assert drawn.item() == expected
            history.append(expected)


@pytest.mark.parametrize("weights", ["int8", "int4"])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.float16])
def test_rounded_weights_lean_as_the_exact_ones_do(weights: str, dtype: torch.dtype) -> None:
    exact, _ = small_lm().prefill(PROMPT)
    rounded, _ = small_lm(weights=weights, dtype=dtype).prefill(PROMPT)
    assert np.corrcoef(exact, rounded)[0, 1] > 0.8
    assert not np.allclose(exact, rounded, atol=1e-3)


@pytest.mark.parametrize("fault", ["missing", "surplus", "shape", "dtype"])
def test_tensors_that_do_not_fit_are_refused_by_name(fault: str) -> None:
    tensors = small_tensors()
    name = "transformer.layers.1.ff.down.weight"
    if fault == "missing":
        del tensors[name]
    elif fault == "surplus":
        name = "head.bias"
        tensors[name] = torch.zeros(3)
    elif fault == "shape":
        tensors[name] = tensors[name].T.contiguous()
    else:
        tensors[name] = tensors[name].int()
    with pytest.raises(WeightsError, match=name):
        load_lm(tensors, SMALL, audio_offset=OFFSET)


def test_unknown_rounding_is_refused() -> None:
    with pytest.raises(WeightsError, match="int3"):
        small_lm(weights="int3")
