"""A server of the page on a free port of this machine, for as long as it is measured."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_TRIES = 600


class Served:
    """Where the server is, and how much memory it took at most."""

    def __init__(self, address: str, process: subprocess.Popen[bytes]) -> None:
        self.address = address
        self._process = process

    def peak_megabytes(self) -> float:
        """Largest memory of the server so far."""
        status = Path(f"/proc/{self._process.pid}/status").read_text(encoding="utf-8")
        return int(status.split("VmHWM:")[1].split()[0]) / 1024


@contextmanager
def served() -> Iterator[Served]:
    """Start ``thinwalls web``, wait until it answers, and end it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "thinwalls", "web", "--no-open", "--port", str(port)]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(_TRIES):
            if process.poll() is not None:
                raise SystemExit("the server did not start")
            try:
                urllib.request.urlopen(address + "/own")
                break
            except OSError:
                time.sleep(0.2)
        else:
            raise SystemExit("the server did not answer")
        yield Served(address, process)
    finally:
        process.terminate()
        process.wait()
