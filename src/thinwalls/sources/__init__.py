"""Publishers' files into our tables: one module per publisher, and the packaged systems."""

from thinwalls.sources.build import build
from thinwalls.sources.ice import IceWorkbook, read_ice_workbook

__all__ = ["IceWorkbook", "build", "read_ice_workbook"]
