"""Pages for people: find a place, ask, take the answer away.  They work without scripts."""

from __future__ import annotations

import asyncio
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Form, Request, UploadFile
from fastapi.responses import HTMLResponse, Response

from thinwalls.reporting import Words, scenario_name, sentences
from thinwalls.web.answers.answer_view import Snapshot
from thinwalls.web.answers.api_models import PersonQuestion
from thinwalls.web.answers.downloads import FILE_NAMES, make, media_type
from thinwalls.web.answers.form_controls import CONTROLS, SIDES, WHO
from thinwalls.web.answers.one_person import answered
from thinwalls.web.answers.places import (
    all_facilities,
    county_names,
    facts,
    find,
    hospitals,
    name_of,
    sources_of,
)
from thinwalls.web.answers.question import Question, query_of, question_of, whole
from thinwalls.web.answers.service import steps
from thinwalls.web.index_cases import CHOICES
from thinwalls.web.routes import own_table as own
from thinwalls.web.routes.json_api import hurried, last_message, service_of, streamed
from thinwalls.web.routes.language import words_of
from thinwalls.web.views.claims import claims_page
from thinwalls.web.views.clickable_map import HEIGHT, WIDTH, circles, states
from thinwalls.web.views.forms import form_values
from thinwalls.web.views.render import answer_values, embed_options, fragment, page, specs_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from threading import Event

    from thinwalls.web.answers.service import Service

router = APIRouter(include_in_schema=False)
_FEW_LISTED = 400
_LONGEST_NAME = 120


@router.get("/")
def home(request: Request) -> HTMLResponse:
    """Find a place: by words, on the map, in the list."""
    params = request.query_params
    name, asked = params.get("system") or "ice-2020", params.get("q", "")[:80]
    return HTMLResponse(home_page(service_of(request), words_of(request).language, name, asked))


@lru_cache(maxsize=256)
def home_page(service: Service, language: str, name: str, asked: str) -> str:
    """The first page as text; many visitors see the same one."""
    from thinwalls.system import list_systems

    words = Words(language)
    system = service.system(name)
    listed = all_facilities(system) if len(system.facilities) <= _FEW_LISTED else []
    return page(
        "home.html.j2",
        words,
        query={"system": name, "lang": words.language},
        systems=[(str(row.Index), str(row.title)) for row in list_systems().itertuples()],
        system=name,
        asked=asked,
        found=find(system, asked),
        listed=listed,
        states=states(system),
        state_codes=sorted(set(system.facilities["state"])),
        circles=circles(system),
        whole_allowed=bool(listed),
        size=(WIDTH, HEIGHT),
    )


@router.get("/ask")
async def ask(request: Request) -> Response:
    """Who is there, what would happen, what would change it: the first answer in the page."""
    params = dict(request.query_params)
    question = question_of(params)
    words, service = words_of(request), service_of(request)
    precise = bool(params.get("precise"))
    key = f"page {words.language} {precise} {question.key}"

    def first(stop: Event) -> Iterator[bytes]:
        bench = service.bench(question)
        few = 1 if precise else 0
        draws = question.draws if few else steps(question.draws, large=not bench.remember)[0]
        results = service.answer(question.model_copy(update={"draws": draws}), stop)
        snapshot = Snapshot(results, words, draws >= question.draws)
        yield ask_page(words, service, question, snapshot).encode()

    text = await last_message(request, key, first, question.nbytes)
    return HTMLResponse(text)


def ask_page(
    words: Words, service: Service, question: Question, snapshot: Snapshot, **more: Any
) -> str:
    """The page of a question as text."""
    from thinwalls.pathogens import list_pathogens, load_pathogen

    part = service.bench(question).system
    known = facts(words, part)
    whole_system = service.system(question.system)
    query = query_of(question, words.language)
    form, unsaid = form_values(question)
    values = answer_values(snapshot, pictures=True, query=query)
    return page(
        "ask.html.j2",
        words,
        **values,
        question=question,
        query=query,
        place=name_of(words, whole_system, question.where),
        system_title=whole_system.title,
        facts=known,
        sources=sources_of(known),
        hospitals=hospitals(words, part),
        one_facility=len(part.facilities) == 1,
        counties=county_names(whole_system) if len(part.facilities) == 1 else [],
        others=all_facilities(whole_system) if len(part.facilities) == 1 else [],
        few_listed=_FEW_LISTED,
        pathogens=[(name, load_pathogen(name).title) for name in list_pathogens()],
        controls=CONTROLS,
        sides=SIDES,
        who=list(WHO.items()),
        index_cases=CHOICES,
        form=form,
        unsaid=[scenario_name(words, name) for name in unsaid],
        start=(question.start or whole_system.start_date),
        specs=specs_of(snapshot),
        embed_options=embed_options(words),
        files=FILE_NAMES,
        **more,
    )


@router.get("/stream")
async def stream(request: Request) -> Response:
    """The changing part of the page, from few draws to all."""
    question = question_of(dict(request.query_params))
    words, service = words_of(request), service_of(request)
    query = query_of(question, words.language)
    question.acts  # noqa: B018 (an error in a scenario is told before anything is started)

    def grown(stop: Event) -> Iterator[bytes]:
        for results in service.answer_steps(question, stop, hurry=hurried(request)):
            snapshot = Snapshot(results, words, results.draws >= question.draws)
            yield fragment(snapshot, question, query)

    key = f"html {words.language} {question.key}"
    return await streamed(request, key, grown, question.nbytes)


@router.get("/person")
async def person(request: Request) -> Response:
    """One person's risk in plain words."""
    params = dict(request.query_params)
    words, service = words_of(request), service_of(request)
    asked = PersonQuestion(
        question=question_of(params),
        age=min(max(whole(params.get("age") or "40", "age"), 0), 100),
        vulnerable=bool(params.get("vulnerable")),
        after_days=max(whole(params.get("after") or "0", "after"), 0),
        release_to=params.get("to", "")[:_LONGEST_NAME],
        transfer_to=params.get("moved", "")[:_LONGEST_NAME],
    )

    def answer(stop: Event) -> Iterator[bytes]:
        plan, results, rows = answered(service, asked, stop)
        said = sentences(words, rows, results.days)
        system = service.system(asked.question.system)
        moved_to = plan.transfer_to
        yield page(
            "person.html.j2",
            words,
            query=query_of(asked.question, words.language),
            place=name_of(words, system, asked.question.where),
            county=dict(county_names(system))[plan.county],
            moved_to=moved_to and name_of(words, system, f"facility:{moved_to}"),
            asked=asked,
            said=said,
            rows=rows,
            draws=results.draws,
            days=results.days,
        ).encode()

    key = f"person page {words.language} {asked.model_dump_json()}"
    nbytes = asked.question.nbytes
    return HTMLResponse(await last_message(request, key, answer, nbytes))


@router.get("/take/{name}")
async def take(request: Request, name: str) -> Response:
    """One file of the answer."""
    question = question_of(dict(request.query_params))
    kind = media_type(name)
    content = await _file(request, question, name)
    head = {
        "content-disposition": f'attachment; filename="thinwalls-{name}"',
        "cache-control": "no-store",
    }
    return Response(content, media_type=kind, headers=head)


async def _file(request: Request, question: Question, name: str) -> bytes:
    words, service = words_of(request), service_of(request)

    def file(stop: Event) -> Iterator[bytes]:
        results = service.answer(question, stop)
        places = service.places(service.bench(question).system)
        yield make(Snapshot(results, words, True), name, question, places)

    key = f"file {name} {words.language} {question.key}"
    return await last_message(request, key, file, question.nbytes)


@router.get("/embed")
async def embed(request: Request) -> Response:
    """One figure for the page of a newspaper."""
    question = question_of(dict(request.query_params))
    words, service = words_of(request), service_of(request)
    picture = (await _file(request, question, "infected.svg")).decode()
    query = query_of(question, words.language)
    place = name_of(words, service.system(question.system), question.where)
    return HTMLResponse(page("embed.html.j2", words, picture=picture, query=query, place=place))


@router.get("/claims")
def claims(request: Request) -> HTMLResponse:
    """Claims with their probability, what decides them, and what speaks against them."""
    return HTMLResponse(claims_page(words_of(request).language))


@router.get("/own")
def own_form(request: Request) -> HTMLResponse:
    """The form for a table of one's own."""
    words = words_of(request)
    return HTMLResponse(own.form_page(words, "", ()))


@router.post("/own")
async def own_answer(
    request: Request,
    table: Annotated[str, Form(max_length=own.MOST_TEXT)] = "",
    file: UploadFile | None = None,
) -> Response:
    """Check a table of one's own and answer for it; it is read in memory and forgotten."""
    words, service = words_of(request), service_of(request)
    form = await request.form()
    params = {name: value for name, value in form.items() if isinstance(value, str)}
    text = await own.text_of(table, file)
    question = question_of({**params, "where": "all", "system": ""})
    read = await asyncio.to_thread(own.read, text)
    if isinstance(read, list):
        return HTMLResponse(own.form_page(words, text, read), 400)
    system = read

    def answer(stop: Event) -> Iterator[bytes]:
        yield own.answer_page(words, service, question, system, text, stop).encode()

    key = own.key_of(words.language, question, text)
    return HTMLResponse(await last_message(request, key, answer, question.nbytes))


@router.get("/template.csv")
def template() -> Response:
    """The table of one's own, empty, with notes."""
    head = {"content-disposition": 'attachment; filename="thinwalls-template.csv"'}
    return Response(own.template_bytes(), media_type="text/csv; charset=utf-8", headers=head)
