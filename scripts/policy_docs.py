"""Write the list of actions of docs/policies.md from the code and its cited effects."""

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
EXAMPLES: tuple[Action, ...] = (
    tw.Release(share=0.5, who=(tw.age >= 50) | tw.vulnerable, start="2020-03-20", over_days=30),
    tw.HaltArrests(agencies=("ICE",), start="2020-03-20"),
    tw.LimitArrests(keep=tw.threat_level == 1, start="2020-03-20"),
    tw.HaltTransfers(start="2020-03-20", end="2020-06-30"),
    tw.HaltRemovals(start="2020-03-20"),
    tw.FasterRelease(factor=2, who=tw.pretrial),
    tw.FollowRecord(start="2020-03-20"),
    tw.AlternativesToDetention(share=0.8, who=tw.threat_level == "none"),
    tw.EnforcementSurge(factor=1.5, agencies=("ICE",), affected_share=0.1),
    tw.Hygiene(start="2020-03-20", ramp_days=7),
    tw.Masks(who=tw.group("staff"), fit="fitted"),
    tw.Distancing(start="2020-04-01", facilities=tw.kind("jail")),
    tw.SingleCells(added_share=0.2),
    tw.Cohorting(),
    tw.IntakeQuarantine(days=14, test_out=True),
    tw.SymptomScreening(interval_days=1),
    tw.Testing(interval_days=7, kind="antigen", delay_days=0),
    tw.Isolation(places_per_100=4),
    tw.Vaccination(people_per_day=100, order=(tw.vulnerable, tw.group("detained"))),
    tw.MedicalCare(treated_share=0.9),
    tw.StaffTesting(interval_days=3.5),
    tw.StaffSickPay(),
    tw.GateTesting(movements=("release", "transfer")),
    tw.VisitsHalt(),
    tw.Visits(start="2020-06-01"),
    tw.CommunityDistancing(states=tw.state("LA"), ramp_days=14),
    tw.HospitalSurge(more_icu=0.2),
    tw.When(cases=3, within_days=7, place="facility", then=tw.Cohorting(), for_days=14),
)
"""One of each, shown as it stands in a file."""


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
    example = next(one for one in EXAMPLES if type(one) is action)
    text = tw.dumps_scenarios([tw.Scenario("example", [example])])
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


def page() -> str:
    """The whole page as it should be."""
    before, rest = PAGE.read_text(encoding="utf-8").split(BEGIN)
    after = rest.split(END)[1]
    return f"{before}{BEGIN}\n\n{render()}\n\n{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
