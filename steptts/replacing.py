"""Writing a file in one step: whole at the end, or as it was before.

The content goes to a hidden neighbour, which then takes the file's name; on any error, an
interrupt included, the neighbour is removed. A device or a pipe is written to as it is.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextlib.contextmanager
def replaced(path: Path) -> Iterator[IO[bytes]]:
    """Open a file for binary writing (and seeking) that appears under its name only when whole.

    Raises:
        OSError: the folder or the file cannot be written; nothing is left behind.
    """
    target = path.resolve()  # through a symbolic link: the link stays, its target is replaced
    if target.exists() and not target.is_file() and not target.is_dir():
        with target.open("wb") as device:
            yield device
        return
    if target.is_dir():
        raise IsADirectoryError(errno.EISDIR, "it is a folder", str(target))
    if target.exists() and not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, "it is write-protected", str(target))
    part = target.with_name(f".{target.name[:200]}.{secrets.token_hex(4)}.part")
    try:
        with part.open("xb+") as file:
            yield file
        part.replace(target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
