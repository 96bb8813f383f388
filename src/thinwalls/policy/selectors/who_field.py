"""A selector as a field of an action: given as such or as its text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from pydantic_core import core_schema

from thinwalls.common import FieldError, InputError
from thinwalls.policy.selectors.from_text import parse_selector
from thinwalls.policy.selectors.selectors import Selector

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler


def _from_anything(value: object) -> Selector:
    if isinstance(value, Selector):
        return value
    if isinstance(value, str):
        try:
            return parse_selector(value)
        except InputError as problem:
            raise FieldError.of(problem.problem) from None
    raise FieldError('must say who, for example "age >= 50 or vulnerable"')


class _AsField:
    """How pydantic reads, writes and describes a selector."""

    @staticmethod
    def __get_pydantic_core_schema__(
        source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(
            _from_anything,
            serialization=core_schema.plain_serializer_function_ser_schema(str),
        )

    @staticmethod
    def __get_pydantic_json_schema__(
        schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {
            "type": "string",
            "description": "who, for example: (age >= 50) | vulnerable",
            "examples": ["everyone", "age >= 50 or vulnerable", 'threat_level == "none"'],
        }


Who = Annotated[Selector, _AsField]
"""The type of a field that says who is meant."""
