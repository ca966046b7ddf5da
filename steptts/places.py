r"""Where models live on this machine, and whether the network may be used.

    STEPTTS_HOME      folder of models and downloads; by default the one that the system has for
                      such data: ~/.local/share/steptts (XDG_DATA_HOME is heeded), on macOS
                      ~/Library/Application Support/steptts, on Windows %LOCALAPPDATA%\steptts
    STEPTTS_OFFLINE   1: never use the network

Read at every call, so that a program may set them. Creates nothing.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

HOME, OFFLINE = "STEPTTS_HOME", "STEPTTS_OFFLINE"


def home() -> Path:
    """The folder below which everything is kept."""
    if told := os.environ.get(HOME):
        return Path(told).expanduser()
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "steptts"
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA")
        return (Path(local) if local else Path.home() / "AppData" / "Local") / "steptts"
    data = os.environ.get("XDG_DATA_HOME")
    return (Path(data) if data else Path.home() / ".local" / "share") / "steptts"


def models() -> Path:
    """The folder of models that are ready, each under its name."""
    return home() / "models"


def downloads() -> Path:
    """The folder of what was fetched, as it was published."""
    return home() / "downloads"


def offline() -> bool:
    """Whether the user has forbidden the network; any value but "", 0, no and false does."""
    return os.environ.get(OFFLINE, "").strip().lower() not in ("", "0", "no", "false")
