"""The tiny checkpoint, built and converted once for all tests of this folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("torch")
pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")
pytest.importorskip("sentencepiece")

import torch

from steptts.step_audio.convert import convert
from steptts.step_audio.engine import StepAudio
from steptts.step_audio.model import LoadOptions, load
from steptts.step_audio.published_files import PublishedFolders
from steptts.torch_stages.flow_solver import FlowSettings
from tests.step_audio import tiny_checkpoint

OPTIONS = LoadOptions(device="cpu", flow=FlowSettings(n_steps=2))


@pytest.fixture(autouse=True, scope="session")
def _one_thread() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> PublishedFolders:
    return tiny_checkpoint.build(tmp_path_factory.mktemp("published"))


@pytest.fixture(scope="session")
def converted(published: PublishedFolders, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return convert(published, tmp_path_factory.mktemp("ours") / "model")


@pytest.fixture(scope="session")
def engine(converted: Path) -> StepAudio:
    return load(converted, options=OPTIONS)
