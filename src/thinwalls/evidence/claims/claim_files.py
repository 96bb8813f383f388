"""Claims as data: a sentence, the experiments that test it, and what would count as an answer.

The same form serves a claim from any side of an argument; nothing here or in what reads it knows
which side that is.  A claim has one or more tests, each with a number of a run, what it is held
against and a limit that stands in the file before anything is run.
"""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING, Any, Literal, Self

from pydantic import Field, model_validator

from thinwalls.common import (
    FieldError,
    InputError,
    TypedRecord,
    did_you_mean,
    parse_toml,
    read_as,
    read_toml,
)
from thinwalls.policy import (
    Scenario,
    from_document,
)
from thinwalls.results import GROUPS, OUTCOMES
from thinwalls.runs import RunRequest, SystemSelection
from thinwalls.simulation import MOST_DAYS, RunOptions

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

PACKAGED = "claims.toml"
SCHEMA = 1
Name = str

RISKS = ("risk of infection", "risk of admission", "risk of death")
"""Of one person of an age, over ``risk_days``, at the average exposure of a group."""
PLACES_REACHED = ("facilities reached", "facilities with an outbreak", "states reached")
"""Counts of places: with one infection inside or more; with infections of at least a tenth of
the people detained there on the first day; states with a facility reached."""
COST = "cost"
AMOUNTS = (*OUTCOMES, *RISKS, *PLACES_REACHED, COST)


class Experiment(TypedRecord):
    """One run that tests share: who is simulated, with which disease, for how long."""

    system: str
    states: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    around: str | None = None
    pathogen: str
    days: int = Field(ge=1, le=MOST_DAYS)
    draws: int = Field(ge=10, le=100_000)
    fitted: str | None = None
    """name of priors with which the experiment can be repeated (``--fitted``)"""
    scenarios: tuple[Scenario, ...] = Field(min_length=1)

    @property
    def selection(self) -> SystemSelection:
        """The system, or the part that the experiment names."""
        return SystemSelection(
            name=self.system, states=self.states, around=self.around, kinds=self.kinds
        )

    def request(
        self, *, draws: int | None = None, seed: int = 1, fitted: bool = False
    ) -> RunRequest:
        """The run of the experiment.

        Parameters
        ----------
        draws
            Instead of its own number.
        seed
            Of the run.
        fitted
            Whether it has the priors that it names for this.

        Raises
        ------
        InputError
            For draws or a seed that cannot be.
        """
        return RunRequest(
            system=self.selection,
            pathogen=self.pathogen,
            scenarios=self.scenarios,
            options=RunOptions(
                days=self.days,
                draws=self.draws if draws is None else draws,
                seed=seed,
                priors=self.fitted if fitted else None,
            ),
        )

    @property
    def text(self) -> str:
        """What is simulated in plain words."""
        part = [f"in {', '.join(self.states)}"] if self.states else []
        part += [f"only {', '.join(self.kinds)}"] if self.kinds else []
        part += [f"around {self.around}"] if self.around else []
        where = f" ({'; '.join(part)})" if part else ""
        return f"{self.pathogen} in {self.system}{where}, {self.days} days"


class Amount(TypedRecord):
    """A number that every draw of a run gives: an outcome of a group in a scenario."""

    scenario: str
    outcome: str = "infections"
    group: str = "followed"
    per_person: bool = False
    age: int | None = Field(default=None, ge=0, le=100)
    vulnerable: bool = False
    risk_days: int | None = Field(default=None, ge=1)

    @model_validator(mode="after")
    def _known(self) -> Self:
        if self.outcome not in AMOUNTS:
            raise FieldError(
                "outcome {outcome}: {hint}",
                outcome=repr(self.outcome),
                hint=did_you_mean(self.outcome, AMOUNTS),
            )
        if self.group not in GROUPS:
            raise FieldError(
                "group {group}: {hint}",
                group=repr(self.group),
                hint=did_you_mean(self.group, GROUPS),
            )
        if (self.outcome in RISKS) != (self.age is not None):
            raise FieldError("age goes with {names}, and they need one", names=", ".join(RISKS))
        if self.per_person and self.outcome in (*RISKS, *PLACES_REACHED, COST):
            raise FieldError("per_person goes with outcomes that people have")
        return self


class Test(TypedRecord):
    """What has to hold in a draw for the claim to hold in it.

    Either ``of`` (held ``against`` another amount through ``measure``) is above or below ``limit``,
    or the outcome of ``of`` never rises or never falls along ``along``, a list of scenarios; a step
    of up to ``tolerance`` times the first value the wrong way does not count.
    """

    __test__ = False

    says: str = Field(min_length=1)
    experiment: str
    of: Amount
    against: Amount | None = None
    measure: Literal["value", "difference", "relative change", "ratio"] = "value"
    holds: Literal["above", "below", "never rises", "never falls"]
    limit: float = 0.0
    along: tuple[str, ...] = ()
    tolerance: float = Field(default=0.0, ge=0, le=0.2)

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        trend = self.holds.startswith("never")
        if trend != (len(self.along) > 1):
            raise FieldError("along (two scenarios or more) goes with 'never rises' and no other")
        if trend and self.against is not None:
            raise FieldError("along and against exclude each other")
        if not trend and (self.measure == "value") != (self.against is None):
            raise FieldError("against goes with difference, relative change or ratio")
        return self

    def scenarios(self) -> tuple[str, ...]:
        """Names of the scenarios that the test looks at."""
        own = (self.of.scenario, *((self.against.scenario,) if self.against else ()))
        return (*own, *self.along)


class Claim(TypedRecord):
    """One sentence that may be true or not."""

    id: str = Field(pattern=r"^[a-z0-9-]+$")
    says: str = Field(min_length=1)
    contrary: str = Field(min_length=1)
    tests: tuple[Test, ...] = ()
    cannot_be_tested: str | None = None
    not_modelled: tuple[str, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _tested_or_not(self) -> Self:
        if bool(self.tests) == (self.cannot_be_tested is not None):
            raise FieldError("needs tests, or cannot_be_tested with the reason")
        return self


class ClaimFile(TypedRecord):
    """A file of claims with the experiments that they share."""

    experiments: dict[Name, Experiment]
    claims: tuple[Claim, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _names(self) -> Self:
        ids = [claim.id for claim in self.claims]
        twice = next((one for one in ids if ids.count(one) > 1), None)
        if twice is not None:
            raise FieldError("two claims have the id {twice}", twice=repr(twice))
        for claim in self.claims:
            for test in claim.tests:
                self._check(claim, test)
        return self

    def _check(self, claim: Claim, test: Test) -> None:
        experiment = self.experiments.get(test.experiment)
        if experiment is None:
            hint = did_you_mean(test.experiment, self.experiments)
            raise FieldError(
                "claim {id}: experiment {experiment}: {hint}",
                id=repr(claim.id),
                experiment=repr(test.experiment),
                hint=hint,
            )
        names = [scenario.name for scenario in experiment.scenarios]
        for name in test.scenarios():
            if name not in names:
                hint = did_you_mean(name, names)
                raise FieldError(
                    "claim {id}: scenario {name}: {hint}",
                    id=repr(claim.id),
                    name=repr(name),
                    hint=hint,
                )
        for amount in (test.of, test.against):
            if amount is not None and (amount.risk_days or 0) > experiment.days:
                raise FieldError(
                    "claim {id}: risk_days must be within {days}",
                    id=repr(claim.id),
                    days=experiment.days,
                )


def load_claims(path: str | Path | None = None) -> ClaimFile:
    """The claims of a TOML file, or those that come with the package.

    Raises
    ------
    InputError
        For what is no claim; one line that names file, field and value.
    """
    if path is None:
        text = (resources.files("thinwalls.evidence") / PACKAGED).read_text(encoding="utf-8")
        return _from_document(parse_toml(text, PACKAGED), PACKAGED)
    return _from_document(read_toml(path), str(path))


def _from_document(content: Mapping[str, Any], where: str) -> ClaimFile:
    table = dict(content)
    version = table.pop("schema", None)
    if version != SCHEMA:
        raise InputError(
            "must be {schema}", where=where, field="schema", value=version, schema=SCHEMA
        )
    for name in table:
        if name not in ("experiment", "claim"):
            hint = did_you_mean(name, ["schema", "experiment", "claim"])
            raise InputError("no such field; {hint}", where=where, field=name, hint=hint)
    experiments = {}
    for name, entry in _tables(table.get("experiment", {}), where).items():
        made = dict(entry)
        entries = made.pop("scenario", [])
        made["scenarios"] = from_document(
            {"schema": 1, "scenario": entries}, f"{where}: experiment.{name}"
        )
        experiments[name] = read_as(Experiment, made, where=where, prefix=f"experiment.{name}")
    claims = []
    for index, entry in enumerate(table.get("claim", [])):
        if not isinstance(entry, dict):
            raise InputError("must be a table", where=where, field=f"claim[{index}]", value=entry)
        made = {**entry, "tests": entry.get("test", [])}
        made.pop("test", None)
        claims.append(read_as(Claim, made, where=where, prefix=f"claim[{index}]"))
    whole = {"experiments": experiments, "claims": claims}
    return read_as(ClaimFile, whole, where=where)


def _tables(value: object, where: str) -> dict[str, dict[str, Any]]:
    if not isinstance(value, dict) or not all(isinstance(one, dict) for one in value.values()):
        raise InputError("must be written as [experiment.NAME]", where=where, field="experiment")
    return value
