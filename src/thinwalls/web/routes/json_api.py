"""The JSON API: typed, described by OpenAPI, answers whole or as a stream of lines."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse
from starlette.exceptions import HTTPException

from thinwalls.reporting import SOURCE_LANGUAGE, Words
from thinwalls.web.answers.answer_view import Snapshot
from thinwalls.web.answers.api_models import (
    ControlAbout,
    ControlField,
    Fact,
    Hospital,
    Named,
    PersonAnswer,
    PersonQuestion,
    Place,
    PlaceFacts,
    Problem,
)
from thinwalls.web.answers.form_controls import CONTROLS, WHO
from thinwalls.web.answers.places import facts, find, hospitals, name_of
from thinwalls.web.answers.question import Question
from thinwalls.web.answers.service import Service
from thinwalls.web.views.claims import claims_answer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from threading import Event

    from thinwalls.web.answers.queue import Jobs

router = APIRouter(prefix="/api", tags=["api"])

System = Annotated[str, Query(max_length=40, description="name of a packaged system")]
Language = Annotated[str, Query(max_length=10, description="language of sentences, such as es")]
Where = Annotated[str, Query(max_length=120, description="all, facility:ID, county:FIPS, state:XX")]
EVENTS = "text/event-stream"
TICKET = "x-ticket"
"""Header of a 429 and of the request that comes back: the visitor's place in the line."""
GONE = 499
"""Status of an answer that nobody reads: the visitor hung up."""
AT_LEISURE = 2
"""Questions under way up to which answers grow in several steps."""


def service_of(request: Request) -> Service:
    """The service of the application."""
    service: Service = request.app.state.service
    return service


def jobs_of(request: Request) -> Jobs:
    """The answers under way."""
    jobs: Jobs = request.app.state.jobs
    return jobs


Answers = Annotated[Service, Depends(service_of)]
PROBLEMS: dict[int | str, dict[str, Any]] = {
    400: {"model": Problem, "description": "what was asked cannot be answered"},
    413: {"description": "what was sent is too large"},
    414: {"description": "the address is too long"},
    422: {"model": Problem, "description": "the request is not of this form"},
    429: {
        "model": Problem,
        "description": "too many questions right now; see Retry-After, and send X-Ticket again",
    },
}


@router.get("/systems", responses=PROBLEMS)
def systems() -> list[Named]:
    """The systems that are packaged."""
    from thinwalls.system import list_systems

    table = list_systems()
    return [Named(name=str(row.Index), title=str(row.title)) for row in table.itertuples()]


@router.get("/pathogens", responses=PROBLEMS)
def pathogens() -> list[Named]:
    """The diseases that are packaged."""
    from thinwalls.pathogens import list_pathogens, load_pathogen

    return [Named(name=name, title=load_pathogen(name).title) for name in list_pathogens()]


@router.get("/controls", responses=PROBLEMS)
def controls(lang: Language = SOURCE_LANGUAGE) -> list[ControlAbout]:
    """What the form of the page can switch on; scenarios can say more (the scenario schema)."""
    say = Words(lang).say
    return [
        ControlAbout(
            name=one.name,
            label=say(one.label),
            about=say(one.about),
            fields=[
                ControlField(
                    name=field.name,
                    label=say(field.label),
                    kind=field.kind,
                    default=field.default,
                    low=field.low,
                    high=field.high,
                    unit=say(field.unit),
                )
                for field in one.fields
            ],
        )
        for one in CONTROLS
    ]


@router.get("/who", responses=PROBLEMS)
def who(lang: Language = SOURCE_LANGUAGE) -> list[Named]:
    """Groups of people that the form can name; scenarios can name any."""
    say = Words(lang).say
    return [Named(name=name, title=say(label)) for name, label in WHO.items()]


@router.get("/scenario-schema", responses=PROBLEMS)
def scenario_schema() -> dict[str, Any]:
    """JSON Schema of scenarios, the same for files, library and this API."""
    from thinwalls.policy import scenario_json_schema

    return scenario_json_schema()


@router.get("/claims", responses={**PROBLEMS, 404: {"model": Problem}})
def claims() -> dict[str, Any]:
    """What was found of the packaged claims, in the form of `thinwalls claims --json`."""
    found = claims_answer()
    if found is None:
        raise HTTPException(404, "this copy of the program comes without the answers to the claims")
    return found


@router.get("/places", responses=PROBLEMS)
def places(
    service: Answers,
    q: Annotated[str, Query(max_length=80, description="words of a name, city, county, state")],
    system: System = "ice-2020",
) -> list[Place]:
    """Facilities, counties and states that fit."""
    return [
        Place(where=one.where, name=one.name, detail=one.detail, people=one.people)
        for one in find(service.system(system), q)
    ]


@router.get("/place", responses=PROBLEMS)
def place(
    service: Answers,
    where: Where,
    system: System = "ice-2020",
    lang: Language = SOURCE_LANGUAGE,
) -> PlaceFacts:
    """Who is in a place, with sources, and the hospitals within reach."""
    words = Words(lang)
    from thinwalls.web.answers.question import checked

    question = checked({"system": system, "where": where})
    part = service.bench(question).system
    return PlaceFacts(
        where=where,
        name=name_of(words, service.system(system), where),
        facts=[Fact(**vars(one)) for one in facts(words, part)],
        hospitals=[
            Hospital(county=name, miles=miles, beds_free=beds, icu_beds_free=icu)
            for name, miles, beds, icu in hospitals(words, part).rows
        ],
    )


@router.post("/answer", responses=PROBLEMS)
async def answer(
    request: Request, question: Question, lang: Language = SOURCE_LANGUAGE
) -> JSONResponse:
    """The whole answer: sentences, comparison with intervals, curves, checksum, provenance."""
    last = await last_message(
        request, f"data {lang} {question.key}", data_steps(request, question, lang), question.nbytes
    )
    return JSONResponse(json.loads(last))


@router.post("/stream", responses={**PROBLEMS, 200: {"content": {EVENTS: {}}}})
async def stream(
    request: Request, question: Question, lang: Language = SOURCE_LANGUAGE
) -> Response:
    """The answer as events of JSON: first from few draws, then from more; the last says `done`."""
    steps = data_steps(request, question, lang)
    return await streamed(request, f"data {lang} {question.key}", steps, question.nbytes)


@router.post("/person", responses=PROBLEMS)
async def person(request: Request, asked: PersonQuestion) -> PersonAnswer:
    """One person's risk in the facility of the question: staying, moved, or going home."""
    from thinwalls.web.answers.one_person import person_steps

    key = f"person {asked.model_dump_json(exclude={'question'})} {asked.question.key}"
    steps = person_steps(service_of(request), asked)
    rows = await last_message(request, key, steps, asked.question.nbytes)
    return PersonAnswer.model_validate_json(rows)


def hurried(request: Request) -> Callable[[], bool]:
    """Whether others wait for their answers."""
    return lambda: jobs_of(request).under_way > AT_LEISURE


def data_steps(
    request: Request, question: Question, lang: str
) -> Callable[[Event], Iterator[bytes]]:
    """Steps of an answer as lines of JSON."""
    words, service = Words(lang), service_of(request)
    question.acts  # noqa: B018 (an error in a scenario is told before anything is started)

    def steps(stop: Event) -> Iterator[bytes]:
        for results in service.answer_steps(question, stop, hurry=hurried(request)):
            snapshot = Snapshot(results, words, results.draws >= question.draws)
            yield json.dumps(snapshot.data(), ensure_ascii=False, allow_nan=False).encode() + b"\n"

    return steps


def ticket_of(request: Request) -> str | None:
    """The place in the line that a visitor was given before: in a header, or in the address."""
    return request.headers.get(TICKET) or request.query_params.get("ticket") or None


async def last_message(
    request: Request, key: str, steps: Callable[[Event], Iterator[bytes]], nbytes: int
) -> bytes:
    """The final message of an answer; stops the computation when the visitor hangs up."""
    last: bytes = b""
    ticket = ticket_of(request)
    listening = jobs_of(request).listen(key, steps, nbytes=nbytes, ticket=ticket)
    gone = asyncio.create_task(_hung_up(request))
    try:
        while True:
            following = asyncio.ensure_future(anext(listening))
            await asyncio.wait({following, gone}, return_when=asyncio.FIRST_COMPLETED)
            if not following.done():
                following.cancel()
                with suppress(asyncio.CancelledError):
                    await following
                raise HTTPException(GONE, "nobody waits for this any more")
            try:
                last, done = following.result()
            except StopAsyncIteration:
                return last
            if done:
                return last
    finally:
        gone.cancel()
        await listening.aclose()  # type: ignore[attr-defined]


def _event(message: bytes) -> bytes:
    return b"data: " + message.rstrip(b"\n") + b"\n\n"


async def _hung_up(request: Request) -> None:
    while not await request.is_disconnected():
        await asyncio.sleep(0.2)


async def streamed(
    request: Request, key: str, steps: Callable[[Event], Iterator[bytes]], nbytes: int
) -> Response:
    """Messages as they come.  The first is waited for, so that an error has its own status."""
    ticket = ticket_of(request)
    listening = jobs_of(request).listen(key, steps, nbytes=nbytes, ticket=ticket)
    first = await anext(listening)

    async def events() -> AsyncIterator[bytes]:
        try:
            yield _event(first[0])
            async for message, _ in listening:
                yield _event(message)
        finally:
            await listening.aclose()  # type: ignore[attr-defined]

    return StreamingResponse(events(), media_type=EVENTS, headers={"cache-control": "no-store"})
