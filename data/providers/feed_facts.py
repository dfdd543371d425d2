"""Which facts about assets does the answer of a feed bring, what is wrong with it, and what was left out?"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from data.http.answer import HttpAnswer
from data.providers.answers import AttributeValue
from data.providers.feed_mapping import FeedMapping
from data.providers.feed_reading import refuse_strangers, scaled, value_at, whose
from data.providers.feed_records import Record, read_records
from data.providers.feed_values import currency_in, number_in, when_in
from data.providers.vocabulary import Fact
from data.upload.layout import FIELDS
from data.upload.problems import Problems, shown

UNITS: dict[Fact, str] = {
    Fact.SHARES_OUTSTANDING: "shares",
    Fact.PRICE_TO_EARNINGS: "ratio",
    Fact.PRICE_TO_BOOK: "ratio",
    Fact.DIVIDEND_YIELD: "fraction",
    Fact.AVERAGE_DAILY_VOLUME: "units",
}
"""That of the market value is its currency, and that of an ESG score says which way it points."""
NEVER_NEGATIVE = frozenset(
    {Fact.MARKET_VALUE, Fact.SHARES_OUTSTANDING, Fact.DIVIDEND_YIELD, Fact.AVERAGE_DAILY_VOLUME, Fact.ESG_SCORE}
)


@dataclass(frozen=True)
class FactRow:
    """The facts of one record as they were understood; figures that it lacks are not there."""

    number: int
    symbol: str
    day: date
    known_on: date
    currency: str
    figures: dict[Fact, float]


@dataclass
class FactsReading:
    """An answer as it was read: its rows in order, every problem at once, and what was left out, as sentences."""

    rows: list[FactRow] = field(default_factory=list)
    problems: Problems = field(default_factory=Problems)
    notes: list[str] = field(default_factory=list)

    def symbols(self) -> list[str]:
        """Return the symbols of which something was read."""
        return sorted({row.symbol for row in self.rows})


def read_facts(answer: HttpAnswer, mapping: FeedMapping, asked: Iterable[str], fetched_on: date) -> FactsReading:
    """Return what an answer says about some symbols.

    Parameters
    ----------
    answer : HttpAnswer
    mapping : FeedMapping
        One of facts.
    asked : iterable of str
        The product's symbols.
    fetched_on : date
        The day of asking, which stands where the feed names none; days after the next one are left out and told.

    """
    reading = FactsReading()
    records = read_records(answer, mapping, reading.problems)
    names = {mapping.theirs(symbol): symbol for symbol in asked}
    strangers: dict[str, int] = {}
    later = 0
    for record in [] if reading.problems.total_count else records:
        row = _row(record, mapping, names, strangers, reading.problems, fetched_on)
        if row is None or not row.figures:
            continue
        if max(row.day, row.known_on) > fetched_on + timedelta(days=1):
            later += 1
        else:
            reading.rows.append(row)
    refuse_strangers(mapping, names, strangers, reading.problems)
    if later:
        reading.notes.append(f"{later:,} record{'s' if later > 1 else ''} dated in the future left out.")
    _in_order(reading, mapping)
    return reading


def values_of(reading: FactsReading, mapping: FeedMapping, names: Iterable[str]) -> tuple[AttributeValue, ...]:
    """Return the facts that were asked for, each with its unit."""
    wanted = frozenset(names)
    return tuple(
        AttributeValue(row.symbol, fact.value, figure, unit_of(fact, row, mapping), row.day, row.known_on)
        for row in reading.rows
        for fact, figure in row.figures.items()
        if fact.value in wanted
    )


def unit_of(fact: Fact, row: FactRow, mapping: FeedMapping) -> str:
    """Return what a figure counts in."""
    if fact is Fact.ESG_SCORE:
        return mapping.esg_direction.value
    return UNITS.get(fact, row.currency)


def _row(
    record: Record,
    mapping: FeedMapping,
    names: dict[str, str],
    strangers: dict[str, int],
    problems: Problems,
    fetched_on: date,
) -> FactRow | None:
    """Return one record; None where it is another symbol's, or with its problems noted."""
    symbol = whose(record, mapping, names, strangers)
    if symbol is None:
        return None
    before, places = problems.total_count, mapping.places
    stated: dict[str, date] = {}
    for name in ("date", "known_on"):
        if name in places or (name == "date" and name in record.values):
            when = value_at(record, name, mapping, problems, lambda value: when_in(value, mapping))
            if when is not None:
                stated[name] = when.day
    day, known_on = stated.get("date", fetched_on), stated.get("known_on", fetched_on)
    # days to come are left out later on, with a note
    if len(stated) == 2 and known_on < day <= fetched_on + timedelta(days=1):
        message = f"Published on {known_on.isoformat()}, before its own date {day.isoformat()}."
        problems.add(record.number, places["known_on"], message, "Check whether the two days are exchanged.")
    currency = mapping.currency
    if "currency" in places:
        currency = value_at(record, "currency", mapping, problems, currency_in) or ""
    figures: dict[Fact, float] = {}
    for fact in mapping.facts.facts() if mapping.facts is not None else ():
        figure = value_at(record, fact.value, mapping, problems, lambda value: number_in(value, mapping))
        if figure is None or math.isnan(figure):
            continue
        if fact is Fact.DIVIDEND_YIELD and mapping.yield_scale != 1.0:
            figure = scaled(figure, mapping.yield_scale)
        message = _wrong(fact, figure)
        if message:
            problems.add(record.number, places[fact.value], message, "Correct the column, or the scale of yields.")
        figures[fact] = figure
    if problems.total_count > before:
        return None
    return FactRow(record.number, symbol, day, known_on, currency, figures)


def _wrong(fact: Fact, figure: float) -> str:
    """Return why a figure cannot be such a fact; empty where it can."""
    name = fact.value.replace("_", " ")
    if fact in NEVER_NEGATIVE and figure < 0:
        return f"{shown(f'{figure:g}')} is negative, which the {name} cannot be."
    rule = FIELDS[Fact.ESG_SCORE.value]
    if fact is Fact.ESG_SCORE and not rule.lowest <= figure <= rule.highest:
        return f"{shown(f'{figure:g}')} is no ESG score; one is from {rule.lowest:g} to {rule.highest:g}."
    if fact is Fact.DIVIDEND_YIELD and figure > 1:
        return f"A dividend yield of {shown(f'{figure:g}')} is more than the whole price; is it in percent?"
    return ""


def _in_order(reading: FactsReading, mapping: FeedMapping) -> None:
    """Sort the rows; two that contradict each other about one day are a problem."""
    told: dict[tuple[str, Fact, date, date], tuple[float, int]] = {}
    for row in reading.rows:
        for fact, figure in row.figures.items():
            known, number = told.setdefault((row.symbol, fact, row.day, row.known_on), (figure, row.number))
            if known != figure:
                message = f"{row.symbol} has another {fact.value.replace('_', ' ')} of this day in record {number}."
                reading.problems.add(row.number, mapping.places[fact.value], message, "Ask the feed's operator.")
    kept = {(row.symbol, row.day, row.known_on, tuple(row.figures.items())): row for row in reading.rows}
    reading.rows = sorted(kept.values(), key=lambda row: (row.symbol, row.day, row.known_on))
