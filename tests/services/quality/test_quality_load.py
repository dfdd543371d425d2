"""Which series make the calendar that another one is held against?"""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import numpy as np

from data.quality.check import check
from data.quality.findings import Kind
from data.store.repositories.series import Series
from services.quality_load import _calendars, _series
from services.quality_score import measure

DAYS = np.busday_offset("2022-01-03", np.arange(60), roll="forward").astype("datetime64[D]")
HOLIDAY = {"DE": 20, "US": 40}


def asset(number: int, country: str | None, currency: str, **more: Any) -> Any:
    given = {"asset_class": "index", "exchange": None, "is_sample": False}
    return SimpleNamespace(id=f"{number}", country=country, currency=currency, **(given | more))


def stored(days: Any) -> Series:
    closes = 100.0 * np.exp(0.01 * np.random.default_rng(len(days)).standard_normal(len(days)))
    known = datetime(2022, 6, 1, tzinfo=UTC)
    return Series("any", "upload", "1d", days, closes, closes, None, False, known, "")


def test_series_without_an_exchange_are_held_against_those_of_their_country_or_currency_alone() -> None:
    """Four German and four American indices: the holidays of one side are no missing sessions of the other."""
    for by_country in (True, False):
        rows, found = [], {}
        for number in range(8):
            country, currency = ("DE", "EUR") if number < 4 else ("US", "USD")
            rows.append(asset(number, country if by_country else None, currency))
            found[f"{number}"] = SimpleNamespace(dates=np.delete(DAYS, HOLIDAY[country]))
        calendars = _calendars(rows, found)
        assert len(calendars) == 2
        for lost, calendar in zip(HOLIDAY.values(), calendars.values(), strict=True):
            np.testing.assert_array_equal(calendar.days, np.delete(DAYS, lost))


def test_coins_have_no_calendar_and_three_series_make_none() -> None:
    rows = [asset(number, None, "USD", asset_class="crypto") for number in range(6)]
    rows += [asset(number, "JP", "JPY") for number in range(6, 9)]
    found: Any = {row.id: SimpleNamespace(dates=DAYS) for row in rows}
    assert _calendars(rows, found) == {}


def test_a_day_on_which_too_few_are_listed_is_neither_session_nor_holiday() -> None:
    """Three funds all the time, a fourth at first and a fifth at the end: of the days between nobody can tell."""
    held = {0: DAYS, 1: np.delete(DAYS, 30), 2: np.delete(DAYS, 3), 3: DAYS[:20], 4: DAYS[40:]}
    rows = [asset(number, "GB", "GBP", asset_class="etf", symbol=f"FUN{number}", sector="") for number in held]
    found: Any = {f"{number}": stored(days) for number, days in held.items()}
    (calendar,) = _calendars(rows, found).values()
    universe = [_series(row, found[row.id], {}, (), calendar) for row in rows]
    told = [(one.symbol, one.kind, one.sessions.tolist()) for one in check(universe).findings]
    assert told == [("FUN2", Kind.MISSING_SESSION, [DAYS[3].item()])]
    for one, missing_count in zip(universe, (0, 0, 1, 0, 0), strict=True):
        measures = measure(one, [], DAYS)
        assert measures is not None
        assert measures.expected_count - measures.sessions_count == missing_count
