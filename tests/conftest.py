"""Fixtures that many tests use."""

from pathlib import Path

import pytest

from steptts import TTS
from tests import fakes


@pytest.fixture
def packs(tmp_path: Path) -> Path:
    return fakes.packs(tmp_path / "voices")


@pytest.fixture
def engine() -> fakes.FakeEngine:
    return fakes.FakeEngine()


@pytest.fixture
def tts(packs: Path, engine: fakes.FakeEngine) -> TTS:
    return TTS(fakes.model(engine), voices=packs)
