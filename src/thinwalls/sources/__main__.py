"""``python -m thinwalls.sources``: rebuild, check, fetch and reconcile data without the rest."""

from __future__ import annotations

import argparse
import sys
from importlib import resources
from pathlib import Path

from thinwalls.errors import InputError, ThinwallsError
from thinwalls.sources.build import build
from thinwalls.sources.catalogue import CATALOGUE
from thinwalls.sources.check import check
from thinwalls.sources.fetch import fetch
from thinwalls.sources.reconcile import as_markdown, reconcile
from thinwalls.sources.user import template


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    given = _parser().parse_args(arguments)
    try:
        return int(given.run(given))
    except ThinwallsError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("error: interrupted", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m thinwalls.sources", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)

    command = commands.add_parser("build", help="rebuild the packaged systems")
    command.add_argument("--shared", required=True, help="folder with publishers' files")
    packaged = Path(str(resources.files("thinwalls.system") / "data"))
    command.add_argument("--out", default=str(packaged), help="folder to write into")
    command.add_argument("--system", action="append", help="this one only (may be repeated)")
    command.set_defaults(run=_build)

    command = commands.add_parser("check", help="whether a file can be read and what is odd in it")
    command.add_argument("file")
    command.set_defaults(run=_check)

    command = commands.add_parser("reconcile", help="our totals against published ones")
    command.add_argument("system", nargs="?", default="ice-2020")
    command.set_defaults(run=_reconcile)

    command = commands.add_parser("fetch", help=f"download a file: {', '.join(CATALOGUE)}")
    command.add_argument("key")
    command.add_argument("--to", help="folder (default: the cache)")
    command.set_defaults(run=_fetch)

    command = commands.add_parser("template", help="write the table of a system of one's own")
    command.add_argument("file")
    command.set_defaults(run=_template)
    return parser


def _build(given: argparse.Namespace) -> int:
    for folder in build(given.shared, given.out, given.system):
        print(folder)
    return 0


def _check(given: argparse.Namespace) -> int:
    report = check(given.file)
    print(f"{report.file}: {report.what}, {report.rows} rows, {len(report.odd) or 'nothing'} odd")
    for row in report.odd.to_dict("records"):
        print(f"  {row['where']}: {row['field']} = {row['value']}: {row['problem']}")
    return 0 if report.ok else 1


def _reconcile(given: argparse.Namespace) -> int:
    print(as_markdown(reconcile(given.system)), end="")
    return 0


def _fetch(given: argparse.Namespace) -> int:
    if given.key not in CATALOGUE:
        raise InputError(f"must be one of {', '.join(CATALOGUE)}", field="key", value=given.key)
    folder = Path(given.to) if given.to else None
    print(fetch(CATALOGUE[given.key], folder, progress=_progress if sys.stderr.isatty() else None))
    return 0


def _progress(done: int, whole: int | None) -> None:
    share = f" of {whole:,}" if whole else ""
    print(f"\r{done:,}{share} bytes", end="" if done != whole else "\n", file=sys.stderr)


def _template(given: argparse.Namespace) -> int:
    print(template(given.file))
    return 0


if __name__ == "__main__":
    sys.exit(main())
