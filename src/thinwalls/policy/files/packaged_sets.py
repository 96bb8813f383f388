"""Ready scenarios that come with the package."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from thinwalls.common import InputError, did_you_mean
from thinwalls.policy.files.scenario_files import LINK, from_link, load_scenarios, loads_scenarios

if TYPE_CHECKING:
    from thinwalls.policy.scenario import Scenario


def list_scenarios() -> list[str]:
    """Names of the sets of scenarios that come with the package."""
    folder = resources.files("thinwalls.policy") / "library"
    names = (Path(file.name) for file in folder.iterdir())
    return sorted(name.stem for name in names if name.suffix == ".toml")


def load_scenario_set(name_or_path: str | Path) -> list[Scenario]:
    """A set of scenarios of the package by name, from a file, or from a link.

    Raises
    ------
    InputError
        If there is no such set, or the file or link does not fit the form.
    """
    text = str(name_or_path)
    if LINK in text and not text.endswith(".toml"):
        return from_link(text)
    if text in list_scenarios():
        file = resources.files("thinwalls.policy") / "library" / f"{text}.toml"
        return loads_scenarios(file.read_text(encoding="utf-8"), f"{text}.toml")
    path = Path(name_or_path)
    if path.suffix == ".toml" or path.exists() or len(path.parts) > 1:
        return load_scenarios(path)
    raise InputError(
        "no such scenarios; {hint} or the path of a .toml file",
        field="scenarios",
        value=text,
        hint=did_you_mean(text, list_scenarios()),
    )
