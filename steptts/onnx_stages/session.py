"""One ONNX graph in ONNX Runtime: arrays in, arrays out.

Memory patterns are off, because every utterance has another length and the arena would keep a
plan for each. Threads do not spin: an idle assistant should cost nothing.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from steptts.errors import BackendError, WeightsError

if TYPE_CHECKING:
    from numpy.typing import NDArray

THREADS = 2


class OnnxGraph:
    """A loaded graph; calls are thread-safe, as ONNX Runtime's are."""

    def __init__(self, path: Path, threads: int = THREADS) -> None:
        """Load the graph on the CPU.

        Raises:
            BackendError: ONNX Runtime is not installed.
            WeightsError: the file is no graph that this ONNX Runtime reads.
        """
        try:
            import onnxruntime
        except ImportError as error:
            raise BackendError(
                f"ONNX Runtime cannot be imported ({error}); pip install onnxruntime"
            ) from error
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.enable_mem_pattern = False
        options.log_severity_level = 3
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            self._session = onnxruntime.InferenceSession(
                str(path), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # ONNX Runtime raises its own family of errors
            raise WeightsError(f"{path} cannot be loaded by ONNX Runtime: {error}") from error
        self.inputs = {i.name: i for i in self._session.get_inputs()}

    def __call__(self, **arrays: NDArray[Any]) -> list[NDArray[Any]]:
        """Run; keyword names are the graph's input names."""
        outputs: list[NDArray[Any]] = self._session.run(None, arrays)
        return outputs

    def empty(self, name: str) -> NDArray[np.float32]:
        """An empty growing cache for input ``name``: its free axis is 0 long."""
        shape = [d if isinstance(d, int) else 0 for d in self.inputs[name].shape]
        return np.zeros(shape, np.float32)
