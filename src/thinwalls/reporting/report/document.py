"""One report as plain data: sections of blocks, the same for the page, HTML, PDF and terminal.

Everything in it is already said in the reader's language; whoever renders it adds only what its
medium needs. A block is told apart by its ``kind``; a figure of
:mod:`thinwalls.reporting.charts.figure` is a block as it is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar, Literal, TypeAlias

from thinwalls.reporting.charts.figure import Figure

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


@dataclass(frozen=True)
class Text:
    """A paragraph; ``lead`` is what a reader has to see first, ``note`` is small print."""

    kind: ClassVar = "text"
    said: str
    role: Literal["plain", "lead", "note"] = "plain"


@dataclass(frozen=True)
class Heading:
    """A heading inside of a section, which itself is of level 2."""

    kind: ClassVar = "heading"
    said: str
    level: int = 3


@dataclass(frozen=True)
class Sentences:
    """A list of sentences."""

    kind: ClassVar = "sentences"
    items: tuple[str, ...]


@dataclass(frozen=True)
class Term:
    """What is told about one thing: text, code, or several items; ``note`` explains its name."""

    name: str
    text: str = ""
    code: str = ""
    items: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Terms:
    """Things with what is told about each: ``changes`` of scenarios, or ``facts`` of a run."""

    kind: ClassVar = "terms"
    items: tuple[Term, ...]
    role: Literal["changes", "facts"]


@dataclass(frozen=True)
class Code:
    """What is typed or kept as a file, as it is."""

    kind: ClassVar = "code"
    content: str


@dataclass(frozen=True)
class Cell:
    """A number with its interval, and below it the difference with its own (empty: none)."""

    value: str
    range: str
    difference: str = ""
    difference_range: str = ""


@dataclass(frozen=True)
class Column:
    """A column by its heading; ``key`` names it for :meth:`Table.select`.

    ``align`` is for short numbers where there is room to set them apart; ``long`` has texts that
    may break anywhere.
    """

    head: str
    key: str = ""
    align: Literal["start", "end"] = "start"
    long: bool = False


@dataclass(frozen=True)
class Row:
    """A name and one cell per further column; plain text where there is no interval."""

    name: str
    cells: tuple[Cell | str, ...]


@dataclass(frozen=True)
class Table:
    """A table; the first column is that of the rows' names.

    Rows of ``cards`` become cards on a narrow screen; a ``list`` is moved sideways there and so
    has a ``caption`` to be found by.
    """

    kind: ClassVar = "table"
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    layout: Literal["cards", "list"] = "cards"
    caption: str = ""

    def select(self, *keys: str) -> Table:
        """The same rows with the columns of these keys, in their order."""
        at = {column.key: n for n, column in enumerate(self.columns[1:])}
        chosen = [at[key] for key in keys]
        rows = (replace(row, cells=tuple(row.cells[n] for n in chosen)) for row in self.rows)
        columns = (self.columns[0], *(self.columns[n + 1] for n in chosen))
        return replace(self, columns=columns, rows=tuple(rows))


@dataclass(frozen=True)
class Fold:
    """Blocks behind a summary, closed unless ``open``; ``main`` ones have the rank of a heading."""

    kind: ClassVar = "fold"
    summary: str
    blocks: tuple[Block, ...]
    open: bool = False
    main: bool = True


Block: TypeAlias = Text | Heading | Sentences | Terms | Code | Table | Fold | Figure


@dataclass(frozen=True)
class Section:
    """A part of a report with a heading; ``id`` is its anchor."""

    id: str
    heading: str
    blocks: tuple[Block, ...]

    @property
    def heading_id(self) -> str:
        """The anchor of the heading; a figure of the same name has its own."""
        names = {figure.name for figure in figures_of(self.blocks)}
        return f"{self.id}-heading" if self.id in names else f"{self.id}-title"


@dataclass(frozen=True)
class Document:
    """A whole report; ``facts`` say in one line what it is about."""

    title: str
    facts: tuple[str, ...]
    sections: tuple[Section, ...]

    @property
    def figures(self) -> tuple[Figure, ...]:
        """All figures, in their order."""
        return tuple(one for part in self.sections for one in figures_of(part.blocks))


def figures_of(blocks: Iterable[Block]) -> Iterator[Figure]:
    """The figures among blocks, those behind a summary included."""
    for block in blocks:
        if isinstance(block, Figure):
            yield block
        elif isinstance(block, Fold):
            yield from figures_of(block.blocks)


def table_of(figure: Figure) -> Table:
    """The numbers of a figure."""
    return Table(
        columns=tuple(Column(head) for head in figure.table.head),
        rows=tuple(Row(row[0], row[1:]) for row in figure.table.rows),
        layout="list",
        caption=figure.title,
    )
