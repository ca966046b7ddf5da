"""How much memory a model will take, told before it is loaded.

Arithmetic over the sizes in the manifest; measures nothing of a model itself.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from steptts.errors import BackendError

if TYPE_CHECKING:
    import torch

    from steptts.nets.step1_lm import Step1Config

BYTES_PER_WEIGHT = {"int8": 1.0, "int4": 0.5}  # beside scales: 2 values per 128 weights, or 1 a row
CONTROL_GROUP = Path("/sys/fs/cgroup")
WORKING = 600 << 20  # activations of 12 s of sound, kernels' workspaces, graphs


@dataclass(frozen=True, slots=True)
class Memory:
    """Bytes by part, on the device that computes.

    Attributes:
        language_model: weights of blocks, head and audio rows.
        cache: keys and values of one utterance, and of the kept voices.
        acoustics: mel decoders and vocoders.
        working: what computing needs beside.
    """

    language_model: int
    cache: int
    acoustics: int
    working: int = WORKING

    @property
    def total(self) -> int:
        """All of it."""
        return self.language_model + self.cache + self.acoustics + self.working

    def __str__(self) -> str:
        """One line for people."""
        parts = {
            "language model": self.language_model,
            "cache": self.cache,
            "acoustics": self.acoustics,
            "working": self.working,
        }
        listed = ", ".join(f"{name} {size / 1e9:.1f}" for name, size in parts.items())
        return f"{self.total / 1e9:.1f} GB ({listed})"


def lm_bytes(config: Step1Config, weights: str, item: int) -> int:
    """Bytes of the language model on the device, its text embedding not among them.

    Args:
        config: sizes.
        weights: "float", "int8" or "int4".
        item: bytes of one floating value.
    """
    c = config.blocks
    rows = 2 * config.n_logits * c.width
    norms = (2 * c.n_layers + 1) * c.width
    linear = config.n_parameters - 2 * config.vocabulary * c.width - norms
    if weights == "int8":
        per_layer = c.width + 2 * c.kv_width + c.width + 2 * c.ff_width + c.width
        inner = linear + per_layer * c.n_layers * item
    elif weights == "int4":
        inner = linear // 2 + 2 * item * linear // 128
    else:
        inner = linear * item
    return inner + (rows + norms) * item


def cache_bytes(config: Step1Config, positions: int, item: int) -> int:
    """Bytes of keys and values; 32 KiB a position at the published size in bfloat16."""
    return 2 * config.blocks.n_layers * config.blocks.kv_width * item * positions


def check_room(needed: Memory, device: torch.device, **smaller: Any) -> None:  # noqa: ANN401
    """Refuse to begin what cannot end.

    Args:
        needed: by the model.
        device: where it is to be.
        smaller: other choices of `weights` and what they would need.

    Raises:
        BackendError: the device has less memory free.
    """
    free = free_bytes(device)
    if free is None or needed.total <= free:
        return
    fitting = [f"weights={name!r} ({m})" for name, m in smaller.items() if m.total <= free]
    way = f"use {' or '.join(fitting)}" if fitting else "close other programs, or use a larger one"
    raise BackendError(f"needs {needed} on {device}, {free / 1e9:.1f} GB are free; {way}")


def free_bytes(device: torch.device) -> int | None:
    """Free memory of a device; None where the system does not tell."""
    if device.type == "cuda":
        import torch

        return int(torch.cuda.mem_get_info(device)[0])
    try:
        with open("/proc/meminfo", encoding="ascii") as file:  # noqa: PTH123
            values = dict(line.split(":") for line in file)
        free = int(values["MemAvailable"].split()[0]) << 10
    except (OSError, KeyError, ValueError):
        pass
    else:
        allowed = _left_of_group(CONTROL_GROUP)
        return free if allowed is None else min(free, allowed)
    try:
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):
        return None


def _left_of_group(folder: Path) -> int | None:
    """What a container may still take, its page cache counted as free; None without a limit."""
    with suppress(OSError, ValueError, KeyError):
        limit = int((folder / "memory.max").read_text("ascii"))
        used = int((folder / "memory.current").read_text("ascii"))
        rows = (folder / "memory.stat").read_text("ascii").splitlines()
        facts = dict(row.split() for row in rows)
        return max(0, limit - used + int(facts["inactive_file"]) + int(facts["active_file"]))
    return None
