"""``thinwalls map``: a system drawn."""

from __future__ import annotations

from pathlib import Path

import click


@click.command(
    name="map", epilog="Example: thinwalls map us-2020 --state LA --state MS --out map.png"
)
@click.argument("system", default="ice-2020")
@click.option("--around", default=None, metavar="FACILITY", help="Only places within 50 miles.")
@click.option("--state", "states", multiple=True, metavar="XX", help="Only this state, repeatable.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("map.svg"),
    show_default=True,
    help="File to write, .svg or .png.",
)
@click.option("--language", default="en", show_default=True)
def draw(
    system: str, around: str | None, states: tuple[str, ...], out: Path, language: str
) -> None:
    """Draw a system: places by kind and size, and where people are moved between them.

    SYSTEM is a name from `thinwalls systems` or a file in the form of `thinwalls template`.
    """
    from thinwalls.reporting import Words, map_sources, save, system_map
    from thinwalls.runs import SystemSelection

    words = Words(language)
    chosen = SystemSelection(name=system, around=around, states=states).load()
    source = words.say("Sources: {sources}.", sources="; ".join(map_sources(chosen)))
    click.echo(str(save(system_map(words, chosen), out, words, source=source)))
