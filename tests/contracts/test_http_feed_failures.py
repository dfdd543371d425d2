"""Does a feed of the house's own meet each way of failing with the error that says what to do, and show no key?"""

from __future__ import annotations

import gzip
import json
import time
from datetime import UTC, datetime
from typing import Any

import pytest

from data.errors import ProviderChanged, ProviderLimited, ProviderRefused, ProviderUnavailable
from data.http.clients import HttpClients
from data.http.limits import MEGABYTE, HttpLimits
from data.providers.feed_mapping import FeedMapping
from data.providers.http_feed import HttpFeed, feed_of, try_mapping
from data.providers.protocol import ProviderContext
from data.providers.questions import PriceQuestion
from data.providers.vocabulary import Field
from tests.contracts.local_server import LocalServer, Reply, as_json

NOW = datetime(2022, 12, 29, 12, tzinfo=UTC)
KEY = "k3y/with+signs"
BARS = [{"d": "2022-12-27", "c": 10}, {"d": "2022-12-28", "c": 11.5}]
QUESTION = PriceQuestion(("AAA",))


def mapping(local: LocalServer, **changes: Any) -> FeedMapping:
    described = {
        "code": "hub",
        "label": "Data hub",
        "address": local.address + "/{symbol}?k={key}",
        "headers": {"X-Api-Key": "{key}"},
        "columns": {"date": "d", "close": "c"},
        "currency": "USD",
        "test_symbol": "AAA",
    }
    return FeedMapping.model_validate_json(json.dumps(described | changes))


def context(*, try_s: float = 5.0, allow_private: bool = True) -> ProviderContext:
    limits = HttpLimits(tries_count=1, try_s=try_s, overall_s=try_s, max_bytes=MEGABYTE)
    http = HttpClients(limits, allow_private=allow_private)
    return ProviderContext(now_utc=lambda: NOW, credentials={"api_key": KEY}, http=http)


def feed(local: LocalServer, **changes: Any) -> HttpFeed:
    return feed_of(mapping(local, **changes), context())


@pytest.mark.requirement("2.1.F4")
def test_bars_come_over_the_wire_and_no_key_is_kept(local: LocalServer) -> None:
    local.says(as_json(BARS))
    answer = feed(local).prices(QUESTION)
    assert answer.series[0].columns[Field.CLOSE].tolist() == [10.0, 11.5]
    (asked,) = local.asked
    assert (asked.path, asked.query["k"], asked.headers["X-Api-Key"]) == ("/AAA", KEY, KEY)
    assert "k3y" not in repr(answer.provenance)
    assert answer.provenance.endpoints[0].startswith(local.address)


PACKED = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
WAYS = [
    (Reply(b"<html>Sign in</html>", headers={"Content-Type": "text/html"}), ProviderChanged, "web page"),
    (Reply(b""), ProviderChanged, "answer is empty"),
    (Reply(b"[{"), ProviderChanged, "not whole JSON"),
    (Reply(b'{"error": "no plan"}'), ProviderChanged, "not a list"),
    (Reply(b'[{"d": "2022-12-28"}]'), ProviderChanged, "nothing at"),
    (Reply(status=429, headers={"Retry-After": "90"}), ProviderLimited, "too often"),
    (Reply(status=500), ProviderUnavailable, "status 500"),
    (Reply(status=401), ProviderRefused, "status 401"),
    (Reply(status=400), ProviderRefused, "status 400"),
    (Reply(status=302, headers={"Location": "https://elsewhere.example/"}), ProviderChanged, "points to elsewhere"),
    (Reply(b"[" * 900, how="truncated"), ProviderUnavailable, "broke off"),
    (Reply(how="declared"), ProviderChanged, "more than the 1 MB"),
    (Reply(how="endless"), ProviderChanged, "more than the 1 MB"),
    (Reply(gzip.compress(b" " * 100_000_000, 9), headers=PACKED), ProviderChanged, "more than the 1 MB"),
    (Reply(gzip.compress(b"[]" * 400)[:-9], headers=PACKED), ProviderUnavailable, "broke off"),
    (as_json([{"d": "2022-12-28", "c": "n.a. today"}]), ProviderChanged, "is not a number"),
    (as_json([{"d": "28 Dec", "c": 1}]), ProviderChanged, "is no date"),
]


@pytest.mark.requirement("2.1.D5")
@pytest.mark.parametrize(("reply", "error", "words"), WAYS)
def test_a_failure_has_its_error_and_a_trial_says_it_in_words(
    local: LocalServer, reply: Reply, error: type[Exception], words: str
) -> None:
    local.says(reply)
    with pytest.raises(error, match=words) as caught:
        feed(local).prices(QUESTION)
    assert caught.value.provider == "feed:hub"  # type: ignore[attr-defined]
    assert "k3y" not in str(caught.value)
    trial = try_mapping(mapping(local), "AAA", context())
    assert not trial.is_good
    assert any(words in one.message for one in trial.problems)


@pytest.mark.parametrize("how", ["drip", "slow_headers", "hang"])
def test_slowness_meets_the_deadline(local: LocalServer, how: str) -> None:
    local.says(Reply(b"x" * 5_000, how=how))
    began = time.monotonic()
    with pytest.raises(ProviderUnavailable, match="in time"):
        feed_of(mapping(local), context(try_s=0.2)).prices(QUESTION)
    assert time.monotonic() - began < 1.5


def test_an_unknown_symbol_is_named_and_not_an_error(local: LocalServer) -> None:
    local.says(Reply(b'{"error": "unknown"}', status=404))
    assert feed(local).prices(QUESTION).missing_symbols == ("AAA",)


def test_another_symbol_is_refused_and_the_future_is_left_out(local: LocalServer) -> None:
    columns = {"date": "d", "close": "c", "symbol": "s"}
    local.says(as_json([{"d": "2022-12-27", "c": 10, "s": "ZZZ"}]))
    with pytest.raises(ProviderChanged, match="bars of “ZZZ”, and was asked for “AAA”"):
        feed(local, columns=columns).prices(QUESTION)
    local.says(as_json([*BARS, {"d": "2031-01-02", "c": 99}]))
    answer = feed(local).prices(QUESTION)
    assert answer.series[0].columns[Field.CLOSE].tolist() == [10.0, 11.5]
    assert any("dated after 2022-12-30" in one for one in answer.provenance.transformations)


def test_a_feed_inside_the_house_is_asked_only_where_that_is_allowed(local: LocalServer) -> None:
    local.says(as_json(BARS))
    refused = try_mapping(mapping(local), "AAA", context(allow_private=False))
    assert "encryption" in refused.problems[0].message
    assert local.asked == []
