"""Which series make the calendar that another one is held against?"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np

from services.quality_load import _calendars

DAYS = np.busday_offset("2022-01-03", np.arange(60), roll="forward").astype("datetime64[D]")
HOLIDAY = {"DE": 20, "US": 40}


def asset(number: int, country: str | None, currency: str, **more: Any) -> Any:
    given = {"asset_class": "index", "exchange": None, "is_sample": False}
    return SimpleNamespace(id=f"{number}", country=country, currency=currency, **(given | more))


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
        for lost, days in zip(HOLIDAY.values(), calendars.values(), strict=True):
            np.testing.assert_array_equal(days, np.delete(DAYS, lost))


def test_coins_have_no_calendar_and_three_series_make_none() -> None:
    rows = [asset(number, None, "USD", asset_class="crypto") for number in range(6)]
    rows += [asset(number, "JP", "JPY") for number in range(6, 9)]
    found: Any = {row.id: SimpleNamespace(dates=DAYS) for row in rows}
    assert _calendars(rows, found) == {}
