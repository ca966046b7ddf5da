"""Group normalisation of the valid frames, Mish and a bias in two kernels, written in Triton.

Torch's own operations need about 15 small kernels for it, 33 times a step. The first kernel sums
tiles of a group's channels by some frames, the second adds the sums up and writes the result with
zeros on padding, as the next convolution wants it.

Triton compiles these functions for the device; under TRITON_INTERPRET=1 they run on a CPU, which is
how the tests hold them to `masked_norm.py`. Their annotations mean nothing to Python.

Legend: B batch, G groups, C channels, T frames, P pieces of T.
"""
# mypy: disable-error-code="no-untyped-def, untyped-decorator, no-untyped-call, misc"
# ruff: noqa: ANN001, ANN201

import triton  # type: ignore[import-not-found,import-untyped,unused-ignore]
import triton.language as tl  # type: ignore[import-not-found,import-untyped,unused-ignore]


@triton.jit
def sum_tiles(
    x,  # [B, C, T]
    lengths,  # [B or 1] int32
    sums,  # [B, G, P, 2] float32
    frames,
    length_step,
    x_batch,
    x_channel,
    x_frame,
    groups: tl.constexpr,
    size: tl.constexpr,
    piece: tl.constexpr,
):
    """Sum and sum of squares of the valid values of one tile [size, piece]."""
    row, place, pieces = tl.program_id(0), tl.program_id(1), tl.num_programs(1)
    batch, first = row // groups, (row % groups) * size
    valid = tl.load(lengths + batch * length_step)
    channel = (first + tl.arange(0, size))[:, None]
    frame = (place * piece + tl.arange(0, piece))[None, :]
    at = x + batch * x_batch + channel * x_channel + frame * x_frame
    inside = (frame < valid) & (frame < frames) & (channel >= 0)
    value = tl.load(at, mask=inside, other=0.0).to(tl.float32)
    result = sums + (row * pieces + place) * 2
    tl.store(result, tl.sum(tl.sum(value, 1), 0))
    tl.store(result + 1, tl.sum(tl.sum(value * value, 1), 0))


@triton.jit
def normalise_tiles(
    x,  # [B, C, T]
    lengths,  # [B or 1] int32
    sums,  # [B, G, P, 2] float32
    weight,  # [C]
    bias,  # [C]
    after,  # [B or 1, C], added after Mish; read only if has_after
    out,  # [B, C, T]
    frames,
    length_step,
    after_step,
    eps,
    x_batch,
    x_channel,
    x_frame,
    out_batch,
    out_channel,
    out_frame,
    groups: tl.constexpr,
    size: tl.constexpr,
    piece: tl.constexpr,
    most_pieces: tl.constexpr,
    has_after: tl.constexpr,
):
    """One tile [size, piece] of the result."""
    row, place, pieces = tl.program_id(0), tl.program_id(1), tl.num_programs(1)
    batch, first = row // groups, (row % groups) * size
    valid = tl.load(lengths + batch * length_step)
    number = tl.arange(0, most_pieces)
    partial = sums + (row * pieces + number) * 2
    count = (valid * size).to(tl.float32)
    mean = tl.sum(tl.load(partial, mask=number < pieces, other=0.0), 0) / count
    square = tl.sum(tl.load(partial + 1, mask=number < pieces, other=0.0), 0) / count
    spread = 1.0 / tl.sqrt(tl.maximum(square - mean * mean, 0.0) + eps)

    channel = first + tl.arange(0, size)
    frame = (place * piece + tl.arange(0, piece))[None, :]
    scale = (tl.load(weight + channel).to(tl.float32) * spread)[:, None]
    shift = tl.load(bias + channel).to(tl.float32)[:, None]
    row_of = channel[:, None]
    inside = (frame < frames) & (row_of >= 0)
    at = x + batch * x_batch + row_of * x_channel + frame * x_frame
    y = (tl.load(at, mask=inside, other=0.0).to(tl.float32) - mean) * scale + shift
    # Mish is y tanh(log(1 + e^y)) = y n / (n + 2) with n = e^y (e^y + 2); from 20 on it is y.
    power = tl.exp(tl.minimum(y, 20.0))
    n = power * (power + 2.0)
    y = y * (n / (n + 2.0))
    if has_after:
        y += tl.load(after + batch * after_step + channel).to(tl.float32)[:, None]
    y = tl.where(frame < valid, y, 0.0)
    to = out + batch * out_batch + row_of * out_channel + frame * out_frame
    tl.store(to, y.to(out.dtype.element_ty), mask=inside)
