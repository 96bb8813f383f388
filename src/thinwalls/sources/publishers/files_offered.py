"""Files that publishers offer under an address of their own, with the checksum of what we used."""

from __future__ import annotations

from thinwalls.sources.publishers.download import Download

_ICE = "https://www.ice.gov/doclib/detention/"
_CCM = (
    "https://raw.githubusercontent.com/covidcaremap/covid19-healthsystemcapacity/master/"
    "data/published/"
)

CATALOGUE: dict[str, Download] = {
    "ice-fy2019": Download(
        "ice/FY19-detentionstats.xlsx",
        _ICE + "FY19-detentionstats.xlsx",
        "35b0eaf280d5df061b19e23520dfbb436325c3c4e70b72e37b1deb39df532beb",
    ),
    "ice-fy2020": Download(
        "ice/FY20-detentionstats.xlsx",
        _ICE + "FY20-detentionstats.xlsx",
        "2c30cee5f1cd4b26ab1aa8c9ddf3e23b7e12929a201e0d1841f755c078d26067",
    ),
    "ice-fy2022": Download(
        "ice/FY22-detentionStats.xlsx",
        _ICE + "FY22-detentionStats.xlsx",
        "b29a5d4a48221c839c18370baece46cf4b89a3c3dd84c173f7f145f627cf9e82",
    ),
    "ice-fy2024": Download(
        "ice/FY24_detentionStats.xlsx",
        _ICE + "FY24_detentionStats.xlsx",
        "a177b8bdfe5eb391ed458ed84de810146a019cb25898387c27178357e20b7e30",
    ),
    "ice-fy2025": Download(
        "ice/FY25_detentionStats05232025.xlsx",
        _ICE + "FY25_detentionStats05232025.xlsx",
        "882246070ebcaa142e0593484e3c9c509413ed8003d69e8f81bdfb0f83b316e8",
    ),
    "covidcaremap-county": Download(
        "hospitals/us_healthcare_capacity-county-CovidCareMap.csv",
        _CCM + "us_healthcare_capacity-county-CovidCareMap.csv",
        "4111c86b405cbf62c93a089c28f0f14ef47a756038ff5303e50ad576c7acbd90",
    ),
    "covidcaremap-facility": Download(
        "hospitals/us_healthcare_capacity-facility-CovidCareMap.csv",
        _CCM + "us_healthcare_capacity-facility-CovidCareMap.csv",
        "91bfc41de189bbe17cdc77266506562ffb8342d5796227063bd95cb0314921b4",
    ),
}
"""By key.  A publisher may replace a file under the same address: then the checksum differs, and
the message says so.  HIFLD, counties, cases and moves have no address of this kind: see the page on
data."""
