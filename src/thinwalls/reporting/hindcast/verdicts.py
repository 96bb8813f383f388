"""Plain sentences about a hindcast, made from its tables: what held and what did not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from thinwalls.reporting.hindcast.tables import QUANTITIES, count_text, number, span

if TYPE_CHECKING:
    import pandas as pd

_BASELINE: Final = "last value"
_ALL: Final = "all 37 weeks"
_LEARNED: Final = 0.3
"""A quantity is said to be learned when the variance falls by so much of the prior's."""
_AGREE: Final = 1.1
"""Usual limit of the potential scale reduction (Gelman and Rubin 1992 and after)."""
_FEW: Final = 100
"""Fewer effective draws than this cannot show the ends of a 90 % interval well."""
_LEVEL: Final = 0.05
"""Scores that differ by less are called level: other seeds change them by about as much."""
_WHERE: Final = {"sum": "For all facilities together", "facility": "For single facilities"}


def verdicts(tables: dict[str, pd.DataFrame]) -> list[str]:
    """Sentences, the doubtful first."""
    return [
        *_fit(tables["diagnostics"], tables["quantities"]),
        *_methods(tables["methods"]),
        *_likeness(tables["distances"]),
        *_usual(tables),
        _found_early(tables["found_early"]),
        *_forecasts(tables["scores"]),
        _singles(tables["single_outbreaks"]),
    ]


def _fit(diagnostics: pd.DataFrame, quantities: pd.DataFrame) -> list[str]:
    least = int(diagnostics["effective"].min())
    said = []
    if least < _FEW:
        said.append(
            f"The fit is short: at worst {least} effective draws of a variant in one "
            f"fit. Below {_FEW} the ends of intervals are rough."
        )
    apart = quantities[quantities["agreement"] > _AGREE]
    said.append(
        f"Independent fits agree within {_AGREE} for all quantities."
        if apart.empty
        else f"Independent fits differ (agreement above {_AGREE}) in: "
        + ", ".join(sorted(set(apart["quantity"])))
        + "."
    )
    for variant, part in quantities.groupby("variant", sort=False):
        learned = part.loc[part["shrinkage"] >= _LEARNED, "quantity"].tolist()
        silent = part.loc[part["shrinkage"] < _LEARNED, "quantity"].tolist()
        said.append(
            f"Variant {variant}: the record narrows {', '.join(learned) or 'nothing'}; it says "
            f"little about {', '.join(silent) or 'nothing'}."
        )
    odds = diagnostics.loc[diagnostics["variant"] == "units", "probability"]
    said.append(
        "Probability of units against well-mixed, by fit: "
        + ", ".join(f"{one:.2f}" for one in odds)
        + (": the record does not choose." if odds.between(0.05, 0.95).any() else ".")
    )
    return said


def _methods(methods: pd.DataFrame) -> list[str]:
    said = []
    for variant, part in methods.groupby("variant", sort=False):
        sharper = part.sort_values("crps")["method"].iloc[0]
        nearer = part.sort_values("to_record")["method"].iloc[0]
        said.append(
            f"Variant {variant}: known parameters of simulated records are found better with "
            f"{sharper}; draws nearer to the record come from {nearer}. Shown is rejection."
        )
    return said


def _usual(tables: dict[str, pd.DataFrame]) -> list[str]:
    said = []
    priors = tables["usual_priors"]
    for word in ("no", "partly"):
        part = priors[priors["agrees"] == word]
        named = ", ".join(f"{row.quantity} ({row.variant})" for row in part.itertuples())
        if named:
            how = "contradicts" if word == "no" else "agrees only partly with"
            said.append(f"The record {how} the usual priors of {named}.")
    if (priors["agrees"] == "yes").all():
        said.append("The weekly record contradicts none of the usual priors.")
    counts = tables["usual_counts"]
    for row in counts[(counts["agrees"] == "no") | ~counts["settled"]].to_dict("records"):
        wrong = row["agrees"] == "no"
        write = count_text(row["quantity"])
        said.append(
            f"The simulation with its usual priors is "
            f"{'INCONSISTENT' if wrong else 'only just consistent'} with what was counted in "
            f"{row['quantity']}: {write(row['median'])} "
            f"({write(row['low'])} to {write(row['high'])}), "
            f"allowed {write(row['allowed_low'])} to {write(row['allowed_high'])}"
            + (
                "."
                if row["settled"]
                else f"; with more draws perhaps {'consistent' if wrong else 'INCONSISTENT'}."
            )
        )
    draws = tables["usual_consistent"]
    for model, part in draws.groupby("model", sort=False):
        # Nearly all consistent draws lie on one side of the usual median.
        moved = part[(part["high"] < part["usual_median"]) | (part["low"] > part["usual_median"])]
        said.append(
            f"Of draws of the usual priors {part['consistent'].iloc[0]:.0%} go with what was "
            f"counted in spring 2020 ({model})."
            + "".join(
                f" They have {row['quantity']} at {number(row['median'])} "
                f"({span(row['low'], row['high'])}), all draws at {number(row['usual_median'])} "
                f"({span(row['usual_low'], row['usual_high'])})."
                for row in moved.to_dict("records")
            )
        )
    reduced = tables["usual"]
    wrong = sorted(set(reduced.loc[reduced["agrees"] == "no", "quantity"]))
    if wrong:
        said.append(
            "The reduced model with the usual priors misses the record in "
            + ", ".join(QUANTITIES[name] for name in wrong)
            + "."
        )
    return said


def _found_early(table: pd.DataFrame) -> str:
    inside = int((table["agrees"] == "yes").sum())
    return (
        f"Cases and facilities with one in 2020: {inside} of {len(table)} counts lie in the 90 % "
        "interval of the reduced model."
    )


def _likeness(distances: pd.DataFrame) -> list[str]:
    far = distances[distances["share_as_far"] < 0.1]
    if far.empty:
        return ["Simulations from the posterior look like the record in all four trajectories."]
    return [
        f"Variant {row['variant']} does not look like the record in {row['trajectory']}: "
        f"{row['to_record']:.2f} from it, {row['to_each_other']:.2f} from each other."
        for row in far.to_dict("records")
    ]


def _forecasts(scores: pd.DataFrame) -> list[str]:
    said = []
    for what, name in _WHERE.items():
        part = scores[(scores["what"] == what) & (scores["horizon"] == _ALL)]
        by_name = part.set_index("forecast")
        naive = float(by_name["wis"][_BASELINE])
        for forecast, row in by_name.iterrows():
            if forecast == _BASELINE:
                continue
            ratio = float(row["wis"]) / naive
            how = "beats" if ratio < 1 - _LEVEL else "LOSES against"
            if abs(ratio - 1) <= _LEVEL:
                how = "is level with"
            said.append(
                f"{name}, {forecast} {how} the last value "
                f"carried on: WIS {row['wis']:.3g} against {naive:.3g}; its 50 % intervals hold "
                f"{row['covered_50']:.0%} and its 90 % intervals {row['covered_90']:.0%}."
            )
    return said


def _singles(table: pd.DataFrame) -> str:
    inside = int(table["inside"].sum())
    middle = table["percentile"].median()
    return (
        f"Single outbreaks: {inside} of {len(table)} recorded numbers lie in the 90 % interval, "
        f"the middle one at percentile {100 * middle:.0f}."
    )
