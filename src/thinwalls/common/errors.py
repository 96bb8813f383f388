"""Messages with named places for values, and errors that people read.

A message is written in English where it arises; its template is what translations are found by.
Errors are one line that names place, field, value and what is allowed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Mapping


def mark(text: str) -> str:
    """Name ``text`` for the catalogues where it is not said at once."""
    return text


class Message(str):
    """A text made of a template and values; as a string it is the English text.

    A value that is itself a message can be said in another language, too; every other one is kept
    as its text.

    Parameters
    ----------
    template
        English with named places in braces, written out in the source so that the catalogues get
        it.  Without values it is the text itself, braces and all.
    **values
        What is put in the places.

    Examples
    --------
    >>> Message("no such field; {hint}", hint=Message("did you mean {name}?", name="'share'"))
    "no such field; did you mean 'share'?"
    """

    __slots__ = ("template", "values")

    template: str
    values: Mapping[str, str]

    def __new__(cls, template: str, /, **values: object) -> Self:
        """Fill the template once; what is in a value is never taken for a place."""
        kept = {
            name: value if isinstance(value, Message) else str(value)
            for name, value in values.items()
        }
        made = super().__new__(cls, template.format(**kept) if kept else template)
        made.template = str(template)
        made.values = kept
        return made

    @classmethod
    def given(cls, text: str) -> Self:
        """A text that was not written here, such as one of a library or of a packaged file.

        It is said in another language if a catalogue has it.
        """
        return cls(str(text))

    def filled(self, **values: object) -> Self:
        """The same message with other values."""
        return type(self)(self.template, **values)

    def __reduce_ex__(self, protocol: Any) -> tuple[object, ...]:
        """How another process makes the same."""
        return _message, (type(self), self.template, dict(self.values))


def _message(cls: type[Message], template: str, values: dict[str, str]) -> Message:
    return cls(template, **values)


class FieldError(ValueError):
    """What a validator finds wrong with a field; readers of files and forms say which field.

    Parameters are those of :class:`Message`.
    """

    def __init__(self, template: str, /, **values: object) -> None:
        self.message = Message(template, **values)
        super().__init__(str(self.message))

    @classmethod
    def of(cls, message: Message) -> Self:
        """The error that says a message made before."""
        made = cls("")
        made.message, made.args = message, (str(message),)
        return made


class ThinwallsError(Exception):
    """Base of every error this package raises on purpose; ``exit_code`` is for the command line.

    ``str(error)`` is one line, for example
    ``my.toml: actions[0].share = 1.3: must be between 0 and 1``.

    Parameters
    ----------
    template
        What is wrong, as for :class:`Message`.
    where
        The file, table or part of the program.
    field, value
        The name of what was given, and what was given for it.
    **values
        What is put in the places of the template.
    """

    exit_code = 1

    def __init__(
        self,
        template: str,
        /,
        *,
        where: str | None = None,
        field: str | None = None,
        value: object = None,
        **values: object,
    ) -> None:
        self._tell(Message(template, **values), where, field, value)

    @classmethod
    def of(
        cls,
        problem: Message,
        *,
        where: str | None = None,
        field: str | None = None,
        value: object = None,
    ) -> Self:
        """The error that says a message made before."""
        made = cls.__new__(cls)
        made._tell(problem, where, field, value)
        return made

    def _tell(self, problem: Message, where: str | None, field: str | None, value: object) -> None:
        self.problem = problem
        self.where = where
        self.field = field
        self.value = value
        parts = [part for part in (where, self.subject, problem) if part]
        Exception.__init__(self, ": ".join(" ".join(part.split()) for part in parts))

    def __reduce__(self) -> tuple[object, ...]:
        """How another process makes the same."""
        return _error, (type(self), self.args, self.__dict__)

    @property
    def subject(self) -> str:
        """The field with what was given for it."""
        if self.field is None:
            return ""
        return self.field if self.value is None else f"{self.field} = {_short(repr(self.value))}"


_LONGEST = 200
"""Characters of a value that an error repeats."""


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}... ({len(text):,} characters)"


def _error(cls: type[ThinwallsError], args: tuple[str, ...], state: dict[str, Any]) -> Exception:
    made = cls.__new__(cls, *args)
    made.args = args
    made.__dict__.update(state)
    return made


class InputError(ThinwallsError):
    """Something that was given cannot be used: a file, a field, a name, a value."""

    exit_code = 2


class RunError(ThinwallsError):
    """A run that was well specified failed (no space, no permission, an invariant broken)."""
