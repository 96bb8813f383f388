"""``thinwalls web`` and ``thinwalls site``: the page, served here or written as files."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import click

from thinwalls.common import RunError

LOOPBACK = "127.0.0.1"
PORT = 8_750


def _needs_extra() -> RunError:
    return RunError("the page needs the extra: pip install 'thinwalls[web]'")


@click.command(epilog="Example: thinwalls web --port 8750")
@click.option(
    "--host",
    default=LOOPBACK,
    show_default=True,
    help="Address to listen on; the default is reachable from this machine only.",
)
@click.option("--port", type=click.IntRange(0, 65_535), default=PORT, show_default=True)
@click.option("--threads", type=click.IntRange(1, 1024), default=None, help="Draws at a time.")
@click.option("--open/--no-open", "opens", default=True, help="Open it in the browser.")
def web(host: str, port: int, threads: int | None, opens: bool) -> None:
    """Serve the page on this machine: find a place, ask "what if", take the answer away.

    Nothing is stored and no other host is asked for anything.
    """
    try:
        import uvicorn

        from thinwalls.web import create_app
    except ImportError:
        raise _needs_extra() from None
    from thinwalls.web import Service

    address = f"http://{host}:{port}/"
    click.echo(f"{address}   (Ctrl-C ends it)", err=True)
    if opens and host == LOOPBACK:
        click.launch(address)
    app = create_app(Service(threads=threads), warm=True)
    uvicorn.run(app, host=host, port=port, log_level="warning", access_log=False)


@click.command(
    epilog="Example: thinwalls site public/ --system ice-2020 --languages en,es --most 20"
)
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--system", "system_name", default="ice-2020", show_default=True)
@click.option("--pathogen", "pathogen_name", default="covid-2020", show_default=True)
@click.option("--languages", default="en,es", show_default=True, metavar="LIST")
@click.option(
    "--scenarios",
    default=None,
    metavar="SCENARIOS",
    help="TOML file or packaged set [default: nothing changes, and everyone released].",
)
@click.option(
    "--most", type=click.IntRange(min=1), default=None, help="Only so many, the largest first."
)
@click.option("--days", type=int, default=180, show_default=True)
@click.option("--draws", type=click.IntRange(1, 200), default=100, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--threads", type=int, default=None, help="Draws at a time.")
def site(
    out: Path,
    system_name: str,
    pathogen_name: str,
    languages: str,
    scenarios: str | None,
    most: int | None,
    days: int,
    draws: int,
    seed: int,
    threads: int | None,
) -> None:
    """Write precomputed pages of a system's facilities, for any plain web host.

    One page per facility and language, with pictures and tables; no server is needed.
    """
    from thinwalls.cli.output_directory import output_directory
    from thinwalls.cli.timing import progress_bar
    from thinwalls.policy import list_scenarios, load_scenario_set, load_scenarios
    from thinwalls.web import DEFAULT_SCENARIOS, Service, Site

    if find_spec("fastapi") is None:
        raise _needs_extra()

    if scenarios is None:
        chosen = list(DEFAULT_SCENARIOS)
    elif scenarios in list_scenarios():
        chosen = load_scenario_set(scenarios)
    else:
        chosen = load_scenarios(scenarios)
    with output_directory(out, ("index.html", "static")) as staging:
        made = Site(
            Service(threads=threads),
            system=system_name,
            pathogen=pathogen_name,
            languages=[name.strip() for name in languages.split(",")],
            scenarios=chosen,
            days=days,
            draws=draws,
            seed=seed,
            most=most,
        )
        with progress_bar(len(made.places)) as progress:
            made.write(staging, progress)
    click.echo(str(out / "index.html"))
