"""Scenarios in files and links."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import json
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import tomli_w

from thinwalls.common import (
    InputError,
    Message,
    RunError,
    did_you_mean,
    parse_toml,
    read_as,
    read_toml,
)
from thinwalls.policy.actions.from_table import action_from_table
from thinwalls.policy.files.migrations import SCHEMA, migrate
from thinwalls.policy.scenario import Scenario
from thinwalls.policy.seed import Seed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LINK = "thinwalls1."
LONGEST_LINK = 100_000


def load_scenarios(path: str | Path) -> list[Scenario]:
    """The scenarios of a TOML file.

    Raises
    ------
    InputError
        One line that names file, field, value and what is allowed.
    """
    return from_document(read_toml(path), str(path))


def loads_scenarios(text: str, where: str = "scenario") -> list[Scenario]:
    """The scenarios of a TOML text."""
    if not text.strip():
        raise InputError("is empty", where=where)
    return from_document(parse_toml(text, where), where)


def dumps_scenarios(scenarios: Sequence[Scenario]) -> str:
    """Scenarios as the text of a TOML file."""
    content = document(scenarios)
    parts = [tomli_w.dumps({"schema": content["schema"]})]
    for scenario in content["scenario"]:
        parts_of = {name: scenario.pop(name, ()) for name in ("seed", "action")}
        parts.append(_entry("scenario", {"scenario": scenario}))
        for name, entries in parts_of.items():
            parts += [_entry(f"scenario.{name}", {"scenario": {name: one}}) for one in entries]
    return "\n".join(parts)


def _entry(name: str, content: dict[str, Any]) -> str:
    """One ``[[name]]``; the writer by itself puts short entries on one line."""
    return tomli_w.dumps(content).replace(f"[{name}]", f"[[{name}]]", 1)


def save_scenarios(scenarios: Sequence[Scenario], path: str | Path) -> None:
    """Write scenarios to a TOML file; nothing partial is left behind.

    Raises
    ------
    RunError
        If the file cannot be written.
    """
    file = Path(path)
    temporary = file.with_name(f".{file.name}.part")
    try:
        temporary.write_text(dumps_scenarios(scenarios), encoding="utf-8")
        temporary.replace(file)
    except OSError as problem:
        temporary.unlink(missing_ok=True)
        raise RunError(
            "cannot be written: {reason}", where=str(file), reason=problem.strerror
        ) from None


def document(scenarios: Sequence[Scenario]) -> dict[str, Any]:
    """Scenarios as the contents of a file."""
    _unique([scenario.name for scenario in scenarios], "scenarios")
    return {"schema": SCHEMA, "scenario": [scenario.table() for scenario in scenarios]}


def from_document(content: Mapping[str, Any], where: str) -> list[Scenario]:
    """Scenarios from the contents of a file."""
    table = migrate(content, where)
    entries = table.pop("scenario", None)
    for name in table:
        raise InputError(
            "no such field; {hint}",
            where=where,
            field=name,
            hint=did_you_mean(name, ["schema", "scenario"]),
        )
    if not isinstance(entries, list) or not entries:
        raise InputError("needs at least one [[scenario]]", where=where, field="scenario")
    scenarios = [_scenario(entry, f"scenario[{i}]", where) for i, entry in enumerate(entries)]
    _unique([scenario.name for scenario in scenarios], where)
    return scenarios


def _scenario(entry: object, field: str, where: str) -> Scenario:
    if not isinstance(entry, dict):
        raise InputError("must be a table", where=where, field=field, value=entry)
    allowed = ("name", "description", "seed", "action")
    for name in entry:
        if name not in allowed:
            raise InputError(
                "no such field; {hint}",
                where=where,
                field=f"{field}.{name}",
                hint=did_you_mean(name, allowed),
            )
    for name in ("seed", "action"):
        if not isinstance(entry.get(name, []), list):
            raise InputError(
                "must be written as {form}",
                where=where,
                field=f"{field}.{name}",
                form=f"[[scenario.{name}]]",
            )
    for name in ("name", "description"):
        if not isinstance(entry.get(name, ""), str):
            raise InputError(
                "must be text in quotes", where=where, field=f"{field}.{name}", value=entry[name]
            )
    if not entry.get("name"):
        raise InputError("is missing", where=where, field=f"{field}.name")
    records = [
        action_from_table(action, where=where, field=f"{field}.action[{i}]")
        for i, action in enumerate(entry.get("action", []))
    ]
    seeds = [
        read_as(Seed, seed, where=where, prefix=f"{field}.seed[{i}]")
        for i, seed in enumerate(entry.get("seed", []))
    ]
    try:
        return Scenario(entry["name"], records, entry.get("description", ""), seeds)
    except InputError as problem:
        raise InputError.of(_as_in_a_file(problem.problem), where=where, field=field) from None


def _as_in_a_file(problem: Message) -> Message:
    """Actions as they are called in a file: ``action[0]``, not ``actions[0]``."""
    values = {
        name: value if isinstance(value, Message) else value.replace("actions[", "action[")
        for name, value in problem.values.items()
    }
    return problem.filled(**values)


def _unique(names: Sequence[str], where: str) -> None:
    for index, name in enumerate(names):
        if name in names[:index]:
            raise InputError("two scenarios have this name", where=where, field="name", value=name)


def to_link(scenarios: Sequence[Scenario]) -> str:
    """Scenarios as one text that can stand in a web address."""
    text = json.dumps(document(scenarios), default=_iso, separators=(",", ":"), ensure_ascii=False)
    packed = zlib.compress(text.encode("utf-8"), 9)
    return LINK + base64.urlsafe_b64encode(packed).decode("ascii").rstrip("=")


def _iso(value: object) -> str:
    if isinstance(value, dt.date):
        return value.isoformat()
    raise TypeError(f"no JSON for {value!r}")


def from_link(link: str) -> list[Scenario]:
    """Scenarios from a link.

    Raises
    ------
    InputError
        If the link is damaged or not one of ours.
    """
    if len(link) > LONGEST_LINK:
        raise InputError(
            "is too long: at most {count} characters", field="link", count=f"{LONGEST_LINK:,}"
        )
    body = link.strip().rsplit(LINK, 1)
    if len(body) != 2:
        raise InputError(
            "is not a link to scenarios (they hold {given})", field="link", given=repr(LINK)
        )
    try:
        packed = base64.b64decode(
            body[1] + "=" * (-len(body[1]) % 4), altchars=b"-_", validate=True
        )
        unpack = zlib.decompressobj()
        text = unpack.decompress(packed, LONGEST_LINK)
        if not unpack.eof:
            raise InputError("is damaged or too long", field="link")
        content = json.loads(text)
    except (binascii.Error, zlib.error, ValueError, RecursionError):
        raise InputError("is damaged: part of it is missing or changed", field="link") from None
    if not isinstance(content, dict):
        raise InputError("is damaged: part of it is missing or changed", field="link")
    return from_document(content, "link")
