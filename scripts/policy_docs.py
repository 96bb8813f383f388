"""Write the list of actions of docs/policies.md from the code and its cited effects."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

from thinwalls.policy import ACTIONS, Action, action_json_schema, effects

PAGE = Path(__file__).parent.parent / "docs" / "policies.md"
BEGIN = "<!-- made from the code: begin -->"
END = "<!-- made from the code: end -->"
HEADINGS = ("Mechanism", "Engine inputs", "Limits")


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
    return {action.do}


def render() -> str:
    """The part of the page that is made from the code."""
    return "\n".join(line for action in ACTIONS.values() for line in section(action)).strip()


def page() -> str:
    """The whole page as it should be."""
    before, rest = PAGE.read_text(encoding="utf-8").split(BEGIN)
    after = rest.split(END)[1]
    return f"{before}{BEGIN}\n\n{render()}\n\n{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
