"""Precomputed pages of a system's facilities: plain files that any web host can serve."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from thinwalls.common import InputError
from thinwalls.policy import HaltArrests, Release, Scenario, document
from thinwalls.reporting import Words
from thinwalls.web.answers.answer_view import Snapshot
from thinwalls.web.answers.downloads import to_csv
from thinwalls.web.answers.places import Found, all_facilities, facts, hospitals, sources_of
from thinwalls.web.answers.question import Question, checked
from thinwalls.web.views.claims import claims_answer, claims_text
from thinwalls.web.views.render import answer_values, page

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from thinwalls.results import Results
    from thinwalls.web.answers.service import Service

DEFAULT_SCENARIOS = (
    Scenario("nothing changes"),
    Scenario(
        "arrests stop, everyone released over 30 days",
        [HaltArrests(), Release(share=1.0, over_days=30)],
    ),
)
STATIC = ("page.css", "icon.svg")
CLAIMS_PAGE = "claims.html"
CLAIMS_DATA = "claims.json"


class Site:
    """One page per facility and language, an index and the claims in each language.

    Raises
    ------
    InputError
        For what there is not.
    """

    def __init__(
        self,
        service: Service,
        *,
        system: str,
        pathogen: str,
        languages: Sequence[str],
        scenarios: Sequence[Scenario],
        days: int,
        draws: int,
        seed: int,
        most: int | None = None,
    ) -> None:
        self._service = service
        self._words = [Words(language) for language in languages]
        if len({words.language for words in self._words}) < len(self._words):
            raise InputError("names a language twice", field="languages")
        self._system = service.system(system)
        table = all_facilities(self._system)
        self.places: list[Found] = [one for one in table if one.people > 0][:most]
        self._fields = {
            "system": system,
            "pathogen": pathogen,
            "scenarios": tuple(document(scenarios)["scenario"]),
            "days": days,
            "draws": draws,
            "seed": seed,
        }
        service.pathogen(pathogen)

    def write(self, folder: Path, progress: Callable[[int], None] | None = None) -> None:
        """Write everything into ``folder``, which exists."""
        from thinwalls.web.app import static_file

        static = folder / "static"
        static.mkdir()
        for name in STATIC:
            (static / name).write_bytes(static_file(name))
        for done, place in enumerate(self.places, start=1):
            question = checked({**self._fields, "where": place.where})
            results = self._service.answer(question)
            for words in self._words:
                self._place(folder, words, place, question, results)
            self._service.bench(question).forget()
            if progress is not None:
                progress(done)
        for words in self._words:
            text = page("site_index.html.j2", words, **self._frame(words, "index.html"),
                        places=[(file_of(one), one) for one in self.places],
                        system_title=self._system.title)  # fmt: skip
            _write(folder / words.language / "index.html", text)
        self._claims(folder)
        offered = [one.language for one in self._words]
        start = page("site_start.html.j2", self._words[0], first=offered[0], offered=offered)
        _write(folder / "index.html", start)

    def _claims(self, folder: Path) -> None:
        """What was found of the packaged claims, if this copy of the program holds it."""
        answer = claims_answer()
        if answer is None:
            return
        _write(folder / CLAIMS_DATA, json.dumps(answer, ensure_ascii=False, allow_nan=False))
        for words in self._words:
            text = claims_text(words, f"../{CLAIMS_DATA}", **self._frame(words, CLAIMS_PAGE))
            _write(folder / words.language / CLAIMS_PAGE, text)

    def _frame(self, words: Words, file: str) -> dict[str, object]:
        return {
            **({} if claims_answer() is None else {"claims_page": CLAIMS_PAGE}),
            "static": "../static/",
            "home": "index.html",
            "query": {},
            "translations": [
                (one.language, f"../{one.language}/{file}")
                for one in self._words
                if one.language != words.language
            ],
        }

    def _place(
        self, folder: Path, words: Words, place: Found, question: Question, results: Results
    ) -> None:
        part = self._service.bench(question).system
        snapshot = Snapshot(results, words, True)
        found = facts(words, part)
        text = page(
            "site_place.html.j2",
            words,
            **{**answer_values(snapshot, pictures=True), **self._frame(words, file_of(place))},
            place=f"{place.name} ({place.detail})",
            system_title=self._system.title,
            disease=self._service.pathogen(question.pathogen).title,
            facts=found,
            sources=sources_of(found),
            hospitals=hospitals(words, part),
            data=data_file_of(place),
        )
        home = folder / words.language
        _write(home / file_of(place), text)
        (home / data_file_of(place)).write_bytes(to_csv(snapshot.answers.comparison.table))


def file_of(place: Found) -> str:
    """Name of the page of a facility."""
    return f"{place.where.partition(':')[2]}.html"


def data_file_of(place: Found) -> str:
    """Name of the data of a facility."""
    return f"{place.where.partition(':')[2]}.csv"


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
