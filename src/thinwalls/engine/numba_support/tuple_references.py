"""Named tuples of arrays, passed to compiled functions by reference.

Numba passes a tuple by value, field by field: a hundred arrays are seven hundred arguments, and
the compiler takes seconds for every function that hands them on.  A reference is one pointer;
its attributes are those of the tuple.  It lives as long as the function that made it.
"""

# mypy: disable-error-code="import-untyped, no-untyped-call, override, untyped-decorator"

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, TypeVar

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.typing.templates import AttributeTemplate
from numba.extending import (
    infer_getattr,
    intrinsic,
    lower_getattr_generic,
    models,
    register_model,
)

if TYPE_CHECKING:
    from collections.abc import Callable


Tuple = TypeVar("Tuple")


class Reference(types.Type):
    """Pointer to a named tuple."""

    def __init__(self, of: types.NamedTuple) -> None:
        self.of = of
        # The name is part of that of every function; with all fields spelt out it is four pages.
        content = hashlib.sha256(str(of).encode()).hexdigest()[:16]
        super().__init__(f"Reference({of.instance_class.__name__}:{content})")


@register_model(Reference)
class _ReferenceModel(models.PrimitiveModel):
    def __init__(self, manager: Any, fe_type: Any) -> None:
        super().__init__(manager, fe_type, ir.IntType(8).as_pointer())


@infer_getattr
class _ReferenceAttributes(AttributeTemplate):
    key = Reference

    def generic_resolve(self, reference: Reference, attribute: str) -> Any:
        """Type of an attribute: a nested tuple is again a reference."""
        if attribute not in reference.of.fields:
            return None
        field = reference.of.types[reference.of.fields.index(attribute)]
        return Reference(field) if isinstance(field, types.NamedTuple) else field


@lower_getattr_generic(Reference)
def _get(context: Any, builder: Any, reference: Reference, pointer: Any, attribute: str) -> Any:
    index = reference.of.fields.index(attribute)
    struct = builder.bitcast(pointer, context.get_value_type(reference.of).as_pointer())
    field = cgutils.gep_inbounds(builder, struct, 0, index)
    if isinstance(reference.of.types[index], types.NamedTuple):
        return builder.bitcast(field, ir.IntType(8).as_pointer())
    return builder.load(field)


@intrinsic
def _refer(_typing: Any, of: Any) -> tuple[Any, Callable[..., Any]]:
    def build(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        slot = cgutils.alloca_once_value(builder, arguments[0])
        return builder.bitcast(slot, ir.IntType(8).as_pointer())

    return Reference(of)(of), build


if TYPE_CHECKING:

    def by_reference(of: Tuple) -> Tuple:
        """Within a compiled function: a reference to a named tuple, which looks like the tuple."""
        ...

else:
    by_reference = _refer


@intrinsic
def _apart(_typing: Any) -> tuple[Any, Callable[..., Any]]:
    def build(context: Any, builder: Any, _signature: Any, _arguments: Any) -> Any:
        builder.function.attributes.add("noinline")
        return context.get_dummy_value()

    return types.none(), build


if TYPE_CHECKING:

    def never_inlined() -> None:
        """First statement of a compiled function that is not to be copied into its callers."""

else:
    never_inlined = _apart
