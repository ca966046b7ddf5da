"""Memory is told before loading, by arithmetic over the sizes."""

from pathlib import Path

import pytest

torch = pytest.importorskip("torch")

from steptts.errors import BackendError  # noqa: E402
from steptts.nets.quantized import quantize  # noqa: E402
from steptts.nets.step1_lm import Step1Config, Step1LM  # noqa: E402
from steptts.nets.transformer import TransformerConfig  # noqa: E402
from steptts.step_audio import memory  # noqa: E402

SMALL = Step1Config(TransformerConfig(128, 2, 4, 2, 256), vocabulary=5300)
CPU = torch.device("cpu")


@pytest.mark.parametrize("weights", ["float", "int8", "int4"])
def test_the_language_model_takes_the_bytes_that_were_told(weights: str) -> None:
    network = Step1LM(SMALL).bfloat16()
    if weights != "float":
        quantize(network.transformer, weights, CPU, torch.bfloat16)
    tensors = [*network.parameters(), *network.buffers()]
    assert sum(t.nbytes for t in tensors) == memory.lm_bytes(SMALL, weights, 2)


@pytest.mark.parametrize(("weights", "gigabytes"), [("float", 6.2), ("int8", 3.1), ("int4", 1.7)])
def test_at_the_published_size(weights: str, gigabytes: float) -> None:
    assert memory.lm_bytes(Step1Config(), weights, 2) / 1e9 == pytest.approx(gigabytes, abs=0.1)


def test_the_cache_takes_32_kib_per_position_in_bfloat16() -> None:
    assert memory.cache_bytes(Step1Config(), 1, 2) == 32 << 10


def test_too_little_names_what_would_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "free_bytes", lambda device: 5_000_000_000)
    large, small = (memory.Memory(size, 0, 0, 0) for size in (6_200_000_000, 3_100_000_000))
    memory.check_room(small, CPU)
    with pytest.raises(
        BackendError, match=r"needs 6\.2 GB .* 5\.0 GB are free; use weights='int8'"
    ):
        memory.check_room(large, CPU, int8=small)
    with pytest.raises(BackendError, match="close other programs"):
        memory.check_room(large, CPU)


def test_free_memory_of_this_machine_is_plausible() -> None:
    free = memory.free_bytes(CPU)
    assert free is None or 1 << 20 < free < 1 << 50


def test_a_container_may_take_no_more_than_it_is_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "memory.max").write_text("3000000\n")
    (tmp_path / "memory.current").write_text("2500000\n")
    (tmp_path / "memory.stat").write_text("anon 5\ninactive_file 100000\nactive_file 200000\n")
    monkeypatch.setattr(memory, "CONTROL_GROUP", tmp_path)
    assert memory.free_bytes(CPU) in (None, 800_000)
    (tmp_path / "memory.max").write_text("max\n")
    free = memory.free_bytes(CPU)
    assert free is None or free > 3_000_000
