"""Does each adapter meet each way of failing with the error that says what to do?"""

from __future__ import annotations

import gzip
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from data.errors import ProviderChanged, ProviderError, ProviderLimited, ProviderRefused, ProviderUnavailable
from data.providers.alpha_vantage import AlphaVantage
from data.providers.fred import Fred
from data.providers.protocol import Provider, ProviderContext
from data.providers.questions import (
    ConstituentQuestion,
    MacroQuestion,
    PriceQuestion,
    Question,
)
from data.providers.registry import ProviderRegistry
from data.providers.yahoo import YahooFinance
from tests.contracts import pages
from tests.contracts.local_server import Reply, as_json

DAYS = pages.weekdays(date(2026, 3, 9), 5)
LATER = pages.weekdays(date(2031, 3, 10), 5)
PACKED = {"Content-Type": "application/json", "Content-Encoding": "gzip"}


@dataclass(frozen=True)
class Case:
    """An adapter, a question, a good page and a change after which the page is of another shape."""

    kind: type[Provider]
    question: Question
    good: Callable[[], dict[str, Any]]
    broken: Callable[[dict[str, Any]], Any]

    def __str__(self) -> str:
        return self.kind.name


CASES = [
    Case(
        YahooFinance,
        PriceQuestion(("ONE",)),
        lambda: pages.chart(DAYS),
        lambda page: page["chart"]["result"][0]["indicators"]["quote"][0].pop("close"),
    ),
    Case(
        AlphaVantage,
        PriceQuestion(("ONE",)),
        lambda: pages.daily(DAYS),
        lambda page: [row.pop("4. close") for row in page["Time Series (Daily)"].values()],
    ),
    Case(Fred, MacroQuestion(("ONE",)), lambda: pages.series("ONE"), lambda page: page["seriess"][0].pop("title")),
]


@pytest.fixture(params=CASES, ids=str)
def case(request: pytest.FixtureRequest) -> Case:
    return request.param


WAYS = [
    (
        Reply(b"<html><body>Sign in to go on</body></html>", headers={"Content-Type": "text/html"}),
        ProviderChanged,
        "web page",
    ),
    (Reply(b""), ProviderChanged, "empty"),
    (Reply(b'{"chart": {"result": [ {"meta"'), ProviderChanged, "not whole JSON"),
    (Reply(b'{"a": NaN}'), ProviderChanged, "NaN"),
    (Reply(b'{"a": 1, "a": 1}'), ProviderChanged, "twice"),
    (Reply(b"[]"), ProviderChanged, "another shape"),
    (Reply(b'"text"'), ProviderChanged, "another shape"),
    (Reply(b'{"nothing": "known"}'), ProviderChanged, "another shape"),
    (Reply('{"a": "é"}'.encode("latin-1")), ProviderChanged, "not text"),
    (Reply(b'{"a": ' * 20_000), ProviderChanged, "too deeply"),
    (Reply(status=429, headers={"Retry-After": "90"}), ProviderLimited, "too often"),
    (Reply(status=500), ProviderUnavailable, "status 500"),
    (Reply(status=503), ProviderUnavailable, "status 503"),
    (Reply(status=401), ProviderRefused, "status 401"),
    (Reply(status=302, headers={"Location": "https://consent.example/"}), ProviderChanged, "points to consent.example"),
    (Reply(b"{" * 900, how="truncated"), ProviderUnavailable, "broke off"),
    (Reply(how="declared"), ProviderChanged, "more than the 1 MB"),
    (Reply(how="endless"), ProviderChanged, "more than the 1 MB"),
    (Reply(gzip.compress(b" " * 100_000_000, 9), headers=PACKED), ProviderChanged, "more than the 1 MB"),
    (Reply(gzip.compress(b"{}" * 400)[:-9], headers=PACKED), ProviderUnavailable, "broke off"),
    (Reply(b"\x1f\x8b nothing of the kind", headers=PACKED), ProviderChanged, "compression is broken"),
]


@pytest.mark.requirement("2.1.D5")
@pytest.mark.parametrize(("reply", "error", "words"), WAYS)
def test_a_failure_has_its_error_and_a_sentence(local, case, reply, error, words):
    local.says(reply)
    with pytest.raises(error, match=words) as caught:
        pages.at(case.kind, local).answer(case.question)
    assert caught.value.provider == case.kind.name
    assert caught.value.message.startswith(case.kind.label)
    assert pages.KEY not in caught.value.message


@pytest.mark.parametrize("how", ["drip", "slow_headers", "hang"])
def test_slowness_meets_the_deadline(local, case, how):
    local.says(Reply(b"x" * 5_000, how=how))
    began = time.monotonic()
    with pytest.raises(ProviderUnavailable, match="in time"):
        pages.at(case.kind, local, try_s=0.2).answer(case.question)
    assert time.monotonic() - began < 1.5


def test_retry_after_reaches_the_caller(local, case):
    local.says(Reply(status=429, headers={"Retry-After": "90"}))
    with pytest.raises(ProviderLimited) as caught:
        pages.at(case.kind, local).answer(case.question)
    assert caught.value.retry_after_s == 90


def test_a_changed_shape_is_named_by_what_is_lacking(local, case):
    page = case.good()
    case.broken(page)
    local.says(as_json(page))
    with pytest.raises(ProviderChanged, match="in another shape than agreed: it lacks"):
        pages.at(case.kind, local).answer(case.question)


def test_an_answer_about_another_symbol_is_refused_and_names_both(local, case):
    """A source that mixes symbols up, or redirects a renamed one, must not give its prices to the wrong asset."""
    other = {
        YahooFinance: lambda: pages.chart(DAYS, symbol="MSFT"),
        AlphaVantage: lambda: pages.daily(DAYS, symbol="MSFT"),
        Fred: lambda: pages.series("MSFT"),
    }[case.kind]
    local.says(as_json(other()), as_json(pages.today(("2025-10-01", "1.5"))))
    with pytest.raises(ProviderChanged, match=f"{case.kind.label} answers about MSFT"):
        pages.at(case.kind, local).answer(case.question)


@pytest.mark.parametrize(
    ("kind", "symbol", "page"),
    [
        (YahooFinance, "BRK.B", pages.chart(DAYS, symbol="BRK-B")),
        (YahooFinance, "USDJPY=X", pages.chart(DAYS, symbol="JPY=X")),
        (AlphaVantage, "BRK.B", pages.daily(DAYS, symbol="BRK.B")),
        (AlphaVantage, "VOD.L", pages.daily(DAYS, symbol="vod.lon")),
    ],
)
def test_a_symbol_in_the_words_of_the_source_is_no_other_one(local, kind, symbol, page):
    local.says(as_json(page))
    assert pages.at(kind, local).prices(PriceQuestion((symbol,))).missing_symbols == ()


@pytest.mark.parametrize("kind", [YahooFinance, AlphaVantage])
def test_bars_that_are_all_of_the_future_are_refused_by_name(local, kind):
    page = pages.chart(LATER) if kind is YahooFinance else pages.daily(LATER)
    local.says(as_json(page))
    with pytest.raises(ProviderChanged, match="dates every bar of ONE in the future"):
        pages.at(kind, local).prices(PriceQuestion(("ONE",)))


SAID = "No data found, symbol may be delisted"


@pytest.mark.parametrize(
    ("kind", "page", "status"),
    [
        (YahooFinance, pages.chart_error("Not Found", SAID), 404),
        (YahooFinance, pages.chart_error("Not Found", SAID), 200),
        (AlphaVantage, {"Error Message": "Invalid API call. Please retry or visit the documentation."}, 200),
        (Fred, {"error_code": 400, "error_message": "Bad Request.  The series does not exist."}, 400),
        (Fred, {"error_code": 400, "error_message": "Bad Request.  The series does not exist."}, 200),
    ],
)
def test_a_delisted_or_unknown_symbol_is_named_as_missing_whatever_the_status(local, kind, page, status):
    local.says(as_json(page, status))
    provider = pages.at(kind, local)
    answer = provider.answer(MacroQuestion(("GONE",)) if kind is Fred else PriceQuestion(("GONE",)))
    assert (getattr(answer, "missing_symbols", ()) or getattr(answer, "missing_ids", ())) == ("GONE",)


@pytest.mark.parametrize(
    ("kind", "page", "error"),
    [
        (YahooFinance, pages.chart_error("Unauthorized", "Invalid cookie"), ProviderRefused),
        (YahooFinance, pages.chart_error("internal-error", "We are sorry"), ProviderUnavailable),
        (YahooFinance, {"finance": {"result": None, "error": {"code": "x"}}}, ProviderChanged),
        (
            Fred,
            {"error_code": 400, "error_message": "The value for variable api_key is not registered."},
            ProviderRefused,
        ),
        (Fred, {"error_code": 429, "error_message": "Too Many Requests."}, ProviderError),
    ],
)
def test_an_error_that_comes_with_status_200_is_an_error(local, kind, page, error):
    local.says(as_json(page))
    with pytest.raises(error):
        pages.at(kind, local).answer(MacroQuestion(("ONE",)) if kind is Fred else PriceQuestion(("ONE",)))


def test_a_key_never_reaches_what_is_kept(local, case):
    """Endpoints stand in the lineage for everybody in the house to read."""
    replies = [as_json(case.good())]
    if case.kind is Fred:
        replies.append(as_json(pages.today(("2025-10-01", "1.5"))))
    local.says(*replies)
    provider = pages.at(case.kind, local)
    asked = provider.ask(case.question)
    payloads = provider.fetch(asked)
    answer = provider.shape(asked, payloads)
    kept = repr(answer.provenance) + repr(payloads)
    assert pages.KEY not in kept
    assert answer.provenance.payload_sha256 == tuple(payload.sha256 for payload in payloads)
    if provider.capabilities.needs_credentials:
        assert pages.KEY in local.asked[0].query.values()
        assert "=***" in answer.provenance.endpoints[0]
    assert answer.provenance.fetched_at_utc == pages.NOW


def test_a_question_of_another_kind_is_refused_before_anybody_is_asked(local, case):
    local.says(Reply())
    with pytest.raises(ProviderRefused, match="does not answer questions about benchmark weights"):
        pages.at(case.kind, local).answer(ConstituentQuestion("SP500"))
    assert local.asked == []


@pytest.mark.parametrize("kind", [AlphaVantage, Fred])
def test_without_a_key_nobody_is_asked(kind):
    question = MacroQuestion(("GDP",)) if kind is Fred else PriceQuestion(("IBM",))
    with pytest.raises(ProviderRefused, match=r"needs a key\. Enter one on the page Providers"):
        kind(ProviderContext()).answer(question)


def test_providers_of_the_network_wait_until_they_are_wanted():
    """The first start must not depend on a network."""
    remote = [provider for provider in ProviderRegistry.load() if provider.capabilities.is_remote]
    assert {"yahoo", "alpha_vantage", "fred"} <= {provider.name for provider in remote}
    assert all(provider.capabilities.is_on_demand and provider.universe() == () for provider in remote)


def test_one_symbol_that_fails_spoils_the_whole_answer(local):
    """Half an answer that looks whole would be stored as one."""
    local.says(as_json(pages.chart(DAYS)), Reply(status=500))
    with pytest.raises(ProviderError):
        pages.at(YahooFinance, local).answer(PriceQuestion(("ONE", "TWO")))
