"""Are Alpha Vantage's figures read as written, and its refusals known although their status is 200?"""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import ProviderChanged, ProviderLimited, ProviderRefused
from data.providers.alpha_vantage import AlphaVantage
from data.providers.questions import (
    ActionQuestion,
    AttributeQuestion,
    PriceQuestion,
    QuoteQuestion,
    RateQuestion,
)
from data.providers.vocabulary import Adjustment, Field, Flag, Frequency
from tests.contracts import pages
from tests.contracts.local_server import LocalServer, as_json

ALL = frozenset(Field)
DAYS = pages.weekdays(date(2026, 3, 2), 8)
UNKNOWN = {"Error Message": "Invalid API call. Please retry or visit the documentation for TIME_SERIES_DAILY."}


@pytest.fixture
def alpha(local: LocalServer) -> AlphaVantage:
    return pages.at(AlphaVantage, local)


def functions(local: LocalServer) -> list[str]:
    return [one.query["function"] for one in local.asked]


@pytest.mark.requirement("2.1.F1")
def test_daily_bars_are_as_traded_and_come_in_order_of_time(local, alpha):
    local.says(as_json(pages.daily(DAYS)))
    answer = alpha.prices(PriceQuestion(("BRK.B",), DAYS[1], DAYS[-1], fields=ALL - {Field.ADJUSTED_CLOSE}))
    (series,) = answer.series
    assert [str(day) for day in series.sessions] == [day.isoformat() for day in DAYS[1:]]
    assert series.columns[Field.CLOSE].tolist() == [101.0 + place for place in range(7)]
    assert series.columns[Field.VOLUME].tolist() == [1001.0 + place for place in range(7)]
    assert (series.currency, series.adjustment) == ("USD", Adjustment.RAW)
    assert local.asked[0].query == {
        "function": "TIME_SERIES_DAILY",
        "symbol": "BRK-B",
        "outputsize": "compact",
        "apikey": pages.KEY,
    }
    # newest first is how the page is written, so it is nothing to tell
    assert "order" not in " ".join(answer.provenance.transformations[1:])


def test_the_adjusted_close_costs_the_larger_plan_and_is_asked_only_if_wanted(local, alpha):
    local.says(as_json(pages.daily(DAYS, adjusted=True)))
    (series,) = alpha.prices(PriceQuestion(("IBM",), date(2010, 1, 1), fields=ALL)).series
    assert functions(local) == ["TIME_SERIES_DAILY_ADJUSTED"]
    assert local.asked[0].query["outputsize"] == "full"
    assert series.columns[Field.ADJUSTED_CLOSE] == pytest.approx(series.columns[Field.CLOSE] * 0.9)


@pytest.mark.parametrize(
    ("symbol", "frequency", "function", "name"),
    [
        ("IBM", Frequency.WEEKLY, "TIME_SERIES_WEEKLY", "Weekly Time Series"),
        ("IBM", Frequency.MONTHLY, "TIME_SERIES_MONTHLY", "Monthly Time Series"),
        ("EURUSD=X", Frequency.DAILY, "FX_DAILY", "Time Series FX (Daily)"),
        ("BTC-EUR", Frequency.DAILY, "DIGITAL_CURRENCY_DAILY", "Time Series (Digital Currency Daily)"),
        ("BTC-EUR", Frequency.WEEKLY, "DIGITAL_CURRENCY_WEEKLY", "Time Series (Digital Currency Weekly)"),
    ],
)
def test_each_kind_of_asset_has_its_page(local, alpha, symbol, frequency, function, name):
    local.says(as_json(pages.daily(DAYS, name=name, zone="UTC")))
    (series,) = alpha.prices(PriceQuestion((symbol,), frequency=frequency)).series
    assert functions(local) == [function]
    assert series.columns[Field.CLOSE][-1] == 107.0
    assert series.currency == {"I": "USD", "E": "USD", "B": "EUR"}[symbol[0]]


def test_old_pages_of_cryptocurrencies_give_two_currencies_and_the_asked_one_counts(local, alpha):
    row = {
        "1b. open (USD)": "10.5",
        "1a. open (EUR)": "9.5",
        "4b. close (USD)": "11.0",
        "4a. close (EUR)": "10.0",
        "5. volume": "7.5",
        "6. market cap (USD)": "7.5",
    }
    page = {
        "Meta Data": {"7. Time Zone": "UTC"},
        "Time Series (Digital Currency Daily)": {"2026-03-02": row},
    }
    local.says(as_json(page))
    (series,) = alpha.prices(PriceQuestion(("BTC-EUR",), fields=ALL)).series
    assert {name.value: values[0] for name, values in series.columns.items()} == {
        "open": 9.5,
        "close": 10.0,
        "volume": 7.5,
    }


def test_minutes_are_local_and_summer_time_is_minded(local, alpha):
    row = {"1. open": "1", "2. high": "1", "3. low": "1", "4. close": "1", "5. volume": "1"}
    moments = ["2026-03-09 09:31:00", "2026-03-09 09:30:00", "2026-03-06 15:59:00", "2026-03-06 09:30:00"]
    page = {"Meta Data": {"6. Time Zone": "US/Eastern"}, "Time Series (1min)": dict.fromkeys(moments, row)}
    local.says(as_json(page))
    (series,) = alpha.prices(PriceQuestion(("IBM",), date(2026, 3, 6), frequency=Frequency.MINUTE)).series
    assert [str(moment) for moment in series.event_times_utc] == [
        "2026-03-06T14:30:00",
        "2026-03-06T20:59:00",
        "2026-03-09T13:30:00",
        "2026-03-09T13:31:00",
    ]
    assert [str(day) for day in series.sessions] == ["2026-03-06", "2026-03-06", "2026-03-09", "2026-03-09"]


@pytest.mark.parametrize(
    ("page", "error", "wait_s"),
    [
        ({"Note": "Our standard API call frequency is 5 calls per minute and 500 calls per day."}, ProviderLimited, 60),
        ({"Information": "Our standard API rate limit is 25 requests per day."}, ProviderLimited, 5 * 3600),
        ({"Information": "Please spread out your requests (1 request per second)."}, ProviderLimited, 2),
        ({"Note": "A wording that nobody has seen yet."}, ProviderLimited, 60),
        ({"Information": "This is a premium endpoint. You may subscribe."}, ProviderRefused, None),
        ({"Information": "The **demo** API key is for demo purposes only."}, ProviderRefused, None),
        ({"Error Message": "the parameter apikey is invalid or missing."}, ProviderRefused, None),
    ],
)
def test_refusals_with_status_200_are_known_by_their_key(local, alpha, page, error, wait_s):
    """NOW is 19:00 in New York: five hours to midnight there."""
    local.says(as_json(page))
    with pytest.raises(error) as caught:
        alpha.prices(PriceQuestion(("IBM", "MSFT", "AAPL")))
    assert caught.value.retry_after_s == wait_s
    assert len(local.asked) == 1, "the other symbols would only use up the quota"


@pytest.mark.parametrize("start", [None, DAYS[1]])
def test_a_free_key_brings_closes_as_traded_where_adjusted_ones_cost(local, alpha, start):
    premium = as_json({"Information": "Thank you! This is a premium endpoint. You may subscribe."})
    local.says(premium, *([premium] if start is None else []), as_json(pages.daily(DAYS)))
    answer = alpha.prices(PriceQuestion(("IBM", "MSFT"), start, fields=ALL))
    tried = ["TIME_SERIES_DAILY_ADJUSTED", "TIME_SERIES_DAILY", "TIME_SERIES_DAILY"]
    assert functions(local) == [*tried, *(["TIME_SERIES_DAILY"] if start is None else [])]
    assert local.asked[-1].query["outputsize"] == "compact"
    assert [Field.ADJUSTED_CLOSE in one.columns for one in answer.series] == [False, False]
    assert "IBM: the key's plan has no adjusted closes" in " ".join(answer.provenance.transformations)


def test_a_refusal_that_quotes_the_key_does_not_pass_it_on(local, alpha):
    local.says(as_json({"Information": f"We have detected your API key as {pages.KEY} and 25 requests per day"}))
    with pytest.raises(ProviderLimited, match=r"your API key as \*\*\* and") as caught:
        alpha.prices(PriceQuestion(("IBM",)))
    assert pages.KEY not in caught.value.message


def test_unknown_symbols_and_exchanges_are_named_and_spoil_nothing(local, alpha):
    local.script = lambda asked: as_json(UNKNOWN if asked.query["symbol"] == "GONE" else pages.daily(DAYS))
    answer = alpha.prices(PriceQuestion(("IBM", "GONE", "^GSPC", "7203.T", "ALDM.X")))
    assert [series.symbol for series in answer.series] == ["IBM"]
    assert answer.missing_symbols == ("^GSPC", "7203.T", "ALDM.X", "GONE")


@pytest.mark.parametrize(("symbol", "theirs"), [("VOD.L", "VOD.LON"), ("MUV2.DE", "MUV2.DEX"), ("RY.TO", "RY.TRT")])
def test_other_exchanges_have_other_suffixes_and_currencies(local, alpha, symbol, theirs):
    local.says(as_json(pages.daily(DAYS)))
    (series,) = alpha.prices(PriceQuestion((symbol,))).series
    assert local.asked[0].query["symbol"] == theirs
    assert (series.currency, series.columns[Field.CLOSE][0]) == {
        "VOD.L": ("GBP", 1.0),
        "MUV2.DE": ("EUR", 100.0),
        "RY.TO": ("CAD", 100.0),
    }[symbol]


def test_dividends_and_splits_stand_beside_the_bars(local, alpha):
    page = pages.daily(DAYS, adjusted=True)
    rows = page["Time Series (Daily)"]
    rows[DAYS[2].isoformat()]["7. dividend amount"] = "1.6800"
    rows[DAYS[5].isoformat()]["8. split coefficient"] = "2.0"
    local.says(as_json(page))
    answer = alpha.actions(ActionQuestion(("IBM",), start=DAYS[0]))
    assert [(one.kind, one.ex_date, one.amount_ccy, one.currency, one.ratio) for one in answer.actions] == [
        ("dividend", DAYS[2], Decimal("1.68"), "USD", None),
        ("split", DAYS[5], None, None, Decimal("2.0")),
    ]
    assert alpha.actions(ActionQuestion(("IBM",), start=DAYS[3])).actions[0].kind == "split"


def test_a_free_key_brings_splits_of_the_whole_past_where_the_page_with_dividends_costs(local, alpha):
    premium = as_json({"Information": "Thank you! This is a premium endpoint. You may subscribe."})
    rows = [
        {"effective_date": "2020-08-31", "split_factor": "4.0000"},
        {"effective_date": "2014-06-09", "split_factor": "7.0000"},
        {"effective_date": "2001-01-02", "split_factor": "0.1000"},
    ]
    local.says(premium, as_json({"symbol": "AAPL", "data": rows}), as_json({"symbol": "IBM", "data": []}))
    answer = alpha.actions(ActionQuestion(("AAPL", "IBM"), start=date(2010, 1, 1)))
    assert functions(local) == ["TIME_SERIES_DAILY_ADJUSTED", "SPLITS", "SPLITS"]
    assert [(one.symbol, one.kind, one.ex_date, one.ratio) for one in answer.actions] == [
        ("AAPL", "split", date(2014, 6, 9), Decimal("7.0")),
        ("AAPL", "split", date(2020, 8, 31), Decimal("4.0")),
    ]
    assert answer.missing_symbols == ()
    assert "AAPL: the key's plan has splits, and no dividends." in answer.provenance.transformations


@pytest.mark.parametrize(
    "rows",
    ["none", {"2020-08-31": "4"}, [{"split_factor": "4"}], [{"effective_date": "2020-08-31", "split_factor": "0"}]],
)
def test_a_list_of_splits_that_is_none_is_a_changed_shape(local, alpha, rows):
    premium = as_json({"Information": "This is a premium endpoint."})
    local.says(premium, as_json({"symbol": "AAPL", "data": rows}))
    with pytest.raises(ProviderChanged, match="dividends and splits"):
        alpha.actions(ActionQuestion(("AAPL",)))


def test_fundamentals_have_their_quarter_and_the_day_of_knowledge(local, alpha):
    local.script = lambda asked: as_json({} if asked.query["symbol"] == "GONE" else pages.overview(PERatio="None"))
    names = ("market_value_ccy", "pe_ratio", "dividend_yield_frac", "shares_outstanding_count")
    answer = alpha.attributes(AttributeQuestion(names, ("IBM", "GONE", "BTC-USD")))
    assert {(one.name, one.value, one.unit) for one in answer.values} == {
        ("market_value_ccy", 2e11, "USD"),
        ("shares_outstanding_count", 9e8, "shares"),
        ("dividend_yield_frac", 0.0312, "fraction"),
    }
    assert {(one.event_date, one.knowledge_date) for one in answer.values} == {(date(2025, 12, 31), pages.NOW.date())}
    assert answer.missing_symbols == ("BTC-USD", "GONE")


def test_a_quote_is_dated_by_its_close(local, alpha):
    page = {
        "Global Quote": {
            "01. symbol": "IBM",
            "05. price": "112.1300",
            "06. volume": "29062853",
            "07. latest trading day": "2026-03-19",
            "08. previous close": "112.7900",
        }
    }
    local.script = lambda asked: as_json(page if asked.query["symbol"] == "IBM" else {"Global Quote": {}})
    answer = alpha.quotes(QuoteQuestion(("IBM", "GONE")))
    (quote,) = answer.quotes
    assert (quote.price, quote.previous_close, quote.volume) == (112.13, 112.79, 29062853)
    assert quote.event_time_utc == datetime(2026, 3, 19, 20, 0, tzinfo=UTC)
    assert answer.missing_symbols == ("GONE",)


def test_rates_of_exchange(local, alpha):
    local.says(as_json(pages.daily(DAYS, name="Time Series FX (Daily)", zone="UTC")))
    answer = alpha.rates(RateQuestion("EUR", "USD", DAYS[0], DAYS[1]))
    assert answer.rates == (Decimal("100.0"), Decimal("101.0"))
    assert local.asked[0].query["from_symbol"] == "EUR"
    local.says(as_json(UNKNOWN))
    with pytest.raises(ProviderRefused, match="no rate of USD for ISK"):
        alpha.rates(RateQuestion("ISK", "USD"))


@pytest.mark.parametrize(
    ("place", "value"),
    [("4. close", "n. a. today"), ("4. close", ["1"]), ("4. close", True), ("4. close", "Infinity")],
)
def test_a_price_that_is_no_number_is_a_changed_shape(local, alpha, place, value):
    page = pages.daily(DAYS)
    page["Time Series (Daily)"][DAYS[0].isoformat()][place] = value
    local.says(as_json(page))
    with pytest.raises(ProviderChanged, match="IBM in another shape"):
        alpha.prices(PriceQuestion(("IBM",)))


@pytest.mark.parametrize("moment", ["tomorrow", "2026-13-01", "02/03/2026"])
def test_a_row_without_a_date_is_a_changed_shape(local, alpha, moment):
    page = pages.daily(DAYS)
    rows = page["Time Series (Daily)"]
    rows[moment] = rows.pop(DAYS[0].isoformat())
    local.says(as_json(page))
    with pytest.raises(ProviderChanged, match="IBM in another shape"):
        alpha.prices(PriceQuestion(("IBM",)))


def test_absent_prices_are_missing_and_bars_of_the_future_left_out(local, alpha):
    page = pages.daily([*DAYS, date(2031, 1, 2)])
    page["Time Series (Daily)"][DAYS[0].isoformat()]["4. close"] = "None"
    local.says(as_json(page))
    answer = alpha.prices(PriceQuestion(("IBM",)))
    (series,) = answer.series
    assert np.isnan(series.columns[Field.CLOSE][0])
    assert series.flags.tolist() == [Flag.MISSING.value, *[Flag.OK.value] * 7]
    assert "IBM: 1 row dated in the future left out." in answer.provenance.transformations


@settings(max_examples=30, deadline=None)
@given(st.permutations(range(8)))
def test_the_order_of_the_rows_does_not_matter(order):
    page = pages.daily(DAYS)
    rows = page["Time Series (Daily)"]
    page["Time Series (Daily)"] = {DAYS[place].isoformat(): rows[DAYS[place].isoformat()] for place in order}
    provider = pages.at(AlphaVantage, _Nowhere())
    asked = provider.ask(PriceQuestion(("IBM",)))
    series = provider.shape(asked, (pages.payload(page),)).series[0]
    assert [str(day) for day in series.sessions] == [day.isoformat() for day in DAYS]
    assert series.columns[Field.CLOSE].tolist() == [100.0 + place for place in range(8)]


class _Nowhere:
    address = "http://127.0.0.1:9"
