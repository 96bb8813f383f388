"""Errors that people read: one line that names place, field, value and what is allowed."""

from __future__ import annotations


class ThinwallsError(Exception):
    """Base of every error this package raises on purpose; ``exit_code`` is for the command line."""

    exit_code = 1


class InputError(ThinwallsError):
    """Something that was given cannot be used: a file, a field, a name, a value.

    ``str(error)`` is one line, for example
    ``my.toml: actions[0].share = 1.3: must be between 0 and 1``.
    """

    exit_code = 2

    def __init__(
        self,
        problem: str,
        *,
        where: str | None = None,
        field: str | None = None,
        value: object = None,
    ) -> None:
        self.problem = problem
        self.where = where
        self.field = field
        self.value = value
        parts = [part for part in (where, self.subject, problem) if part]
        super().__init__(": ".join(" ".join(part.split()) for part in parts))

    @property
    def subject(self) -> str:
        """The field with what was given for it."""
        if self.field is None:
            return ""
        return self.field if self.value is None else f"{self.field} = {self.value!r}"


class RunError(ThinwallsError):
    """A run that was well specified failed (no space, no permission, an invariant broken)."""
