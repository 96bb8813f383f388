"""What can be wrong with a question, a scenario or a table: error lines, for the catalogues.

A place in braces is filled with what was given; one called ``hint`` or ``problem`` is another of
these texts.
"""

from __future__ import annotations

from thinwalls.reporting.language.words import mark

PROBLEMS = (
    mark("did you mean {name}?"),
    mark("nothing is allowed here"),
    mark("must be one of: {names}"),
    mark("must be one of {names}"),
    mark("columns are {names}"),
    mark("nearest: {names}"),
    mark("{hint} or the path of a .toml file"),
    mark("remove it"),
    mark("must be at least {low}"),
    mark("must be more than {low}"),
    mark("must be at most {high}"),
    mark("must be less than {high}"),
    mark("must be between {low} and {high}"),
    mark("must be {low} or more"),
    mark("must be {low} people or more"),
    mark("must be above 0"),
    mark("must be at most {count} bytes"),
    mark("must be at most {count} characters long"),
    mark("must name at least {count}"),
    mark("must name at most {count}"),
    mark("must be a number"),
    mark("must be a whole number"),
    mark("must be a whole number of years"),
    mark("must be a whole number between {low} and {high}"),
    mark("must be a finite number"),
    mark("must be text in quotes"),
    mark("must be true or false"),
    mark("must be a list"),
    mark("must be a table"),
    mark("must be a table of fields"),
    mark("must be a table of fields or a record"),
    mark("must be a date like 2020-03-20"),
    mark("must be a date without a time, like 2020-03-20"),
    mark("must not be empty"),
    mark("must not be empty (or give same_as)"),
    mark("is missing"),
    mark("is missing; {hint}"),
    mark("is empty"),
    mark("is not a text file (UTF-8)"),
    mark("is not a text file that can be read (UTF-8)"),
    mark("is not valid TOML: {reason}"),
    mark("is a directory; give a file"),
    mark("is a directory, a CSV file or a workbook is needed"),
    mark("no such file"),
    mark("there is no such file"),
    mark("cannot be read: {reason}"),
    mark("no such field; {hint}"),
    mark("no such column; {hint}"),
    mark("no such column"),
    mark("end = {end} must not be before start = {start}"),
    mark("must say its distribution, for example { value = 0.3 }"),
    mark(
        "a number from memory is never a default: find its source, or tag it assumption "
        "with a wide distribution"
    ),
    mark("{distribution} needs {ways}; given: {given}"),
    mark("tag {tag} needs a source (citation with DOI, PMCID or address)"),
    mark("tag {tag} is for a fixed value, not for a distribution"),
    mark("min = {low} must be less than max = {high}"),
    mark("min and max leave nothing of the distribution"),
    mark("low = {low} must be less than high = {high}"),
    mark("min and max make no sense for a fixed value"),
    mark("mean = {mean} must be between 0 and 1"),
    mark("{name} = {centre} must be between low and high"),
    mark("{name} = {number} must be more than 0"),
    mark("must be all, facility:ID, county:FIPS or state:XX"),
    mark("nobody was held there on the first day"),
    mark(
        "has {count} facilities; a page answers up to {most}: choose a state, a county or"
        " a facility, or use `thinwalls run`"
    ),
    mark("needs a second scenario to compare with"),
    mark("names a language twice"),
    mark("is the name of another package"),
    mark("there is no such county"),
    mark("no county has this name"),
    mark("fits {count} counties: {names}"),
    mark("one person's risk needs one facility"),
    mark("must be less than the days of the question"),
    mark("is where the person is already"),
    mark("must be from 0 to below days"),
    mark("has more than {count} rows"),
    mark("Not Found"),
    mark("Method Not Allowed"),
    mark("no county of the system has this FIPS code"),
    mark("no county of the system has this FIPS code; {names}"),
    mark("is where the person is"),
    mark(
        "needs {needed} GB of memory, this machine has {there}; fewer draws, days, places or "
        "scenarios need less"
    ),
    mark("was not kept day by day; run again with --place (places=)"),
    mark("no day of the run is in the record of cases, {begin} to {end}"),
    mark("no facility of the system is in a county with this FIPS code"),
    mark("no facility of {system} is left"),
    mark("must name at least one"),
    mark("fits {count} facilities of {system}: {names}"),
    mark("no facility of {system} has this name"),
    mark("no facility of {system} has this name; {hint}"),
    mark("no facility of {system} has this id; {hint}"),
    mark("is not among the system's counties"),
    mark("is not a place of the system"),
    mark("is not in the table {table}"),
    mark("cumulative cases must never fall"),
    mark("must add up to {what}, off by {difference}"),
    mark("column is missing"),
    mark("is there twice"),
    mark("row is there twice ({key})"),
    mark(
        "must be state:XX+YY, kinds:K, only:ID+ID, only:ID+ID:beside:FIPS+FIPS, "
        "around:ID:MILES or hold-rooms"
    ),
    mark("there is no row"),
    mark("the file is empty"),
    mark("must be the postal code of a state"),
    mark("is there already and is not overwritten"),
    mark("is in line {line} already"),
    mark("is no table ({reason})"),
    mark("there is no county with this FIPS code"),
    mark("fits several counties, give the FIPS code"),
    mark("no such county in {state}"),
    mark("no such county in {state}; {hint}"),
    mark("is no selector; write for example (age >= 50) | vulnerable"),
    mark('must say who, for example "age >= 50 or vulnerable"'),
    mark("selectors join with &, | and ~ in Python, not with and, or, not"),
    mark("is not known here, so nobody can be selected by it: {name}"),
    mark(
        "does not understand {given}; put comparisons joined by & or | in parentheses: "
        "(age >= 50) | vulnerable"
    ),
    mark("{name} is not known; {hint}"),
    mark("is longer than {count} characters"),
    mark("{name} needs a comparison, for example age >= 50"),
    mark('{name} needs a name, for example {example}("...")'),
    mark('is not understood; write for example (age >= 50) | vulnerable, or "everyone"'),
    mark("{name} cannot be compared; {hint}"),
    mark("must be age, vulnerable or custody_class"),
    mark("needs at least one [[scenario]]"),
    mark("must be written as [[scenario.action]]"),
    mark("is too long: at most {count} characters"),
    mark("is not a link to scenarios (they hold {given})"),
    mark("is damaged: part of it is missing or changed"),
    mark("is damaged or too long"),
    mark("two scenarios have this name"),
    mark("needs at least one scenario"),
    mark("no such effect; {hint}"),
    mark("no such scenarios; {hint}"),
    mark("is after the end of the run ({end})"),
    mark("is before the start of the run ({start})"),
    mark("must be {version} (the version of the form)"),
    mark("was written by a newer version of this program, which reads up to {version}"),
    mark("give more_beds or more_icu, as a share of the beds there are"),
    mark("order must name who comes first, second, ..., each once"),
    mark("holds for the whole run: leave start and end out"),
    mark("no such action; {hint}"),
    mark("missed goes with test_out = true"),
    mark("movements must name arrest, transfer, release or removal, each once"),
    mark("give either cases (new cases in a place) or hospital and above"),
    mark("hospital and above go together, for example icu above 0.8"),
    mark("hospital beds are counted by county: place must be 'county'"),
    mark("then must be a plain action, not another when"),
    mark("then begins and ends by the condition: leave its start and end out"),
    mark("give either share (of 1) or people_per_day"),
    mark("over_days goes with share; with people_per_day give end"),
    mark("a share is released over over_days; end goes with people_per_day"),
    mark("share = 1 changes nothing; must be less than 1"),
    mark("without keep and with share = 0 this is halt_arrests; give one"),
    mark("what must name arrests, population, or both, once each"),
    mark("actions[{first}] and actions[{second}] {problem}"),
    mark("are the same"),
    mark("are both gate_testing: a scenario has one, for all the movements that are tested"),
    mark("contradict: visits and visits_halt on the same days; give them different days"),
    mark(
        "both say what happens after {movements}: use intake_quarantine with test_out = "
        "true for tests of people who arrive"
    ),
    mark("contradict: follow_record already says what arrests there are"),
    mark("contradict: without arrests there is nobody to supervise instead"),
    mark("both change the same arrests on the same days"),
    mark("are both {action} for the same people on the same days"),
    mark("releases {share} of {who}: shares of the same people must add up to at most 1"),
    mark("cannot be simulated"),
    mark("has no isolated stages"),
    mark("means nobody who is detained in the facilities"),
    mark("means no facility with staff"),
    mark("means no county of the system"),
    mark("means nobody in the system"),
    mark("means nobody who is detained or staff"),
    mark("the system has no {column} of this name; it has {names}"),
    mark("two surges with affected_share in one scenario cannot be told apart"),
    mark("two quarantines on arrival in one facility"),
    mark("two actions on medical care mean the same people"),
    mark(
        "residents cannot be vaccinated in this version (what people booked in would "
        'bring along is not followed); add & group("detained") or group("staff")'
    ),
    mark("a condition is looked at on every day of the run; leave start and end out"),
    mark("cannot be switched on and off by a condition"),
    mark("a condition switches at once to full strength; leave it out"),
    mark("acts in counties; place must be 'county'"),
    mark(
        "no facility of the system is housed in units; load it with units, or the place "
        "must be facility or county"
    ),
    mark("cannot be done in one housing unit"),
    mark("two conditions that keep a housing unit apart cannot be told apart"),
    mark("has no monthly record of {series} ({agency}), so it cannot be followed"),
    mark("the record of {series} is from {first} to {last}, the run from {start} to {end}"),
    mark("the record is of people held for ICE and the system holds none"),
    mark(
        "the record is of {recorded} people, the system holds {held} for ICE: it is not a"
        " record of this system"
    ),
    mark(
        "the system holds the people of {date} ({people} by the record); on the first day"
        " of the run the record has {first}"
    ),
    mark("{field} has the unit {unit}, must be {hint}; {cited}"),
    mark("{field} is {number}, must be between {low} and {high}: {hint}; {cited}"),
    mark("has the unit {unit}, must be {hint}"),
    mark("is {number}, must be between {low} and {high}: {hint}"),
    mark("a share from 0 to 1 (0.3 for 30 %)"),
    mark("a reduction as a share (0.3 for 30 %)"),
    mark("is more than all of those meant, {count} people on the first day"),
    mark(
        "with other releases that begin on {date} some people are released {count} times:"
        " shares of the same people must add up to at most 1"
    ),
)
"""A test finds every error that a room below can raise among these."""

WHERES = (
    mark("question"),
    mark("your table"),
    mark("your table, line {line}"),
    mark("your table, table {table}"),
    mark("your table, table {table}, row {row}"),
    mark("scenario {name}, {action}"),
    mark("pathogen {name}"),
)
"""Where it is wrong."""
