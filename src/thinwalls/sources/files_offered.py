"""Files that publishers offer under an address of their own, with the checksum of what we used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thinwalls.sources.publisher import offered_files

if TYPE_CHECKING:
    from thinwalls.sources.reading.download import Download

CATALOGUE: dict[str, Download] = offered_files()
"""By key.  A publisher may replace a file under the same address: then the checksum differs, and
the message says so.  HIFLD, counties, cases and moves have no address of this kind: see the page on
data."""
