"""The Step-1 block: one answer however the sequence is cut, padded, batched or exported."""

import math
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from steptts.nets.transformer import (  # noqa: E402
    Cache,
    Transformer,
    TransformerConfig,
    alibi_slopes,
    position_bias,
)

SMALL = TransformerConfig(width=24, n_layers=2, n_heads=6, n_kv_heads=2, ff_width=40)


@pytest.fixture
def stack() -> Transformer:
    torch.manual_seed(3)
    return Transformer(SMALL).eval().requires_grad_(False)


def test_slopes_of_48_heads_are_the_32_rung_ladder_and_16_finer_rungs() -> None:
    slopes = alibi_slopes(48).tolist()
    assert slopes[0] == pytest.approx(0.8409, abs=1e-4)
    assert slopes[31] == 2.0**-8
    assert slopes[32:34] == pytest.approx([0.9170, 0.7711], abs=1e-4)
    assert len(slopes) == 48


def test_a_causal_position_sees_itself_and_the_past_only() -> None:
    positions = torch.arange(3)
    bias = position_bias(positions, positions, SMALL)
    assert bias[2].tolist() == pytest.approx([-math.sqrt(2), -1.0, 0.0])
    assert bias[0].tolist() == [0.0, -math.inf, -math.inf]


def test_a_bidirectional_position_sees_both_sides_alike() -> None:
    config = TransformerConfig(24, 2, 6, 2, 40, causal=False)
    positions = torch.arange(3)
    bias = position_bias(positions, positions, config)
    assert bias[1].tolist() == [-1.0, 0.0, -1.0]
    torch.manual_seed(3)
    x = torch.randn(1, 5, 24)
    stack = Transformer(config).eval()
    assert torch.allclose(stack(x.flip(1)).flip(1), stack(x), atol=1e-6)


def test_without_alibi_only_the_causal_mask_is_left() -> None:
    positions = torch.arange(2)
    bias = position_bias(positions, positions, TransformerConfig(24, 2, 6, 2, 40, alibi=False))
    assert bias.tolist() == [[0.0, -math.inf], [0.0, 0.0]]


@pytest.mark.parametrize("cuts", [[9], [1] * 9, [4, 3, 2], [8, 1]])
def test_growing_steps_equal_the_full_forward(stack: Transformer, cuts: list[int]) -> None:
    x = torch.randn(2, 9, 24)
    cache, parts = stack.empty_cache(batch=2), []
    for part in x.split(cuts, 1):
        y, cache = stack.step(part, cache)
        parts.append(y)
    assert cache.keys.shape == (2, 2, 2, 9, 4)
    assert torch.allclose(torch.cat(parts, 1), stack(x), atol=2e-6)


def test_steps_in_a_fixed_cache_equal_the_full_forward_for_rows_of_different_length(
    stack: Transformer,
) -> None:
    x, lengths = torch.randn(2, 9, 24), [9, 6]
    cache = stack.empty_cache(batch=2, capacity=16)
    for buffer in cache:
        buffer.fill_(1e4)  # what lies behind the last position must never be looked at
    stack.step_in_place(x[:, :5], cache, torch.tensor([0, 0]))
    start = torch.tensor([5, 3])  # the second row goes back: its padding is overwritten
    last = stack.step_in_place(torch.stack([x[0, 5:8], x[1, 3:6]]), cache, start)
    for row, length in ((0, 8), (1, lengths[1])):
        expected = stack(x[row : row + 1, :length])[0, -3:]
        assert torch.allclose(last[row], expected, atol=2e-6)


def test_padding_of_a_bidirectional_row_changes_nothing() -> None:
    torch.manual_seed(3)
    stack = Transformer(TransformerConfig(24, 2, 6, 2, 40, causal=False)).eval()
    x = torch.randn(2, 7, 24)
    mask = torch.arange(7) < torch.tensor([[7], [4]])
    padded = stack(x, mask)
    assert torch.allclose(padded[1, :4], stack(x[1:, :4])[0], atol=1e-6)
    assert torch.allclose(padded[0], stack(x[:1])[0], atol=1e-6)


def test_the_bias_of_a_step_has_no_head_axis() -> None:
    bias = position_bias(torch.tensor([[900]]), torch.arange(901), SMALL)
    assert bias.shape == (1, 1, 901)


def test_rounding_the_bias_as_the_reference_does_changes_bfloat16_only() -> None:
    torch.manual_seed(3)
    exact = Transformer(SMALL).eval()
    rounded = Transformer(TransformerConfig(24, 2, 6, 2, 40, round_bias=True)).eval()
    rounded.load_state_dict(exact.state_dict())
    x = torch.randn(1, 40, 24)
    assert torch.equal(exact(x), rounded(x))
    x = x.bfloat16()
    assert not torch.equal(exact.bfloat16()(x), rounded.bfloat16()(x))


def test_heads_that_do_not_divide_are_refused_with_the_numbers() -> None:
    with pytest.raises(ValueError, match="n_heads 5"):
        TransformerConfig(width=24, n_layers=1, n_heads=5, n_kv_heads=1, ff_width=8)


class _StepGraph(torch.nn.Module):
    def __init__(self, stack: Transformer) -> None:
        super().__init__()
        self.stack = stack

    def forward(self, x, keys, values):  # noqa: ANN001, ANN202
        y, cache = self.stack.step(x, Cache(keys, values))
        return y, cache.keys, cache.values


@pytest.mark.filterwarnings("ignore")  # the exporter warns about its own future
def test_one_exported_graph_does_prefill_and_decode_at_any_length(
    stack: Transformer, tmp_path: Path
) -> None:
    ort = pytest.importorskip("onnxruntime")
    pytest.importorskip("onnx")
    example = (torch.randn(1, 3, 24), *(torch.randn(2, 1, 2, 5, 4) for _ in range(2)))
    torch.onnx.export(
        _StepGraph(stack),
        example,
        str(tmp_path / "step.onnx"),
        dynamo=False,
        input_names=["x", "keys", "values"],
        dynamic_axes={"x": {1: "new"}, "keys": {3: "old"}, "values": {3: "old"}},
    )
    session = ort.InferenceSession(str(tmp_path / "step.onnx"))
    random = np.random.default_rng(1)
    for new, old in ((4, 0), (1, 4), (2, 7)):
        x = random.standard_normal((1, new, 24), np.float32)
        keys, values = random.standard_normal((2, 2, 1, 2, old, 4), np.float32)
        y, longer, _ = session.run(None, {"x": x, "keys": keys, "values": values})
        past = Cache(torch.from_numpy(keys), torch.from_numpy(values))
        expected, cache = stack.step(torch.from_numpy(x), past)
        np.testing.assert_allclose(y, expected.numpy(), atol=2e-6)
        np.testing.assert_allclose(longer, cache.keys.numpy(), atol=2e-6)
