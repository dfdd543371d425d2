"""Which bars does the answer of a feed bring, what is wrong with it, and what was left out?"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

import numpy as np

from data.http.answer import HttpAnswer
from data.providers.answers import PriceSeries
from data.providers.feed_mapping import FeedMapping
from data.providers.feed_records import Record, is_absent, read_records
from data.providers.feed_values import When, currency_in, number_in, when_in
from data.providers.vocabulary import Field, Flag, Frequency
from data.upload.problems import Problems, shown
from data.upload.values import Unreadable

Found = TypeVar("Found")
PRICES = (Field.OPEN, Field.HIGH, Field.LOW, Field.CLOSE, Field.ADJUSTED_CLOSE)


@dataclass(frozen=True)
class FeedBar:
    """One bar as it was understood, scaled: prices in ``currency``, volume in units, NaN where there is none."""

    number: int
    symbol: str
    when: When
    currency: str
    figures: dict[Field, float]

    @property
    def close(self) -> float:
        """The price at the end of the bar."""
        return self.figures[Field.CLOSE]


@dataclass
class FeedReading:
    """An answer as it was read: its bars in order, every problem at once, and what was left out, as sentences."""

    bars: list[FeedBar] = field(default_factory=list)
    problems: Problems = field(default_factory=Problems)
    notes: list[str] = field(default_factory=list)
    records_count: int = 0

    def symbols(self) -> list[str]:
        """Return the symbols of the bars, in the product's own writing."""
        return sorted({bar.symbol for bar in self.bars})

    def of(self, symbol: str) -> list[FeedBar]:
        """Return the bars of a symbol, the earliest first."""
        return [bar for bar in self.bars if bar.symbol == symbol]


def read_feed(answer: HttpAnswer, mapping: FeedMapping, asked: Iterable[str], newest: date) -> FeedReading:
    """Return what an answer brings of some symbols.

    Parameters
    ----------
    answer : HttpAnswer
    mapping : FeedMapping
    asked : iterable of str
        The product's symbols: the one that the address named, or all that are looked for in one answer.
    newest : date
        The last day that a bar may have; later ones are left out and told.

    """
    reading = FeedReading()
    records = read_records(answer, mapping, reading.problems)
    reading.records_count = len(records)
    if reading.problems.total_count:
        return reading
    names = {mapping.theirs(symbol): symbol for symbol in asked}
    later = empty = foreign = 0
    strangers: dict[str, int] = {}
    for record in records:
        bar = _bar(record, mapping, names, strangers, reading.problems)
        if bar is None:
            foreign += 1
        elif math.isnan(bar.close):
            empty += 1
        elif bar.when.day > newest:
            later += 1
        else:
            reading.bars.append(bar)
    refuse_strangers(mapping, names, strangers, reading.problems)
    _told(reading, empty, "without a close")
    _told(reading, later, f"dated after {newest.isoformat()}")
    _in_order(reading, mapping)
    return reading


def refuse_strangers(
    mapping: FeedMapping, names: dict[str, str], strangers: dict[str, int], problems: Problems
) -> None:
    """Add a problem where an answer about one symbol speaks of another."""
    if mapping.asks_each_symbol and strangers:
        stranger, number = next(iter(strangers.items()))
        what = "bars of" if mapping.facts is None else "facts about"
        message = f"The answer has {what} {shown(stranger)}, and was asked for {shown(next(iter(names), ''))}."
        problems.add(number, mapping.places["symbol"], message, "Correct the address or the list of symbols.")


def series_of(reading: FeedReading, symbol: str, mapping: FeedMapping) -> PriceSeries:
    """Return the bars of one symbol as arrays; a price of zero or less is flagged as suspect."""
    bars = reading.of(symbol)
    is_minute = mapping.frequency is Frequency.MINUTE
    columns = {name: np.array([bar.figures[name] for bar in bars]) for name in bars[0].figures}
    suspect = np.zeros(len(bars), dtype=bool)
    for name in PRICES:
        if name in columns:
            suspect |= columns[name] <= 0
    times = [bar.when.instant_utc.replace(tzinfo=None) for bar in bars if bar.when.instant_utc is not None]
    return PriceSeries(
        symbol=symbol,
        currency=bars[0].currency,
        sessions=np.array([bar.when.day for bar in bars], dtype="datetime64[D]"),
        columns=columns,
        flags=np.where(suspect, Flag.SUSPECT.value, Flag.OK.value).astype("U9"),
        adjustment=mapping.adjustment,
        event_times_utc=np.array(times, dtype="datetime64[s]") if is_minute else None,
    )


def _bar(
    record: Record, mapping: FeedMapping, names: dict[str, str], strangers: dict[str, int], problems: Problems
) -> FeedBar | None:
    """Return one bar; None where it is another symbol's, or with its problems noted."""
    symbol = whose(record, mapping, names, strangers)
    if symbol is None:
        return None
    before = problems.total_count
    when = value_at(record, "date", mapping, problems, lambda value: when_in(value, mapping))
    currency = (
        value_at(record, "currency", mapping, problems, currency_in) if mapping.bars.currency else mapping.currency
    )
    figures: dict[Field, float] = {}
    for name in Field:
        if not getattr(mapping.bars, name.value):
            continue
        value = value_at(record, name.value, mapping, problems, lambda value: number_in(value, mapping))
        scale = mapping.volume_scale if name is Field.VOLUME else mapping.price_scale
        figures[name] = math.nan if value is None else value if scale == 1.0 else scaled(value, scale)
    if figures.get(Field.VOLUME, 0.0) < 0:
        problems.add(record.number, mapping.bars.volume, "The volume is negative.", "Correct the column.")
    if problems.total_count > before or when is None or currency is None:
        return None
    return FeedBar(record.number, symbol, when, currency, figures)


def scaled(value: float, scale: float) -> float:
    """Return a scaled figure without the digits that binary fractions add: 12345 pence are 123.45 pounds."""
    return float(f"{value * scale:.12g}")


def whose(record: Record, mapping: FeedMapping, names: dict[str, str], strangers: dict[str, int]) -> str | None:
    """Return the product's symbol of a record; None where it is another's, which is noted with its place."""
    if "symbol" not in mapping.places:
        return next(iter(names.values()))
    theirs = str(record.values["symbol"]).strip()
    if theirs not in names:
        strangers.setdefault(theirs, record.number)
        return None
    return names[theirs]


def value_at(
    record: Record, name: str, mapping: FeedMapping, problems: Problems, read: Callable[[Any], Found]
) -> Found | None:
    """Return one value; None with the problem noted, or where the bar lacks what need not be there."""
    place = mapping.places.get(name, "")
    value = record.values.get(name)
    if is_absent(value):
        if name == "date":
            problems.add(record.number, place, "The date is missing.", "Correct the column, or the form of the bars.")
        return None
    try:
        return read(value)
    except Unreadable as error:
        problems.add(record.number, place, error.message, error.advice)
        return None


def _in_order(reading: FeedReading, mapping: FeedMapping) -> None:
    """Sort the bars; one that comes twice is kept once, and two that contradict each other are a problem."""
    kept: dict[tuple[str, date | datetime], FeedBar] = {}
    twice = 0
    currencies: dict[str, str] = {}
    for bar in reading.bars:
        moment = bar.when.instant_utc if mapping.frequency is Frequency.MINUTE else bar.when.day
        if moment is None:
            reading.problems.add(bar.number, mapping.bars.date, "The bar has no time of day.", "Correct the column.")
            continue
        if currencies.setdefault(bar.symbol, bar.currency) != bar.currency:
            message = f"{bar.symbol} is in {currencies[bar.symbol]} in an earlier bar, and in {bar.currency} here."
            reading.problems.add(bar.number, mapping.bars.currency, message, "Ask the feed's operator.")
        known = kept.setdefault((bar.symbol, moment), bar)
        if known is not bar:
            twice += 1
            if _differ(known, bar):
                message = f"{bar.symbol} has two bars of {moment.isoformat()}, here and in bar {known.number}."
                reading.problems.add(bar.number, mapping.bars.date, message, "Ask the feed's operator.")
    _told(reading, twice, "that came twice")
    reading.bars = [kept[key] for key in sorted(kept, key=lambda one: (one[0], str(one[1])))]


def _differ(one: FeedBar, other: FeedBar) -> bool:
    left, right = np.array(list(one.figures.values())), np.array(list(other.figures.values()))
    return not np.array_equal(left, right, equal_nan=True)


def _told(reading: FeedReading, count: int, what: str) -> None:
    if count:
        reading.notes.append(
            f"{count:,} bar{'s' if count > 1 else ''} {what} {'were' if count > 1 else 'was'} left out."
        )
