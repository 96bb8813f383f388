"""From the stages of a file to the stages of the model: chains, and twins of people found."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from thinwalls.common import InputError, Message, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from thinwalls.pathogens.schema import Compartment, Infectious, Resource, StageForm

FOUND = "_found"


@dataclass(frozen=True, slots=True)
class Stage:
    """Where a person can be in the course of the disease."""

    name: str
    compartment: Compartment
    """S susceptible, E exposed, P before symptoms, A never symptoms, I symptoms, H hospital,
    C intensive care, U severely ill without the bed they need, R recovered, D dead"""
    found: bool
    """whether the person is known to be infected"""
    resource: Resource | None
    """what a person here occupies"""
    infectious: bool
    """whether a person here can infect others"""
    present: bool
    """whether a person here takes part in settings"""
    alive: bool
    twin: str | None
    """the same stage of people who are found, or None"""
    dwell: str | None = field(repr=False, default=None)
    """parameter with the mean days in the whole chain; None: nobody leaves by themselves"""
    chain: int = field(repr=False, default=1)
    """number of stages that share the dwell time"""
    link: int = field(repr=False, default=0)
    """position of the stage among them"""
    kind: Infectious | None = field(repr=False, default=None)
    exits: tuple[tuple[str, str], ...] = field(repr=False, default=())
    """(stage entered, share of the split)"""
    overflow: str | None = field(repr=False, default=None)


def build(forms: Sequence[StageForm], where: str) -> tuple[Stage, ...]:
    """All stages, chains unrolled and twins added, in the order of the file."""
    _check(forms, where)
    by_name = {form.name: form for form in forms}
    stages: list[Stage] = []
    for form in forms:
        for found in (False, True) if form.isolates else (False,):
            stages += _unroll(form, by_name, found=found)
    return tuple(stages)


def entry(form: StageForm, *, found: bool = False) -> str:
    """Name of the first stage of a chain."""
    return _link_name(form, 1, found=found)


def _link_name(form: StageForm, link: int, *, found: bool) -> str:
    number = str(link) if form.chain > 1 else ""
    return f"{form.name}{number}{FOUND if found else ''}"


def _unroll(form: StageForm, by_name: dict[str, StageForm], *, found: bool) -> list[Stage]:
    links = []
    for link in range(1, form.chain + 1):
        exits: tuple[tuple[str, str], ...]
        if link < form.chain:
            exits = ((_link_name(form, link + 1, found=found), "always"),)
        else:
            exits = tuple(
                (entry(by_name[to], found=found and by_name[to].isolates), share)
                for to, share in form.next.items()
            )
        twin = None
        if form.isolates and not found:
            twin = _link_name(form, link, found=True)
        links.append(
            Stage(
                name=_link_name(form, link, found=found),
                compartment=form.compartment,
                found=found,
                resource=form.resource,
                infectious=form.infectious is not None,
                present=form.compartment not in ("H", "C", "D"),
                alive=form.compartment != "D",
                twin=twin,
                dwell=form.dwell,
                chain=form.chain,
                link=link - 1,
                kind=form.infectious,
                exits=exits,
                overflow=None if form.overflow is None else entry(by_name[form.overflow]),
            )
        )
    return links


def _check(forms: Sequence[StageForm], where: str) -> None:
    names = [form.name for form in forms]
    for index, form in enumerate(forms):
        at = f"stage[{index}]"
        if form.name in names[:index]:
            raise InputError("is there twice", where=where, field=f"{at}.name", value=form.name)
        for to in (*form.next, *([form.overflow] if form.overflow else ())):
            if to not in names:
                raise InputError(
                    "leads to {to}, which is no stage; {hint}",
                    where=where,
                    field=f"{at}.next" if to in form.next else f"{at}.overflow",
                    to=repr(to),
                    hint=did_you_mean(to, names),
                )
    for compartment, kind in (
        ("S", Message("susceptible")),
        ("R", Message("recovered")),
        ("D", Message("dead")),
    ):
        count = sum(form.compartment == compartment for form in forms)
        if count != 1:
            raise InputError(
                "needs exactly one {kind} stage (compartment {compartment}), has {count}",
                where=where,
                field="stage",
                kind=kind,
                compartment=repr(compartment),
                count=count,
            )
    for compartment, kind in (("E", Message("exposed")), ("P", Message("presymptomatic"))):
        if not any(form.compartment == compartment for form in forms):
            raise InputError(
                "needs an {kind} stage ({compartment})",
                where=where,
                field="stage",
                kind=kind,
                compartment=compartment,
            )
    _check_reaches_an_end(forms, where)


def _check_reaches_an_end(forms: Sequence[StageForm], where: str) -> None:
    ends = {form.name for form in forms if not form.next}
    reached = set(ends)
    grew = True
    while grew:
        more = {form.name for form in forms if reached.intersection(form.next)}
        grew = not more <= reached
        reached |= more
    for form in forms:
        if form.name not in reached:
            raise InputError(
                "from stage {name} nobody ever recovers or dies",
                where=where,
                field="stage",
                name=repr(form.name),
            )
