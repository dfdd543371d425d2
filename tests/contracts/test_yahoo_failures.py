"""Does one page of Yahoo that cannot be used leave the others alone, and is every question asked whole and bounded?"""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from data.errors import ProviderChanged, ProviderRefused, ProviderUnavailable
from data.providers.questions import PriceQuestion, QuoteQuestion
from data.providers.vocabulary import Frequency
from data.providers.yahoo import YahooFinance
from tests.contracts import pages
from tests.contracts.local_server import LocalServer, Reply, as_json

DAYS = pages.weekdays(date(2026, 3, 2), 8)


@pytest.fixture
def yahoo(local: LocalServer) -> YahooFinance:
    return pages.at(YahooFinance, local)


@pytest.mark.parametrize("fault", ["currency", "column", "words", "html", "status"])
def test_one_symbol_that_fails_does_not_stop_the_others(local, yahoo, fault):
    def script(asked):
        if not asked.path.endswith("/BAD"):
            return as_json(pages.chart(DAYS))
        page = pages.chart(DAYS, meta={"currency": None} if fault == "currency" else {})
        if fault == "column":
            page["chart"]["result"][0]["indicators"]["quote"][0]["close"].pop()
        if fault == "words":
            page = pages.chart_error("Unprocessable Entity", "Something else.")
        if fault == "html":
            return Reply(b"<html>no</html>")
        return as_json({} if fault == "status" else page, 410 if fault == "status" else 200)

    local.script = script
    answer = yahoo.prices(PriceQuestion(("BAD", "AAPL", "MSFT")))
    assert [series.symbol for series in answer.series] == ["AAPL", "MSFT"]
    assert answer.missing_symbols == ("BAD",)
    assert any(note.startswith("BAD is left out: ") for note in answer.provenance.notes)
    with pytest.raises((ProviderChanged, ProviderRefused)):
        yahoo.prices(PriceQuestion(("BAD",)))


def test_a_question_of_many_pages_has_one_deadline(local, yahoo, monkeypatch):
    monkeypatch.setattr("data.providers.yahoo.QUESTION_S", 0.0)
    local.says(as_json(pages.chart(DAYS)))
    with pytest.raises(ProviderUnavailable, match="Ask for fewer symbols"):
        yahoo.prices(PriceQuestion(("AAPL",)))


def test_minutes_of_a_session_that_begins_on_the_day_before_in_utc_are_asked_for(local, yahoo):
    day = date(2026, 3, 18)
    opening = pages.moment(day, "Australia/Sydney", time(10))
    local.says(as_json(pages.chart((), "Australia/Sydney", moments=[opening])))
    yahoo.prices(PriceQuestion(("CBA.AX",), day, day, Frequency.MINUTE))
    assert int(local.asked[0].query["period1"]) <= opening < int(local.asked[-1].query["period2"])


def test_a_quote_from_the_future_is_missing(local, yahoo):
    def script(asked):
        ahead = timedelta(minutes=6 if asked.path.endswith("/LATE") else 4)
        return as_json(pages.chart(DAYS, meta={"regularMarketTime": int((pages.NOW + ahead).timestamp())}))

    local.script = script
    answer = yahoo.quotes(QuoteQuestion(("AAPL", "LATE")))
    assert [quote.symbol for quote in answer.quotes] == ["AAPL"]
    assert answer.missing_symbols == ("LATE",)
    assert "LATE: a price dated in the future left out." in answer.provenance.transformations
