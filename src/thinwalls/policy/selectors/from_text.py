"""Selectors from text, with the syntax of Python and the words and, or, not; nothing is run."""

from __future__ import annotations

import ast
import warnings
from typing import TYPE_CHECKING

from thinwalls.common import InputError, did_you_mean
from thinwalls.policy.selectors import selectors as who, words as words

if TYPE_CHECKING:
    from collections.abc import Callable

    from thinwalls.policy.selectors.selectors import Selector

LONGEST = 2000
"""Characters of the longest text that is read."""

_NAMES: dict[str, Selector] = {
    "everyone": who.everyone,
    "vulnerable": words.vulnerable,
    "vaccinated": words.vaccinated,
    "pretrial": words.pretrial,
    "sentenced": words.sentenced,
}
_CALLS: dict[str, Callable[..., Selector]] = {
    "facility": words.facility,
    "state": words.state,
    "kind": words.kind,
    "group": words.group,
}
_COMPARED = ("age", "threat_level", "custody_class")
_SIGNS: dict[type[ast.cmpop], who.Comparison] = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
}
_MIRRORED: dict[who.Comparison, who.Comparison] = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


def parse_selector(text: str) -> Selector:
    """The selector that a text describes.

    Raises
    ------
    InputError
        With one line that says what is not understood.
    """
    if len(text) > LONGEST:
        raise InputError("is longer than {count} characters", field="who", count=LONGEST)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            tree = ast.parse(text.strip(), mode="eval")
        return _read(tree.body)
    except (SyntaxError, Warning, ValueError, RecursionError, MemoryError):
        raise InputError(
            'is not understood; write for example (age >= 50) | vulnerable, or "everyone"',
            field="who",
            value=text if len(text) <= 60 else text[:57] + "...",
        ) from None


def _read(node: ast.expr) -> Selector:
    match node:
        case ast.Name(id=name):
            return _named(name)
        case ast.BoolOp(op=ast.And(), values=parts):
            return _joined(who.And, parts)
        case ast.BoolOp(op=ast.Or(), values=parts):
            return _joined(who.Or, parts)
        case ast.BinOp(left=left, op=ast.BitAnd(), right=right):
            return who.And(_read(left), _read(right))
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return who.Or(_read(left), _read(right))
        case ast.UnaryOp(op=ast.Invert() | ast.Not(), operand=inner):
            return who.Not(_read(inner))
        case ast.Compare():
            return _comparison(node)
        case ast.Call(func=ast.Name(id=name), args=[ast.Constant(value=str(value))], keywords=[]):
            if name not in _CALLS:
                raise InputError(
                    "{name} is not known; {hint}",
                    field="who",
                    name=name,
                    hint=did_you_mean(name, _CALLS),
                )
            return _CALLS[name](value)
    raise InputError(
        "does not understand {given}; put comparisons joined by & or | in "
        "parentheses: (age >= 50) | vulnerable",
        field="who",
        given=repr(ast.unparse(node)),
    )


def _named(name: str) -> Selector:
    if name in _NAMES:
        return _NAMES[name]
    if name in _COMPARED:
        raise InputError("{name} needs a comparison, for example age >= 50", field="who", name=name)
    if name in _CALLS:
        raise InputError(
            '{name} needs a name, for example {example}("...")',
            field="who",
            name=name,
            example=name,
        )
    known = [*_NAMES, *_COMPARED, *_CALLS]
    raise InputError(
        "{name} is not known; {hint}", field="who", name=name, hint=did_you_mean(name, known)
    )


def _joined(kind: Callable[[Selector, Selector], Selector], parts: list[ast.expr]) -> Selector:
    result = _read(parts[0])
    for part in parts[1:]:
        result = kind(result, _read(part))
    return result


def _comparison(node: ast.Compare) -> Selector:
    result: Selector | None = None
    sides = [node.left, *node.comparators]
    for left, operator, right in zip(sides, node.ops, sides[1:], strict=False):
        one = _one_comparison(left, operator, right, ast.unparse(node))
        result = one if result is None else who.And(result, one)
    assert result is not None
    return result


def _one_comparison(left: ast.expr, operator: ast.cmpop, right: ast.expr, text: str) -> Selector:
    sign = _SIGNS.get(type(operator))
    if isinstance(left, ast.Constant):
        left, right = right, left
        sign = _MIRRORED.get(sign, sign) if sign is not None else None
    match left, right:
        case ast.Name(id="age"), ast.Constant(value=int(years)) if sign is not None:
            return who.Age(sign, years)
        case ast.Name(id=name), ast.Constant(value=str() | int() as value) if sign in ("==", "!="):
            if name in ("threat_level", "custody_class"):
                attribute = words.threat_level if name == "threat_level" else words.custody_class
                chosen = attribute == value
                return chosen if sign == "==" else who.Not(chosen)
            if name in _CALLS:
                chosen = _CALLS[name](str(value))
                return chosen if sign == "==" else who.Not(chosen)
            known = [*_COMPARED, *_CALLS]
            raise InputError(
                "{name} cannot be compared; {hint}",
                field="who",
                name=name,
                hint=did_you_mean(name, known),
            )
    raise InputError(
        "does not understand {given}; put comparisons joined by & or | in "
        "parentheses: (age >= 50) | vulnerable",
        field="who",
        given=repr(text),
    )
