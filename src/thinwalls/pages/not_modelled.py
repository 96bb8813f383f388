"""What the simulation says it leaves out, named here for the catalogues."""

from __future__ import annotations

from thinwalls.pages.words import mark

SAID = (
    mark("Housing units within a facility: everybody in a facility can meet everybody else."),
    mark("Households of staff and of people released, apart from the county they live in."),
    mark(
        "Infections after removal from the country; the course of those brought along is followed."
    ),
    mark("Differences between people of one cell, superspreading among them."),
    mark("Ways into a facility other than staff, book-ins and transfers: visitors, deliveries."),
    mark("Patients of counties that are not in the system but use the same hospitals."),
    mark(
        "Crime, court cases, money, and every harm or good of detention that is not this disease."
    ),
)
"""A test compares them with the simulation's own."""
