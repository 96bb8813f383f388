"""Downloads, against a server on this machine that misbehaves in the usual ways."""

from __future__ import annotations

import contextlib
import hashlib
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, ClassVar

import pytest

from thinwalls.common.errors import InputError, RunError
from thinwalls.sources.files_offered import CATALOGUE
from thinwalls.sources.reading.download import Download, cache_folder, fetch

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CONTENT = bytes(range(256)) * 2_000
CHECKSUM = hashlib.sha256(CONTENT).hexdigest()


class Handler(BaseHTTPRequestHandler):
    asked: ClassVar[list[tuple[str, str | None]]] = []

    def log_message(self, *_: object) -> None:
        return

    def handle(self) -> None:
        with contextlib.suppress(ConnectionError):  # the client did not wait
            super().handle()

    def do_GET(self) -> None:
        wanted = self.headers.get("Range")
        Handler.asked.append((self.path, wanted))
        first_time = len([path for path, _ in Handler.asked if path == self.path]) == 1
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "/whole")
            self.end_headers()
        elif self.path == "/round":
            self.send_response(302)
            self.send_header("Location", "/round")
            self.end_headers()
        elif self.path == "/moved-away":
            self.send_response(301)
            self.send_header("Location", "/gone")
            self.end_headers()
        elif self.path == "/error":
            self.send_error(503, "sorry")
        elif self.path == "/gone":
            self.send_error(404)
        elif self.path == "/page":
            self._send(b"<html>an error page</html>", 200)
        elif self.path == "/stalls":
            self.send_response(200)
            self.send_header("Content-Length", str(len(CONTENT)))
            self.end_headers()
            self.wfile.write(CONTENT[:1000])
            time.sleep(0.6)
        elif self.path == "/always-cut" or (self.path == "/cut-once" and first_time):
            self.send_response(200)
            self.send_header("Content-Length", str(len(CONTENT)))
            self.end_headers()
            self.wfile.write(CONTENT[: len(CONTENT) // 3])
        elif wanted and self.path != "/no-resume":
            start = int(wanted.removeprefix("bytes=").rstrip("-"))
            if start >= len(CONTENT):
                self.send_error(416)
                return
            self._send(CONTENT[start:], 206)
        else:
            self._send(CONTENT, 200)

    def _send(self, body: bytes, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def server() -> Iterator[str]:
    Handler.asked = []
    service = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    service.daemon_threads = True
    thread = threading.Thread(
        target=service.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
    )
    thread.start()
    yield f"http://127.0.0.1:{service.server_address[1]}"
    service.shutdown()
    service.server_close()
    thread.join()


def test_whole(server: str, tmp_path: Path) -> None:
    seen: list[tuple[int, int | None]] = []
    wanted = Download("a/file.bin", f"{server}/whole", CHECKSUM)
    path = fetch(wanted, tmp_path, progress=lambda done, whole: seen.append((done, whole)))
    assert path.read_bytes() == CONTENT
    assert seen[-1] == (len(CONTENT), len(CONTENT))
    fetch(wanted, tmp_path)
    assert len(Handler.asked) == 1  # the second time it is in the cache


def test_redirected(server: str, tmp_path: Path) -> None:
    assert fetch(Download("f", f"{server}/moved", CHECKSUM), tmp_path).read_bytes() == CONTENT


def test_cut_off_and_continued(server: str, tmp_path: Path) -> None:
    path = fetch(Download("f", f"{server}/cut-once", CHECKSUM), tmp_path)
    assert path.read_bytes() == CONTENT
    assert Handler.asked[1][1] == f"bytes={len(CONTENT) // 3}-"
    assert not list(tmp_path.glob("*.part"))


def test_continued_later(server: str, tmp_path: Path) -> None:
    (tmp_path / "f.part").write_bytes(CONTENT[:5000])
    fetch(Download("f", f"{server}/whole", CHECKSUM), tmp_path)
    assert Handler.asked[0][1] == "bytes=5000-"
    (tmp_path / "g.part").write_bytes(CONTENT[:5000])
    assert fetch(Download("g", f"{server}/no-resume", CHECKSUM), tmp_path).read_bytes() == CONTENT


def test_part_of_another_file_is_dropped(server: str, tmp_path: Path) -> None:
    (tmp_path / "f.part").write_bytes(b"of an older edition" * 100)
    assert fetch(Download("f", f"{server}/whole", CHECKSUM), tmp_path).read_bytes() == CONTENT
    assert [wanted for _, wanted in Handler.asked] == ["bytes=1900-", None]


def test_part_that_is_too_long(server: str, tmp_path: Path) -> None:
    (tmp_path / "f.part").write_bytes(CONTENT + b"more")
    assert fetch(Download("f", f"{server}/whole", CHECKSUM), tmp_path).read_bytes() == CONTENT


@pytest.mark.slow
@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/always-cut", "the connection broke off after"),
        ("/error", "the server answered 503"),
        ("/gone", "the server answered 404"),
        ("/moved-away", "the server answered 404"),
        ("/round", "the server answered 302"),
        ("/stalls", "no answer for 0.2 seconds"),
        ("/page", "the checksum is wrong"),
    ],
)
def test_failures(server: str, tmp_path: Path, path: str, message: str) -> None:
    with pytest.raises(RunError) as caught:
        fetch(Download("f", f"{server}{path}", CHECKSUM), tmp_path, timeout=0.2, attempts=2)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "f").exists()


def test_offline(server: str, tmp_path: Path) -> None:
    port = int(server.rsplit(":", 1)[1])
    closed = f"http://127.0.0.1:{port + 1 if port < 65000 else port - 1}/f"
    with pytest.raises(RunError, match="no connection"):
        fetch(Download("f", closed), tmp_path, timeout=1, attempts=1)


def test_changed_file_in_the_cache_is_replaced(server: str, tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"something else")
    assert fetch(Download("f", f"{server}/whole", CHECKSUM), tmp_path).read_bytes() == CONTENT


def test_cannot_write(server: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(RunError, match="cannot be written"):
        fetch(Download("f", f"{server}/whole"), tmp_path / "file")


def test_addresses() -> None:
    with pytest.raises(InputError, match="must begin with http"):
        fetch(Download("f", "file:///etc/hostname"))
    for download in CATALOGUE.values():
        assert download.address.startswith("https://")
        assert download.sha256 is not None
        assert len(download.sha256) == 64


def test_cache_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("THINWALLS_CACHE", str(tmp_path))
    assert cache_folder() == tmp_path
    monkeypatch.delenv("THINWALLS_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "thinwalls"
