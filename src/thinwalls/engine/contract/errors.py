"""The one error the engine raises about its inputs."""

from __future__ import annotations

from thinwalls.common import InputError


class EngineError(InputError):
    """An array handed to the engine cannot be used; names the array, the index and the value.

    ``str(error)`` is one line, for example
    ``engine: cells.severity_row[3] = 7: must be between 0 and 1``.
    """

    def __init__(
        self,
        array: str,
        template: str,
        /,
        *,
        index: object = None,
        value: object = None,
        **values: object,
    ) -> None:
        field = array if index is None else f"{array}[{_text(index)}]"
        super().__init__(template, where="engine", field=field, value=value, **values)
        self.array = array
        self.index = index


def _text(index: object) -> str:
    if isinstance(index, tuple):
        return ", ".join(str(part) for part in index)
    return str(index)
