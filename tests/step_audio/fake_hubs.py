"""A web server on this machine that answers as Hugging Face, ModelScope and GitHub do."""

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

COMMIT = "0123456789abcdef0123456789abcdef01234567"


class Hub:
    """Repositories by name, and how the next answers go wrong.

    Attributes:
        repositories: name to folder.
        speakers: folder of the recordings, as the reference program has it.
        break_after: bytes after which an answer breaks off, for the paths in `breaking`.
        spoiled: paths whose first byte is changed on the way.
        requests: what was asked for: path and range.
    """

    def __init__(self, repositories: dict[str, Path], speakers: Path) -> None:
        self.repositories, self.speakers = repositories, speakers
        self.break_after = 1000
        self.breaking: set[str] = set()
        self.spoiled: set[str] = set()
        self.requests: list[tuple[str, str]] = []
        self.url = ""

    def listing(self, repository: str) -> list[tuple[str, bytes]]:
        """Paths and contents; a test's repositories are small."""
        folder = self.repositories[repository]
        return [
            (path.relative_to(folder).as_posix(), path.read_bytes())
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        ]


@contextmanager
def serving(hub: Hub) -> Iterator[Hub]:
    """Serve until the end of the block."""

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

        def do_HEAD(self) -> None:
            self.answer(body=False)

        def do_GET(self) -> None:
            self.answer(body=True)

        def answer(self, *, body: bool) -> None:
            split = urlsplit(self.path)
            path, query = unquote(split.path), parse_qs(split.query)
            hub.requests.append((path, self.headers.get("Range", "")))
            try:
                self.route(path, query, body=body)
            except (KeyError, FileNotFoundError):
                self.send_error(404)

        def route(self, path: str, query: dict[str, list[str]], *, body: bool) -> None:
            if path.startswith("/api/v1/models/"):
                self.modelscope(path.removeprefix("/api/v1/models/"), query, body=body)
            elif path.startswith("/api/models/"):
                self.json(self.hugging_face(path.removeprefix("/api/models/")), body=body)
            elif "/resolve/" in path:
                repository, _, rest = path[1:].partition("/resolve/")
                name = rest.partition("/")[2]
                self.file(name, (hub.repositories[repository] / name).read_bytes(), body=body)
            else:
                name = path.rpartition("/speakers/")[2]
                self.file(name, (hub.speakers / name).read_bytes(), body=body)

        def modelscope(self, rest: str, query: dict[str, list[str]], *, body: bool) -> None:
            repository = rest.partition("/repo")[0]
            if rest.endswith("/repo/files"):
                listed = [
                    {"Path": name, "Type": "blob", "Size": len(c), "Sha256": sha256(c)}
                    for name, c in hub.listing(repository)
                ]
                folders = [{"Path": "CosyVoice-300M-25Hz", "Type": "tree", "Size": 0}]
                self.json({"Code": 200, "Data": {"Files": folders + listed}}, body=body)
                return
            name = query["FilePath"][0]
            self.file(name, (hub.repositories[repository] / name).read_bytes(), body=body)

        def hugging_face(self, rest: str) -> dict[str, object]:
            repository = rest.partition("/revision/")[0]
            siblings = [
                {
                    "rfilename": name,
                    "size": len(c),
                    "blobId": sha256(c)[:40],
                    "lfs": {"sha256": sha256(c), "size": len(c), "pointerSize": 130},
                }
                for name, c in hub.listing(repository)
            ]
            return {"id": repository, "sha": COMMIT, "siblings": siblings}

        def json(self, value: object, *, body: bool) -> None:
            self.send(200, json.dumps(value).encode(), {}, body=body)

        def file(self, name: str, content: bytes, *, body: bool) -> None:
            etag = sha256(content)
            if name in hub.spoiled:
                content = bytes([content[0] ^ 1]) + content[1:]
            headers = {"ETag": f'"{etag}"', "X-Repo-Commit": COMMIT, "X-Linked-Etag": f'"{etag}"'}
            headers["X-Linked-Size"] = str(len(content))
            wanted = self.headers.get("Range", "")
            status, start = 200, 0
            if wanted:
                status, start = 206, int(wanted.removeprefix("bytes=").partition("-")[0])
                if start >= len(content):
                    self.send_error(416)
                    return
                headers["Content-Range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
            stop = None
            if body and name in hub.breaking:
                hub.breaking.discard(name)
                stop = start + hub.break_after
            self.send(status, content[start:], headers, body=body, stop=stop)

        def send(
            self,
            status: int,
            content: bytes,
            headers: dict[str, str],
            *,
            body: bool,
            stop: int | None = None,
        ) -> None:
            self.send_response(status)
            for key, value in {**headers, "Content-Length": str(len(content))}.items():
                self.send_header(key, value)
            self.end_headers()
            if body:
                self.wfile.write(content[:stop])
            if stop is not None:
                self.close_connection = True

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    hub.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
