"""Decoding one id at a time in six kernels a layer, written in Triton.

At batch 1 a step reads every weight once and does almost nothing else, so its time is the time of
that reading plus one gap per kernel. Torch's own operations need about 35 kernels a layer; here
norm, product, activation, residual and cache write are parts of the product that needs them.

    norm + qkv (+ cache) | attention by pieces | join | out + residual
    norm + gate, up, silu | down + residual

Weights may be floating, int8 or int4 (`quantized.py`), read as they are stored. Roundings between
the operations are those of `transformer.py`, so both give the same logits up to the order of sums.

Triton compiles these functions for the device; under TRITON_INTERPRET=1 they run on a CPU, which is
how the tests hold them to `transformer.py`. Their annotations mean nothing to Python.
"""
# mypy: disable-error-code="no-untyped-def, untyped-decorator, no-untyped-call, misc"
# ruff: noqa: ANN001, ANN201, ANN202

import triton  # type: ignore[import-not-found,import-untyped,unused-ignore]
import triton.language as tl  # type: ignore[import-not-found,import-untyped,unused-ignore]

FLOAT, INT8, INT4 = 0, 1, 2
"""How a weight is stored."""

_INT8, _INT4 = tl.constexpr(INT8), tl.constexpr(INT4)
_TWO_23 = tl.constexpr(0x4B000000)  # bits of 2^23: or-ing a small integer in adds it exactly
_TWO_23_VALUE = tl.constexpr(8388608.0)


@triton.jit
def _as_float(small):
    """A small non-negative integer as float32, without the slow conversion unit."""
    return (small.to(tl.int32) | _TWO_23).to(tl.float32, bitcast=True) - _TWO_23_VALUE


@triton.jit
def _norm_factor(x, eps, width: tl.constexpr, columns: tl.constexpr):
    """1 / root mean square of x, rounded to the dtype of x."""
    total = tl.zeros([columns], tl.float32)
    for begin in range(0, width, columns):
        at = begin + tl.arange(0, columns)
        value = tl.load(x + at, mask=at < width, other=0.0).to(tl.float32)
        total += value * value
    return tl.rsqrt(tl.sum(total) / width + eps).to(x.dtype.element_ty)


@triton.jit
def _input(x, norm, factor, at, inside, normed: tl.constexpr):
    """Inputs at some columns, normalized if asked, float32."""
    value = tl.load(x + at, mask=inside, other=0.0)
    if normed:
        scaled = (value.to(tl.float32) * factor.to(tl.float32)).to(value.dtype)
        gain = tl.load(norm + at, mask=inside, other=0.0).to(tl.float32)
        value = (scaled.to(tl.float32) * gain).to(value.dtype)
    return value.to(tl.float32)


@triton.jit
def _product(
    x, norm, factor, weight, scale, lowest, rows, real,
    width: tl.constexpr, normed: tl.constexpr, kind: tl.constexpr, group: tl.constexpr,
    n_rows: tl.constexpr, columns: tl.constexpr,
):  # fmt: skip
    """Some rows of a weight [N, width] times x: float32 [n_rows]."""
    if kind == _INT4:
        result = _product_of_nibbles(
            x, norm, factor, weight, scale, lowest, rows, real, width,
            normed, group, n_rows, columns,
        )  # fmt: skip
    else:
        result = _product_of_rows(
            x, norm, factor, weight, scale, rows, real, width, normed, kind, n_rows, columns
        )
    return result


@triton.jit
def _product_of_rows(
    x, norm, factor, weight, scale, rows, real,
    width: tl.constexpr, normed: tl.constexpr, kind: tl.constexpr,
    n_rows: tl.constexpr, columns: tl.constexpr,
):  # fmt: skip
    """As _product, of floating or int8 weights."""
    total = tl.zeros([n_rows, columns], tl.float32)
    for begin in range(0, width, columns):
        at = begin + tl.arange(0, columns)
        inside = at < width
        value = _input(x, norm, factor, at, inside, normed)
        mask = real[:, None] & inside[None, :]
        entry = tl.load(weight + rows[:, None] * width + at[None, :], mask=mask, other=0)
        if kind == _INT8:
            number = _as_float(entry.to(tl.int32) + 128) - 128.0
        else:
            number = entry.to(tl.float32)
        total += number * value[None, :]
    result = tl.sum(total, 1)
    if kind == _INT8:
        result *= tl.load(scale + rows, mask=real, other=0.0).to(tl.float32)
    return result


@triton.jit
def _product_of_nibbles(
    x, norm, factor, weight, scale, lowest, rows, real,
    width: tl.constexpr, normed: tl.constexpr, group: tl.constexpr,
    n_rows: tl.constexpr, columns: tl.constexpr,
):  # fmt: skip
    """As _product, of nibbles: whole groups at once, even inputs low, odd ones high."""
    groups: tl.constexpr = columns // group
    half: tl.constexpr = group // 2
    total = tl.zeros([n_rows, groups, half], tl.float32)
    for begin in range(0, width, columns):
        which = begin // group + tl.arange(0, groups)
        place = which[:, None] * half + tl.arange(0, half)[None, :]  # of the byte in its row
        at = 2 * place
        inside = (which < width // group)[:, None]
        even = _input(x, norm, factor, at, inside, normed)
        odd = _input(x, norm, factor, at + 1, inside, normed)
        mask = real[:, None, None] & inside[None, :, :]
        byte = tl.load(
            weight + rows[:, None, None] * (width // 2) + place[None, :, :], mask=mask, other=0
        ).to(tl.int32)
        part = _as_float(byte & 15) * even[None, :, :] + _as_float(byte >> 4) * odd[None, :, :]
        cell = rows[:, None] * (width // group) + which[None, :]
        known = real[:, None] & (which < width // group)[None, :]
        step = tl.load(scale + cell, mask=known, other=0.0).to(tl.float32)
        least = tl.load(lowest + cell, mask=known, other=0.0).to(tl.float32)
        total += part * step[:, :, None] + (even + odd)[None, :, :] * least[:, :, None]
    return tl.sum(tl.sum(total, 2), 1)


@triton.jit
def qkv_kernel(
    x, norm, weight, scale, lowest, queries, keys, values, length, room, eps, query_scale,
    width: tl.constexpr, kv_width: tl.constexpr, head_width: tl.constexpr,
    kind: tl.constexpr, group: tl.constexpr, n_rows: tl.constexpr, columns: tl.constexpr,
):  # fmt: skip
    """Queries [width], scaled; keys and values into the cache [K, room, D] at `length`."""
    rows = tl.program_id(0) * n_rows + tl.arange(0, n_rows)
    real = rows < width + 2 * kv_width
    factor = _norm_factor(x, eps, width, columns)
    result = _product(
        x,
        norm,
        factor,
        weight,
        scale,
        lowest,
        rows,
        real,
        width,
        True,
        kind,
        group,
        n_rows,
        columns,
    ).to(x.dtype.element_ty)
    query = result.to(tl.float32) * query_scale
    tl.store(queries + rows, query.to(x.dtype.element_ty), mask=rows < width)
    key = rows - width
    place = tl.load(length)
    at = (key // head_width) * room * head_width + place * head_width + key % head_width
    tl.store(keys + at, result, mask=(key >= 0) & (key < kv_width))
    value = key - kv_width
    at = (value // head_width) * room * head_width + place * head_width + value % head_width
    tl.store(values + at, result, mask=(value >= 0) & (value < kv_width))


@triton.jit
def attention_kernel(
    queries, keys, values, slopes, length, piece_sum, piece_top, piece_total, n_heads, groups, room,
    head_width: tl.constexpr, padded: tl.constexpr, piece: tl.constexpr,
):  # fmt: skip
    """Attention of one key/value head over one piece of the cache, not yet divided.

    The bias -slope * sqrt(distance) is made here, in float32; nothing of size [heads, keys] exists.
    """
    kv_head = tl.program_id(0)
    part = tl.program_id(1)
    place = tl.load(length)
    if part * piece > place:
        return
    d = tl.arange(0, head_width)
    member = tl.arange(0, padded)
    head = kv_head * groups + member
    real = member < groups
    at = part * piece + tl.arange(0, piece)
    seen = at <= place
    q = tl.load(queries + head[:, None] * head_width + d[None, :], mask=real[:, None], other=0.0)
    cached = (kv_head * room + at)[:, None] * head_width + d[None, :]
    k = tl.load(keys + cached, mask=seen[:, None], other=0.0)
    score = tl.dot(q, tl.trans(k), input_precision="ieee")
    slope = tl.load(slopes + head, mask=real, other=0.0)
    distance = tl.where(seen, place - at, 0).to(tl.float32)
    score -= slope[:, None] * tl.sqrt(distance)[None, :]
    score = tl.where(seen[None, :], score, float("-inf"))
    top = tl.max(score, 1)
    share = tl.exp(score - top[:, None])
    v = tl.load(values + cached, mask=seen[:, None], other=0.0)
    weighed = tl.dot(share.to(v.dtype), v, input_precision="ieee")
    row = part * n_heads + head
    tl.store(piece_top + row, top, mask=real)
    tl.store(piece_total + row, tl.sum(share, 1), mask=real)
    tl.store(piece_sum + row[:, None] * head_width + d[None, :], weighed, mask=real[:, None])


@triton.jit
def join_kernel(
    piece_sum, piece_top, piece_total, length, y, n_heads,
    head_width: tl.constexpr, piece: tl.constexpr, pieces: tl.constexpr,
):  # fmt: skip
    """Join the pieces of one head: y [n_heads * head_width]."""
    head = tl.program_id(0)
    part = tl.arange(0, pieces)
    used = part * piece <= tl.load(length)
    row = part * n_heads + head
    top = tl.load(piece_top + row, mask=used, other=float("-inf"))
    weight = tl.exp(top - tl.max(top, 0))
    total = tl.sum(weight * tl.load(piece_total + row, mask=used, other=0.0), 0)
    d = tl.arange(0, head_width)
    sums = tl.load(
        piece_sum + row[:, None] * head_width + d[None, :], mask=used[:, None], other=0.0
    )
    result = tl.sum(sums * weight[:, None], 0) / total
    tl.store(y + head * head_width + d, result.to(y.dtype.element_ty))


@triton.jit
def add_product_kernel(
    x, y, weight, scale, lowest, n,
    width: tl.constexpr, kind: tl.constexpr, group: tl.constexpr,
    n_rows: tl.constexpr, columns: tl.constexpr,
):  # fmt: skip
    """Residual: x [n] += weight [n, width] @ y."""
    rows = tl.program_id(0) * n_rows + tl.arange(0, n_rows)
    real = rows < n
    result = _product(
        y, y, 1.0, weight, scale, lowest, rows, real, width, False, kind, group, n_rows, columns
    ).to(x.dtype.element_ty)
    old = tl.load(x + rows, mask=real, other=0.0)
    tl.store(x + rows, (old.to(tl.float32) + result.to(tl.float32)).to(old.dtype), mask=real)


@triton.jit
def gate_up_kernel(
    x, norm, weight, scale, lowest, h, n, eps,
    width: tl.constexpr, kind: tl.constexpr, group: tl.constexpr,
    n_rows: tl.constexpr, columns: tl.constexpr,
):  # fmt: skip
    """SwiGLU: h [n] = silu(gate) * up of the normalized x; the weight holds gate, then up."""
    rows = tl.program_id(0) * n_rows + tl.arange(0, n_rows)
    real = rows < n
    factor = _norm_factor(x, eps, width, columns)
    gate = _product(
        x,
        norm,
        factor,
        weight,
        scale,
        lowest,
        rows,
        real,
        width,
        True,
        kind,
        group,
        n_rows,
        columns,
    ).to(h.dtype.element_ty)
    up = _product(
        x, norm, factor, weight, scale, lowest, rows + n, real, width, True, kind, group, n_rows,
        columns,
    ).to(h.dtype.element_ty)  # fmt: skip
    wide = gate.to(tl.float32)
    active = (wide / (1.0 + tl.exp(-wide))).to(h.dtype.element_ty)
    result = active.to(tl.float32) * up.to(tl.float32)
    tl.store(h + rows, result.to(h.dtype.element_ty), mask=real)


@triton.jit
def head_kernel(
    x, norm, weight, logits, n, eps,
    width: tl.constexpr, n_rows: tl.constexpr, columns: tl.constexpr,
):  # fmt: skip
    """Logits [n], float32, of the normalized x; the head is never rounded to integers."""
    rows = tl.program_id(0) * n_rows + tl.arange(0, n_rows)
    real = rows < n
    factor = _norm_factor(x, eps, width, columns)
    result = _product(
        x, norm, factor, weight, weight, weight, rows, real, width, True, 0, 1, n_rows, columns
    )
    tl.store(logits + rows, result, mask=real)
