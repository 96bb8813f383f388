"""The section of how to repeat a run: command, versions, checksums, scenarios as files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thinwalls.reporting.report.document import (
    Block,
    Code,
    Fold,
    Heading,
    Section,
    Term,
    Terms,
    Text,
)

if TYPE_CHECKING:
    from thinwalls.reporting.report.answers import Answers


def section(answers: Answers) -> Section:
    """Everything that is known of where the numbers are from."""
    words, run = answers.words, answers.results.provenance
    blocks: list[Block] = []
    if run.get("command"):
        text = words.say(
            "The same command with the same version and seed gives the same numbers, bit by bit:"
        )
        blocks += [Text(text), Code(str(run["command"]))]
    blocks.append(Terms(_facts(answers), "facts"))
    if run.get("scenarios"):
        files: list[Block] = []
        for name, text in run["scenarios"].items():
            files += [Heading(str(name)), Code(str(text))]
        blocks.append(Fold(words.say("The scenarios as files"), tuple(files), main=False))
    return Section("repeat", words.say("How to repeat it"), tuple(blocks))


def _facts(answers: Answers) -> tuple[Term, ...]:
    words, run = answers.words, answers.results.provenance
    facts = []
    if "seed" in run:
        facts.append(Term(words.say("Seed"), str(run["seed"])))
    if "versions" in run:
        told = ", ".join(f"{name} {version}" for name, version in run["versions"].items())
        facts.append(Term(words.say("Versions"), told))
    for name, label in (("system", words.say("System")), ("pathogen", words.say("Disease"))):
        if name in run:
            facts.append(Term(label, str(run[name]), code=str(run.get(f"{name}_checksum", ""))))
    made_from = run.get("created_from")
    if isinstance(made_from, str):
        facts.append(Term(words.say("Made from"), made_from))
    elif made_from is not None:
        facts.append(Term(words.say("Made from"), items=tuple(map(str, made_from))))
    checksum = answers.results.checksum
    facts.append(Term(words.say("Checksum of the numbers"), code=checksum))
    return tuple(facts)
