"""The Triton kernels, interpreted on a CPU, compute what the transformer computes."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pytest

pytest.importorskip("torch")

from steptts.nets.fused_decoding import can_fuse
from steptts.nets.step1_lm import Step1LM
from steptts.nets.transformer import TransformerConfig
from tests.nets.interpreted_kernels import CONFIG

with_triton = pytest.mark.skipif(not find_spec("triton"), reason="Triton is not installed")
TOLERANCES = {"float32": 1e-4, "int8": 1e-4, "int4": 1e-4, "float16": 0.05}


@with_triton
def test_a_fused_step_equals_the_plain_one_for_every_kind_of_weight() -> None:
    command = [sys.executable, "-m", "tests.nets.interpreted_kernels"]
    root = Path(__file__).parents[2]
    env = {**os.environ, "TRITON_INTERPRET": "1"}
    done = subprocess.run(command, cwd=root, env=env, capture_output=True, text=True, check=True)
    differences = json.loads(done.stdout.splitlines()[-1])
    assert differences.keys() == TOLERANCES.keys()
    for kind, tolerance in TOLERANCES.items():
        assert 0 < differences[kind] < tolerance, kind


@with_triton
def test_shapes_that_the_kernels_do_not_take_are_known() -> None:
    assert can_fuse(Step1LM(CONFIG))
    narrow = replace(CONFIG, blocks=TransformerConfig(48, 1, 6, 2, 64))
    assert not can_fuse(Step1LM(narrow))
    without_bias = replace(CONFIG, blocks=replace(CONFIG.blocks, alibi=False))
    assert not can_fuse(Step1LM(without_bias))
