"""What was answered on the page can be repeated with ``thinwalls verify``."""

from __future__ import annotations

import base64
import json
import re

import pytest

from support.asked import STEWART
from thinwalls.web.answers.question import query_of, question_of

TABLE = "name,state,county,custody,people\r\nRock,WI,Rock,jail,480\r\n"


@pytest.mark.slow
@pytest.mark.parametrize("where", [STEWART, "county:13259"])
def test_a_record_verifies(client, tmp_path, exit_code_of, capsys, where):
    asked = {"where": where, "days": "10", "draws": "2", "seed": "3", "a.release": "on"}
    params = query_of(question_of(asked), "en")
    found = client.get("/take/record.json", params=params)
    assert found.headers["content-type"] == "application/json"
    file = tmp_path / "record.json"
    file.write_bytes(found.content)
    assert exit_code_of("verify", str(file), "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["verified"]
    data = client.get("/take/data.json", params=params).json()
    assert told["checksum"] == data["checksum"]

    record = json.loads(found.content)
    file.write_text(json.dumps({**record, "seed": 4}), encoding="utf-8")
    assert exit_code_of("verify", str(file)) == 1


def saved(page, name):
    content = re.search(rf'base64,([^"]+)" download="{re.escape(name)}"', page)[1]
    return base64.b64decode(content)


@pytest.mark.slow
def test_the_record_of_a_table_of_ones_own_verifies(client, tmp_path, exit_code_of, capsys):
    form = {"table": TABLE, "days": "10", "draws": "2", "a.hygiene": "on"}
    page = client.post("/own", data=form).text
    assert "--system your-table.csv" in page
    record, table = saved(page, "record.json"), saved(page, "your-table.csv")
    assert table.decode() == TABLE
    alone, elsewhere = tmp_path / "alone", tmp_path / "elsewhere"
    for folder in (alone, elsewhere):
        folder.mkdir()
    (alone / "record.json").write_bytes(record)
    (elsewhere / "your-table.csv").write_bytes(table)
    assert exit_code_of("verify", str(alone / "record.json")) == 2
    assert "give its place with --system" in capsys.readouterr().err
    code = exit_code_of(
        "verify",
        str(alone / "record.json"),
        "--system",
        str(elsewhere / "your-table.csv"),
        "--json",
    )
    assert code == 0
    assert json.loads(capsys.readouterr().out)["differences"] == []
    (elsewhere / "record.json").write_bytes(record)
    assert exit_code_of("verify", str(elsewhere / "record.json")) == 0
