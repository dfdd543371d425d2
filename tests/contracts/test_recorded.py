"""Are answers that the sources really gave read to the last figure?

The recordings lie beside the project, not in it, because some state no licence; without them these tests skip, and the
pages written in the same shape stand for them.
"""

from __future__ import annotations

import dataclasses
import json
import math
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from data.errors import ProviderLimited, ProviderRefused
from data.providers.alpha_vantage import AlphaVantage
from data.providers.fred import Fred
from data.providers.questions import AttributeQuestion, MacroQuestion, PriceQuestion, QuoteQuestion
from data.providers.vocabulary import Field, Flag, Frequency
from data.providers.yahoo import YahooFinance
from tests.contracts import pages
from tests.contracts.local_server import LocalServer, Reply

ALL = frozenset(Field)


@pytest.fixture(scope="module")
def recorded(shared_data: Path) -> Path:
    return shared_data / "api_fixtures"


def reply(path: Path, status: int = 200) -> Reply:
    return Reply(path.read_bytes(), status)


def test_yahoo_munich_re_of_2017_with_its_empty_row(local: LocalServer, recorded):
    path = recorded / "yahoo" / "v8_chart_MUV2.DE_6mo_1d_null_close_2017_2018.json"
    page: dict[str, Any] = json.loads(path.read_text())["chart"]["result"][0]
    local.says(reply(path))
    fields = frozenset({Field.CLOSE, Field.ADJUSTED_CLOSE})  # the recording was kept without the other columns
    (series,) = pages.at(YahooFinance, local).prices(PriceQuestion(("MUV2.DE",), fields=fields)).series
    written = page["indicators"]["quote"][0]["close"]
    assert series.currency == "EUR"
    assert series.sessions.size == len(page["timestamp"])
    empty = [place for place, close in enumerate(written) if close is None]
    assert np.flatnonzero(np.isnan(series.columns[Field.CLOSE])).tolist() == empty
    assert [series.flags[place] for place in empty] == [Flag.MISSING.value] * len(empty)
    assert len(empty) == 1
    assert bool(np.is_busday(series.sessions).all()), "a session moved to another day would fall on a weekend"


def test_yahoo_bitcoin_over_new_year(local: LocalServer, recorded):
    local.says(reply(recorded / "yahoo" / "v8_chart_BTC-USD_2020-01-01_2020-01-03.json"))
    answer = pages.at(YahooFinance, local).prices(PriceQuestion(("BTC-USD",), fields=ALL))
    (series,) = answer.series
    assert [str(day) for day in series.sessions] == ["2020-01-01", "2020-01-02", "2020-01-03"]
    assert series.columns[Field.CLOSE].tolist() == [7200.17431640625, 6985.47021484375, 7344.88427734375]
    assert series.columns[Field.VOLUME][0] == 18565664997


def test_yahoo_unknown_symbol(local: LocalServer, recorded):
    local.says(reply(recorded / "yahoo" / "v8_chart_error_not_found_404.json", 404))
    answer = pages.at(YahooFinance, local).prices(PriceQuestion(("GONE",)))
    assert (answer.series, answer.missing_symbols) == ((), ("GONE",))


def test_alpha_vantage_microsoft_by_day_and_by_minute(local: LocalServer, recorded):
    folder = recorded / "alpha_vantage"
    alpha = pages.at(AlphaVantage, local)
    local.says(reply(folder / "TIME_SERIES_DAILY_ADJUSTED_MSFT_2019_5rows.json"))
    (series,) = alpha.prices(PriceQuestion(("MSFT",), fields=ALL)).series
    assert series.sessions.size == 5
    assert (str(series.sessions[-1]), series.columns[Field.CLOSE][-1]) == ("2019-11-04", 144.55)
    assert set(series.columns) == ALL
    path = folder / "TIME_SERIES_INTRADAY_1min_MSFT_2017.json"
    local.says(reply(path))
    (minutes,) = alpha.prices(PriceQuestion(("MSFT",), frequency=Frequency.MINUTE, fields=ALL)).series
    assert str(minutes.event_times_utc[-1]) == "2017-12-18T19:56:00"
    assert minutes.sessions.size == len(json.loads(path.read_text())["Time Series (1min)"])


def test_alpha_vantage_ibm_fundamentals_and_microsoft_quote(local: LocalServer, recorded):
    folder = recorded / "alpha_vantage"
    alpha = pages.at(AlphaVantage, local)
    local.says(reply(folder / "OVERVIEW_IBM.json"))
    names = tuple(AlphaVantage.capabilities.attributes)
    facts = {one.name: one for one in alpha.attributes(AttributeQuestion(names, ("IBM",))).values}
    assert {name: one.value for name, one in facts.items()} == {
        "market_value_ccy": 114234572800,
        "shares_outstanding_count": 890579008,
        "pe_ratio": 14.1327,
        "pb_ratio": 5.4017,
        "dividend_yield_frac": 0.0529,
    }
    assert facts["pe_ratio"].event_date == date(2020, 6, 30)
    local.says(reply(folder / "GLOBAL_QUOTE_MSFT_2018.json"))
    (quote,) = alpha.quotes(QuoteQuestion(("MSFT",))).quotes
    assert (quote.price, quote.previous_close) == (112.13, 112.79)
    assert quote.event_time_utc == datetime(2018, 10, 5, 20, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("rate_limit_note_2019_2022", ProviderLimited),
        ("rate_limit_information_2023_on", ProviderLimited),
        ("premium_endpoint", ProviderRefused),
        ("demo_key_only", ProviderRefused),
        ("invalid_key", ProviderRefused),
        ("invalid_symbol_or_call", None),
    ],
)
def test_alpha_vantage_refusals(local: LocalServer, recorded, name, error):
    kept = json.loads((recorded / "alpha_vantage" / "error_and_rate_limit_payloads.json").read_text())
    local.says(Reply(json.dumps(kept[name]).encode()))
    alpha = pages.at(AlphaVantage, local)
    if error is None:
        assert alpha.prices(PriceQuestion(("GONE",))).missing_symbols == ("GONE",)
    else:
        with pytest.raises(error):
            alpha.prices(PriceQuestion(("IBM",)))


@pytest.mark.parametrize(("series_id", "count", "missing_count"), [("GDP", 315, 4), ("WGS10YR", 3278, 0)])
def test_fred_series(local: LocalServer, recorded, series_id, count, missing_count):
    folder = recorded / "fred"

    def script(asked):
        if asked.path.endswith("/observations"):
            return reply(folder / f"series_observations_series_id={series_id}.json")
        about = reply(folder / "series_series_id=GDP.json")  # the recordings have the page of this series only
        return dataclasses.replace(about, body=about.body.replace(b'"GDP"', f'"{series_id}"'.encode()))

    local.script = script
    now = datetime(2024, 10, 30, 20, 0, tzinfo=UTC)
    answer = pages.at(Fred, local, now).macro(MacroQuestion((series_id,)))
    values = [one.value for one in answer.observations]
    assert len(values) == count
    assert sum(math.isnan(value) for value in values) == missing_count
    if series_id == "GDP":
        first = next(one for one in answer.observations if not math.isnan(one.value))
        assert (first.event_date, first.value) == (date(1947, 1, 1), 243.164)
        assert answer.series[0].title == "Gross Domestic Product"


def test_fred_unregistered_key(local: LocalServer, recorded):
    local.says(reply(recorded / "fred" / "error_400_api_key_not_registered.json", 400))
    with pytest.raises(ProviderRefused, match="api_key is not registered"):
        pages.at(Fred, local).macro(MacroQuestion(("GDP",)))
