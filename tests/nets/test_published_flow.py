"""The mel decoder at its published size has the published names, shapes and count."""

import pytest

torch = pytest.importorskip("torch")

from steptts.nets.token_to_mel import TokenToMel, TokenToMelConfig  # noqa: E402

Shapes = dict[str, tuple[int, ...]]


def with_bias(name: str, *shape: int) -> Shapes:
    """Weight and bias; the bias has one number for each row."""
    return {f"{name}.weight": shape, f"{name}.bias": shape[:1]}


def encoder() -> Shapes:
    shapes: Shapes = {"input_embedding.weight": (5121, 512)}
    shapes |= with_bias("spk_embed_affine_layer", 80, 192)
    shapes |= with_bias("encoder.embed.out.0", 512, 512)
    shapes |= with_bias("encoder.embed.out.1", 512)
    for i in range(6):
        layer = f"encoder.encoders.{i}"
        for part in ("linear_q", "linear_k", "linear_v", "linear_out"):
            shapes |= with_bias(f"{layer}.self_attn.{part}", 512, 512)
        shapes[f"{layer}.self_attn.linear_pos.weight"] = (512, 512)
        shapes[f"{layer}.self_attn.pos_bias_u"] = (8, 64)
        shapes[f"{layer}.self_attn.pos_bias_v"] = (8, 64)
        shapes |= with_bias(f"{layer}.feed_forward.w_1", 2048, 512)
        shapes |= with_bias(f"{layer}.feed_forward.w_2", 512, 2048)
        shapes |= with_bias(f"{layer}.norm_mha", 512) | with_bias(f"{layer}.norm_ff", 512)
    shapes |= with_bias("encoder.after_norm", 512) | with_bias("encoder_proj", 80, 512)
    for i in (0, 3, 6, 9):
        shapes |= with_bias(f"length_regulator.model.{i}", 80, 80, 3)
        shapes |= with_bias(f"length_regulator.model.{i + 1}", 80)
    return shapes | with_bias("length_regulator.model.12", 80, 80, 1)


def stage(name: str, in_channels: int) -> Shapes:
    shapes = with_bias(f"{name}.0.mlp.1", 256, 1024)
    shapes |= with_bias(f"{name}.0.block1.block.0", 256, in_channels, 3)
    shapes |= with_bias(f"{name}.0.block1.block.1", 256)
    shapes |= with_bias(f"{name}.0.block2.block.0", 256, 256, 3)
    shapes |= with_bias(f"{name}.0.block2.block.1", 256)
    shapes |= with_bias(f"{name}.0.res_conv", 256, in_channels, 1)
    for i in range(4):
        block = f"{name}.1.{i}"
        for part in ("to_q", "to_k", "to_v"):
            shapes[f"{block}.attn1.{part}.weight"] = (512, 256)
        shapes |= with_bias(f"{block}.attn1.to_out.0", 256, 512)
        shapes |= with_bias(f"{block}.norm1", 256) | with_bias(f"{block}.norm3", 256)
        shapes |= with_bias(f"{block}.ff.net.0.proj", 1024, 256)
        shapes |= with_bias(f"{block}.ff.net.2", 256, 1024)
    return shapes


def estimator() -> Shapes:
    root = "decoder.estimator"
    shapes = with_bias(f"{root}.time_mlp.linear_1", 1024, 320)
    shapes |= with_bias(f"{root}.time_mlp.linear_2", 1024, 1024)
    shapes |= stage(f"{root}.down_blocks.0", 320) | stage(f"{root}.down_blocks.1", 256)
    shapes |= with_bias(f"{root}.down_blocks.0.2.conv", 256, 256, 3)
    shapes |= with_bias(f"{root}.down_blocks.1.2", 256, 256, 3)
    for i in range(12):
        shapes |= stage(f"{root}.mid_blocks.{i}", 256)
    shapes |= stage(f"{root}.up_blocks.0", 512) | stage(f"{root}.up_blocks.1", 512)
    shapes |= with_bias(f"{root}.up_blocks.0.2.conv", 256, 256, 4)
    shapes |= with_bias(f"{root}.up_blocks.1.2", 256, 256, 3)
    shapes |= with_bias(f"{root}.final_block.block.0", 256, 256, 3)
    shapes |= with_bias(f"{root}.final_block.block.1", 256)
    return shapes | with_bias(f"{root}.final_proj", 80, 256, 1)


def test_names_shapes_and_count_are_the_published_ones() -> None:
    with torch.device("meta"):
        network = TokenToMel(TokenToMelConfig())
    shapes = {name: tuple(value.shape) for name, value in network.state_dict().items()}
    assert shapes == encoder() | estimator()
    assert len(shapes) == 1_185
    assert sum(value.numel() for value in network.parameters()) == 105_399_552
