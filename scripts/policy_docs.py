"""Write what is made from the actions: their list in docs/policies.md, and stubs for type checkers.

Run it after an action is added or changed; a test holds what it writes against the code.
"""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

import thinwalls.policy as tw
from thinwalls.policy import ACTIONS, Action, action_json_schema, effects

PAGE = Path(__file__).parent.parent / "docs" / "policies.md"
BEGIN = "<!-- made from the code: begin -->"
END = "<!-- made from the code: end -->"
HEADINGS = ("Mechanism", "Engine inputs", "Limits")
ROOM = Path(__file__).parent.parent / "src" / "thinwalls" / "policy"
ACTIONS_STUB, FACE = ROOM / "actions" / "__init__.pyi", ROOM / "__init__.pyi"
FACE_BEGIN, FACE_END = "from .actions import (  # made by scripts/policy_docs.py\n", ")\n"
STUB = """# Made by scripts/policy_docs.py: every action, for type checkers.
from .base import (
    ACTIONS as ACTIONS,
    Action as Action,
    InsideAction as InsideAction,
)
"""


def kind(schema: dict[str, Any]) -> str:
    """What a field may hold, in words."""
    options = [option for option in schema.get("anyOf", [schema]) if option.get("type") != "null"]
    option = options[0]
    if "enum" in option:
        return " or ".join(f"`{value}`" for value in option["enum"])
    if "$ref" in option:
        return "a number with its distribution"
    if option.get("format") == "date":
        return "date"
    if "examples" in option:
        return "who"
    if option.get("type") == "array":
        return f"list of {kind(option['items'])}"
    limits = [
        f"{word} {option[key]:g}"
        for key, word in (
            ("minimum", "from"),
            ("exclusiveMinimum", "over"),
            ("maximum", "to"),
        )
        if key in option
    ]
    words = {"number": "number", "integer": "whole number", "boolean": "true or false"}
    return " ".join([words.get(option.get("type", ""), "an action"), *limits])


def default(schema: dict[str, Any], required: bool) -> str:
    """What holds when the field is left out."""
    if required:
        return "must be given"
    value = schema.get("default")
    if value in (None, []):
        return ""
    if isinstance(value, list):
        return ", ".join(f"`{part}`" for part in value)
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def section(action: type[Action]) -> list[str]:
    """The part of the page about one action."""
    first = inspect.cleandoc(action.__doc__ or "").split("\n")[0]
    parts = [f"### {action.__name__}", "", f'`do = "{action.do}"`. {first}', ""]
    for heading in HEADINGS:
        text = action.about(heading).replace("``", "`")
        parts += [f"**{heading}.** {text[:1].upper()}{text[1:]}", ""]
    text = tw.dumps_scenarios([tw.Scenario("example", [action.example()])])
    parts += ["```toml", text[text.index("[[scenario.action]]") :].strip(), "```", ""]
    schema = action_json_schema(action)
    parts += ["| field | holds | left out |", "|---|---|---|"]
    needed = schema.get("required", [])
    for name, field in list(schema["properties"].items())[1:]:
        parts.append(f"| `{name}` | {kind(field)} | {default(field, name in needed)} |")
    known = effects()
    names = [name for name in known if name.split(".")[0] in lead(action)]
    if names and action.effect_fields():
        parts += [
            "",
            "| effect | value (90 %) | unit | known | source, note |",
            "|---|---|---|---|---|",
        ]
        for name in names:
            one = known[name]
            value = str(one.model_copy(update={"unit": ""}))
            cited = f"{one.source}." if one.source else ""
            note = f"{cited} {one.note}".strip().replace("|", "\\|")
            parts.append(f"| `{name}` | {value} | {one.unit} | {one.tag} | {note} |")
    return [*parts, ""]


def lead(action: type[Action]) -> set[str]:
    """First parts of the names of an action's effects."""
    fields = action.effect_fields()
    if "exposed" in fields:
        return {"test_pcr", "test_antigen"}
    return {action.do, f"{action.do}_fitted"}


def render() -> str:
    """The part of the page that is made from the code."""
    return "\n".join(line for action in ACTIONS.values() for line in section(action)).strip()


def actions_stub() -> str:
    """The names of all actions where they are made."""
    room = f"{Action.__module__.rpartition('.')[0]}."
    lines = [
        f"from .{one.__module__.removeprefix(room)} import {one.__name__} as {one.__name__}\n"
        for one in ACTIONS.values()
    ]
    lines.append("from .from_table import action_from_table as action_from_table\n")
    return STUB + "".join(sorted(lines))


def face() -> str:
    """The face of the room with the names of all actions."""
    before, rest = FACE.read_text(encoding="utf-8").split(FACE_BEGIN)
    after = rest.split(FACE_END, 1)[1]
    classes = sorted(["Action", "InsideAction", *(one.__name__ for one in ACTIONS.values())])
    names = ["ACTIONS", *classes, "action_from_table"]
    lines = "".join(f"    {name} as {name},\n" for name in names)
    return f"{before}{FACE_BEGIN}{lines}{FACE_END}{after}"


def page() -> str:
    """The whole page as it should be."""
    before, rest = PAGE.read_text(encoding="utf-8").split(BEGIN)
    after = rest.split(END)[1]
    return f"{before}{BEGIN}\n\n{render()}\n\n{END}{after}"


if __name__ == "__main__":
    for path, make in {PAGE: page, ACTIONS_STUB: actions_stub, FACE: face}.items():
        path.write_text(make(), encoding="utf-8")
