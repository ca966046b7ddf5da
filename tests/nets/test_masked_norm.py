"""Group normalisation under padding has the statistics of the valid frames, however computed."""

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402

from steptts.nets.masked_norm import Padding, masked_group_norm, norm_and_mish  # noqa: E402

TOLERANCES = {
    "one length": 1e-5,
    "two lengths": 1e-5,
    "channels last": 1e-5,
    "no bias": 1e-5,
    "bfloat16": 0.07,  # one rounding of a value up to 10, where torch's operations round thrice
    "whole estimator": 2e-5,
}


def some_norm(channels: int) -> nn.GroupNorm:
    norm = nn.GroupNorm(4, channels).requires_grad_(False)
    norm.weight.normal_()
    norm.bias.normal_()
    return norm


def test_valid_frames_are_normalised_as_if_they_were_alone() -> None:
    torch.manual_seed(0)
    norm, x = some_norm(8), torch.randn(2, 8, 40) * 5 + 20
    shown = (torch.arange(40) < torch.tensor([[7], [40]]))[:, None].float()
    masked = masked_group_norm(x, norm, Padding.of(shown))
    assert torch.allclose(masked[:1, :, :7], norm(x[:1, :, :7]), atol=1e-4)
    assert torch.allclose(masked[1:], norm(x[1:]), atol=1e-4)


def test_padding_comes_out_as_zeros_whatever_is_added() -> None:
    torch.manual_seed(0)
    shown = (torch.arange(10) < 6)[None, None].float()
    y = norm_and_mish(torch.randn(1, 8, 10), some_norm(8), Padding.of(shown), torch.ones(1, 8, 1))
    assert not y[:, :, 6:].any()
    assert y[:, :, :6].all()


def test_halving_keeps_a_frame_for_every_second_one_begun() -> None:
    shown = (torch.arange(12) < torch.tensor([[5], [6]]))[:, None].float()
    assert Padding.of(shown).halved().lengths.tolist() == [3, 3]


@pytest.mark.skipif(not find_spec("triton"), reason="Triton is not installed")
def test_the_kernels_equal_torch_for_every_layout_and_dtype() -> None:
    command = [sys.executable, "-m", "tests.nets.interpreted_norm"]
    env = {**os.environ, "TRITON_INTERPRET": "1"}
    root = Path(__file__).parents[2]
    done = subprocess.run(command, cwd=root, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    differences = json.loads(done.stdout.splitlines()[-1])
    assert differences.keys() == TOLERANCES.keys()
    for name, tolerance in TOLERANCES.items():
        assert 0 < differences[name] < tolerance, (name, differences)
