"""Compare the norm kernels with torch's operations under the interpreter; prints one JSON line.

A program of its own, run with TRITON_INTERPRET=1: Triton decides when it is imported.
"""

import json

import torch
from torch import Tensor, nn

from steptts.nets.flow_estimator import EstimatorConfig, FlowEstimator
from steptts.nets.masked_norm import Padding, norm_and_mish

FRAMES = 150  # three pieces, the last one not full


def inputs(channels_last: bool, dtype: torch.dtype) -> tuple[Tensor, nn.GroupNorm, Tensor]:
    torch.manual_seed(4)
    x = torch.randn(2, 16, FRAMES) * 3 + torch.arange(16)[:, None] * 0.5
    if channels_last:
        x = x.transpose(1, 2).contiguous().transpose(1, 2)
    norm = nn.GroupNorm(4, 16).requires_grad_(False)
    norm.weight.normal_()
    norm.bias.normal_()
    return x.to(dtype), norm.to(dtype), torch.randn(2, 16, 1).to(dtype)


def difference(lengths: list[int], *, last: bool, bias_rows: int, dtype: torch.dtype) -> float:
    x, norm, after = inputs(last, dtype)
    shown = (torch.arange(FRAMES) < torch.tensor(lengths)[:, None])[:, None].to(dtype)
    given = after[:bias_rows] if bias_rows else None
    plain = norm_and_mish(x, norm, Padding.of(shown, fused=False), given)
    fused = norm_and_mish(x, norm, Padding.of(shown, fused=True), given)
    assert fused.dtype == dtype
    return float((plain.float() - fused.float()).abs().max())


@torch.inference_mode()
def whole_estimator() -> float:
    torch.manual_seed(5)
    network = FlowEstimator(EstimatorConfig(320, 80, 32, 16, 2, 1, 1)).eval()
    x, shown = torch.randn(2, 320, 70), torch.ones(1, 1, 70)
    shown[:, :, 51:] = 0
    biases = network.time_biases([0.4])
    plain = network(x, biases, Padding.of(shown, fused=False))
    return float((plain - network(x, biases, Padding.of(shown, fused=True))).abs().max())


if __name__ == "__main__":
    torch.set_num_threads(1)
    f32, bf16 = torch.float32, torch.bfloat16
    found = {
        "one length": difference([101], last=False, bias_rows=1, dtype=f32),
        "two lengths": difference([64, 150], last=False, bias_rows=2, dtype=f32),
        "channels last": difference([33, 129], last=True, bias_rows=1, dtype=f32),
        "no bias": difference([150], last=False, bias_rows=0, dtype=f32),
        "bfloat16": difference([90, 131], last=True, bias_rows=2, dtype=bf16),
        "whole estimator": whole_estimator(),
    }
    print(json.dumps(found))
