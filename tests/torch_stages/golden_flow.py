"""The recorded small mel decoder and its cases, as the tests of several files need them."""

import torch
from safetensors.torch import load_file

from steptts.nets.conformer import ConformerConfig
from steptts.nets.flow_estimator import EstimatorConfig
from steptts.nets.token_to_mel import TokenToMel, TokenToMelConfig
from steptts.torch_stages.flow_solver import FlowSettings
from steptts.torch_stages.weights import fill
from tests.recorded import golden, golden_json
from tests.recorded_cases import case_names, of_case

FILE = golden("flow") / "cases.safetensors"
CASES = case_names(FILE, "mel")
CONFIG = golden_json("flow", "config.json")
RATE = float(CONFIG["input_frame_rate"])
SETTINGS = FlowSettings(
    n_steps=CONFIG["n_timesteps"], guidance=CONFIG["decoder"]["cfm_params"]["inference_cfg_rate"]
)


def config() -> TokenToMelConfig:
    """Sizes as recorded."""
    encoder, estimator = CONFIG["encoder"], CONFIG["decoder"]["estimator"]
    return TokenToMelConfig(
        n_audio_ids=CONFIG["vocab_size"],
        speaker_width=CONFIG["spk_embed_dim"],
        encoder=ConformerConfig(
            input_width=CONFIG["input_size"],
            width=encoder["output_size"],
            n_heads=encoder["attention_heads"],
            ff_width=encoder["linear_units"],
            n_layers=encoder["num_blocks"],
        ),
        estimator=EstimatorConfig(
            in_channels=estimator["in_channels"],
            channels=estimator["channels"][0],
            head_width=estimator["attention_head_dim"],
            n_heads=estimator["num_heads"],
            blocks_per_stage=estimator["n_blocks"],
            n_mid_stages=estimator["num_mid_blocks"],
        ),
    )


def network() -> TokenToMel:
    """The recorded weights, loaded strictly."""
    tensors = load_file(golden("flow") / "model.safetensors")
    with torch.device("meta"):
        empty = TokenToMel(config())
    return fill(empty, tensors, "golden flow")


def cases() -> dict[str, dict[str, torch.Tensor]]:
    """Tensors of each case by name."""
    recorded = load_file(FILE)
    return {case: of_case(recorded, case) for case in CASES}
