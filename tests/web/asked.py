"""The place that most of these tests ask about."""

from __future__ import annotations

STEWART = "facility:stewart-detention-center-ga"
