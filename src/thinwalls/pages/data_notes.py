"""Notes on how a number about a place was read or made, for the catalogues."""

from __future__ import annotations

from thinwalls.pages.words import mark

NOTES = (
    mark("mean time served"),
    mark("average over the fiscal year"),
    mark("where not below the people held"),
    mark("population_average / {number}, rounded up"),
    mark("national mean stay"),
    mark("{jails} jails, {state} state, {federal} federal"),
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
    mark("national people per staff member of the kind, in every facility"),
)
"""A test finds every note of the packaged systems that a page shows among these."""
