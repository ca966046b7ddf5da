"""The vocoder at its published size has the published names, shapes and count."""

import pytest

torch = pytest.importorskip("torch")

from steptts.nets.hift import Hift, HiftConfig, fold_weight_norm  # noqa: E402

Shapes = dict[str, tuple[int, ...]]


def plain(name: str, *shape: int) -> Shapes:
    return {f"{name}.weight": shape, f"{name}.bias": shape[:1]}


def normed(name: str, *shape: int, bias: int | None = None) -> Shapes:
    """A convolution in weight norm; a transposed one has as many biases as columns."""
    length = (shape[0], *[1] * (len(shape) - 1))
    biases = (shape[0] if bias is None else bias,)
    return {f"{name}.weight_v": shape, f"{name}.weight_g": length, f"{name}.bias": biases}


def snake_block(name: str, channels: int, kernel: int) -> Shapes:
    shapes: Shapes = {}
    for i in range(3):
        for half in "12":
            shapes |= normed(f"{name}.convs{half}.{i}", channels, channels, kernel)
            shapes[f"{name}.activations{half}.{i}.alpha"] = (channels,)
    return shapes


def published() -> Shapes:
    shapes = plain("m_source.l_linear", 1, 9) | normed("conv_pre", 512, 80, 7)
    shapes |= normed("ups.0", 512, 256, 16, bias=256) | normed("ups.1", 256, 128, 16, bias=128)
    shapes |= plain("source_downs.0", 256, 18, 16) | plain("source_downs.1", 128, 18, 1)
    shapes |= snake_block("source_resblocks.0", 256, 7)
    shapes |= snake_block("source_resblocks.1", 128, 11)
    for i, (channels, kernel) in enumerate((c, k) for c in (256, 128) for k in (3, 7, 11)):
        shapes |= snake_block(f"resblocks.{i}", channels, kernel)
    shapes |= normed("conv_post", 18, 128, 7)
    for i in (0, 2, 4, 6, 8):
        shapes |= normed(f"f0_predictor.condnet.{i}", 512, 512 if i else 80, 3)
    return shapes | plain("f0_predictor.classifier", 1, 512)


def test_names_shapes_and_count_are_the_published_ones() -> None:
    tensors = {name: torch.empty(shape, device="meta") for name, shape in published().items()}
    assert len(tensors) == 227
    assert sum(value.numel() for value in tensors.values()) == 20_460_591
    with torch.device("meta"):
        network = Hift(HiftConfig())
    folded = {name: tuple(value.shape) for name, value in fold_weight_norm(tensors).items()}
    assert folded == {name: tuple(value.shape) for name, value in network.state_dict().items()}
