"""What CONTRIBUTING.md tells people to do works, word for word."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from recipes import PAGE, Recipe, carry_out, copy_repository, recipes, run, with_lines_added

if TYPE_CHECKING:
    from pathlib import Path

MOST_FILES = {
    "Add a pathogen": 3,
    "Add an action": 5,
    "Add a publisher": 3,
    "Add an outcome": 4,
    "Add a language": 2,
}
"""Files that a person has to touch, at most."""
RECIPES = recipes(PAGE.read_text(encoding="utf-8"))


def test_recipes_are_found_and_say_what_they_do() -> None:
    assert "Add a pathogen" in {recipe.title for recipe in RECIPES}
    for recipe in RECIPES:
        assert recipe.files, f"{recipe.title} changes nothing"
        assert recipe.program, f"{recipe.title} shows nothing"
        assert len(recipe.files) <= MOST_FILES[recipe.title]


@pytest.mark.slow
@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.title)
def test_a_recipe_works(recipe: Recipe, tmp_path: Path) -> None:
    place = copy_repository(tmp_path)
    assert run([sys.executable, "-c", recipe.program], place).returncode != 0, "works without it"
    carry_out(recipe, place)


def test_lines_are_added_after_those_before_them() -> None:
    assert with_lines_added("a\nb\nc\n", " b\n+d\n", "x") == "a\nb\nd\nc\n"
    assert with_lines_added("a\nb\nc\n", "-b\n+d\n", "x") == "a\nd\nc\n"
    with pytest.raises(AssertionError, match="2 times"):
        with_lines_added("b\nb\n", " b\n+d\n", "x")


def test_a_block_of_no_known_kind_is_refused(tmp_path: Path) -> None:
    (one,) = recipes("# Page\n\n## Recipes\n\n### Add\n\n```rust\nfn\n```\n")
    with pytest.raises(AssertionError, match="no such block: rust"):
        carry_out(one, tmp_path)
