"""The linguistic tokenizer agrees with the recorded streaming reference."""

import numpy as np
import numpy.typing as npt
import pytest

torch = pytest.importorskip("torch")

from safetensors.numpy import load_file as load_arrays  # noqa: E402
from safetensors.torch import load_file  # noqa: E402
from torch import Tensor  # noqa: E402

from steptts.errors import WeightsError  # noqa: E402
from steptts.features import Cmvn, linguistic_features, read_cmvn  # noqa: E402
from steptts.nets.sanm import SanmConfig, SanmEncoder, sinusoids  # noqa: E402
from steptts.torch_stages.tokenizers import (  # noqa: E402
    LinguisticTokenizer,
    load_linguistic_tokenizer,
)
from tests.closeness import assert_close  # noqa: E402
from tests.recorded import golden, golden_json  # noqa: E402
from tests.recorded_cases import case_names  # noqa: E402

Cases = dict[str, npt.NDArray[np.float32]]
FILE = golden("sanm") / "cases.safetensors"


def config() -> SanmConfig:
    recorded = golden_json("sanm", "config.json")["encoder_conf"]
    return SanmConfig(
        recorded["input_size"],
        recorded["output_size"],
        recorded["attention_heads"],
        recorded["linear_units"],
        recorded["num_blocks"],
        recorded["kernel_size"],
    )


def tensors() -> dict[str, Tensor]:
    return load_file(golden("sanm") / "model.safetensors")


@pytest.fixture(scope="module")
def cases() -> Cases:
    return load_arrays(FILE)


@pytest.fixture(scope="module")
def cmvn() -> Cmvn:
    return read_cmvn(golden("features") / "am.mvn")


@pytest.fixture(scope="module")
def tokenizer(cases: Cases, cmvn: Cmvn) -> LinguisticTokenizer:
    return load_linguistic_tokenizer(tensors(), cmvn, cases["centroids"], config())


def test_positions_are_counted_from_one_as_recorded(cases: Cases) -> None:
    positions = sinusoids(9, torch.zeros(1, 560))
    assert_close("sanm positions", positions, cases["position_encoding_first_9"], 1e-6)


def test_all_windows_at_once_equal_the_recorded_stream(
    tokenizer: LinguisticTokenizer, cases: Cases
) -> None:
    hidden = tokenizer.hidden(cases["feats.lfr_cmvn"])
    assert_close("sanm encoder", hidden, cases["feats.enc_out"][0], 5e-5)
    assert tokenizer.nearest(hidden) == tuple(cases["feats.kmeans_ids"])


@pytest.mark.parametrize("wave", case_names(FILE, "audio"))
def test_a_waveform_gives_the_recorded_codes(
    tokenizer: LinguisticTokenizer, cases: Cases, cmvn: Cmvn, wave: str
) -> None:
    hidden = tokenizer.hidden(linguistic_features(cases[f"{wave}.audio"], cmvn))
    assert_close(f"sanm {wave}", hidden, cases[f"{wave}.enc_out"][0], 2e-3)
    recorded = tuple(cases[f"{wave}.kmeans_ids"])
    assert tokenizer.nearest(cases[f"{wave}.enc_out"][0]) == recorded
    codes = tokenizer.encode(cases[f"{wave}.audio"])
    assert len(codes) == len(recorded)
    differing = sum(a != b for a, b in zip(codes, recorded, strict=True))
    print(f"golden sanm {wave} codes: {differing} of {len(codes)} differ, 1 allowed")
    assert differing <= 1


def test_a_frame_does_not_know_what_comes_after_its_step(
    tokenizer: LinguisticTokenizer, cases: Cases
) -> None:
    features = cases["feats.lfr_cmvn"]
    whole = tokenizer.hidden(features)
    for n in (1, 4, 7, 12):
        known = n // 4 * 4
        np.testing.assert_allclose(tokenizer.hidden(features[:n])[:known], whole[:known], atol=2e-6)


def test_a_clip_without_frames_has_no_codes(tokenizer: LinguisticTokenizer) -> None:
    assert tokenizer.encode(np.ones(600, np.float32)) == ()


def test_rates_and_size_are_the_published_ones(tokenizer: LinguisticTokenizer) -> None:
    assert tokenizer.codebook_size == 1_024
    assert tokenizer.tokens_per_second == pytest.approx(16.667, abs=1e-3)


def test_the_published_encoder_has_50_layers_under_its_published_names() -> None:
    with torch.device("meta"):
        encoder = SanmEncoder(SanmConfig())
    shapes = {name: tuple(value.shape) for name, value in encoder.state_dict().items()}

    def layer(name: str, in_width: int) -> dict[str, tuple[int, ...]]:
        attention, forward = f"{name}.self_attn", f"{name}.feed_forward"
        return {
            f"{attention}.linear_q_k_v.weight": (1536, in_width),
            f"{attention}.linear_q_k_v.bias": (1536,),
            f"{attention}.linear_out.weight": (512, 512),
            f"{attention}.linear_out.bias": (512,),
            f"{attention}.fsmn_block.weight": (512, 1, 11),
            f"{forward}.w_1.weight": (2048, 512),
            f"{forward}.w_1.bias": (2048,),
            f"{forward}.w_2.weight": (512, 2048),
            f"{forward}.w_2.bias": (512,),
            f"{name}.norm1.weight": (in_width,),
            f"{name}.norm1.bias": (in_width,),
            f"{name}.norm2.weight": (512,),
            f"{name}.norm2.bias": (512,),
        }

    expected = layer("encoders0.0", 560)
    for i in range(49):
        expected |= layer(f"encoders.{i}", 512)
    assert shapes == expected | {"after_norm.weight": (512,), "after_norm.bias": (512,)}


def test_what_the_encoder_does_not_use_is_left_out(cases: Cases, cmvn: Cmvn) -> None:
    more = {**tensors(), "decoder.embed.0.weight": torch.zeros(3), "predictor.bias": torch.ones(1)}
    loaded = load_linguistic_tokenizer(more, cmvn, cases["centroids"], config())
    assert loaded.codebook_size == 1_024


def test_parts_that_do_not_fit_are_refused(cases: Cases, cmvn: Cmvn) -> None:
    with pytest.raises(WeightsError, match=r"centroids are \[1024, 63\], expected \[codes, 64\]"):
        load_linguistic_tokenizer(tensors(), cmvn, cases["centroids"][:, 1:], config())
    short = Cmvn(cmvn.shift[:80], cmvn.rescale[:80])
    with pytest.raises(WeightsError, match=r"am\.mvn has 80 values, expected 560"):
        load_linguistic_tokenizer(tensors(), short, cases["centroids"], config())
    broken = tensors()
    del broken["encoder.after_norm.bias"]
    with pytest.raises(WeightsError, match=r"missing: after_norm\.bias"):
        load_linguistic_tokenizer(broken, cmvn, cases["centroids"], config())
