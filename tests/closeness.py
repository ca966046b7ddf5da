"""Comparison with recorded numbers: says how close, then insists.

`pytest -rP | grep ^golden` lists every comparison with its largest difference and tolerance.
"""

import numpy as np
import numpy.typing as npt


def assert_close(what: str, got: npt.ArrayLike, want: npt.ArrayLike, tolerance: float) -> None:
    """Fail unless the shapes are equal and no value differs by more than the tolerance."""
    got, want = np.asarray(got), np.asarray(want)
    assert got.shape == want.shape, f"{what}: shape {got.shape}, recorded {want.shape}"
    gap = float(np.max(np.abs(got.astype(np.float64) - want), initial=0.0))
    print(f"golden {what}: {gap:.1e} of {tolerance:.0e} allowed")
    assert gap <= tolerance, f"{what}: off by {gap:.3e}, allowed {tolerance:.0e}"
