"""Reading what people write: TOML files and typed records, with errors of one line.

Everything that a person can type goes through here, so a mistake always ends as one
:class:`~thinwalls.common.InputError` that names file, field, value and what is allowed.
"""

from __future__ import annotations

import datetime as dt
import difflib
import tomllib
import types
import typing
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic._internal._model_construction import ModelMetaclass

from thinwalls.common.errors import FieldError, InputError, Message
from thinwalls.common.plain_text import check_texts

Model = TypeVar("Model", bound=BaseModel)


def read_text(path: str | Path) -> str:
    """Text of a file that must exist, be a file, be UTF-8 and not be empty."""
    file = Path(path)
    where = str(path)
    try:
        if file.is_dir():
            raise InputError("is a directory; give a file", where=where)
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise InputError("no such file", where=where) from None
    except UnicodeDecodeError:
        raise InputError("is not a text file (UTF-8)", where=where) from None
    except (OSError, ValueError) as problem:
        reason = getattr(problem, "strerror", None) or str(problem)
        raise InputError("cannot be read: {reason}", where=where, reason=reason) from None
    if not text.strip():
        raise InputError("is empty", where=where)
    return text


def parse_toml(text: str, where: str) -> dict[str, Any]:
    """TOML text as a dictionary; ``where`` names its origin in errors."""
    try:
        data = tomllib.loads(text)
        check_texts(data, where=where)
    except (ValueError, RecursionError) as problem:
        raise InputError("is not valid TOML: {reason}", where=where, reason=problem) from None
    return data


def read_toml(path: str | Path) -> dict[str, Any]:
    """A TOML file as a dictionary."""
    return parse_toml(read_text(path), str(path))


def did_you_mean(name: object, allowed: Iterable[str]) -> Message:
    """What is allowed instead of a name: the nearest match, or the list of all."""
    options = sorted(allowed)
    near = difflib.get_close_matches(str(name), options, n=1, cutoff=0.6)
    if near:
        return Message("did you mean {name}?", name=repr(near[0]))
    if not options:
        return Message("nothing is allowed here")
    return Message("must be one of: {names}", names=", ".join(options))


def read_as(model: type[Model], data: object, *, where: str | None, prefix: str = "") -> Model:
    """Check ``data`` against a model; ``prefix`` is put before the names of its fields."""
    if not isinstance(data, Mapping):
        raise InputError("must be a table of fields", where=where, field=prefix or None, value=data)
    try:
        return model.model_validate(dict(data))
    except ValidationError as problem:
        raise explain(problem, model, where=where, prefix=prefix) from None


def explain(
    problem: ValidationError, model: type[BaseModel], *, where: str | None, prefix: str = ""
) -> InputError:
    """The first error of a validation as one line; misspelt fields come first."""
    errors = problem.errors()
    errors.sort(key=lambda error: error["type"] != "extra_forbidden")
    first = errors[0]
    location = [part for part in first["loc"] if not _is_branch(part)]
    field = _path(location, prefix)
    kind = first["type"]
    if kind == "extra_forbidden":
        owner = _model_at(model, location[:-1])
        allowed = did_you_mean(location[-1], owner.model_fields) if owner else Message("remove it")
        return InputError("no such field; {hint}", where=where, field=field, hint=allowed)
    if kind == "missing":
        return InputError("is missing", where=where, field=field)
    value = first.get("input")
    if isinstance(value, dt.date):
        value = value.isoformat()
    if kind == "value_error" and (not location or isinstance(value, BaseModel | dict | list)):
        value = None
    return InputError.of(_words(first), where=where, field=field or None, value=value)


def _is_branch(part: object) -> bool:
    # Names that pydantic adds for alternatives of a union, such as "function-before[...]".
    return isinstance(part, str) and ("[" in part or part in {"Quantity", "str", "float", "int"})


def _words(error: Mapping[str, Any]) -> Message:
    """What pydantic found, in the words of this package; its own where there are none."""
    context = error.get("ctx") or {}
    raised = context.get("error")
    if isinstance(raised, FieldError):
        return raised.message
    plain = {
        "greater_than_equal": Message("must be at least {low}", low=context.get("ge")),
        "greater_than": Message("must be more than {low}", low=context.get("gt")),
        "less_than_equal": Message("must be at most {high}", high=context.get("le")),
        "less_than": Message("must be less than {high}", high=context.get("lt")),
        "literal_error": Message("must be one of: {names}", names=context.get("expected")),
        "float_parsing": Message("must be a number"),
        "float_type": Message("must be a number"),
        "int_parsing": Message("must be a whole number"),
        "int_type": Message("must be a whole number"),
        "int_from_float": Message("must be a whole number"),
        "string_type": Message("must be text in quotes"),
        "bool_parsing": Message("must be true or false"),
        "bool_type": Message("must be true or false"),
        "tuple_type": Message("must be a list"),
        "list_type": Message("must be a list"),
        "finite_number": Message("must be a finite number"),
        "model_type": Message("must be a table of fields or a record"),
        "string_too_short": Message("must not be empty"),
        "string_too_long": Message(
            "must be at most {count} characters long", count=context.get("max_length")
        ),
        "too_short": Message("must name at least {count}", count=context.get("min_length")),
        "too_long": Message("must name at most {count}", count=context.get("max_length")),
    }
    told = error["msg"].removeprefix("Value error, ").removeprefix("Assertion failed, ")
    return plain.get(error["type"]) or Message.given(told)


def _path(location: Sequence[object], prefix: str) -> str:
    text = prefix
    for part in location:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += f".{part}" if text else str(part)
    return text


def _model_at(model: type[BaseModel], location: Sequence[object]) -> type[BaseModel] | None:
    current: Any = model
    for part in location:
        if isinstance(part, int):
            continue
        if isinstance(current, type) and issubclass(current, BaseModel):
            info = current.model_fields.get(str(part))
            if info is None:
                return None
            current = _element(info.annotation)
    current = _element(current)
    return current if isinstance(current, type) and issubclass(current, BaseModel) else None


def _element(annotation: Any) -> Any:
    """The model inside ``X | None``, ``tuple[X, ...]``, ``Mapping[str, X]`` or an alias of it."""
    if isinstance(annotation, type) and not typing.get_args(annotation):
        return annotation
    for part in typing.get_args(annotation):
        if part is types.NoneType or part is Ellipsis:
            continue
        inner = _element(part)
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            return inner
    return annotation


class _TypedRecordMeta(ModelMetaclass):
    def __call__(self, *args: Any, **fields: Any) -> Any:
        try:
            return super().__call__(*args, **fields)
        except ValidationError as problem:
            model = typing.cast("type[BaseModel]", self)
            raise explain(problem, model, where=None, prefix=self.__name__) from None


class TypedRecord(BaseModel, metaclass=_TypedRecordMeta):
    """A frozen typed record; what cannot be is refused with one line that names the field."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)
