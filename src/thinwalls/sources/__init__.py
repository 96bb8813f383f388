"""Publishers' files into our tables: one module per publisher, and the packaged systems."""

from thinwalls.sources.build import build, system_from_workbook
from thinwalls.sources.catalogue import CATALOGUE
from thinwalls.sources.check import Report, check
from thinwalls.sources.fetch import Download, cache_folder, fetch
from thinwalls.sources.ice import IceWorkbook, read_ice_workbook
from thinwalls.sources.reconcile import inventory, reconcile
from thinwalls.sources.user import (
    load_user_system,
    problems_of_text,
    template,
    template_text,
    user_system_of_text,
)

__all__ = [
    "CATALOGUE",
    "Download",
    "IceWorkbook",
    "Report",
    "build",
    "cache_folder",
    "check",
    "fetch",
    "inventory",
    "load_user_system",
    "problems_of_text",
    "read_ice_workbook",
    "reconcile",
    "system_from_workbook",
    "template",
    "template_text",
    "user_system_of_text",
]
