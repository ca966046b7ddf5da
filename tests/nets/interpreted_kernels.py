"""Compare the fused step with the plain one under the interpreter; prints one JSON line.

A program of its own, run with TRITON_INTERPRET=1: Triton decides when it is imported.
"""

import json

import torch

from steptts.nets.fused_decoding import FusedDecoder, Tile
from steptts.nets.quantized import quantize
from steptts.nets.step1_lm import Step1Config, Step1LM
from steptts.nets.transformer import TransformerConfig

# 3 query heads share a key/value head (padded to 16 rows); 37 logits and tiles that do not divide.
CONFIG = Step1Config(TransformerConfig(96, 1, 6, 2, 160), vocabulary=64, n_logits=37)
CASES = {
    "float32": (torch.float32, "float", 2),  # the second step begins a new piece of the cache
    "float16": (torch.float16, "float", 1),
    "int8": (torch.float32, "int8", 1),
    "int4": (torch.float32, "int4", 1),
}


def network(dtype: torch.dtype, weights: str) -> Step1LM:
    torch.manual_seed(0)
    lm = Step1LM(CONFIG).requires_grad_(False)
    for parameter in lm.parameters():
        parameter.normal_(std=0.3)
    lm.to(dtype)
    if weights != "float":
        quantize(lm.transformer, weights, torch.device("cpu"), dtype)
    return lm


def largest_difference(dtype: torch.dtype, weights: str, n_steps: int) -> float:
    lm = network(dtype, weights)
    plain, fused = (lm.transformer.empty_cache(1, 160) for _ in range(2))
    prompt = torch.randn(1, 127, 96).to(dtype)
    for cache in (plain, fused):
        lm.prefill(prompt, cache, torch.tensor([0]))
    decoder = FusedDecoder(lm, fused, Tile(rows=32, columns=64, warps=4))
    differences = []
    for step, audio_id in enumerate(torch.tensor([[5], [36]])[:n_steps]):
        length = torch.tensor([127 + step])
        expected = lm.decode(audio_id, plain, length)[0]
        differences.append((decoder.decode(audio_id, length) - expected).abs().max())
    differences += [(a - b).abs().max().float() for a, b in zip(plain, fused, strict=True)]
    return float(max(differences))


if __name__ == "__main__":
    torch.set_num_threads(1)
    print(json.dumps({name: largest_difference(*case) for name, case in CASES.items()}))
