"""Titles of packaged systems and diseases, named here for the catalogues."""

from __future__ import annotations

from thinwalls.reporting import mark

TITLES = (
    mark("U.S. immigration detention, from 2019-04-01"),
    mark("U.S. immigration detention, from 2020-03-20"),
    mark("U.S. immigration detention, from 2022-04-01"),
    mark("U.S. immigration detention, from 2024-04-01"),
    mark("U.S. immigration detention, from 2025-04-01"),
    mark("U.S. jails, prisons and immigration detention, newest figures"),
    mark("U.S. jails, prisons and immigration detention, March 2020"),
    mark("COVID-19, original strain, 2020"),
    mark("COVID-19, Delta, 2021"),
    mark("COVID-19, Omicron BA.1, 2021-22"),
    mark("Influenza, pandemic"),
    mark("Influenza, seasonal"),
    mark("Measles"),
    mark("Mumps"),
    mark("Varicella (chickenpox)"),
)
"""A test compares them with what is packaged."""
