"""Words, numbers and dates in the reader's language.

Source texts are English; a language is one gettext catalogue in ``locale/<language>``, whose
``Language`` header names the locale for numbers and dates. A text has named places in braces.
"""

from __future__ import annotations

import gettext
import io
import math
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import (
    format_compact_currency,
    format_compact_decimal,
    format_decimal,
    format_percent,
)

from thinwalls.common import InputError, Message, mark as mark

if TYPE_CHECKING:
    import datetime
    from collections.abc import Sequence
    from importlib.resources.abc import Traversable

    import pandas as pd

    from thinwalls.common import ThinwallsError

SOURCE_LANGUAGE = "en"
MINUS = "−"
_MILLION = 1_000_000
_SHORT_FROM = 100_000


def mark_plural(one: str, many: str) -> tuple[str, str]:
    """Name a pair of texts for the catalogues where it is not said at once."""
    return one, many


def rounded(value: float, digits: int = 2) -> float:
    """``value`` to so many significant digits."""
    if value == 0 or not math.isfinite(value):
        return value
    place = digits - 1 - math.floor(math.log10(abs(value)))
    return float(round(value, place))


class Words:
    """Everything said in one language.

    ``language`` is ``"en"`` or the name of a catalogue. Raises
    :class:`~thinwalls.common.InputError` for a language that has none.
    """

    def __init__(self, language: str = SOURCE_LANGUAGE, *, catalogues: Traversable | None = None):
        self.language = language
        self._texts, self.locale = (
            _packaged(language) if catalogues is None else _catalogue(language, catalogues)
        )

    @property
    def direction(self) -> str:
        """``"ltr"`` or ``"rtl"``."""
        return str(self.locale.text_direction)

    @property
    def own_name(self) -> str:
        """What the language calls itself."""
        name = str(self.locale.get_language_name())
        return name[:1].upper() + name[1:]

    @property
    def tag(self) -> str:
        """Language tag for HTML, such as ``es-US``."""
        return str(self.locale).replace("_", "-")

    def say(self, text: str, **values: object) -> str:
        """``text`` in this language with ``values`` put in."""
        said = self._texts.gettext(text) if text else text
        return said.format(**values) if values else said

    def tell(self, message: str) -> str:
        """A message in this language, and the messages in it; what is unknown stays as it is."""
        if not isinstance(message, Message):
            return self.say(message)
        said = self._texts.gettext(message.template) if message.template else ""
        if not message.values:
            return said
        told = {
            name: self.tell(value) if isinstance(value, Message) else value
            for name, value in message.values.items()
        }
        return said.format(**told)

    def tell_error(self, error: ThinwallsError) -> str:
        """An error as one line: where, which field with which value, what is wrong.

        Names of fields and what was given stay as they are.
        """
        parts = (self.tell(error.where or ""), error.subject, self.tell(error.problem))
        return ": ".join(" ".join(part.split()) for part in parts if part)

    def plural(self, one: str, many: str, count: float, **values: object) -> str:
        """``one`` or ``many`` (or another form the language has) with ``{count}`` put in."""
        whole = round(abs(count))
        said = self._texts.ngettext(one, many, whole if whole == abs(count) else whole + 2)
        return said.format(count=self.number(count), **values)

    def number(self, value: float, digits: int | None = None) -> str:
        """A number in the locale, with at most ``digits`` decimals (2 below 10, else none)."""
        if not math.isfinite(value):
            return "–"
        if digits is None:
            digits = 0 if value == round(value) or abs(value) >= 10 else 2
        text = _decimal(float(abs(value)), digits, str(self.locale))
        return f"{MINUS}{text}" if value < 0 and text.strip("0.,") else text

    def about(self, value: float, *, short: bool = False) -> str:
        """A number that is not known exactly: two significant digits, whole when people.

        Above a million with a word (``1.6 million``); when ``short`` with a letter, from
        100,000 on.
        """
        if not math.isfinite(value):
            return "–"
        return self._whole(rounded(round(value), 2), short=short)

    def people(self, value: float, *, short: bool = False) -> str:
        """A number of people that is known: three significant digits above 100,000."""
        if not math.isfinite(value):
            return "–"
        known = rounded(value, 3) if value >= 100_000 else round(value)
        return self._whole(known, short=short and value >= _MILLION)

    def _whole(self, value: float, *, short: bool) -> str:
        if abs(value) < (_SHORT_FROM if short else _MILLION):
            return self.number(value)
        form: Literal["short", "long"] = "short" if short else "long"
        text = format_compact_decimal(
            abs(value), format_type=form, locale=self.locale, fraction_digits=2
        )
        return f"{MINUS}{text}" if value < 0 else text

    def value(self, value: float, digits: int = 3) -> str:
        """A measured value, to so many significant digits."""
        if not math.isfinite(value):
            return "–"
        known = rounded(value, digits)
        places = 0 if known == 0 else max(0, digits - 1 - math.floor(math.log10(abs(known))))
        return self.number(known, places)

    def percent(self, share: float) -> str:
        """A share as a whole per cent (one decimal below 1 %)."""
        if not math.isfinite(share):
            return "–"
        pattern = "#,##0.#%" if 0 < abs(share) < 0.01 else "#,##0%"
        text = format_percent(abs(share), format=pattern, locale=self.locale)
        return f"{MINUS}{text}" if share < 0 and text.strip("0.,%\u00a0") else text

    def date(self, day: datetime.date | pd.Timestamp, form: str = "long") -> str:
        """A date in words."""
        return format_date(day, format=form, locale=self.locale)

    def day(self, day: datetime.date | pd.Timestamp) -> str:
        """A day without its year."""
        return str(format_skeleton("MMMd", day, locale=self.locale))

    def listing(self, items: Sequence[str]) -> str:
        """Items as one phrase: a, b and c."""
        return format_list(list(items), locale=self.locale)

    def money(self, dollars: float) -> str:
        """A difference in dollars with its sign, two significant digits: +$340M."""
        value = rounded(dollars, 2)
        text = format_compact_currency(
            abs(value), "USD", locale=self.locale, fraction_digits=1 if abs(value) >= 1000 else 0
        )
        sign = MINUS if value < 0 else "+" if value > 0 else ""
        return f"{sign}{text}"

    def signed(self, value: float, *, short: bool = False) -> str:
        """A difference with its sign, two significant digits."""
        if not math.isfinite(value):
            return "–"
        text = self.about(value, short=short)
        return f"+{text}" if round(value) > 0 else text

    def vega_locales(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Number and date locale as the chart library (d3) wants them."""
        symbols = self.locale.number_symbols["latn"]
        numbers = {
            "decimal": symbols["decimal"],
            "thousands": symbols["group"],
            "grouping": [3],
            "currency": ["$", ""],
            "minus": MINUS,
        }
        weekdays = [6, 0, 1, 2, 3, 4, 5]
        dates = {
            "dateTime": "%x, %X",
            "date": "%d.%m.%Y" if self.locale.territory != "US" else "%m/%d/%Y",
            "time": "%H:%M:%S",
            "periods": ["AM", "PM"],
            "days": [self.locale.days["format"]["wide"][day] for day in weekdays],
            "shortDays": [self.locale.days["format"]["abbreviated"][day] for day in weekdays],
            "months": [self.locale.months["format"]["wide"][month] for month in range(1, 13)],
            "shortMonths": [
                self.locale.months["format"]["abbreviated"][month] for month in range(1, 13)
            ],
        }
        return numbers, dates


def home_of(language: str, catalogues: Traversable | None = None) -> Traversable:
    """The catalogue of a language: the one file that makes it a language of the program."""
    home = files("thinwalls.reporting") / "locale" if catalogues is None else catalogues
    return home / language / "LC_MESSAGES" / "thinwalls.po"


def languages() -> tuple[str, ...]:
    """Languages that can be asked for."""
    home = files("thinwalls.reporting") / "locale"
    found = [entry.name for entry in home.iterdir() if home_of(entry.name).is_file()]
    return (SOURCE_LANGUAGE, *sorted(found))


@lru_cache(maxsize=20_000)
def _decimal(value: float, digits: int, locale: str) -> str:
    """A number that is not negative, with at most so many decimals."""
    pattern = "#,##0." + "#" * digits if digits else "#,##0"
    text: str = format_decimal(value, format=pattern, locale=locale)
    return text


@lru_cache(maxsize=64)
def _packaged(language: str) -> tuple[gettext.NullTranslations, Locale]:
    """A catalogue of the package, read once."""
    return _catalogue(language)


def _catalogue(
    language: str, catalogues: Traversable | None = None
) -> tuple[gettext.NullTranslations, Locale]:
    if language == SOURCE_LANGUAGE:
        return gettext.NullTranslations(), Locale.parse("en_US")
    known = all(part.isalnum() for part in language.split("_"))
    path = home_of(language, catalogues)
    if not known or not path.is_file():
        allowed = ", ".join(repr(name) for name in languages())
        raise InputError("must be one of {names}", field="language", value=language, names=allowed)
    catalogue = read_po(io.BytesIO(path.read_bytes()))
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    locale = catalogue.locale or Locale.parse("en_US")
    return gettext.GNUTranslations(compiled), locale
