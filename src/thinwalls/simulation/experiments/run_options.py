"""The options of a run: one field for each, with what it does, its unit and its bounds.

A new option is a field of :class:`RunOptions` (and a keyword of
:func:`~thinwalls.simulation.experiments.experiment.simulate`); the command line, the run record and
the page read the rest from it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, fields, replace
from functools import cache
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

from thinwalls.common import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from thinwalls.simulation.draws.priors import Priors

Mode = Literal["stochastic", "mean_field"]

MOST_DRAWS: Final = 1_000_000
MOST_DAYS: Final = 3_660
MOST_THREADS: Final = 1_024
MOST_SEED: Final = 2**63 - 1
FIRST_OPTIONS: Final = ("start", "days", "draws", "seed", "places", "priors", "by_age")
"""Options with a place of their own in results and run records.  Those added later are written only
where they are not what they usually are, so that older run records stay as they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionField:
    """What is said of one option of a run wherever it is offered."""

    text: str
    """what it does, in one sentence"""
    unit: str = ""
    low: int | None = None
    high: int | None = None
    """bounds of a whole number"""
    allowed: tuple[str, ...] = ()
    """the words that it can be, if not any"""
    value: str = ""
    """what stands for its value in a synopsis, like DATE"""
    each: str = ""
    """name of one entry, of an option that is a list"""
    changes_numbers: bool = True
    name: str = ""
    default: Any = None

    @property
    def flag(self) -> str:
        """What it is called on the command line."""
        return "--" + (self.each or self.name).replace("_", "-")


def _about(text: str, **more: Any) -> dict[str, OptionField]:
    return {"about": OptionField(text=text, **more)}


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """Everything beside system, pathogen and scenarios that decides the numbers of a run.

    Parameters
    ----------
    start
        First day, a date or text like ``"2020-03-20"``; the system's start date unless given.
    days
        Length of the run in days, 1 to 3,660.
    draws
        How many times, 1 to 1,000,000; each has its own parameters and random numbers.
    seed
        0 to 2**63 - 1; same inputs and seed give the same bits.
    places
        Ids of facilities and counties kept day by day besides the whole system.
    priors
        Distributions instead of the usual ones of some quantities: the name of packaged priors, a
        TOML file, or what :func:`~thinwalls.simulation.draws.priors.load_priors` gives.
    by_age
        Whether every event of detained and released people is counted by age band.
    report_every_days
        Cases are reported on every so many days, what was found in between at once.
    mode
        ``"stochastic"``: whole people and chance; ``"mean_field"``: expectations.
    check
        Whether the invariants are checked after every step; changes no number.

    Raises
    ------
    InputError
        When a value cannot be used; the message names the field, the value and what is allowed.
    """

    start: str | dt.date | None = field(
        default=None, metadata=_about("First day [default: the system's].", value="DATE")
    )
    days: int = field(
        default=180, metadata=_about("Length of the run.", unit="days", low=1, high=MOST_DAYS)
    )
    draws: int = field(
        default=200,
        metadata=_about(
            "How many times to simulate, each with its own parameters.", low=1, high=MOST_DRAWS
        ),
    )
    seed: int = field(
        default=1,
        metadata=_about("Same seed, same numbers, to the last bit.", low=0, high=MOST_SEED),
    )
    places: Sequence[str] = field(
        default=(),
        metadata=_about(
            "Also keep this facility or county day by day (repeatable).", value="ID", each="place"
        ),
    )
    priors: str | Priors | None = field(
        default=None,
        metadata=_about(
            "Distributions instead of the usual ones: a packaged name or a TOML file.",
            value="NAME",
        ),
    )
    by_age: bool = field(
        default=False,
        metadata=_about(
            "Count every event by age (deaths, and infections of people followed, are counted "
            "anyway)."
        ),
    )
    report_every_days: int = field(
        default=1,
        metadata=_about(
            "Cases are reported on every so many days, what was found in between at once.",
            unit="days",
            low=1,
            high=MOST_DAYS,
        ),
    )
    check: bool = field(
        default=False,
        metadata=_about(
            "Verify conservation of people and the other invariants at every step.",
            changes_numbers=False,
        ),
    )
    mode: Mode = field(
        default="stochastic",
        metadata=_about(
            "Whole people and chance, or expectations, in which chance makes no difference.",
            allowed=get_args(Mode),
        ),
    )

    def __post_init__(self) -> None:
        """Bring every value into one form, so that equal options are equal, and check it."""
        if self.start is not None:
            object.__setattr__(self, "start", as_date("start", self.start))
        object.__setattr__(self, "places", tuple(self.places))
        for name, about in option_fields().items():
            value = getattr(self, name)
            if about.low is not None and about.high is not None:
                whole_number(name, value, about.low, about.high)
            if isinstance(about.default, bool) and not isinstance(value, bool):
                raise InputError("must be true or false", field=name, value=value)
            if about.allowed and value not in about.allowed:
                raise InputError(
                    "must be one of: {names}",
                    field=name,
                    value=value,
                    names=", ".join(about.allowed),
                )

    @classmethod
    def picked(cls, given: Mapping[str, Any]) -> RunOptions:
        """The options among what a command, a form or a file gives; other names are left."""
        return cls(**{name: given[name] for name in option_fields() if name in given})

    def later_options(self) -> dict[str, Any]:
        """What results and run records hold of options beside :data:`FIRST_OPTIONS`, by name.

        Only what changes numbers and is not as usual.
        """
        return {
            name: value
            for name, about in option_fields().items()
            if name not in FIRST_OPTIONS
            and about.changes_numbers
            and (value := getattr(self, name)) != about.default
        }


@cache
def option_fields() -> Mapping[str, OptionField]:
    """What is said of every option, by its name and in the order of the fields."""
    return {
        one.name: replace(one.metadata["about"], name=one.name, default=one.default)
        for one in fields(RunOptions)
    }


def whole_number(name: str, value: int, low: int, high: int) -> int:
    """``value`` if it is a whole number in the range, else an error that names it."""
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise InputError(
            "must be a whole number between {low} and {high}",
            field=name,
            value=value,
            low=low,
            high=high,
        )
    return value


def as_date(name: str, given: str | dt.date) -> dt.date:
    """The date, or the one that a text says; an error names the field."""
    try:
        return dt.date.fromisoformat(given) if isinstance(given, str) else given
    except ValueError:
        raise InputError("must be a date like 2020-03-20", field=name, value=given) from None
