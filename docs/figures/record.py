"""The picture of counties that reproduce their record: docs/images/record.svg."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import altair as alt
import numpy as np
import pandas as pd

import thinwalls as tw
from thinwalls import engine
from thinwalls.simulation.draws.county_epidemics import BURN_IN_DAYS, infections_per_day
from thinwalls.simulation.draws.engine_inputs import build_frame, inputs_of
from thinwalls.simulation.draws.one_draw import make_draw
from thinwalls.simulation.draws.sampled_values import sample
from thinwalls.simulation.experiments.provenance import quantities_of
from thinwalls.simulation.experiments.run_checks import STEPS_PER_DAY
from thinwalls.simulation.measures.compile_scenario import compile_scenario
from thinwalls.simulation.movement.base_flows import origins, read_flows
from thinwalls.simulation.outputs.what_is_recorded import output_spec
from thinwalls.simulation.population.build_cells import build_layout

START, DAYS, SEED, DRAW = dt.date(2020, 3, 20), 170, 1, 0
COUNTIES = ("06037", "13259", "22059", "48163", "04021", "36029")
OUT = Path(__file__).parents[1] / "images" / "record.svg"


def series() -> pd.DataFrame:
    """Recorded and simulated infections per day of :data:`COUNTIES`."""
    system, covid = tw.load_system("ice-2020"), tw.load_pathogen("covid-2020")
    layout = build_layout(system)
    flows = read_flows(layout)
    plan = compile_scenario(layout, flows, covid, tw.Scenario("nothing changes"), START, DAYS)
    values = sample(quantities_of(covid, [plan]), SEED, DRAW)
    draw = make_draw(
        layout,
        covid,
        values,
        origins=origins(layout, flows),
        start=START,
        days=DAYS,
        steps_per_day=STEPS_PER_DAY,
        seed=SEED,
        draw=DRAW,
    )
    record = output_spec(covid.stages, len(layout.outputs), covid.susceptible)
    inputs = inputs_of(layout, build_frame(layout, covid), plan, draw, record, STEPS_PER_DAY, DAYS)
    people = np.zeros(draw.people.shape)
    people[layout.residents] = draw.community.people
    output = engine.run(
        replace(
            inputs,
            people=people,
            exits=replace(inputs.exits, hazard_per_day=np.zeros(len(inputs.exits.to))),
            counts=replace(inputs.counts, people_per_day=np.zeros(len(inputs.counts.movement))),
            rates=replace(inputs.rates, capacity=np.full_like(inputs.rates.capacity, 1e9)),
        ),
        seed=SEED,
        draw=DRAW,
        mode="mean_field",
    )
    fips = list(layout.county_fips)
    target = infections_per_day(system.cases.loc[fips], START, DAYS, values)[:, BURN_IN_DAYS:]
    rows = layout.cells["output"].to_numpy()[layout.residents]
    parts = []
    for code in COUNTIES:
        n = fips.index(code)
        county = system.counties.loc[code]
        parts.append(
            pd.DataFrame(
                {
                    "date": pd.date_range(START, periods=DAYS),
                    "county": f"{county['name']}, {county['state']}",
                    "record": target[n],
                    "simulated": output.flow[:, rows[n], 0],
                }
            )
        )
    return pd.concat(parts)


def main() -> None:
    """Draw and save the picture."""
    table = series()
    x = alt.X("date:T", title=None, axis=alt.Axis(format="%b", tickCount="month"))
    line = (
        alt.Chart()
        .mark_line(color="#0072B2", strokeWidth=2)
        .encode(x=x, y=alt.Y("simulated:Q", title="infections per day"))
    )
    dots = (
        alt.Chart()
        .transform_filter("date(datum.date) % 4 == 0")
        .mark_circle(color="#D55E00", size=14, opacity=1)
        .encode(x=x, y=alt.Y("record:Q", title="infections per day"))
    )
    chart = (
        alt.layer(line, dots, data=table)
        .properties(width=230, height=130)
        .facet(facet=alt.Facet("county:N", title=None), columns=3)
        .resolve_scale(y="independent")
    )
    OUT.parent.mkdir(exist_ok=True)
    chart.save(str(OUT))


if __name__ == "__main__":
    main()
