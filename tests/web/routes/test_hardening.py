"""What hostile or careless visitors send, and what happens when there are too many."""

from __future__ import annotations

import http.client
import json
import re
import threading
import time
from threading import Event
from urllib.parse import urlsplit

import pandas as pd
import pytest
from fastapi.testclient import TestClient

from support.asked import STEWART
from thinwalls.cli.simulate.web import LOOPBACK, web as web_command
from thinwalls.web.answers.downloads import safe_cell, to_csv
from thinwalls.web.answers.waiting_line import FIRST_WAIT_SECONDS
from thinwalls.web.app import create_app
from thinwalls.web.routes.own_table import MOST_TEXT
from thinwalls.web.security import MOST_BODY

SMALL = {"where": STEWART, "days": "10", "draws": "2"}
PAGES = ("/", "/ask?where=" + STEWART + "&days=10&draws=2", "/own", "/nothing-here", "/api/systems")


@pytest.mark.slow
@pytest.mark.parametrize("path", PAGES)
def test_every_response_carries_the_headers(client, path):
    found = client.get(path)
    policy = found.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert found.headers["x-content-type-options"] == "nosniff"
    assert found.headers["referrer-policy"] == "no-referrer"
    assert "set-cookie" not in found.headers


@pytest.mark.slow
def test_pages_ask_no_other_host_and_hold_no_scripts_or_styles(client):
    for path in PAGES[:3]:
        text = client.get(path).text
        for part in ("<style", "javascript:", "onclick", "onload", ' style="', "//cdn"):
            assert part not in text
        sources = re.findall(r'<(?:script|img|link|iframe)\b[^>]* (?:src|href)="([^"]*)"', text)
        assert sources
        assert all(one.startswith("/static/") for one in sources)


def test_only_the_embedded_figure_may_be_framed(client):
    found = client.get("/embed", params=SMALL)
    assert "frame-ancestors *" in found.headers["content-security-policy"]
    assert "x-frame-options" not in found.headers
    assert "<svg" in found.text
    assert "<script" not in found.text


def test_it_listens_to_this_machine_unless_told_otherwise():
    option = next(one for one in web_command.params if one.name == "host")
    assert option.default == LOOPBACK == "127.0.0.1"


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py",
        "/static/..%2f..%2fetc%2fpasswd",
        "/static/%2e%2e/page.css",
        "/static/page.css%00",
        "/take/..%2f..%2fetc%2fpasswd",
        "/take/report.exe",
    ],
)
def test_no_path_leaves_the_package(client, path):
    found = client.get(path)
    assert found.status_code in (400, 404)
    assert "root:" not in found.text


def test_names_are_never_files(client):
    for field, text in (("system", "../../etc"), ("pathogen", "/etc/passwd"), ("system", "a.csv")):
        found = client.get("/ask", params={**SMALL, field: text})
        assert found.status_code == 400
        assert "there is" in found.text or "must be one of" in found.text


@pytest.mark.slow
def test_what_visitors_type_is_shown_as_text(client):
    evil = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'
    for path in ("/?q=", "/ask?where=", "/ask?days="):
        text = client.get(path + evil).text
        assert "<script>alert" not in text
        assert "<img" not in text
    named = {**SMALL, "a.hygiene": "on", "a.name": evil}
    line = client.get("/stream", params=named).text.strip().split("\n\n")[-1]
    grown = json.loads(line.removeprefix("data: "))["html"]
    for text in (client.get("/ask", params=named).text, grown):
        assert "&lt;script&gt;alert" in text
        assert "<script>alert" not in text
        assert "<img" not in text
    assert "<script>alert" not in client.post("/own", data={"table": evil}).text


def test_large_bodies_and_addresses_are_refused(client):
    large = b"x" * (MOST_BODY + 1)
    assert client.post("/api/answer", content=large).status_code == 413
    assert client.post("/own", files={"file": ("a.csv", large)}).status_code == 413
    assert client.get("/ask?q=" + "x" * 20_000).status_code == 414

    def endless():
        for _ in range(40):
            yield b"x" * 10_000

    assert client.post("/api/answer", content=endless()).status_code == 413
    near = b"name\n" + b"x" * MOST_TEXT
    assert client.post("/own", files={"file": ("a.csv", near)}).status_code == 400


def test_draws_and_days_are_limited(client):
    for field, value in (("draws", 10**9), ("days", 10**9), ("draws", -1), ("days", True)):
        found = client.post("/api/answer", json={field: value})
        assert found.status_code == 422
        assert field in found.json()["error"]
    many = [{"name": str(n)} for n in range(100)]
    assert client.post("/api/answer", json={"scenarios": many}).status_code == 422
    whole = client.post("/api/answer", json={"system": "us-2020", "where": "all"})
    assert whole.status_code == 400
    assert "a page answers up to" in whole.json()["error"]


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ("", "the file is empty"),
        ("name,county\nx", "your table, line 2"),
        ("name,state,county,custody,people\nA,GA,Stewart,jail,-5\n", "people = -5"),
        ("name,state,county,custody,people\nA,GA,Nowhere,jail,5\n", "no such county in GA"),
        ("nome\n1", "no such column"),
        ("name\n" + "x\n" * 500, "more than 100 rows"),
        ("name\n\x00\n", "your table"),
    ],
)
def test_tables_of_ones_own_are_checked(client, table, told):
    found = client.post("/own", data={"table": table})
    assert found.status_code == 400
    assert told in found.text


@pytest.mark.slow
def test_a_table_of_ones_own_is_answered_and_not_kept(client, service):
    table = "name,state,county,custody,people\n=HYPERLINK(1),WI,Rock,jail,480\n"
    found = client.post("/own", data={"table": table, "days": "10", "draws": "2"})
    assert found.status_code == 200
    assert "480" in found.text
    assert "What would happen" in found.text
    assert not any("HYPERLINK" in str(one) for one in service._parts)


def test_binary_uploads_are_named(client):
    found = client.post("/own", files={"file": ("a.csv", b"\xff\xfe\x00\x01")})
    assert found.status_code == 400
    assert "is not a text file" in found.text


def test_spreadsheets_take_no_cell_for_a_formula():
    table = pd.DataFrame({"scenario": ["=1+1", "+x", "-x", "@x", "\tx", "plain"], "n": [-1.5] * 6})
    lines = to_csv(table).decode("utf-8-sig").splitlines()
    assert lines[1] == "'=1+1,-1.5"
    assert all(line.startswith("'") for line in lines[1:5])
    assert lines[6] == "plain,-1.5"
    assert safe_cell(-3) == -3


def test_beyond_capacity_visitors_are_asked_to_wait(service):
    with TestClient(create_app(service, most_waiting=0)) as full:
        for path in ("/ask?where=" + STEWART, "/stream?where=" + STEWART):
            found = full.get(path)
            assert found.status_code == 429
            assert found.headers["retry-after"] == str(FIRST_WAIT_SECONDS)
            assert found.headers["x-ticket"] in found.headers["refresh"]
        assert full.get("/").status_code == 200
        answer = full.post("/api/answer", json={"where": STEWART})
        assert answer.status_code == 429
        assert "try again in 3 seconds" in answer.json()["error"]


@pytest.mark.slow
def test_a_server_that_was_closed_can_start_again(service):
    app = create_app(service)
    for seed in ("11", "12"):
        with TestClient(app) as client:
            assert client.get("/stream", params={**SMALL, "seed": seed}).status_code == 200


def test_visitors_who_ask_the_same_share_the_work(client, service, monkeypatch):
    asked = []
    original = service.answer_steps

    def counted(question, *others, **more):
        asked.append(question.key)
        yield from original(question, *others, **more)

    monkeypatch.setattr(service, "answer_steps", counted)
    body = {"where": STEWART, "days": 14, "draws": 3, "seed": 99}
    found = []
    threads = [
        threading.Thread(target=lambda: found.append(client.post("/api/answer", json=body).json()))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({one["checksum"] for one in found}) == 1
    assert len(asked) == 1


@pytest.mark.slow
def test_hanging_up_stops_the_computation(address, service, monkeypatch):
    stops: list[Event] = []
    begun = Event()

    def endless(question, stop=None, *others, **more):
        stops.append(stop)
        results = service_first
        while not stop.is_set():
            begun.set()
            time.sleep(0.01)
            yield results

    from thinwalls.web.answers.question import question_of

    service_first = service.answer(question_of(SMALL))
    monkeypatch.setattr(service, "answer_steps", endless)
    parts = urlsplit(address)
    for path in ("/stream?" + "where=" + STEWART + "&seed=5", "/take/data.csv?where=all&seed=6"):
        begun.clear()
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=20)
        connection.request("GET", path)
        assert begun.wait(20)
        connection.sock.close()
        connection.close()
        assert stops[-1].wait(20)


def test_a_fault_of_the_program_is_told_without_its_inside(service, monkeypatch):
    def broken(question, *others, **more):
        raise ZeroDivisionError("secret of the inside")
        yield

    monkeypatch.setattr(service, "answer_steps", broken)
    with TestClient(create_app(service), raise_server_exceptions=False) as client:
        found = client.post("/api/answer", json={"where": STEWART})
        assert found.status_code == 500
        assert "secret" not in found.text
        assert "secret" not in client.get("/ask?where=" + STEWART).text


def test_the_api_says_what_it_is(client):
    described = client.get("/api/openapi.json").json()
    paths = set(described["paths"])
    assert {"/api/answer", "/api/stream", "/api/person", "/api/places", "/api/place"} <= paths
    assert client.get("/api/scenario-schema").json()["title"] == "thinwalls scenarios"
    names = [one["name"] for one in client.get("/api/controls?lang=es").json()]
    assert "release" in names
    labels = json.dumps(client.get("/api/controls?lang=es").json(), ensure_ascii=False)
    assert "Poner en libertad" in labels


@pytest.mark.parametrize("bad", ["\x00", "\x01", "\x1b", "\x7f", "\u202e", "\ufffe"])
def test_a_name_that_cannot_be_printed_never_reaches_a_drawing(client, bad):
    """One of them once ended the whole server, inside a library that draws."""
    for path in ("/ask", "/stream", "/take/report.pdf", "/embed"):
        asked = {**SMALL, "a.masks": "on", "a.name": f"a{bad}b"}
        found = client.get(path, params=asked)
        assert found.status_code == 400
        assert bad not in found.text
