"""A run as one typed record: what is simulated, with which options, and how all of it is named.

The command line, the page, claims and the run record all make a :class:`RunRequest` and run that.
"""

from __future__ import annotations

import datetime as dt
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self

from pydantic import Field, InstanceOf

from thinwalls.common import InputError, TypedRecord, did_you_mean, read_as
from thinwalls.pathogens import load_pathogen
from thinwalls.policy import Scenario, dumps_scenarios, later_starts, loads_scenarios
from thinwalls.runs.system_selection import SystemSelection
from thinwalls.simulation import (
    FIRST_OPTIONS,
    Experiment,
    RunOptions,
    list_priors,
    option_fields,
    simulate_options,
    start_date,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from thinwalls.pathogens import Pathogen
    from thinwalls.results import Results
    from thinwalls.simulation import Workbench
    from thinwalls.system import System

_FIELDS = ("system", "pathogen", "scenario_file", *FIRST_OPTIONS, "options")
"""Of the dictionary form."""
_ALWAYS_SAID = ("days", "draws", "seed")
"""Options that a command line says even where they are as usual."""


class RunRequest(TypedRecord):
    """Everything that determines a run.

    Two requests are equal when the same is simulated in the same way.  What changes no number
    (threads, progress, what was typed) belongs to :meth:`run`.

    Examples
    --------
    >>> from thinwalls.policy import Scenario
    >>> request = RunRequest(
    ...     system=SystemSelection(name="ice-2020", states=("WA",)),
    ...     scenarios=(Scenario("nothing changes"),),
    ...     options=RunOptions(days=30, draws=20),
    ... )
    >>> RunRequest.from_dict(request.to_dict()) == request
    True
    """

    system: SystemSelection
    pathogen: str = "covid-2020"
    """packaged name, or path of a file"""
    scenarios: tuple[Scenario, ...] = Field(min_length=1)
    options: InstanceOf[RunOptions] = RunOptions()

    def with_options(self, **changed: Any) -> Self:
        """The same run with other options.

        Raises
        ------
        InputError
            When a value cannot be used.
        """
        return self.model_copy(update={"options": replace(self.options, **changed)})

    def with_system_and_pathogen(self, system: str, pathogen: str) -> Self:
        """The same run with files that lie elsewhere."""
        selection = self.system.model_copy(update={"name": system})
        return self.model_copy(update={"system": selection, "pathogen": pathogen})

    def within(self, system: System, keep: Sequence[str] = ()) -> Self:
        """The same run with ids for places that are given as parts of names, each once.

        Parameters
        ----------
        system
            That is simulated.
        keep
            Ids of more places to keep day by day.

        Raises
        ------
        InputError
            When no place of the system is meant.
        """
        found = [
            one if one in system.counties.index else str(system.facility(one))
            for one in self.options.places
        ]
        return self.with_options(places=tuple(dict.fromkeys([*found, *keep])))

    def with_later_starts(self, system: System, names: Sequence[str], weeks: Sequence[int]) -> Self:
        """The same run with some of its scenarios again, begun so many weeks later.

        Raises
        ------
        InputError
            For a name that no scenario has, and for what cannot begin later.
        """
        made, first = list(self.scenarios), start_date(system, self.options.start)
        known = {one.name: one for one in self.scenarios}
        for name in names:
            if name not in known:
                raise InputError(
                    "must be one of {names}", field="--delay", value=name, names=", ".join(known)
                )
            later = later_starts(known[name], sorted({0, *weeks}), first)
            made += [one for days, one in later.items() if days > 0]
        return self.model_copy(update={"scenarios": tuple(made)})

    @property
    def count(self) -> int:
        """How many (scenario, draw) runs it makes."""
        return len(self.scenarios) * self.options.draws

    def shortened(self, system: System) -> Self:
        """The same run without actions of its scenarios that begin after its last day.

        For packaged sets, which tell of more days than a short run has.
        """
        last = start_date(system, self.options.start) + dt.timedelta(days=self.options.days - 1)
        kept = tuple(one.until(last) for one in self.scenarios)
        return self.model_copy(update={"scenarios": kept})

    def run(
        self,
        *,
        system: System | None = None,
        pathogen: Pathogen | None = None,
        threads: int | None = None,
        progress: Callable[[int], None] | None = None,
        command: str = "",
    ) -> Results:
        """Simulate.

        Parameters
        ----------
        system, pathogen
            What the request names, when it has been loaded already.
        threads, progress, command
            As of :func:`thinwalls.simulate`.

        Raises
        ------
        InputError
            When something that is named is not there, or cannot be used.
        """
        return simulate_options(
            self.system.load() if system is None else system,
            load_pathogen(self.pathogen) if pathogen is None else pathogen,
            self.scenarios,
            self.options,
            threads=threads,
            progress=progress,
            command=command,
        )

    def experiment(self, bench: Workbench) -> Experiment:
        """The run prepared on a workbench of its system and pathogen, without draws yet."""
        return Experiment(bench, self.scenarios, self.options)

    def command_line(self, scenario_file: str = "scenarios.toml") -> str:
        """What to type for the same numbers, with the scenarios saved in a file."""
        where = [*self.system.arguments(), "--pathogen", self.pathogen]
        return shlex.join(["thinwalls", "run", scenario_file, *where, *self._arguments()])

    def _arguments(self) -> Iterator[str]:
        for name, about in option_fields().items():
            value = getattr(self.options, name)
            if value == about.default and name not in _ALWAYS_SAID:
                continue
            if value is True:
                yield about.flag
                continue
            for one in value if about.each else (value,):
                yield from (about.flag, str(one))

    def to_dict(self) -> dict[str, Any]:
        """Plain types, in the form in which ``record.json`` holds them.

        Raises
        ------
        InputError
            For priors that are neither packaged nor named by their file.
        """
        options, later = self.options, self.options.later_options()
        start, priors = options.start, options.priors
        if priors is not None and not isinstance(priors, str):
            if priors.name not in list_priors():
                raise InputError(
                    "must be one of: {names}",
                    field="priors",
                    value=priors.name,
                    names=", ".join(list_priors()),
                )
            priors = priors.name
        first = {name: getattr(options, name) for name in FIRST_OPTIONS}
        return {
            "system": {"named": self.system.model_dump(mode="json")},
            "pathogen": {"name": self.pathogen},
            "scenario_file": dumps_scenarios(self.scenarios),
            **first,
            "start": None if start is None else str(start),
            "places": list(options.places),
            "priors": priors,
            **({"options": later} if later else {}),
        }

    @classmethod
    def from_dict(cls, content: Mapping[str, Any], *, where: str = "the request") -> Self:
        """The request of a dictionary as :meth:`to_dict` gives it.

        Parameters
        ----------
        content
            The dictionary; what else ``record.json`` holds of system and pathogen is left.
        where
            What errors call it.

        Raises
        ------
        InputError
            For fields that there are not, that are missing, or that cannot be used.
        """
        later = _table(content.get("options", {}), "options", where)
        for name, known in [
            *((name, _FIELDS) for name in content),
            *((name, option_fields()) for name in later),
        ]:
            if name not in known:
                hint = did_you_mean(name, known)
                raise InputError("no such field; {hint}", where=where, field=name, hint=hint)
        for name in ("system", "pathogen", "scenario_file"):
            if name not in content:
                raise InputError("is missing", where=where, field=name)
        named = _table(content["system"], "system", where).get("named")
        return cls(
            system=read_as(SystemSelection, named, where=where, prefix="system.named"),
            pathogen=str(_table(content["pathogen"], "pathogen", where).get("name")),
            scenarios=tuple(loads_scenarios(content["scenario_file"], f"scenarios of {where}")),
            options=RunOptions.picked({**content, **later}),
        )

    @classmethod
    def of_record(cls, content: Mapping[str, Any]) -> Self:
        """The request in the contents of a ``record.json``."""
        return cls.from_dict(
            {name: content[name] for name in _FIELDS if name in content}, where="the record"
        )


def _table(value: object, field: str, where: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise InputError("must be a table of fields", where=where, field=field, value=value)
    return value
