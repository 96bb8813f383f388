"""A made-up result with the shape and the magnitudes of the demo; no simulation behind it."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd

from thinwalls.results import BY_AGE, SERIES_BY_GROUP, Results, labelled, labelled_parameters
from thinwalls.results.data import schema

SCENARIOS = {
    # name: (risk inside, people inside at the end, risk outside), all relative to the first
    "nothing changes": (1.0, 1.0, 1.0),
    "soap and sanitizer only": (0.88, 1.0, 0.999),
    "distancing, masks, isolation inside": (0.55, 1.0, 0.99),
    "what happened": (0.75, 0.53, 0.985),
    "arrests and transfers stop": (0.7, 0.5, 0.98),
    "arrests stop, everyone released over 30 days": (0.12, 0.02, 0.96),
    "arrests stop, over 50 or vulnerable released over 30 days": (0.8, 0.62, 0.99),
}
CITIES = [
    ("Lumpkin", "GA", 32.05, -84.80),
    ("Tacoma", "WA", 47.25, -122.43),
    ("Eloy", "AZ", 32.76, -111.55),
    ("Adelanto", "CA", 34.58, -117.41),
    ("Conroe", "TX", 30.31, -95.46),
    ("Jena", "LA", 31.68, -92.13),
    ("Batavia", "NY", 42.99, -78.19),
    ("Aurora", "CO", 39.73, -104.83),
    ("Newark", "NJ", 40.73, -74.17),
    ("Chicago", "IL", 41.88, -87.63),
    ("Miami", "FL", 25.76, -80.19),
    ("Anchorage", "AK", 61.22, -149.90),
    ("Honolulu", "HI", 21.31, -157.86),
    ("Hagatna", "GU", 13.48, 144.75),
    ("Sherburn", "MN", 43.65, -94.73),
]
_LONG = {
    "r_dormitory": ("reproduction number in dormitories", "1", 3.5, 8.5),
    "r_community": ("reproduction number in the community at the start", "1", 2.1, 3.1),
    "crowding_exponent": ("crowding exponent", "1", 0.0, 1.0),
    "ascertainment": ("share of infections that became recorded cases", "1", 0.06, 0.2),
    "soap_effect": ("effect of soap on contagion inside", "1", 0.0, 0.25),
    "fatality_multiplier": ("infection fatality relative to the table by age", "1", 0.7, 1.4),
}


def make_results(
    *,
    draws: int = 20,
    days: int = 180,
    facilities: int = 155,
    counties: int = 60,
    scenarios: int = 7,
    detained: int = 37_000,
    seed: int = 1,
) -> Results:
    """Deterministic for its arguments."""
    rng = np.random.default_rng(seed)
    names = list(SCENARIOS)[:scenarios]
    groups = np.array(schema.GROUPS)
    at = {group: position for position, group in enumerate(groups)}
    parameters = {name: rng.uniform(low, high, draws) for name, (_, _, low, high) in _LONG.items()}
    day = np.arange(1, days + 1)
    start = {"detained": detained, "staff": 16_000, "residents": 62_000_000, "released": 0}
    series = {
        one.name: np.zeros((len(names), draws, days, 1, len(groups)), np.float64)
        for one in SERIES_BY_GROUP
    }
    noise = rng.normal(0, 0.25, (draws, 4))
    for s, name in enumerate(names):
        inside, stay, outside = SCENARIOS[name]
        ramp = np.clip(day / 60.0, 0, 1)
        present = detained * (1 - (1 - stay) * ramp)
        for k in range(draws):
            rho = parameters["crowding_exponent"][k]
            strength = parameters["r_dormitory"][k] / 6 * np.exp(noise[k, 0])
            risk = inside if inside > 0.6 else inside ** (0.4 + 1.2 * rho)
            if name.startswith("soap"):
                risk = 1 - 0.5 * parameters["soap_effect"][k] * (1 + noise[k, 1])
            if name.startswith("arrests stop, over"):
                risk = 1.1 - 0.5 * rho + 0.1 * noise[k, 1]
            share = 1 - np.exp(-0.35 * strength * risk)
            bump = np.exp(-0.5 * ((day - 70 - 20 / strength) / (24 + 6 / strength)) ** 2)
            bump /= bump.sum()
            wave = np.exp(-0.5 * ((day - 28) / 14) ** 2) + 0.9 * np.exp(
                -0.5 * ((day - 115) / 22) ** 2
            )
            wave /= wave.sum()
            level = 0.035 / parameters["ascertainment"][k] * 0.1 * np.exp(noise[k, 2])
            new = {
                "detained": rng.poisson(present * share * bump * (1.0 + 0 * day)),
                "staff": rng.poisson(16_000 * (0.5 * share + level) * (bump + wave) / 2),
                "residents": rng.poisson(62_000_000 * level * outside * wave),
                "released": rng.poisson((detained - present + 90 * day) * level * wave),
                "removed": np.zeros(days, int),
            }
            ifr = {"detained": 0.002, "staff": 0.003, "residents": 0.006, "released": 0.002}
            for group, infections in new.items():
                g = at[group]
                fatal = ifr.get(group, 0.0) * parameters["fatality_multiplier"][k]
                place = (s, k, slice(None), 0, g)
                series["new_infections"][place] = infections
                series["new_cases"][place] = rng.binomial(
                    infections, parameters["ascertainment"][k]
                )
                series["admissions"][place] = rng.binomial(infections, min(1, 5 * fatal))
                series["icu_admissions"][place] = rng.binomial(
                    series["admissions"][place].astype(int), 0.25
                )
                series["deaths"][place] = rng.binomial(infections, fatal)
                series["prevalence"][place] = _running(infections, 12)
                series["hospital_beds"][place] = _running(series["admissions"][place], 8)
                series["icu_beds"][place] = _running(series["icu_admissions"][place], 11)
                people = {"detained": present, "released": detained - present}
                series["people"][place] = people.get(group, np.full(days, start.get(group, 0)))
                if group in ("detained", "staff", "residents"):
                    series["force_of_infection"][place] = infections / max(1, start.get(group, 1))
            g = at["detained"]
            series["arrests"][s, k, :, 0, g] = rng.poisson(500 * stay, days)
            series["releases"][s, k, :, 0, g] = rng.poisson(500 * (2 - stay), days)
            series["transfers"][s, k, :, 0, g] = rng.poisson(250 * stay, days)
            series["removals"][s, k, :, 0, g] = rng.poisson(300 * stay, days)
    for name, values in series.items():
        if name in ("arrests", "releases", "transfers", "removals"):
            values[..., 1:] = np.nan
            continue
        if name == "force_of_infection":
            values[..., 3:] = np.nan
            continue
        basic = values[..., :5]
        values[..., at["everyone"]] = basic.sum(-1)
        values[..., at["followed"]] = np.floor(
            basic[..., 0] * 0.8 + basic[..., 3] * 0.7 + basic[..., 4]
        )
    series["people"][..., at["followed"]] = detained
    labels = {
        "scenario": np.array(names),
        "draw": np.arange(draws),
        "date": pd.date_range("2020-03-21", periods=days).to_numpy(),
        "place": np.array(["all"]),
        "group": groups,
    }
    shape = (len(names), draws, days, 1)
    dataset = labelled(
        series,
        dims=schema.SERIES_DIMS,
        coords=labels,
        other={
            "icu_free": np.full(shape, 14_500.0),
            "beds_free": np.full(shape, 160_000.0),
            "overflow": np.maximum(series["icu_beds"][..., at["everyone"]] - 14_500, 0),
        },
    )
    places = _places(facilities, counties, detained, rng)
    totals = _totals(dataset, places, rng)
    return Results(
        dataset=dataset,
        totals=totals,
        hospitals=_hospitals(dataset, rng),
        parameters=labelled_parameters(parameters, _attributes()),
        places=places,
        assumptions=ASSUMPTIONS,
        provenance={
            "command": "thinwalls demo --draws 100 --days 180 --seed 1",
            "versions": {"thinwalls": "0.1.0", "python": "3.13.1", "numpy": "2.3.0"},
            "seed": seed,
            "start": "2020-03-20",
            "system": "ice-2020",
            "system_checksum": "5f1c" * 16,
            "pathogen": "covid-2020",
            "pathogen_checksum": "a0b3" * 16,
            "scenarios": {name: f"# {name}\nschema_version = 1\n" for name in names},
            "created_from": ["ICE detention statistics FY2020", "JHU CSSE", "HHS"],
        },
    )


ASSUMPTIONS = [
    {
        "name": "people in detention on the first day",
        "value": "37,688",
        "unit": "people",
        "source": "ICE detention statistics FY2020",
        "tag": "public source",
        "note": "",
    },
    {
        "name": "homes to which people are released",
        "value": "counties in proportion to recorded arrests",
        "unit": "",
        "source": "no public record",
        "tag": "assumption",
        "note": "People may go to other places.",
    },
]


def _running(flow: np.ndarray, days: int) -> np.ndarray:
    total = np.cumsum(flow)
    return total - np.concatenate([np.zeros(days), total[:-days]])[: len(total)]


def _places(
    facilities: int, counties: int, detained: int, rng: np.random.Generator
) -> pd.DataFrame:
    weight = rng.pareto(1.3, facilities) + 0.1
    people = np.round(detained * weight / weight.sum())
    people[0] += detained - people.sum()
    rows = []
    for number in range(facilities):
        city, state, latitude, longitude = CITIES[number % len(CITIES)]
        far = 0.0 if state in ("GU", "HI", "AK") else 1.6
        rows.append(
            {
                "place": f"f{number:03d}",
                "name": f"{city.upper()} DETENTION CENTER {number}",
                "kind": "facility",
                "state": state,
                "latitude": latitude + rng.normal(0, far),
                "longitude": longitude + rng.normal(0, far),
                "people": people[number],
                "county": f"c{number % counties:03d}",
            }
        )
    for number in range(counties):
        city, state, latitude, longitude = CITIES[number % len(CITIES)]
        rows.append(
            {
                "place": f"c{number:03d}",
                "name": f"{city} County {number}",
                "kind": "county",
                "state": state,
                "latitude": latitude,
                "longitude": longitude,
                "people": 62_000_000 / counties,
                "county": f"c{number:03d}",
            }
        )
    return pd.DataFrame(rows).set_index("place")


def _totals(dataset, places, rng):
    groups = dataset["group"].values
    whole = dataset.sel(place="all")
    ids = ["all", *places.index]
    size = (dataset.sizes["scenario"], dataset.sizes["draw"], len(ids), len(groups))
    flows = {
        "infections": "new_infections",
        "cases": "new_cases",
        "admissions": "admissions",
        "icu_admissions": "icu_admissions",
        "deaths": "deaths",
    }
    found = {}
    facility = (places["kind"] == "facility").to_numpy()
    people = places["people"].to_numpy()
    chance = np.exp(rng.normal(0, 0.8, (size[1], len(places)))) * people
    inside = np.where(facility, chance, 0)
    outside = np.where(facility, 0, people)
    for name, source in flows.items():
        values = np.zeros(size)
        total = whole[source].sum("date").transpose("scenario", "draw", "group").values
        values[:, :, 0, :] = total
        for g, group in enumerate(groups[:5]):
            weight = inside if group in ("detained", "staff") else np.tile(outside, (size[1], 1))
            share = weight / weight.sum(1, keepdims=True)
            for k in range(size[1]):
                for s in range(size[0]):
                    values[s, k, 1:, g] = np.random.default_rng([s, k, g]).multinomial(
                        int(total[s, k, g]), share[k]
                    )
        values[:, :, 1:, 5] = np.floor(values[:, :, 1:, 0] * 0.8)
        values[:, :, 1:, 6] = values[:, :, 1:, :5].sum(-1)
        found[name] = values
    start = np.zeros(size)
    start[:, :, 1:, 0] = np.where(facility, people, 0)
    start[:, :, 1:, 1] = np.where(facility, np.round(people * 0.43), 0)
    start[:, :, 1:, 2] = np.where(facility, 0, people)
    start[:, :, 1:, 5] = start[:, :, 1:, 0]
    start[:, :, 1:, 6] = start[:, :, 1:, :5].sum(-1)
    start[:, :, 0] = start[:, :, 1:].sum(2)
    ever = start.copy()
    arrived = whole["arrests"].sum("date").sel(group="detained").values
    ever[:, :, 0, 0] += arrived
    ever[:, :, 0, 3] += whole["releases"].sum("date").sel(group="detained").values
    ever[:, :, 0, 6] += arrived
    ever[:, :, 1:, 0] *= (ever[:, :, 0, 0] / start[:, :, 0, 0])[:, :, None]
    found |= {"people_start": start, "people_ever": ever}
    found["person_days"] = (start + ever) / 2 * dataset.sizes["date"] * 0.6
    coords = {
        "scenario": dataset["scenario"].values,
        "draw": dataset["draw"].values,
        "place": np.array(ids),
        "group": groups,
    }
    return labelled(found, dims=schema.TOTALS_DIMS, coords=coords)


def _hospitals(dataset, rng):
    regions = np.array([f"HSA {number}" for number in range(40)])
    whole = dataset.sel(place="all")
    peak = whole["icu_beds"].sel(group="everyone").max("date").transpose("scenario", "draw").values
    beds = whole["hospital_beds"].sel(group="everyone").max("date")
    share = rng.dirichlet(np.full(40, 3.0))
    free = np.round(14_500 * rng.dirichlet(np.full(40, 5.0)))
    need = np.round(peak[:, :, None] * share * 1.3)
    hospital = np.round(beds.transpose("scenario", "draw").values[:, :, None] * share * 1.3)
    excess = np.maximum(need - free, 0)
    values = {
        "peak_icu": need,
        "peak_beds": hospital,
        "icu_free": np.broadcast_to(free, need.shape),
        "beds_free": np.broadcast_to(free * 11, need.shape),
        "days_over_icu": np.round(np.minimum(60, excess / 5)),
        "days_over_beds": np.where(hospital > free * 11, 9.0, 0.0),
        "turned_away": excess * 3,
    }
    coords = {
        "scenario": dataset["scenario"].values,
        "draw": dataset["draw"].values,
        "region": regions,
    }
    return labelled(values, dims=schema.HOSPITALS_DIMS, coords=coords)


def _attributes():
    return {
        name: {
            "units": unit,
            "long_name": long_name,
            "source": "doi:10.1000/made-up, table 2",
            "tag": "literature",
            "distribution": f"uniform from {low} to {high}",
            "low": low + 0.05 * (high - low),
            "high": high - 0.05 * (high - low),
        }
        for name, (long_name, unit, low, high) in _LONG.items()
    }


def with_ages(results: Results, group: str = "detained") -> Results:
    """The same result with ages of the groups that have them: two bands, the same in all draws."""
    groups = np.array(schema.AGE_GROUPS)
    shape = (len(results.scenarios), results.draws, 1, len(groups), 2)
    arrays = {one.name: np.full(shape, np.nan) for one in BY_AGE}
    for name, values in (
        ("infections", (60.0, 40.0)),
        ("deaths", (6.0, 4.0)),
        ("people_ever", (600.0, 100.0)),
    ):
        arrays[name][:, :, 0, schema.AGE_GROUPS.index(group)] = values
    arrays["infections"][1] /= 2
    ages = labelled(
        arrays,
        dims=schema.AGE_DIMS,
        coords={
            "scenario": np.array(results.scenarios),
            "draw": np.arange(results.draws),
            "place": np.array(["all"]),
            "group": groups,
            "age": np.array(["18-49", "50+"]),
        },
    )
    return dataclasses.replace(results, ages=ages)


def replaced(results, changes):
    """The same result with infections of everyone followed set per scenario."""
    totals = results.totals.astype(float).copy(deep=True)
    for scenario, values in changes.items():
        at = {"scenario": scenario, "place": "all", "group": "followed"}
        totals["infections"].loc[at] = values
    return dataclasses.replace(results, totals=totals)
