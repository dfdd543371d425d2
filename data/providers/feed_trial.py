"""What became of trying the description of a feed on one symbol?"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from data.errors import ProviderError, ProviderLimited, ProviderMoved, ProviderTooLarge
from data.providers.feed_facts import FactsReading
from data.providers.feed_reading import FeedReading
from data.providers.vocabulary import Fact, Field
from data.upload.problems import FileProblem, Problems

ROWS_SHOWN_MAX_COUNT = 20
TRIED_DAYS = 30
"""A trial asks for so many days; that is enough to see whether the figures are understood."""


@dataclass(frozen=True)
class TriedRow:
    """One bar, or one record of facts, as a mapping understands it.

    ``number`` is its place in the answer, counted from 1 (in CSV its line); ``known_on`` stands beside facts only.
    """

    number: int
    symbol: str
    day: date
    instant_utc: datetime | None
    currency: str
    figures: Mapping[Field, float]
    known_on: date | None = None
    facts: Mapping[Fact, float] = field(default_factory=dict)


@dataclass(frozen=True)
class FeedTrial:
    """What became of trying a mapping on one symbol.

    Parameters
    ----------
    address : str
        What was asked, without the key; empty where nothing was.
    rows : tuple of TriedRow
        The latest bars or facts as they were understood, the latest last.
    rows_count : int
        How many were understood.
    problems : tuple of FileProblem
        Everything that is wrong, with the number of the bar and the place in it.
    problems_count : int
        How many there are; only the first few hundred are kept.
    notes : tuple of str
        What was left out.
    sentence : str
        The trial in one sentence.

    """

    address: str
    rows: tuple[TriedRow, ...]
    rows_count: int
    problems: tuple[FileProblem, ...]
    problems_count: int
    notes: tuple[str, ...]
    sentence: str

    @property
    def is_good(self) -> bool:
        """Whether the mapping brings something and nothing is wrong."""
        return self.rows_count > 0 and not self.problems_count


def nothing_came(error: ProviderError) -> FeedTrial:
    """Return a trial that got no answer."""
    wrong = FileProblem(None, None, error.message, _advice(error))
    return FeedTrial("", (), 0, (wrong,), 1, (), f"Nothing came: {error.message}")


def _advice(error: ProviderError) -> str:
    """Return the way out that fits a failure."""
    if isinstance(error, ProviderMoved):
        return "Give the address that it points to in the end, then try again."
    if isinstance(error, ProviderTooLarge):
        return "Ask for less: fewer days or columns, or one symbol a question by {symbol} in the address."
    if error.retry_after_s:
        return f"Wait {math.ceil(error.retry_after_s):,} s, then try again."
    if isinstance(error, ProviderLimited):
        return "It does not say for how long: wait a minute, then try again."
    return "Check address, headers and key, then try again."


def tried_bars(reading: FeedReading, address: str, symbol: str) -> FeedTrial:
    """Return a trial that got an answer about bars."""
    rows = tuple(
        TriedRow(bar.number, bar.symbol, bar.when.day, bar.when.instant_utc, bar.currency, bar.figures)
        for bar in reading.bars[-ROWS_SHOWN_MAX_COUNT:]
    )
    count = len(reading.bars)
    sentence = f"The feed answers, and has no bars of {symbol} in the last {TRIED_DAYS} days."
    if rows:
        newest = rows[-1]
        sentence = (
            f"It works: {count:,} bar{'s' if count > 1 else ''} of {symbol}, the newest of {newest.day.isoformat()} "
            f"with a close of {newest.figures[Field.CLOSE]:,.10g} {newest.currency}."
        )
    return _told(address, rows, count, reading.problems, reading.notes, sentence)


def tried_facts(reading: FactsReading, address: str, symbol: str) -> FeedTrial:
    """Return a trial that got an answer about facts."""
    rows = tuple(
        TriedRow(row.number, row.symbol, row.day, None, row.currency, {}, row.known_on, row.figures)
        for row in reading.rows[-ROWS_SHOWN_MAX_COUNT:]
    )
    count = sum(len(row.figures) for row in reading.rows)
    sentence = f"The feed answers, and has no facts about {symbol}."
    if rows:
        sentence = (
            f"It works: {count:,} fact{'s' if count > 1 else ''} about {symbol}, the newest of "
            f"{rows[-1].day.isoformat()}."
        )
    return _told(address, rows, len(reading.rows), reading.problems, reading.notes, sentence)


def _told(
    address: str, rows: tuple[TriedRow, ...], count: int, problems: Problems, notes: list[str], sentence: str
) -> FeedTrial:
    wrong = problems.total_count
    if wrong:
        sentence = f"The answer came, and does not fit: {wrong:,} problem{'s' if wrong > 1 else ''}."
    return FeedTrial(address, rows, count, problems.sorted(), wrong, tuple(notes), sentence)
