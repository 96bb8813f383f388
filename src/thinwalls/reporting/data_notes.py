"""Notes on how a number about a place was read or made, for the catalogues."""

from __future__ import annotations

from thinwalls.reporting.language.words import mark

NOTES = (
    mark("average over the fiscal year"),
    mark("where not below the people held"),
    mark("population_average / {number}, rounded up"),
    mark("{percent} % unconvicted, {date} (BJS NCJ {number})"),
    mark(
        "annual average of the facility, times the system's population on the start date "
        "over the sum of all facilities; the system's population is read off the smooth "
        "daily curve (cubic spline) whose monthly averages are exactly the published "
        "ones; family residential centers follow their own curve"
    ),
    mark(
        "people held for each member of staff in a place that holds people for ICE: "
        "{number} ({low} to {high}) people per staff member"
    ),
    mark(
        "published population where above {number}, else beds times the share in use of "
        "the kind, else a regression of log size on log area of the outline (jails: and "
        "residents of the county); all times one factor per kind so that they add up to "
        "the published national total"
    ),
    mark(
        "people held for each member of staff in a local jail: {number} ({low} to {high})"
        " people per staff member"
    ),
    mark(
        "people held for each member of staff in a state prison: {number} ({low} to "
        "{high}) people per staff member"
    ),
    mark(
        "people held for each member of staff in a federal prison: {number} ({low} to "
        "{high}) people per staff member"
    ),
    mark("mean time served, BJS"),
    mark("national mean, BJS"),
    mark(
        "how far the turnover of a prison is from that of all prisons (mean time served, "
        "BJS): {number} ({low} to {high}) standard deviation of the logarithm"
    ),
    mark(
        "how far the turnover of a jail is from that of all jails (national mean stay, "
        "BJS): {number} ({low} to {high}) standard deviation of the logarithm"
    ),
)
"""A test finds every note of the packaged systems that a page shows among these."""
