"""A question: where, which disease, what is done, how long.  A link holds the whole of it."""

from __future__ import annotations

import datetime as dt
import json
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from thinwalls.common import FieldError, InputError, Message
from thinwalls.policy import SCHEMA, Scenario, document, from_document, from_link, to_link
from thinwalls.runs import RunRequest, SystemSelection
from thinwalls.simulation import RunOptions
from thinwalls.system import EVERY
from thinwalls.web.answers.form_controls import SIDES, scenario_of
from thinwalls.web.index_cases import seeds_of_form

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from thinwalls.system import System

MOST_DRAWS = 200
MOST_DAYS = 365
MOST_SCENARIOS = 6
MOST_FACILITIES = 400
NOTHING = "nothing changes"
BYTES_PER_DAY = 135_000
"""Of one scenario, kept for the most draws there can be: a facility beside its county, day by
day."""
BYTES_OF_TOTALS = {"facility": 3_000_000, "county": 3_000_000}
BYTES_OF_MANY_TOTALS = 50_000_000
"""Of one scenario of hundreds of places."""
WHOLE_NUMBERS = ("days", "draws", "seed")
"""Options of the run that a form has as whole numbers."""
SHARES = ("immune", "staff_immune")
"""Shares from 0 to 1 that a form has, empty unless given."""
KINDS = ("facility", "county", "state", "all")
Kind = Literal["facility", "county", "state", "all"]


class Question(BaseModel):
    """What is asked, as the API takes it.

    ``where``: ``all``, or ``facility:``, ``county:`` or ``state:`` with the id, FIPS code or
    postal code.  ``scenarios`` are the entries of a scenario file (`[[scenario]]`) as JSON; the
    first is what the others are compared with.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    system: Annotated[str, Field(max_length=40)] = "ice-2020"
    where: Annotated[str, Field(max_length=120)] = "all"
    pathogen: Annotated[str, Field(max_length=40)] = "covid-2020"
    scenarios: Annotated[
        tuple[dict[str, Any], ...], Field(min_length=1, max_length=MOST_SCENARIOS)
    ] = ({"name": NOTHING},)
    days: Annotated[int, Field(ge=7, le=MOST_DAYS, strict=True)] = 180
    draws: Annotated[int, Field(ge=1, le=MOST_DRAWS, strict=True)] = MOST_DRAWS
    seed: Annotated[int, Field(ge=0, le=2**53, strict=True)] = 1
    start: dt.date | None = None
    immune: Annotated[float, Field(ge=0, le=1)] | None = None
    """share of people detained there who are immune on the first day; else as the disease has it"""
    staff_immune: Annotated[float, Field(ge=0, le=1)] | None = None

    @field_validator("where")
    @classmethod
    def _known_kind(cls, where: str) -> str:
        kind, _, name = where.partition(":")
        if kind not in KINDS or (kind == "all") != (name == ""):
            raise FieldError("must be all, facility:ID, county:FIPS or state:XX")
        return where

    @property
    def kind(self) -> Kind:
        """Kind of place."""
        kind: Kind = self.where.partition(":")[0]  # type: ignore[assignment]
        return kind

    @property
    def name(self) -> str:
        """Id of the place; empty for the whole system."""
        return self.where.partition(":")[2]

    @cached_property
    def acts(self) -> tuple[Scenario, ...]:
        """The scenarios, checked.

        Raises
        ------
        InputError
            For what is no scenario.
        """
        return tuple(
            from_document({"schema": SCHEMA, "scenario": list(self.scenarios)}, "scenarios")
        )

    @cached_property
    def key(self) -> str:
        """Equal for questions that have the same answer."""
        content = {**self.model_dump(mode="json"), "scenarios": document(self.acts)}
        return json.dumps(content, sort_keys=True, default=str)

    @property
    def selection(self) -> SystemSelection:
        """The part of the system that is asked about."""
        parts: dict[Kind, dict[str, Any]] = {
            "all": {},
            "facility": {"facilities": (self.name,)},
            "county": {"county": self.name},
            "state": {"states": (self.name,)},
        }
        return SystemSelection(name=self.system, immune=self.immunity, **parts[self.kind])

    @property
    def immunity(self) -> tuple[str, ...]:
        """Who is immune where it is asked about, as ``--immune`` takes it."""
        place = self.name if self.kind == "facility" else EVERY
        shares = {"detained": self.immune, "staff": self.staff_immune}
        return tuple(
            f"{place}:{group}={share:g}" for group, share in shares.items() if share is not None
        )

    def request(self, places: Sequence[str] = (), file: str | None = None) -> RunRequest:
        """The run that answers the question.

        Parameters
        ----------
        places
            Ids of places kept day by day.
        file
            What a system is called that is not packaged; all of it is simulated.

        Raises
        ------
        InputError
            For scenarios that are none.
        """
        return RunRequest(
            system=self.selection if file is None else SystemSelection(name=file),
            pathogen=self.pathogen,
            scenarios=self.acts,
            options=RunOptions.picked({**self.__dict__, "places": places}),
        )

    @property
    def nbytes(self) -> int:
        """About what the runs of the answer record, not more."""
        totals = BYTES_OF_TOTALS.get(self.kind, BYTES_OF_MANY_TOTALS)
        return len(self.scenarios) * (self.days * BYTES_PER_DAY + totals)

    def part(self, system: System) -> System:
        """The part of ``system`` that is asked about.

        Raises
        ------
        InputError
            When there is none, or it is too large for a page.
        """
        found = self.selection.part_of(system)
        if not found.facilities["population_start"].sum():
            raise InputError(
                "nobody was held there on the first day", field="where", value=self.where
            )
        if len(found.facilities) > MOST_FACILITIES:
            raise InputError(
                "has {count} facilities; a page answers up to {most}: choose a state, a "
                "county or a facility, or use `thinwalls run`",
                field="where",
                value=self.where,
                count=len(found.facilities),
                most=MOST_FACILITIES,
            )
        return found


def question_of(params: Mapping[str, str]) -> Question:
    """The question of a link or form: fields of :class:`Question`, and controls or ``scenarios``.

    Raises
    ------
    InputError
        For what is no question; it names the field.
    """
    fields: dict[str, Any] = {}
    for name in ("system", "where", "pathogen"):
        if params.get(name):
            fields[name] = params[name]
    for name in WHOLE_NUMBERS:
        if params.get(name):
            fields[name] = whole(params[name], name)
    for name in SHARES:
        if params.get(name, "").strip():
            fields[name] = _share(params[name], name)
    if params.get("start"):
        try:
            fields["start"] = dt.date.fromisoformat(params["start"])
        except ValueError:
            raise InputError(
                "must be a date like 2020-03-20", field="start", value=params["start"][:40]
            ) from None
    if params.get("scenarios"):
        fields["scenarios"] = tuple(document(from_link(params["scenarios"]))["scenario"])
    else:
        seeds = seeds_of_form(params, params.get("where") or "all")
        made = [Scenario(NOTHING, seeds=seeds)]
        for side in SIDES:
            found = scenario_of(side, params, taken=[one.name for one in made])
            if found is not None:
                made.append(found.with_seeds(seeds))
        fields["scenarios"] = tuple(document(made)["scenario"])
    return checked(fields)


def checked(fields: Mapping[str, Any]) -> Question:
    """A question from its fields; one clear error for the first that does not fit."""
    from thinwalls.common import read_as

    return read_as(Question, dict(fields), where=Message("question"), prefix="")


def whole(text: str, name: str) -> int:
    """A whole number from a form."""
    try:
        return int(text)
    except ValueError:
        raise InputError("must be a whole number", field=name, value=text[:40]) from None


def _share(text: str, name: str) -> float:
    """A share from a form: 93 is not taken for 93 %."""
    try:
        value = float(text)
    except ValueError:
        raise InputError("must be a number", field=name, value=text[:40]) from None
    if not 0.0 <= value <= 1.0:
        raise InputError("must be a share from 0 to 1 (0.93 for 93 %)", field=name, value=text[:40])
    return value


def query_of(question: Question, language: str) -> dict[str, str]:
    """The question as the parameters of a link that anyone can open."""
    found = {"system": question.system, "where": question.where, "pathogen": question.pathogen}
    found |= {"days": str(question.days), "seed": str(question.seed)}
    if question.draws != MOST_DRAWS:
        found["draws"] = str(question.draws)
    if question.start is not None:
        found["start"] = question.start.isoformat()
    for name in SHARES:
        share = getattr(question, name)
        if share is not None:
            found[name] = f"{share:g}"
    if question.acts != (Scenario(NOTHING),):
        found["scenarios"] = to_link(question.acts)
    found["lang"] = language
    return found
