"""What a corpus holds, what was rejected and what it cost: ``report.json`` and ``report.png``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from steptts.distill.edits import KINDS
from steptts.distill.parts import NAMES, read_ledger
from steptts.errors import BackendError, StepTTSError
from steptts.frames import PATCH_SECONDS, SAMPLE_RATE
from steptts.replacing import replaced

Values = NDArray[np.float64]
REPORT, PICTURE = "report.json", "report.png"
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


def utterance_values(folder: Path) -> dict[str, Values]:
    """One value an utterance: seconds, median F0 in Hz, loudness in dB, phones a second.

    Raises:
        StepTTSError: the folder holds no corpus.
    """
    if not (folder / "n_patches.npy").exists():
        raise StepTTSError(f"{folder} holds no corpus: n_patches.npy is missing")
    patches, phones = (np.load(folder / f"{n}.npy").astype(np.int64) for n in _COUNTS)
    seconds = patches * PATCH_SECONDS
    f0 = np.load(folder / "f0.npy").astype(np.float64)
    f0[~np.load(folder / "voiced.npy")] = np.nan
    ends = np.cumsum(patches)
    pitch = [
        np.nanmedian(row) if np.isfinite(row).any() else np.nan
        for row in np.split(f0, 2 * ends[:-1])
    ]
    out = {"seconds": seconds, "pitch": np.array(pitch), "rate": phones / seconds}
    samples = np.load(folder / "samples.npy", mmap_mode="r")
    if len(samples):
        per_patch = round(PATCH_SECONDS * SAMPLE_RATE)
        power = [
            np.mean((samples[a * per_patch : b * per_patch] / 32768.0) ** 2)
            for a, b in zip(ends - patches, ends, strict=True)
        ]
        out["loudness"] = 10 * np.log10(np.array(power) + 1e-10)
    return out


_COUNTS = ("n_patches", "n_phones")


def summary(folder: Path, values: dict[str, Values]) -> dict[str, object]:
    """Hours by language, voice and kind, quantiles of the values, rejections and speed."""
    hours = values["seconds"] / 3600
    speaker, kind = np.load(folder / "speaker.npy"), np.load(folder / "kind.npy")
    names = _names(folder, int(speaker.max()) + 1)
    language = np.where(np.load(folder / "chinese.npy"), "zh", "en")
    by_voice = _sums(np.array(names)[speaker], hours)
    ledger = read_ledger(folder)
    n_seen = ledger.utterances + sum(ledger.rejected.values())
    return {
        "utterances": len(hours),
        "hours": round(float(hours.sum()), 4),
        "hours_by_language": _sums(language, hours),
        "hours_by_kind": _sums(np.array(KINDS)[kind], hours),
        "voices": len(by_voice),
        "hours_by_voice": by_voice,
        "quantiles": {name: _quantiles(value) for name, value in values.items()},
        "rejected": ledger.rejected,
        "rejected_share": round(sum(ledger.rejected.values()) / n_seen, 4) if n_seen else None,
        "heard_by_judges": ledger.heard,
        "measured": {name: _quantiles(np.array(v)) for name, v in ledger.measured.items()},
        "wall_seconds": round(ledger.wall_seconds, 1),
        "cpu_seconds": round(ledger.cpu_seconds, 1),
        "cpu_seconds_per_audio_second": _ratio(ledger.cpu_seconds, ledger.audio_seconds),
    }


def _names(folder: Path, n: int) -> list[str]:
    path = folder / NAMES
    return json.loads(path.read_text()) if path.exists() else [f"speaker {i}" for i in range(n)]


def _sums(keys: NDArray[np.str_], hours: Values) -> dict[str, float]:
    return {str(k): round(float(hours[keys == k].sum()), 4) for k in np.unique(keys)}


def _quantiles(values: Values) -> list[float]:
    known = values[np.isfinite(values)]
    return [round(float(q), 4) for q in np.quantile(known, QUANTILES)] if len(known) else []


def _ratio(over: float, under: float) -> float | None:
    return round(over / under, 4) if under else None


def write_report(folder: Path, about: dict[str, object]) -> dict[str, object]:
    """Write ``report.json`` and, where matplotlib is installed, ``report.png``.

    What an earlier report told beyond the figures stays in it. Returns the report; its "picture"
    says where the picture is or why there is none.
    """
    values = utterance_values(folder)
    earlier = json.loads((folder / REPORT).read_text()) if (folder / REPORT).exists() else {}
    report: dict[str, object] = {**earlier, **about, **summary(folder, values)}
    try:
        report["picture"] = draw(folder, report, values).name
    except BackendError as error:
        report["picture"] = f"none: {error}"
    with replaced(folder / REPORT) as file:
        file.write(json.dumps(report, indent=1, ensure_ascii=False).encode())
    return report


def draw(folder: Path, report: dict[str, object], values: dict[str, Values]) -> Path:
    """Draw the report: four histograms, hours, rejections, and what judges measured.

    Raises:
        BackendError: matplotlib is not installed.
    """
    try:
        import matplotlib as mpl

        mpl.use("Agg")
        from matplotlib import pyplot as plt
    except ImportError as error:
        raise BackendError(f"{error}; pip install 'steptts[distill]'") from error
    figure, grid = plt.subplots(3, 3, figsize=(14, 11))
    axes = list(grid.flat)
    _draw_values(axes[:4], values)
    _draw_counts(axes[4:8], report)
    for name, measured in sorted(read_ledger(folder).measured.items()):
        if name.startswith("naturalness/"):
            axes[8].hist(measured, bins=20, alpha=0.6, label=name.partition("/")[2])
            axes[8].legend()
    axes[8].set(title=f"{report['heard_by_judges']} utterances heard", xlabel="DistillMOS")
    cost = report["cpu_seconds_per_audio_second"]
    paid = f", {cost} CPU seconds a second" if cost else ""
    figure.suptitle(f"{folder.name}: {report['hours']} h, {report['voices']} voices{paid}")
    figure.tight_layout()
    target = folder / PICTURE
    with replaced(target) as file:
        figure.savefig(file, dpi=80, format="png")
    plt.close(figure)
    return target


def _draw_values(axes: Sequence[Any], values: dict[str, Values]) -> None:
    units = {"seconds": "s", "pitch": "median Hz", "loudness": "dB RMS", "rate": "phones / s"}
    for axis, (name, unit) in zip(axes, units.items(), strict=True):
        known = values.get(name, np.zeros(0))
        axis.hist(known[np.isfinite(known)], bins=40)
        axis.set(title=name, xlabel=unit, ylabel="utterances")


def _draw_counts(axes: Sequence[Any], report: dict[str, Any]) -> None:
    """Bars of at most 24 entries a table, the largest on top."""
    names = ("hours_by_language", "hours_by_kind", "hours_by_voice", "rejected")
    for axis, name in zip(axes, names, strict=True):
        top = sorted(report[name].items(), key=lambda item: -float(item[1]))[:24]
        axis.barh([key for key, _ in top][::-1], [value for _, value in top][::-1])
        axis.set(title=name.replace("_", " ") + ("" if top else ": none"))
        axis.tick_params(labelsize=7)
