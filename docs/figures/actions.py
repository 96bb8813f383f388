"""Draws what each action does (docs/actions.md): people infected inside, against doing nothing.

One run of the facilities of Louisiana on 20 March 2020 with COVID-19; every picture is one action
alone, at the size that its example has, with the median of the draws.  The numbers are of this
part of the system, to show the mechanism; they are no result.  What follows the record is shown on
the whole system, and a condition beside the isolation that finds the cases it looks at.

What begins when a case was found is shown beside the isolation that finds them, too.

    python docs/figures/actions.py               all
    python docs/figures/actions.py ventilation   one, for example a new one
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import numpy as np

import thinwalls as tw
from thinwalls.policy import ACTIONS, Action, dumps_scenarios

DAYS, DRAWS, SEED = 120, 12, 1
HERE = Path(__file__).parent
IMAGES = HERE.parent / "images" / "actions"
PAGE = HERE.parent / "actions.md"
WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 320, 120, 40, 8, 18
DETAINED = tw.group("detained")
EXAMPLES: tuple[tuple[Action, str, str], ...] = (
    (tw.Release(share=0.5, over_days=30), "detained", "people"),
    (tw.HaltArrests(), "detained", "people"),
    (tw.LimitArrests(keep=tw.threat_level == 1), "detained", "people"),
    (tw.HaltTransfers(), "detained", "prevalence"),
    (tw.HaltRemovals(), "detained", "people"),
    (tw.FasterRelease(factor=2), "detained", "people"),
    (tw.AlternativesToDetention(share=0.8), "detained", "people"),
    (tw.EnforcementSurge(factor=1.5), "detained", "people"),
    (tw.Hygiene(), "detained", "prevalence"),
    (tw.Masks(), "detained", "prevalence"),
    (tw.Distancing(), "detained", "prevalence"),
    (tw.SingleCells(added_share=0.2), "detained", "prevalence"),
    (tw.Cohorting(), "detained", "prevalence"),
    (tw.IntakeQuarantine(days=14, alone=True), "detained", "prevalence"),
    (tw.SymptomScreening(), "detained", "prevalence"),
    (tw.Testing(kind="antigen", delay_days=0), "detained", "prevalence"),
    (tw.Isolation(), "detained", "prevalence"),
    (tw.Vaccination(people_per_day=200, order=(DETAINED,)), "detained", "prevalence"),
    (tw.CaseFinding(), "detained", "prevalence"),
    (tw.IntakeScreening(), "detained", "prevalence"),
    (tw.MedicalCare(treated_share=0.5), "followed", "hospital_beds"),
    (tw.StaffTesting(interval_days=3.5), "staff", "prevalence"),
    (tw.StaffSickPay(), "staff", "prevalence"),
    (
        tw.GateTesting(movements=("arrest", "transfer"), kind="antigen"),
        "detained",
        "prevalence",
    ),
    (tw.Visits(), "detained", "prevalence"),
    (tw.VisitsHalt(), "detained", "prevalence"),
    (tw.CommunityDistancing(), "residents", "prevalence"),
    (tw.HospitalSurge(more_icu=0.5), "residents", "icu_beds"),
)
AFTER_A_CASE: tuple[tuple[Action, str, str, str], ...] = (
    (tw.PostExposureProphylaxis(), "measles", "detained", "prevalence"),
    (tw.HaltTransfersOfExposed(for_days=14), "covid-2020", "detained", "prevalence"),
    (tw.StaffExclusion(), "covid-2020", "staff", "prevalence"),
)
"""Actions that begin when a case was found, and the pathogen: not all are against COVID-19."""
WHEN = tw.When(cases=3, then=tw.Testing(kind="antigen", delay_days=0), for_days=28)
"""Cases are found by isolation, which is in the scenario with which it is compared too."""
WORDS = {
    ("detained", "people"): "people detained",
    ("detained", "prevalence"): "people detained who are infected",
    ("staff", "prevalence"): "staff who are infected",
    ("residents", "prevalence"): "residents who are infected",
    ("residents", "icu_beds"): "residents in intensive care",
    ("followed", "hospital_beds"): "people detained on the first day who are in hospital",
}


def _path(values: np.ndarray, most: float) -> str:
    days = np.linspace(LEFT, WIDTH - 4, len(values))
    heights = TOP + (HEIGHT - TOP - BOTTOM) * (1 - values / most)
    return "M" + "L".join(f"{x:.0f} {y:.1f}" for x, y in zip(days[::2], heights[::2], strict=True))


def picture(before: np.ndarray, after: np.ndarray, words: str) -> str:
    """Two lines: grey, doing nothing; blue, the action."""
    most = float(max(before.max(), after.max(), 1.0)) * 1.05
    base = HEIGHT - BOTTOM
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">'
        f"<title>{words}: grey, nothing is done; blue, the action</title>"
        '<g font-family="sans-serif" font-size="9" fill="#555">'
        f'<path d="M{LEFT} {TOP}V{base}H{WIDTH - 4}" fill="none" stroke="#999"/>'
        f'<text x="{LEFT - 4}" y="{TOP + 8}" text-anchor="end">{most:,.0f}</text>'
        f'<text x="{LEFT - 4}" y="{base}" text-anchor="end">0</text>'
        f'<text x="{LEFT}" y="{HEIGHT - 6}">day 1</text>'
        f'<text x="{WIDTH - 4}" y="{HEIGHT - 6}" text-anchor="end">day {len(before)}</text></g>'
        f'<path d="{_path(before, most)}" fill="none" stroke="#888" stroke-width="2"/>'
        f'<path d="{_path(after, most)}" fill="none" stroke="#1f6fb4" stroke-width="2"/></svg>\n'
    )


def one(do: str) -> None:
    """Draw the picture of one action and put its section into the page, at the end if new."""
    shown = {action.do: (action, group, variable) for action, group, variable in EXAMPLES}
    made = (ACTIONS[do].example().model_copy(update={"start": None}), "detained", "prevalence")
    action, group, variable = shown.get(do, made)
    louisiana, covid = tw.load_system("ice-2020").state("LA"), tw.load_pathogen("covid-2020")
    after = [row for row in AFTER_A_CASE if row[0].do == do]
    if after:
        action, lines = after[0][0], after_a_case(louisiana, *after[0])
    else:
        scenarios = [tw.Scenario("nothing"), tw.Scenario(do, [action])]
        results = tw.simulate(louisiana, covid, scenarios, days=DAYS, draws=DRAWS, seed=SEED)
        lines = section(results, action, "nothing", group, variable)
    text = "\n".join(lines)
    page = PAGE.read_text(encoding="utf-8")
    old = re.search(rf"^## {type(action).__name__}$.*?(?=^## |\Z)", page, re.MULTILINE | re.DOTALL)
    above, below = (page[: old.start()], page[old.end() :]) if old else (f"{page}\n", "")
    PAGE.write_text(f"{above}{text}\n{below}".rstrip() + "\n", encoding="utf-8")


def after_a_case(
    system: tw.System, action: Action, pathogen: str, group: str, variable: str
) -> list[str]:
    """Draw an action beside the isolation that finds the cases after which it begins."""
    isolation = tw.Isolation()
    # Measles is nowhere on the first day: somebody brings it in.
    seeds = [tw.Seed(place="winn-correctional-center-la")] if pathogen == "measles" else []
    alone = tw.Scenario("isolation alone", [isolation], seeds=seeds)
    both = tw.Scenario(action.do, [isolation, action], seeds=seeds)
    germ = tw.load_pathogen(pathogen)
    results = tw.simulate(system, germ, [alone, both], days=DAYS, draws=DRAWS, seed=SEED)
    lines = section(results, action, alone.name, group, variable, beside=isolation)
    lines[2] += f" The pathogen: {pathogen}."
    if seeds:
        lines[2] += f" One person infected on the first day, in {seeds[0].place}."
    return lines


def main() -> None:
    """Run, draw every picture, write the page."""
    country, covid = tw.load_system("ice-2020"), tw.load_pathogen("covid-2020")
    follow, isolation = tw.FollowRecord(), tw.Isolation()
    scenarios = [
        tw.Scenario("nothing"),
        *(tw.Scenario(one.do, [one]) for one, _, _ in EXAMPLES),
        tw.Scenario("isolation alone", [isolation]),
        tw.Scenario(WHEN.do, [isolation, WHEN]),
    ]
    part = tw.simulate(country.state("LA"), covid, scenarios, days=DAYS, draws=DRAWS, seed=SEED)
    recorded = [tw.Scenario("nothing"), tw.Scenario(follow.do, [follow])]
    whole = tw.simulate(country, covid, recorded, days=DAYS, draws=4, seed=SEED)
    IMAGES.mkdir(parents=True, exist_ok=True)
    page = PAGE.read_text(encoding="utf-8").split("<!-- made by docs/figures/actions.py -->")[0]
    parts = [page.rstrip(), "", "<!-- made by docs/figures/actions.py -->", ""]
    for action, group, variable in EXAMPLES:
        parts += section(part, action, "nothing", group, variable)
    for row in AFTER_A_CASE:
        parts += after_a_case(country.state("LA"), *row)
    parts += section(part, WHEN, "isolation alone", "detained", "prevalence", beside=isolation)
    parts += section(whole, follow, "nothing", "detained", "people")
    PAGE.write_text("\n".join(parts), encoding="utf-8")


def section(
    results: tw.Results,
    action: Action,
    baseline: str,
    group: str,
    variable: str,
    beside: Action | None = None,
) -> list[str]:
    """Draw one picture; the lines of the page about the action."""
    by_draw = results.dataset[variable].sel(place="all", group=group)
    series, words = by_draw.median("draw"), WORDS[group, variable]
    if float(series.max()) < 1:
        # A disease that reaches few places in few draws: its median is a line at 0.
        series, words = by_draw.mean("draw"), f"{words}, mean"
    before, after = (series.sel(scenario=name).to_numpy() for name in (baseline, action.do))
    svg = picture(before, after, words)
    (IMAGES / f"{action.do}.svg").write_text(svg, encoding="utf-8")
    done = [action] if beside is None else [beside, action]
    text = tw.Scenario("example", done).text
    grey = "" if beside is None else " Grey: isolation alone."
    return [
        f"## {type(action).__name__}",
        "",
        f"{text[0].upper()}{text[1:]}. Shown: {words}.{grey}",
        "",
        f"![{words}](images/actions/{action.do}.svg)",
        "",
        "```toml",
        "\n\n".join(dumps(one) for one in done),
        "```",
        "",
    ]


def dumps(action: Action) -> str:
    """The action as it stands in a file."""
    text = dumps_scenarios([tw.Scenario("example", [action])])
    return text[text.index("[[scenario.action]]") :].strip()


if __name__ == "__main__":
    if sys.argv[1:]:
        one(*sys.argv[1:])
    else:
        main()
