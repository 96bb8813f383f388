"""Sentences of the packaged claims, named here for the catalogues."""

from __future__ import annotations

from thinwalls.reporting.language.words import mark

SENTENCES = (
    mark(
        "Outbreaks inside raise infections, hospital admissions and deaths among staff and "
        "among residents of the counties around."
    ),
    mark("What happens inside stays inside."),
    mark("Without contact inside there are fewer infections of staff."),
    mark("Without contact inside there are fewer infections of residents."),
    mark("Without contact inside there are fewer hospital admissions of residents."),
    mark("Without contact inside there are fewer deaths of residents."),
    mark("Households of staff apart from the county that they live in."),
    mark(
        "Cases of detained people stand in their county's record too, so part of what outbreaks"
        " inside add to small counties is already in it and cannot be told apart."
    ),
    mark("Measures inside without release cannot flatten the curve of people held."),
    mark("With every recommended measure inside, nobody has to be released."),
    mark(
        "With every measure inside, the highest number of detained people infected at once is "
        "more than half of what it is with none."
    ),
    mark(
        "Whether the measures were carried out: the run gives them the effect that studies found."
    ),
    mark("People kept alone for weeks, and what that does to them."),
    mark(
        "Every recommended measure inside together prevents more infections of the people held "
        "than releasing half of them."
    ),
    mark("Releasing half prevents more than every measure inside."),
    mark(
        "People detained on the first day, wherever they are later, have fewer infections with "
        "every measure inside than when half are released."
    ),
    mark("Soap and sanitizer alone change little."),
    mark("Soap and sanitizer prevent at least a tenth of the infections."),
    mark(
        "With soap and sanitizer, infections of the people detained on the first day fall by "
        "less than a tenth."
    ),
    mark("Whether there was soap; sanitizer as contraband."),
    mark("The more people are released, the better for them, for staff and for residents."),
    mark("From some point on, more releases do harm to somebody."),
    mark(
        "Infections of the people detained on the first day never rise as none, a quarter, "
        "half, three quarters, all are released."
    ),
    mark("The same for infections of staff."),
    mark("The same for infections of residents."),
    mark("The same for deaths of everyone in the system."),
    mark(
        "Where released people live: they go to the counties they were arrested in, as crowded "
        "as anybody there."
    ),
    mark("What released people need to live, and every effect of release but this disease."),
    mark("Releasing everyone raises infections among the residents of the counties."),
    mark("Releasing everyone does not raise infections among residents."),
    mark(
        "Residents have more infections when everyone is released over 14 days than when "
        "nothing changes."
    ),
    mark("Households that receive released people, apart from their county."),
    mark("Overcrowded homes, shelters, and journeys home."),
    mark("Poor medical care inside costs lives."),
    mark("Detained people who come to hospital as early as others die as often."),
    mark(
        "Fewer of the people detained on the first day die when they reach a hospital as early "
        "as others."
    ),
    mark("Care on site, medicines, chronic illness left untreated."),
    mark("People who are never taken to a hospital: the run takes all of them, late or in time."),
    mark("Raids during an epidemic harm the communities in which they happen."),
    mark("Twice the arrests, and the fear of them, change nothing for residents."),
    mark("Residents have more infections with twice the arrests by ICE than when nothing changes."),
    mark("More residents die."),
    mark(
        "Fear that keeps people from tests and isolation: residents are not tested in this model."
    ),
    mark(
        "How many people a raid frightens: one resident in a hundred is taken, an assumption "
        "without a source."
    ),
    mark("Contact during a raid and its transports."),
    mark("Arresting only people called safety threats is little better than going on."),
    mark(
        "Arresting only people called safety threats prevents at least a tenth of the "
        "infections in detention."
    ),
    mark("Infections in detention fall by less than a tenth."),
    mark(
        "ICE's own meaning of the words, which is not published; they are read as its threat "
        "level 1."
    ),
    mark("Arrests by CBP, which go on."),
    mark("Detaining a person multiplies their risk of dying of the disease within two months."),
    mark(
        "A person is at most twice as likely to die of it in detention as in the counties around."
    ),
    mark(
        "At 30, healthy: the risk of death from infection within 60 days in detention is more "
        "than twice that of residents."
    ),
    mark("At 60, with a condition that makes it worse: the same."),
    mark("Other causes of death."),
    mark("Differences between people of one age and condition, and between facilities."),
    mark(
        "For a healthy person of 30, being held for two months carries a risk of death from the"
        " disease of more than one in a thousand."
    ),
    mark("It is one in a thousand or less."),
    mark("The risk of death from infection within 60 days is above 0.001."),
    mark("A facility with an outbreak under way: the exposure is the average of all facilities."),
    mark("Each week of delay before everyone is released costs infections and lives."),
    mark("It makes no difference whether people are released now or a month later."),
    mark(
        "Infections of the people detained on the first day never fall with delays of 0, 1, 2 "
        "and 4 weeks."
    ),
    mark("More of them die with four weeks of delay than without."),
    mark(
        "Outbreaks that spread more slowly because people live in separate units: the loss per "
        "week is spread over a longer time then."
    ),
    mark("Transfers spread outbreaks between facilities and states."),
    mark("Without transfers as many facilities have outbreaks."),
    mark(
        "Without transfers fewer facilities have an outbreak (infections of a tenth of their "
        "people)."
    ),
    mark("Without transfers infections in detention fall by more than a tenth."),
    mark("Moves of 2020: counts are of November 2023 to February 2025."),
    mark("Contact on the way, and groups moved together: people are moved one by one."),
    mark("Removals export infections to other countries."),
    mark("Hardly anybody who is removed is infected."),
    mark("More than a hundred infected people are removed within 180 days."),
    mark("What those infections lead to in the countries of arrival."),
    mark("Tests before removal, unless a scenario has them."),
    mark(
        "The burden falls unequally: people in detention are infected at more than twice the "
        "rate of residents."
    ),
    mark("People in detention are infected at no more than twice the rate of residents."),
    mark(
        "Infections per person ever detained, against infections per resident, over 180 days: "
        "more than twice."
    ),
    mark(
        "Race and ethnicity: no public table gives them by facility; `thinwalls equity` takes a"
        " composition that the user has."
    ),
    mark("Differences in housing, work and care among residents."),
    mark(
        "Money moved from detention to alternatives and health care saves lives, and there is "
        "money left."
    ),
    mark("Alternatives to detention cost more, or save no lives."),
    mark(
        "When everyone is released into supervision at home, the cost of detention, "
        "alternatives and hospitals together falls."
    ),
    mark("Fewer of the people detained on the first day die."),
    mark("Whether people come to court, what else they cost or earn."),
    mark("Contracts that pay for a number of beds, used or not."),
    mark(
        "The same holds for prisons and jails: outbreaks inside reach residents, release helps,"
        " soap alone changes little."
    ),
    mark("Prisons and jails are different."),
    mark(
        "When half are released, infections of the people held on the first day fall by more "
        "than a tenth."
    ),
    mark("With soap and sanitizer they fall by less than a tenth."),
    mark("Other states: one, Louisiana, stands for all."),
    mark("Housing units; cells for one person, which prisons have more of."),
    mark(
        "The same holds for influenza, mumps, varicella and measles: releasing half prevents "
        "more than a tenth of the infections of the people held."
    ),
    mark("For at least one of the four it prevents less than a tenth."),
    mark(
        "Influenza: when half are released, infections of the people detained on the first day "
        "fall by more than a tenth."
    ),
    mark(
        "Mumps: when half are released, infections of the people detained on the first day fall"
        " by more than a tenth."
    ),
    mark(
        "Varicella: when half are released, infections of the people detained on the first day "
        "fall by more than a tenth."
    ),
    mark(
        "Measles: when half are released, infections of the people detained on the first day "
        "fall by more than a tenth."
    ),
    mark("Vaccination of people on arrival."),
    mark(
        "Recorded epidemics of these diseases in 2020: community spread and immunity are the "
        "pathogen's."
    ),
    mark(
        "The same holds for influenza, mumps, varicella and measles: outbreaks inside "
        "raise infections among residents of the counties around."
    ),
    mark("For at least one of the four what happens inside stays inside."),
    mark("Influenza: without contact inside there are fewer infections of residents."),
    mark("Mumps: without contact inside there are fewer infections of residents."),
    mark("Varicella: without contact inside there are fewer infections of residents."),
    mark("Measles: without contact inside there are fewer infections of residents."),
    mark(
        "The same holds for influenza, mumps, varicella and measles: soap and sanitizer "
        "alone change little."
    ),
    mark(
        "For at least one of the four soap and sanitizer prevent at least a tenth of "
        "the infections."
    ),
    mark(
        "Influenza: with soap and sanitizer, infections of the people detained on the "
        "first day fall by less than a tenth."
    ),
    mark(
        "Mumps: with soap and sanitizer, infections of the people detained on the first "
        "day fall by less than a tenth."
    ),
    mark(
        "Varicella: with soap and sanitizer, infections of the people detained on the "
        "first day fall by less than a tenth."
    ),
    mark(
        "Measles: with soap and sanitizer, infections of the people detained on the "
        "first day fall by less than a tenth."
    ),
    mark(
        "Measles and varicella travel through the air, so soap may do less than its "
        "effect on respiratory illness, which is used."
    ),
    mark("Detention as such is unjust."),
    mark("Detention as such is just."),
    mark("It is not a question of numbers."),
    mark("Law, rights, and what people deserve."),
)
"""A test compares them with what is packaged."""
