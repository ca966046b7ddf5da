"""Where published files come from: Hugging Face, ModelScope, or plain addresses.

Hugging Face goes through its own client, an extra; the others need nothing. All of them go on where
an earlier try stopped. Knows no model.
"""

from __future__ import annotations

import json
import logging
import os
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from steptts.errors import BackendError, NetworkError
from steptts.fetching import RemoteFile

MODELSCOPE = "https://modelscope.cn"
REVISION = "master"
TIMEOUT_S = 60.0
TRIES = 4
FIRST_PAUSE_S = 1.0  # before the second try; doubles with every other one
BLOCK_BYTES = 1 << 20
MAX_LISTING_BYTES = 1 << 24
TOLD_EVERY_S = 10.0

_log = logging.getLogger(__name__)


class HuggingFace:
    """Hugging Face, by huggingface_hub; HF_TOKEN and HF_ENDPOINT act as they do there."""

    name = "Hugging Face"

    def __init__(self, endpoint: str | None = None) -> None:
        """Remember another address than the usual one."""
        self._endpoint = endpoint or os.environ.get("HF_ENDPOINT")
        self._commits: dict[str, str] = {}

    def files(self, repository: str) -> Sequence[RemoteFile]:
        """What the repository holds now; later downloads are of this very commit.

        Raises:
            BackendError: huggingface_hub is not installed.
            NetworkError: not reachable, or no such repository.
        """
        hub = _hub()
        try:
            info = hub.HfApi(endpoint=self._endpoint).model_info(repository, files_metadata=True)
        except Exception as reason:  # its classes differ between versions and HTTP libraries
            raise _unreachable(self.name, repository, reason) from None
        self._commits[repository] = str(info.sha)
        return [
            RemoteFile(entry.rfilename, entry.size, (entry.lfs.sha256 if entry.lfs else "") or "")
            for entry in info.siblings or ()
        ]

    def download(self, repository: str, file: RemoteFile, folder: Path) -> None:
        """Fetch one file.

        Raises:
            NetworkError: it did not come.
        """
        commit = self._commits.get(repository)
        try:
            _hub().hf_hub_download(
                repository, file.path, revision=commit, local_dir=folder, endpoint=self._endpoint
            )
        except Exception as reason:  # as above
            raise _unreachable(self.name, f"{repository}, {file.path}", reason) from None


class ModelScope:
    """ModelScope, by its HTTP interface."""

    name = "ModelScope"

    def __init__(self, endpoint: str | None = None) -> None:
        """Remember another address than the usual one."""
        self._endpoint = (endpoint or MODELSCOPE).rstrip("/")

    def files(self, repository: str) -> Sequence[RemoteFile]:
        """What the repository holds now.

        Raises:
            NetworkError: not reachable, no such repository, or an answer that is no listing.
        """
        query = urlencode({"Revision": REVISION, "Recursive": "true"})
        address = f"{self._models(repository)}/repo/files?{query}"
        try:
            listed = json.loads(_read(address))["Data"]["Files"]
            return [self._file(repository, entry) for entry in listed if entry["Type"] == "blob"]
        except (ValueError, KeyError, TypeError) as reason:
            raise NetworkError(
                f"{self.name} gave no list of the files of {repository} ({reason!r})"
            ) from None

    def download(self, repository: str, file: RemoteFile, folder: Path) -> None:
        """Fetch one file.

        Raises:
            NetworkError: it did not come.
        """
        download(file.url, folder / file.path)

    def _file(self, repository: str, entry: Mapping[str, Any]) -> RemoteFile:
        path, size = str(entry["Path"]), int(entry["Size"])
        query = urlencode({"Revision": REVISION, "FilePath": path})
        address = f"{self._models(repository)}/repo?{query}"
        return RemoteFile(path, size, str(entry.get("Sha256") or ""), address)

    def _models(self, repository: str) -> str:
        return f"{self._endpoint}/api/v1/models/{quote(repository)}"


class Addresses:
    """Single files, each at an address of its own."""

    def __init__(self, name: str, files: Sequence[RemoteFile]) -> None:
        """Keep what to call the place, and the files with their addresses."""
        self.name = name
        self._files = files

    def files(self, repository: str) -> Sequence[RemoteFile]:
        """All of them."""
        return self._files

    def download(self, repository: str, file: RemoteFile, folder: Path) -> None:
        """Fetch one file.

        Raises:
            NetworkError: it did not come.
        """
        download(file.url, folder / file.path)


def download(address: str, target: Path) -> None:
    """Fetch a file over HTTP; what came before a break stays in NAME.part and is gone on with.

    Raises:
        NetworkError: it did not come, whole, in four tries.
        OSError: it cannot be written.
    """
    part = target.with_name(target.name + ".part")
    target.parent.mkdir(parents=True, exist_ok=True)
    for attempt in range(TRIES):
        try:
            _append(address, part)
        except (urllib.error.URLError, HTTPException, TimeoutError, ConnectionError) as reason:
            gone = isinstance(reason, urllib.error.HTTPError) and 400 <= reason.code < 500
            if gone or attempt + 1 == TRIES:
                raise _unreachable(address.split("?")[0], target.name, reason) from None
            _log.info("%s broke off (%s); going on", target.name, reason)
            time.sleep(FIRST_PAUSE_S * 2**attempt)
        else:
            part.replace(target)
            return


def _append(address: str, part: Path) -> None:
    """Fetch what is missing at the end of a file."""
    have = part.stat().st_size if part.exists() else 0
    wanted = {"Range": f"bytes={have}-"} if have else {}
    try:
        answer = _open(address, wanted)
    except urllib.error.HTTPError as reason:
        if reason.code != 416 or not have:  # 416: nothing is missing, or the part is too long
            raise
        part.unlink()
        answer, have = _open(address, {}), 0
    with answer, part.open("ab" if answer.status == 206 else "wb") as file:
        expected = answer.headers.get("Content-Length")
        came, told = 0, time.monotonic()
        while block := answer.read(BLOCK_BYTES):
            file.write(block)
            came += len(block)
            if time.monotonic() - told > TOLD_EVERY_S:
                told = time.monotonic()
                _log.info("%s: %.1f MB", part.stem, (have + came) / 1e6)
        if expected is not None and came < int(expected):
            raise ConnectionError(f"{came} of {expected} bytes came")


def _read(address: str) -> bytes:
    try:
        with _open(address, {}) as answer:
            content = answer.read(MAX_LISTING_BYTES + 1)
    except (urllib.error.URLError, HTTPException, TimeoutError, ConnectionError) as reason:
        raise _unreachable(address.split("?")[0], "the list of files", reason) from None
    if len(content) > MAX_LISTING_BYTES:
        raise NetworkError(f"{address.split('?')[0]} answers with over {MAX_LISTING_BYTES} bytes")
    return content


def _open(address: str, headers: Mapping[str, str]) -> HTTPResponse:
    if not address.startswith(("https://", "http://")):
        raise NetworkError(f"{address[:80]!r} is no web address")
    request = urllib.request.Request(address, headers={"User-Agent": "steptts", **headers})
    answer: HTTPResponse = urllib.request.urlopen(request, timeout=TIMEOUT_S)
    return answer


def _hub() -> Any:  # noqa: ANN401 - a module
    try:
        import huggingface_hub
    except ImportError:
        raise BackendError(
            "fetching from Hugging Face needs huggingface_hub: pip install 'steptts[hub]'; "
            "--source modelscope needs nothing"
        ) from None
    return huggingface_hub


def _unreachable(place: str, what: str, reason: Exception) -> NetworkError:
    told = " ".join(str(reason).split())[:200] or type(reason).__name__
    return NetworkError(
        f"{place} does not give {what}: {told}; look at the network, try again (it goes on where "
        "it stopped), or take another --source"
    )
