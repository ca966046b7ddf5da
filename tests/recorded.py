"""Where the recorded reference numbers lie: tests/golden, or the folder named by STEPTTS_GOLDEN."""

import json
import os
from pathlib import Path
from typing import Any


def golden(suite: str) -> Path:
    """The folder of one suite, for example golden("lm")."""
    root = os.environ.get("STEPTTS_GOLDEN")
    return (Path(root) if root else Path(__file__).parent / "golden") / suite


def golden_json(suite: str, name: str) -> Any:  # noqa: ANN401
    """One JSON file of a suite."""
    return json.loads((golden(suite) / name).read_text(encoding="utf-8"))
