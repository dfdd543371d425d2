"""Does each figure of Yahoo's chart arrive on its own session, and nothing that is not there?"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import ProviderChanged, ProviderRefused, ProviderUnavailable
from data.providers.answers import PriceAnswer
from data.providers.questions import ActionQuestion, PriceQuestion, QuoteQuestion, RateQuestion
from data.providers.vocabulary import Adjustment, Field, Flag, Frequency
from data.providers.yahoo import YahooFinance
from tests.contracts import pages
from tests.contracts.local_server import LocalServer, as_json

ALL = frozenset(Field)
DAYS = pages.weekdays(date(2026, 3, 2), 8)


@pytest.fixture
def yahoo(local: LocalServer) -> YahooFinance:
    return pages.at(YahooFinance, local)


def iso(series) -> list[str]:
    return [str(day) for day in series.sessions]


@pytest.mark.requirement("2.1.F2")
def test_daily_bars_come_with_all_their_columns(local, yahoo):
    local.says(as_json(pages.chart(DAYS)))
    answer = yahoo.prices(PriceQuestion(("BRK.B",), DAYS[1], DAYS[-2], fields=ALL))
    (series,) = answer.series
    assert iso(series) == [day.isoformat() for day in DAYS[1:-1]]
    assert series.columns[Field.CLOSE].tolist() == [101.0, 102.0, 103.0, 104.0, 105.0, 106.0]
    assert series.columns[Field.ADJUSTED_CLOSE] == pytest.approx(series.columns[Field.CLOSE] * 0.9)
    assert series.columns[Field.VOLUME][0] == 1001
    assert (series.columns[Field.LOW] < series.columns[Field.OPEN]).all()
    assert (series.symbol, series.currency, series.adjustment) == ("BRK.B", "USD", Adjustment.SPLITS)
    assert set(series.flags) == {Flag.OK.value}
    assert local.asked[0].path == "/v8/finance/chart/BRK-B"
    assert "splits itself" in answer.provenance.transformations[0]


def test_the_window_is_asked_a_day_wider_than_wanted_on_either_side(local, yahoo):
    local.says(as_json(pages.chart(DAYS)))
    yahoo.prices(PriceQuestion(("AAPL",), date(2026, 3, 3), date(2026, 3, 6)))
    asked = local.asked[0].query
    assert asked["period1"] == str(int(datetime(2026, 3, 2, tzinfo=UTC).timestamp()))
    assert asked["period2"] == str(int(datetime(2026, 3, 8, tzinfo=UTC).timestamp()))
    assert asked["interval"] == "1d"


@pytest.mark.requirement("2.1.A5")
@pytest.mark.parametrize(
    ("zone", "clock"),
    [
        ("America/New_York", time(9, 30)),
        ("Europe/London", time(0, 0)),  # rates of exchange: midnight in London, the evening before in UTC in summer
        ("Europe/Berlin", time(9, 0)),
        ("Asia/Tokyo", time(9, 0)),
        ("Pacific/Auckland", time(10, 0)),  # the session begins on the day before in UTC
        ("UTC", time(0, 0)),
    ],
)
def test_sessions_are_local_dates_across_a_change_of_summer_time(local, zone, clock):
    for first in (date(2025, 3, 3), date(2025, 9, 22), date(2025, 10, 20)):
        days = pages.weekdays(first, 25)
        local.says(as_json(pages.chart(days, zone, clock)))
        (series,) = pages.at(YahooFinance, local).prices(PriceQuestion(("ANY",))).series
        assert iso(series) == [day.isoformat() for day in days]


def test_minute_bars_keep_their_moment_and_belong_to_their_local_session(local, yahoo):
    """Summer time began in New York on 8 March 2026: 09:30 there is 14:30 UTC before and 13:30 after."""
    stamps = [
        pages.moment(day, "America/New_York", time(9, 30 + minute))
        for day in (date(2026, 3, 6), date(2026, 3, 9))
        for minute in (0, 1)
    ]
    local.says(as_json(pages.chart((), moments=stamps)))
    question = PriceQuestion(("AAPL",), date(2026, 3, 6), date(2026, 3, 9), Frequency.MINUTE, ALL)
    (series,) = yahoo.prices(question).series
    assert [str(moment) for moment in series.event_times_utc] == [
        "2026-03-06T14:30:00",
        "2026-03-06T14:31:00",
        "2026-03-09T13:30:00",
        "2026-03-09T13:31:00",
    ]
    assert iso(series) == ["2026-03-06", "2026-03-06", "2026-03-09", "2026-03-09"]
    assert Field.ADJUSTED_CLOSE not in series.columns
    assert local.asked[0].query["interval"] == "1m"


def test_minutes_of_a_month_are_asked_for_in_weeks_and_joined(local, yahoo):
    first = date(2026, 2, 23)

    def script(asked):
        begin = datetime.fromtimestamp(int(asked.query["period1"]), UTC)
        stamps = [int((begin + timedelta(hours=15, minutes=place)).timestamp()) for place in range(3)]
        return as_json(pages.chart((), moments=stamps))

    local.asked.clear()
    local.script = script
    question = PriceQuestion(("AAPL",), first, date(2026, 3, 15), Frequency.MINUTE)
    (series,) = yahoo.prices(question).series
    spans = [int(one.query["period2"]) - int(one.query["period1"]) for one in local.asked]
    assert max(spans) <= 7 * 86_400
    assert len(spans) == 4
    assert series.event_times_utc.size == 3 * 3
    assert bool((np.diff(series.event_times_utc).astype(int) > 0).all())


def test_minutes_that_yahoo_no_longer_keeps_are_refused_before_asking(local, yahoo):
    local.says(as_json({}))
    with pytest.raises(ProviderRefused, match=r"30 days only\. Ask for a later start"):
        yahoo.prices(PriceQuestion(("AAPL",), date(2026, 1, 5), frequency=Frequency.MINUTE))
    assert local.asked == []


def test_an_empty_row_is_missing_and_not_zero(local, yahoo):
    page = pages.chart(DAYS)
    quote = page["chart"]["result"][0]["indicators"]["quote"][0]
    for column in quote.values():
        column[3] = None
    page["chart"]["result"][0]["indicators"]["adjclose"][0]["adjclose"][3] = None
    local.says(as_json(page))
    (series,) = yahoo.prices(PriceQuestion(("AAPL",), fields=ALL)).series
    assert series.flags[3] == Flag.MISSING.value
    assert all(np.isnan(column[3]) for column in series.columns.values())
    assert iso(series)[3] == DAYS[3].isoformat()


def test_a_minute_without_a_trade_is_no_bar(local, yahoo):
    stamps = [pages.moment(date(2026, 3, 9), "America/New_York", time(9, 30 + minute)) for minute in range(4)]
    page = pages.chart((), moments=stamps)
    for column in page["chart"]["result"][0]["indicators"]["quote"][0].values():
        column[1] = None
    local.says(as_json(page))
    answer = yahoo.prices(PriceQuestion(("AAPL",), date(2026, 3, 9), date(2026, 3, 9), Frequency.MINUTE))
    assert answer.series[0].sessions.size == 3
    assert "AAPL: 1 row without a trade left out." in answer.provenance.transformations


def test_a_price_of_zero_stays_and_is_suspect(local, yahoo):
    page = pages.chart(DAYS)
    page["chart"]["result"][0]["indicators"]["quote"][0]["close"][2] = 0.0
    local.says(as_json(page))
    (series,) = yahoo.prices(PriceQuestion(("AAPL",))).series
    assert series.columns[Field.CLOSE][2] == 0.0
    assert series.flags[2] == Flag.SUSPECT.value


def test_rows_out_of_order_and_repeated_are_told(local, yahoo):
    stamps = [pages.moment(day, "America/New_York") for day in DAYS]
    stamps[1], stamps[2] = stamps[2], stamps[1]
    stamps[7] = stamps[6] + 3600  # Yahoo repeats the last session with the moment of the last trade
    local.says(as_json(pages.chart((), moments=stamps)))
    answer = yahoo.prices(PriceQuestion(("AAPL",)))
    (series,) = answer.series
    assert iso(series) == [day.isoformat() for day in DAYS[:7]]
    assert series.columns[Field.CLOSE].tolist() == [100, 102, 101, 103, 104, 105, 107]
    said = " ".join(answer.provenance.transformations)
    assert "AAPL: rows out of order put into order." in said
    assert "AAPL: 1 row for a moment named twice left out; the last one counts." in said


def test_bars_from_the_future_are_left_out_and_told(local, yahoo):
    days = [*DAYS, date(2026, 3, 25), date(2031, 1, 2)]
    local.says(as_json(pages.chart(days)))
    answer = yahoo.prices(PriceQuestion(("AAPL",)))
    assert iso(answer.series[0])[-1] == DAYS[-1].isoformat()
    assert "AAPL: 2 rows dated in the future left out." in answer.provenance.transformations


def test_a_minute_that_has_not_come_yet_is_no_bar(local, yahoo):
    """NOW is 19:00 in New York."""
    stamps = [pages.moment(date(2026, 3, 20), "America/New_York", time(hour, 30)) for hour in (9, 18, 21)]
    local.says(as_json(pages.chart((), moments=stamps)))
    question = PriceQuestion(("AAPL",), date(2026, 3, 20), date(2026, 3, 20), Frequency.MINUTE)
    answer = yahoo.prices(question)
    assert answer.series[0].sessions.size == 2
    assert "AAPL: 1 row dated in the future left out." in answer.provenance.transformations


def test_only_bars_from_the_future_mean_that_the_shape_changed(local, yahoo):
    local.says(as_json(pages.chart([date(2031, 1, 2), date(2031, 1, 3)])))
    with pytest.raises(ProviderChanged, match="every bar of AAPL in the future"):
        yahoo.prices(PriceQuestion(("AAPL",)))


@pytest.mark.parametrize(("hour_utc", "expected"), [(15, "2026-03-19"), (21, "2026-03-20")])
def test_a_session_under_way_has_no_close_yet(local, hour_utc, expected):
    day = date(2026, 3, 20)
    period = {
        "start": pages.moment(day, "America/New_York", time(9, 30)),
        "end": pages.moment(day, "America/New_York", time(16)),
    }
    page = pages.chart([date(2026, 3, 19), day], meta={"currentTradingPeriod": {"regular": period}})
    local.says(as_json(page))
    now = datetime(2026, 3, 20, hour_utc, tzinfo=UTC)
    answer = pages.at(YahooFinance, local, now).prices(PriceQuestion(("AAPL",)))
    assert iso(answer.series[0])[-1] == expected
    assert ("still under way" in " ".join(answer.provenance.transformations)) == (hour_utc == 15)


@pytest.mark.parametrize(
    ("code", "description", "status"),
    [
        ("Not Found", "No data found, symbol may be delisted", 404),
        ("Bad Request", "Data doesn't exist for startDate = 1, endDate = 2", 400),
    ],
)
def test_unknown_and_delisted_symbols_are_named_and_spoil_nothing(local, yahoo, code, description, status):
    def script(asked):
        if asked.path.endswith("/GONE"):
            return as_json(pages.chart_error(code, description), status)
        return as_json(pages.chart(DAYS))

    local.script = script
    answer = yahoo.prices(PriceQuestion(("AAPL", "GONE", "ALDM.X", "no such symbol")))
    assert [series.symbol for series in answer.series] == ["AAPL"]
    assert answer.missing_symbols == ("ALDM.X", "no such symbol", "GONE")


@pytest.mark.parametrize(
    ("code", "error"), [("Unprocessable Entity", ProviderRefused), ("internal-error", ProviderUnavailable)]
)
def test_other_errors_of_the_page_are_told_in_its_words(local, yahoo, code, error):
    local.says(as_json(pages.chart_error(code, "Something  else."), 422))
    with pytest.raises(error, match=r"for AAPL: Something else\."):
        yahoo.prices(PriceQuestion(("AAPL",)))


def test_a_window_without_a_session_is_an_empty_series_of_a_known_symbol(local, yahoo):
    page = pages.chart(())
    del page["chart"]["result"][0]["timestamp"]
    page["chart"]["result"][0]["indicators"] = {"quote": [{}], "adjclose": [{}]}
    local.says(as_json(page))
    answer = yahoo.prices(PriceQuestion(("AAPL",), date(2026, 3, 14), date(2026, 3, 15), fields=ALL))
    assert answer.missing_symbols == ()
    assert answer.series[0].sessions.size == 0


@pytest.mark.parametrize("lost", ["adjclose", "zone", "currency"])
def test_what_a_page_must_have_is_asked_for(local, yahoo, lost):
    page = pages.chart(DAYS)
    result = page["chart"]["result"][0]
    if lost == "adjclose":
        del result["indicators"]["adjclose"]
    else:
        key = {"zone": "exchangeTimezoneName", "currency": "currency"}[lost]
        result["meta"][key] = "Moon/Far_Side" if lost == "zone" else None
    local.says(as_json(page))
    with pytest.raises(ProviderChanged, match="AAPL in another shape"):
        yahoo.prices(PriceQuestion(("AAPL",), fields=ALL))


def test_pence_become_pounds_in_prices_dividends_and_quotes(local, yahoo):
    event = {"amount": 12.5, "date": pages.moment(DAYS[2], "Europe/London", time(8))}
    page = pages.chart(DAYS, "Europe/London", time(8), "GBp", events={"dividends": {"1": event}})
    local.says(as_json(page))
    prices = yahoo.prices(PriceQuestion(("VOD.L",), fields=ALL))
    series = prices.series[0]
    assert (series.currency, series.columns[Field.CLOSE][0], series.columns[Field.VOLUME][0]) == ("GBP", 1.0, 1000)
    assert "VOD.L: prices in GBp divided by 100, to be in GBP." in prices.provenance.transformations
    (paid,) = yahoo.actions(ActionQuestion(("VOD.L",))).actions
    assert (paid.amount_ccy, paid.currency, paid.ex_date) == (Decimal("0.125"), "GBP", DAYS[2])
    (quote,) = yahoo.quotes(QuoteQuestion(("VOD.L",))).quotes
    assert (quote.price, quote.currency) == (pytest.approx(1.235), "GBP")


def test_dividends_and_splits_have_their_ex_date_and_ratio(local, yahoo):
    zone = "America/New_York"
    events = {
        "dividends": {
            "a": {"amount": 0.24, "date": pages.moment(DAYS[3], zone)},
            "b": {"amount": 0.23, "date": pages.moment(DAYS[0], zone)},
        },
        "splits": {
            "c": {"date": pages.moment(DAYS[5], zone), "numerator": 4.0, "denominator": 1.0, "splitRatio": "4:1"},
            "d": {"date": pages.moment(DAYS[6], zone), "numerator": 1.0, "denominator": 10.0, "splitRatio": "1:10"},
        },
    }
    local.says(as_json(pages.chart(DAYS, events=events)))
    answer = yahoo.actions(ActionQuestion(("AAPL",), start=DAYS[1]))
    assert [(one.kind, one.ex_date, one.amount_ccy, one.ratio) for one in answer.actions] == [
        ("dividend", DAYS[3], Decimal("0.24"), None),
        ("split", DAYS[5], None, Decimal(4)),
        ("split", DAYS[6], None, Decimal("0.1")),
    ]


def test_a_quote_has_its_moment_and_a_page_without_a_price_is_missing(local, yahoo):
    def script(asked):
        meta = {"regularMarketPrice": None} if asked.path.endswith("/NONE") else {}
        return as_json(pages.chart(DAYS, meta=meta))

    local.script = script
    answer = yahoo.quotes(QuoteQuestion(("AAPL", "NONE")))
    (quote,) = answer.quotes
    assert (quote.price, quote.previous_close, quote.volume) == (123.5, 122.0, 9000)
    assert quote.event_time_utc == datetime(2026, 3, 20, 20, 0, tzinfo=UTC)
    assert answer.missing_symbols == ("NONE",)


def test_rates_of_exchange_leave_out_days_without_one(local, yahoo):
    page = pages.chart(DAYS, "Europe/London", time(0))
    quote = page["chart"]["result"][0]["indicators"]["quote"][0]
    quote["close"] = [1.1023999452590942, None, *[1.25] * 6]
    local.says(as_json(page))
    answer = yahoo.rates(RateQuestion("EUR", "USD"))
    assert answer.rates[:2] == (Decimal("1.102399945"), Decimal("1.25"))
    assert [str(day) for day in answer.sessions[:2]] == [DAYS[0].isoformat(), DAYS[2].isoformat()]
    assert local.asked[0].path == "/v8/finance/chart/EURUSD%3DX"


def test_an_unknown_pair_of_currencies_is_refused(local, yahoo):
    local.says(as_json(pages.chart_error("Not Found", "none"), 404))
    with pytest.raises(ProviderRefused, match="no rate of USD for ISK"):
        yahoo.rates(RateQuestion("ISK", "USD"))


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 6_000),
            st.none() | st.floats(-5, 1e6, allow_nan=False),
            st.none() | st.integers(-5, 10**9),
        ),
        max_size=25,
    )
)
def test_whatever_rows_come_sessions_rise_and_nothing_is_invented(rows):
    """Shaping needs no server: it may not fetch."""
    stamps = [1_200_000_000 + days * 86_400 for days, _, _ in rows]
    page = pages.chart((), moments=stamps)
    quote = page["chart"]["result"][0]["indicators"]["quote"][0]
    quote["close"] = [close for _, close, _ in rows]
    quote["volume"] = [volume for _, _, volume in rows]
    provider = pages.at(YahooFinance, _NOWHERE)
    asked = provider.ask(PriceQuestion(("AAPL",), fields=frozenset({Field.CLOSE, Field.VOLUME})))
    answer = provider.shape(asked, (pages.payload(page),))
    assert isinstance(answer, PriceAnswer)
    series = answer.series[0]
    assert bool((np.diff(series.sessions).astype(int) > 0).all())
    given_closes = {float(close) for _, close, _ in rows if close is not None}
    kept = series.columns[Field.CLOSE]
    assert set(kept[np.isfinite(kept)].tolist()) <= given_closes
    assert set(series.flags[~np.isfinite(kept)]) <= {Flag.MISSING.value, Flag.SUSPECT.value}
    assert len(set(stamps)) == series.sessions.size


class _Nowhere:
    address = "http://127.0.0.1:9"


_NOWHERE = _Nowhere()
