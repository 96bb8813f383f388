"""Sentences of the hindcast page; what is said of a fit comes from the record of that fit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

INTRODUCTION: Final = """\
A reduced model of outbreaks in immigration detention is fitted to the weekly cases that 82
facilities reported up to 30 September 2020, and then judged on what they reported up to June 2021.
With the fitted parameters, single outbreaks with known seeds are simulated, and what the fall of
the detained population in 2020 averted.  A comparison that fails stays in its table.

The record (COVID Prison Project counts as published with woodsec20/ICE-COVID-outbreaks) may not be
passed on.  `thinwalls hindcast --outbreaks FILE` reads your copy; what is packaged is the posterior
and the scores.  This page is made by `python scripts/hindcast_docs.py`."""

REDUCED: Final = """\
The engine runs 155 facilities of `ice-2020` as housing units without ages.  Staff bring infection
from their facility's county, whose recorded cases are divided by the share reported; people booked
in bring that of the country (those arrested by CBP a fitted fraction of it); people in transit mix.
Book-ins by month and the detained population follow ICE's record (37,456 people on 20 March, about
20,200 on 30 September).  An infection is found with a probability that rises from spring to August
2020 and differs between facilities, about 7 days after infection plus 3; reports come in batches.
The measures inside are those of the scenario *what happened* (soap and isolation from 20 March,
distance and masks from 10 April 2020; [policies](policies.md#what-happened)): a factor on
contact, drawn from the packaged effects and fitted along.  So R is without measures, as in the
simulation.

Not in it: ages, hospitals, homes of staff in other counties, which facility sends whom where,
superspreading by persons, moves between units other than mixing, vaccination, second infections,
variants.  Natural history stays at the central values of `covid-2020`."""

HOW_FITTED: Final = """\
Approximate Bayesian computation by rejection (Pritchard et al., Mol Biol Evol 1999;16:1791) with
pyabc (BSD-3-Clause), both variants of housing at once, from independent seeds: draws from the
priors whose simulations come near to the record are kept, all with the same weight.  Sequential
Monte Carlo was tried first: after three generations it had 5 to 33 effective draws of 107 to 143.
pymc was left because its current release needs an older numba than the engine uses; sbi needs
torch."""


def how_made(made: Mapping[str, Any]) -> str:
    """How a fit was made, from its own record."""
    fits = "; ".join(
        f"seed {seed}: {simulations:,} simulations, {accepted} draws kept"
        for seed, simulations, accepted in zip(
            made["seeds"], made["simulations"], made["accepted"], strict=True
        )
    )
    versions = ", ".join(f"{name} {version}" for name, version in made["versions"].items())
    return (
        f"This fit: {fits}.  Of the simulations {made['pilot']:,} of each variant are a pilot, "
        "which gives the scale of the distance and serves the checks below; the distances of "
        f"{made['calibration']:,} more set the tolerance, so that about "
        f"{100 * made['nearest_share']:g} % of draws are kept.  It took "
        f"{made['processor_seconds'] / 60:.0f} minutes of processor time, with {versions}."
    )


COMPARED: Final = """\
Compared are whole trajectories: cases of every week over all facilities; cases of each facility at
four dates; the sorted attack shares and the sorted largest weekly incidences of facilities of 50
people or more.  Each is measured in the spread of simulations from the priors.  The priors of the
share found rest on mass tests elsewhere: a median of 12.1 times the cases that symptoms had shown
(Hagan et al., MMWR 2020;69(33):1139), 38 % found by symptoms in Connecticut.

The record bounds R from below much better than from above.  With priors even on the log scale the
upper end of the posterior was always near that of the prior: R in dormitories 5.5 (2.3 to 11) with
1 to 12, in a fit whose R held the measures of 2020; without them about 9 (4 to 17) with 1.5 to 20,
in a trial of 60 draws, and 12 (4.3 to 26) with 1.5 to 30, in a full fit.  An end that somebody
chose should not decide, so the prior is now that of the literature with twice its spread on the log
scale.

One thing was added after a first look at simulations from the priors and at the record up to 30
September: reports come in batches.  Without it the 15 best of 400 simulations from the priors lay
1.6 to 2.7 from the record in the largest weekly incidences, and simulations 0.5 from each other.
For speed the fit runs the 82 facilities of the record only; people are moved among these."""

METHODS: Final = """\
Regression adjustment (Beaumont et al., Genetics 2002;162:2025) along learned summaries (Fearnhead
and Prangle, J R Stat Soc B 2012;74:419) was tried as a way to make more of the same simulations.
Both methods keep the nearest tenth of a pilot.  `score` is the mean CRPS of known
parameters of simulated records in shares of their priors (a prior alone has 0.167; lower is
better), then the share of known parameters inside 50 % and 90 % intervals.  `to the record`: mean
distance of new simulations, from the draws that each method gives for the record itself."""

USUAL: Final = """\
The usual priors are those that a run has unless it is told `priors = "ice-2020 fitted"`.  The
record agrees with one when the posterior has at least 0.8 times as much in the usual 90 %
interval as the wider prior of the fit (1: the record says nothing of it), partly from 0.5
times.  R is without measures in both.  Not fitted, so not tested here: the share of staff time
inside (0.25 in the reduced model), the delay of reports outside (10 days), the share in
dormitories (0.65), moves between units."""

USUAL_REDUCED: Final = """\
The reduced model with the usual priors (people per unit, and what is found and reported when, from
the priors of the fit) against the record up to 30 September 2020:"""

USUAL_COUNTS: Final = """\
The whole simulation with its usual priors, flows as recorded, the measures inside that were taken,
detained people only.  `allowed` is what the counts leave room for: for shares found what mass tests
elsewhere showed; for deaths the upper end of the 95 % Poisson interval of the count, which also
holds six months that are not simulated; for deaths per infection that number over the cases found,
as if every infection had been found."""

USUAL_CONSISTENT: Final = """\
Which draws of the usual priors go with the two counts of cases, in the reduced model of all
facilities: where the interval of such draws differs from that of all draws, the counts speak
against the usual prior; where it does not, they say nothing of it."""

FOUND_EARLY: Final = """\
How many cases had been found by when, and in how many facilities.  No prior was chosen with these
counts.  The fit sees the weekly record from 6 May on, so for fitted draws only the counts of April
are new.  They are of all facilities that hold people for ICE, more than the 155 simulated."""

CANNOT_TELL: Final = """\
Both variants were fitted: units, and everybody meets everybody.  Where the odds above do not choose
between them, nothing that depends on it can rest on this record.  Quantities with `learned` near 0
are as uncertain as before: look there before one of them decides an argument.  R, the share found,
and differences between facilities can stand in for each other (see the pairs plot): more infected
with fewer found gives the same cases, and a batch of reports looks like a fast outbreak."""

HOW_JUDGED: Final = """\
Forecast once, on 30 September 2020, for each of the 37 weeks to 16 June 2021; nothing later goes
into a forecast.  But later months had been looked at before this fit: a short sequential fit, one
with 72 draws kept, one with 150, one without measures and one with another prior of R were each
judged on them.  None of the changes was made for the scores; still, earlier scores had been seen.
The packaged record of counties ends on 13 September: after it the last week's rate goes on, times a
random walk whose weekly steps are as large as those of the United States so far.  Flows stay those
of September, measures stay in force.  So the winter wave of 2020-21, vaccination, the alpha variant
and the rise of border arrivals in spring 2021 are unknown to the forecast.

`own past`: for each facility the tenth of all simulations nearest to its own cases so far.
`parameters only`: all simulations.  `last value`: the last week carried on, as uncertain as its
changes so far (baseline of the COVID-19 Forecast Hub).  `growth`: the growth of the last four weeks
carried on.  WIS: weighted interval score over 11 levels; CRPS: continuous ranked probability score;
both in cases per week.  Below them, the share of weeks (and facilities) inside 50 % and 90 %
intervals."""

SINGLE: Final = """\
Each is simulated with the fitted draws (variant with units) and what is known of the place and its
first infections (`evidence/single_outbreaks.toml`, with sources); nothing is adjusted.  What is not
known is drawn from a wide range: how many of those transferred were infected on arrival, people per
unit, how much of the measures was kept.  R is without measures; each place has those that were in
force there, with the effects of the draw.

Two things are new against an earlier version with 5 of 14 numbers inside: R without measures, and
counts of San Quentin, Cook County Jail and Corcoran, which were published daily, no longer wait for
the batches of ICE facilities.  The second was added after a look at the results of the first (6 of
15 inside).

`percentile` says where the recorded number lies among the simulated ones (ties count half).  These
outbreaks are known because they were large, so high percentiles are what a right model would show:
among several hundred facilities the largest outbreak lies near the hundredth.  An interval that
holds the recorded number is therefore not enough to call the model right, nor one that does not to
call it wrong.  Reasons that we see where it lies outside: dates of mass tests are not in the model,
so jumps come late (Farmville found two thirds of its cases in one week); the first report of an ICE
facility waits for the next batch; and the share found is that of the fit, about one infection in
eight in spring, also in San Quentin and Cook County Jail, which tested more."""

AVERTED: Final = """\
From 20 March to 30 September 2020: flows as recorded against March's flows going on, with the same
measures inside in both, paired (same random numbers): the difference is what the fall of the
population did.  First with the fitted reduced model, then with the whole simulation and its usual
priors (facilities well-mixed).  Infections inside that were averted are also infections of people
who were never detained: people who were not booked in could be infected elsewhere; the row
`everyone` counts that, and only it is an answer to "was it good for all"."""

PUBLISHED: Final = """\
An outbreak: cases of three weeks are at least a tenth of the people held.  The study that
published the record counts 63 of 88 facilities and 100 outbreaks, and a largest weekly incidence
with a median of 12.45 % (quartiles 5.2 and 28.0 %).  The recorded numbers below are of the 82
facilities that `ice-2020` has, on weeks that end on Wednesdays."""
