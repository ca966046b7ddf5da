"""Rounded weights: near the exact ones, and computed as they are stored."""

import pytest

torch = pytest.importorskip("torch")

from steptts.nets.quantized import Int4Linear, Int8Linear, quantize  # noqa: E402

DTYPES = [torch.float32, torch.bfloat16, torch.float16]


def weight(outputs: int = 48, inputs: int = 256) -> torch.Tensor:
    torch.manual_seed(5)
    return torch.randn(outputs, inputs)


def test_int8_is_off_by_half_a_step_at_most() -> None:
    exact = weight()
    layer = Int8Linear(exact)
    error = (layer.weight * layer.scale[:, None] - exact).abs()
    assert bool((error <= layer.scale[:, None] * 0.5001).all())


def test_int4_is_off_by_half_a_step_at_most_and_takes_half_a_byte() -> None:
    exact = weight()
    layer = Int4Linear(exact)
    error = (layer.widened() - exact).abs().view(48, 2, 128).amax(2)
    assert bool((error <= layer.scale * 0.5001).all())
    assert layer.weight.nbytes == exact.numel() // 2


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("kind", [Int8Linear, Int4Linear])
@pytest.mark.parametrize("shape", [(256,), (1, 1, 256), (2, 5, 256)])
def test_the_kernel_computes_what_is_stored(
    kind: type[torch.nn.Module], shape: tuple[int, ...], dtype: torch.dtype
) -> None:
    layer = kind(weight().to(dtype))
    if isinstance(layer, Int4Linear):
        stored = layer.widened().float()
    else:
        stored = layer.weight * layer.scale[:, None].float()
    x = torch.randn(shape).to(dtype)
    expected = x.float() @ stored.T
    loose = 1e-5 if dtype == torch.float32 else 2e-2
    torch.testing.assert_close(layer(x).float(), expected, rtol=loose, atol=loose * 16)


@pytest.mark.parametrize(("inputs", "group"), [(3072, 128), (192, 64), (96, 32)])
def test_the_widest_group_that_divides_is_used(inputs: int, group: int) -> None:
    assert Int4Linear(weight(4, inputs)).group == group


def test_int4_needs_multiples_of_32() -> None:
    with pytest.raises(ValueError, match="not 40"):
        Int4Linear(weight(4, 40))


def test_only_linear_layers_without_bias_are_rounded() -> None:
    inner = torch.nn.Sequential(torch.nn.Linear(64, 8, bias=False), torch.nn.Linear(8, 2))
    stack = torch.nn.Sequential(inner, torch.nn.LayerNorm(2))
    quantize(stack, "int8", torch.device("cpu"), torch.float32)
    assert isinstance(inner[0], Int8Linear)
    assert isinstance(inner[1], torch.nn.Linear)
