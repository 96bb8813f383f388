"""How long an answer of the page takes: ``python -m bench.answers``.

One facility, three scenarios, 180 days: a control is changed again and again; the time to the
first answer and to 200 draws, sentences, tables, charts and checksum included.  And the first
answer for the whole system.  Prints the three medians (wall-clock) beside what they must be;
nothing else should run on the machine.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time

from thinwalls.reporting import Words
from thinwalls.web.answers.answer_view import Snapshot
from thinwalls.web.answers.question import Question, query_of, question_of
from thinwalls.web.answers.service import Service
from thinwalls.web.views.render import fragment

FACILITY = "facility:stewart-detention-center-ga"
MUST_SECONDS = {
    "first answer after a change of a control": 0.3,
    "200 draws after a change of a control": 2.0,
    "first answer for the whole ICE system": 5.0,
}


def timed(service: Service, question: Question, most: int | None = None) -> list[tuple[float, ...]]:
    """(draws, seconds, processor seconds) at every step of an answer."""
    words = Words("en")
    query = query_of(question, "en")
    wall, processor = time.perf_counter(), time.process_time()
    seen = []
    for step, results in enumerate(service.answer_steps(question), start=1):
        fragment(Snapshot(results, words, results.draws >= question.draws), question, query)
        seen.append((results.draws, time.perf_counter() - wall, time.process_time() - processor))
        if step == most:
            break
    return seen


def main() -> None:
    """Measure, and print the three medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=None)
    parser.add_argument("--json", action="store_true", help="everything measured, as JSON")
    options = parser.parse_args()
    service = Service(threads=options.threads)
    service.warm()
    asked = {"where": FACILITY, "a.release": "on", "a.release.over": "30", "b.hygiene": "on"}
    begun = timed(service, question_of(asked))
    changes = [
        timed(service, question_of({**asked, "a.release.share": str(90 - number)}))
        for number in range(options.rounds)
    ]
    whole = [
        timed(service, question_of({**asked, "where": "all", "seed": str(number + 1)}), most=1)
        for number in range(options.rounds)
    ]

    def median(runs: list[list[tuple[float, ...]]], step: int) -> dict[str, float]:
        return {
            "draws": runs[0][step][0],
            "seconds": round(statistics.median(run[step][1] for run in runs), 3),
            "processor_seconds": round(statistics.median(run[step][2] for run in runs), 3),
        }

    found = dict(
        zip(MUST_SECONDS, (median(changes, 0), median(changes, -1), median(whole, 0)), strict=True)
    )
    if options.json:
        opened = {"first answer": median([begun], 0), "200 draws": median([begun], -1)}
        print(json.dumps({**found, "place opened": opened}, indent=1))
        return
    for name, one in found.items():
        must = MUST_SECONDS[name]
        verdict = "met" if one["seconds"] <= must else "MISSED"
        print(
            f"{name} ({one['draws']:.0f} draws): {one['seconds']:.2f} s, must be {must:g} s: "
            f"{verdict} ({one['processor_seconds']:.2f} s of processor time)"
        )


if __name__ == "__main__":
    main()
