"""Pictures of a training run: every logged loss over steps, held-out values as a line."""

from __future__ import annotations

import json
from pathlib import Path

from steptts.errors import BackendError, StepTTSError

HELD_OUT = "held_out_"


def read_log(path: Path) -> dict[str, list[tuple[float, float]]]:
    """Values of ``log.jsonl`` by name, as (step, value).

    Raises:
        StepTTSError: there is no log.
    """
    if not path.exists():
        raise StepTTSError(f"no {path.name} in {path.parent}; name the folder of a training run")
    series: dict[str, list[tuple[float, float]]] = {}
    for line in path.read_text().splitlines():
        row = json.loads(line)
        for name, value in row.items():
            if name not in ("step", "seconds"):
                series.setdefault(name, []).append((row["step"], value))
    return series


def plot_run(run: Path, target: Path) -> Path:
    """Draw the losses of one run into an image file.

    Raises:
        BackendError: matplotlib is not installed.
        StepTTSError: the run has no log.
    """
    series = read_log(run / "log.jsonl")
    try:
        import matplotlib as mpl

        mpl.use("Agg")
        from matplotlib import pyplot as plt
    except ImportError as error:
        raise BackendError(f"{error}; pip install 'steptts[distill]'") from error
    names = [name for name in series if not name.startswith(HELD_OUT)]
    figure, axes = plt.subplots(len(names), 1, figsize=(8, 2.2 * len(names)), squeeze=False)
    for axis, name in zip(axes[:, 0], names, strict=True):
        steps, values = zip(*series[name], strict=True)
        axis.plot(steps, values, linewidth=0.8)
        for _, value in series.get(HELD_OUT + name, [])[-1:]:
            axis.axhline(value, color="tab:red", linewidth=0.8, label=f"held out {value:.3g}")
            axis.legend(loc="upper right")
        axis.set_ylabel(name)
    axes[-1, 0].set_xlabel("step")
    figure.tight_layout()
    figure.savefig(target, dpi=100)
    plt.close(figure)
    return target
