"""The application in this process, and on a port of this machine."""

from __future__ import annotations

import socket
import threading
import time

import pytest

pytest.importorskip("fastapi", reason="the page needs the extra: pip install 'thinwalls[web]'")

import uvicorn
from fastapi.testclient import TestClient

from thinwalls.web.answers.service import Service
from thinwalls.web.app import create_app
from thinwalls.web.views import claims


@pytest.fixture(scope="session")
def service():
    return Service(threads=2)


@pytest.fixture(scope="session")
def client(service):
    with TestClient(create_app(service)) as found:
        yield found


@pytest.fixture(scope="session")
def address(service):
    """A real server on the loopback address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    config = uvicorn.Config(create_app(service), port=port, log_level="error", access_log=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(timeout=20)


@pytest.fixture
def packaged(monkeypatch):
    """Sets what ``packaged_claims`` does, and forgets what was made before and after."""

    def forget():
        claims.claims_answer.cache_clear()
        claims.claims_page.cache_clear()

    def use(answer):
        def packaged_claims():
            if answer is None:
                raise FileNotFoundError
            return answer

        monkeypatch.setattr(claims, "packaged_claims", packaged_claims)
        forget()

    yield use
    forget()
