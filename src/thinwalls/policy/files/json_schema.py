"""JSON Schema of scenario files, with which editors complete and check."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic.json_schema import GenerateJsonSchema
from typing_extensions import override

from thinwalls.policy.actions.base import ACTIONS
from thinwalls.policy.files.migrations import SCHEMA
from thinwalls.policy.seed import Seed
from thinwalls.policy.selectors.selectors import Selector

if TYPE_CHECKING:
    from thinwalls.policy.actions.base import Action


class _Generator(GenerateJsonSchema):
    @override
    def encode_default(self, dft: Any) -> Any:
        if isinstance(dft, Selector):
            return str(dft)
        if isinstance(dft, tuple) and dft and isinstance(dft[0], Selector):
            return [str(who) for who in dft]
        return super().encode_default(dft)


def action_json_schema(action: type[Action]) -> dict[str, Any]:
    """JSON Schema of one action as it stands in a file."""
    schema = action.model_json_schema(ref_template="#/$defs/{model}", schema_generator=_Generator)
    schema["properties"] = {"do": {"const": action.do}, **schema["properties"]}
    schema["required"] = ["do", *schema.get("required", [])]
    return schema


def scenario_json_schema() -> dict[str, Any]:
    """JSON Schema of scenario files."""
    options, definitions = [], {}
    for action in ACTIONS.values():
        schema = action_json_schema(action)
        definitions.update(schema.pop("$defs", {}))
        definitions[action.__name__] = schema
        options.append({"$ref": f"#/$defs/{action.__name__}"})
    definitions["Seed"] = Seed.model_json_schema(schema_generator=_Generator)
    plain = [option for option in options if not option["$ref"].endswith("/When")]
    definitions["When"]["properties"]["then"] = {"oneOf": plain}
    scenario = {
        "type": "object",
        "properties": {
            "name": {"type": "string", "minLength": 1},
            "description": {"type": "string"},
            "seed": {"type": "array", "items": {"$ref": "#/$defs/Seed"}},
            "action": {"type": "array", "items": {"oneOf": options}},
        },
        "required": ["name"],
        "additionalProperties": False,
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "thinwalls scenarios",
        "type": "object",
        "properties": {
            "schema": {"const": SCHEMA},
            "scenario": {"type": "array", "minItems": 1, "items": scenario},
        },
        "required": ["schema", "scenario"],
        "additionalProperties": False,
        "$defs": definitions,
    }
