"""A figure as a file of its own: SVG or PNG with title, caption and source inside."""

from __future__ import annotations

import html
import textwrap
from typing import TYPE_CHECKING

from thinwalls.common import InputError, check_target, write_bytes
from thinwalls.reporting.charts.figure import Figure, svg
from thinwalls.reporting.charts.theme import FONT

if TYPE_CHECKING:
    from pathlib import Path

    from thinwalls.reporting.language.words import Words

_INK = "#1a1a1a"
_PANEL = 360
_GAP = 20
_LINE = 17
_PNG_SCALE = 2.0


def save(
    figure: Figure, path: str | Path, words: Words, *, source: str = "", columns: int = 3
) -> Path:
    """Write ``figure`` as ``.svg`` or ``.png`` on white, with its caption and ``source`` below.

    Raises
    ------
    InputError
        For another ending.
    """
    target = check_target(path)
    kinds = (".svg", ".png")
    if target.suffix not in kinds:
        raise InputError("must end in .svg or .png", field="path", value=str(path))
    kind = target.suffix.removeprefix(".")
    return write_bytes(target, figure_bytes(figure, words, kind, source=source, columns=columns))


def figure_bytes(
    figure: Figure, words: Words, kind: str, *, source: str = "", columns: int = 3
) -> bytes:
    """The figure as the content of a file; ``kind`` is ``svg`` or ``png``."""
    text = standalone_svg(figure, words, source=source, columns=columns)
    if kind == "svg":
        return text.encode("utf-8")
    import vl_convert

    picture: bytes = vl_convert.svg_to_png(text, scale=_PNG_SCALE)
    return picture


def standalone_svg(
    figure: Figure, words: Words, *, source: str = "", columns: int = 3, text: bool = True
) -> str:
    """The figure as one SVG text that needs nothing else.

    Without ``text`` title and caption are left to the page around it.
    """
    many = len(figure.panels) > 1
    columns = min(columns, len(figure.panels))
    width = _PANEL if many else figure.static_width
    whole = columns * width + (columns + 1) * _GAP
    parts = [_text(figure.title, _GAP, 30, size=17, bold=True)] if text else []
    top = 44.0 if text else 0.0
    row_height = 0.0
    for number, panel in enumerate(figure.panels):
        column = number % columns
        if column == 0 and number:
            top += row_height + _GAP
            row_height = 0.0
        left = _GAP + column * (width + _GAP)
        title = textwrap.wrap(panel.title, 52)
        for row, said in enumerate(title):
            parts.append(_text(said, left, top + 14 + row * _LINE, size=13, bold=True))
        height, inner = _placed(
            svg(panel.spec, words, f"{figure.name}-{number}", width), left, top + 2 * _LINE * many
        )
        parts.append(inner)
        row_height = max(row_height, height + 2 * _LINE * many)
    top += row_height + _LINE
    below = (figure.caption, source) if text else ()
    lines = [line for one in below for line in textwrap.wrap(one, int(whole / 6.4))]
    for line in lines:
        parts.append(_text(line, _GAP, top, size=12))
        top += _LINE
    inside = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'width="{whole:g}" height="{top:g}" viewBox="0 0 {whole:g} {top:g}" '
        f'color="{_INK}" fill="{_INK}" role="img">\n<title>{html.escape(figure.title)}</title>\n'
        f"<desc>{html.escape(figure.caption + ' ' + source)}</desc>\n"
        f'<rect width="100%" height="100%" fill="#ffffff"/>\n{inside}\n</svg>\n'
    ).replace("currentColor", _INK)


def _placed(picture: str, left: float, top: float) -> tuple[float, str]:
    head = picture[: picture.index(">")]
    height = float(head.split('height="')[1].split('"')[0])
    return height, picture.replace("<svg", f'<svg x="{left:g}" y="{top:g}"', 1)


def _text(content: str, left: float, top: float, *, size: int, bold: bool = False) -> str:
    weight = ' font-weight="600"' if bold else ""
    return (
        f'<text x="{left:g}" y="{top:g}" font-family="{html.escape(FONT)}" font-size="{size}"'
        f"{weight}>{html.escape(content)}</text>"
    )
