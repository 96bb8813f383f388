"""The web application: pages, the JSON API, files to take away.  Nothing is stored."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware

from thinwalls._version import __version__
from thinwalls.common import InputError, ThinwallsError
from thinwalls.reporting import Words, mark
from thinwalls.web.answers.queue import MOST_WAITING, Busy, Jobs
from thinwalls.web.answers.service import Service
from thinwalls.web.routes import json_api as api, pages as visits
from thinwalls.web.routes.language import language_of
from thinwalls.web.security import HEADERS, Guard
from thinwalls.web.views.render import page

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

STATIC = {
    "page.css": "text/css; charset=utf-8",
    "page.js": "text/javascript; charset=utf-8",
    "charts.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}
_DAY = 86_400


def create_app(
    service: Service | None = None, *, most_waiting: int = MOST_WAITING, warm: bool = False
) -> FastAPI:
    """The application around a service; ``most_waiting`` questions may be under way at a time.

    With ``warm`` what the first visitor would wait for is loaded at the start.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        if warm:
            await asyncio.to_thread(app.state.service.warm)
            await asyncio.to_thread(static_file, "charts.js")
        yield
        app.state.jobs.close()

    app = FastAPI(
        title="thinwalls",
        version=__version__,
        description="What disease in detention does, and what would change it. Nothing is stored.",
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    app.state.service = service or Service()
    app.state.jobs = Jobs(most_waiting=most_waiting)
    app.include_router(api.router)
    app.include_router(visits.router)
    app.add_middleware(GZipMiddleware, minimum_size=2_000, compresslevel=5)
    app.add_middleware(Guard)
    app.add_exception_handler(Busy, _busy)
    app.add_exception_handler(ThinwallsError, _told)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _broken)

    @app.get("/static/{name}", include_in_schema=False)
    def static(name: str) -> Response:
        if name not in STATIC:
            raise HTTPException(404)
        head = {"cache-control": f"public, max-age={_DAY}"}
        return Response(static_file(name), media_type=STATIC[name], headers=head)

    return app


def static_file(name: str) -> bytes:
    """A script, style or picture of the page."""
    if name == "charts.js":
        return _charts()
    if name == "page.css":
        from thinwalls.reporting import common_style

        return common_style().encode() + (files("thinwalls.web") / "static" / name).read_bytes()
    return (files("thinwalls.web") / "static" / name).read_bytes()


def _charts() -> bytes:
    """The chart library (Vega, Vega-Lite, Vega-Embed), as the charts' own package carries it."""
    from thinwalls.reporting import charts_script

    return charts_script().encode()


def _wants_html(request: Request) -> bool:
    return not request.url.path.startswith("/api/")


def _sorry(
    request: Request, status: int, title: str, text: str, headers: dict[str, str] | None = None
) -> Response:
    if not _wants_html(request):
        return JSONResponse({"error": text}, status, headers=headers)
    words = Words(language_of(request))
    said = page("sorry.html.j2", words, title=words.say(title), text=text, query={})
    return HTMLResponse(said, status, headers=headers)


async def _busy(request: Request, problem: Exception) -> Response:
    words = Words(language_of(request))
    assert isinstance(problem, Busy)
    wait = {"retry-after": str(problem.seconds)}
    if problem.ticket is None:
        text = words.say("More people are asking than can be answered. Please try again later.")
        return _sorry(request, 429, mark("Please wait"), text, wait)
    wait[api.TICKET] = problem.ticket
    text = words.plural(
        "More people are asking than can be answered right now. Your place in the line is kept; "
        "please try again in {count} second.",
        "More people are asking than can be answered right now. Your place in the line is kept; "
        "please try again in {count} seconds.",
        problem.seconds,
    )
    if request.method != "GET":
        return _sorry(request, 429, mark("Please wait"), text, wait)
    # A browser without scripts comes back by itself, with its ticket.
    again = dict(request.query_params) | {"ticket": problem.ticket}
    wait["refresh"] = f"{problem.seconds}; url={request.url.path}?{urlencode(again)}"
    return _sorry(request, 429, mark("Please wait"), text, wait)


async def _told(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, ThinwallsError)
    status = 400 if isinstance(problem, InputError) else 500
    # Programs get the line as it is on the command line, people in their language.
    text = str(problem)
    if _wants_html(request):
        text = Words(language_of(request)).tell_error(problem)
    return _sorry(request, status, mark("This cannot be answered"), text)


async def _malformed(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, RequestValidationError)
    first: dict[str, Any] = problem.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    text = f"{where}: {first['msg']}"
    if _wants_html(request):
        words = Words(language_of(request))
        text = words.say("This is not what the form sends: {where}.", where=where)
    return _sorry(request, 422, mark("This cannot be answered"), text)


async def _broken(request: Request, problem: Exception) -> Response:
    """A fault of the program; its inside is for the log alone."""
    words = Words(language_of(request))
    text = words.say(
        "Something went wrong here. It is not your fault; please try another question."
    )
    return _sorry(request, 500, mark("This cannot be answered"), text, dict(HEADERS))


_OF_THE_SERVER = (mark("Not Found"), mark("Method Not Allowed"))
"""What the web framework says by itself."""


async def _http(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, HTTPException)
    head = dict(problem.headers or {})
    text = str(problem.detail)
    if _wants_html(request):
        text = Words(language_of(request)).say(text)
    return _sorry(request, problem.status_code, mark("There is no such page"), text, head)
