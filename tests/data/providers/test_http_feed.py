"""Does a feed that a house described itself bring exactly its bars, and is everything that does not fit told?"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from data.errors import (
    ProviderChanged,
    ProviderError,
    ProviderLimited,
    ProviderMoved,
    ProviderRefused,
    ProviderTooLarge,
    ProviderUnavailable,
)
from data.http.answer import HttpAnswer
from data.providers.answers import PriceAnswer
from data.providers.feed_mapping import EXAMPLES, FeedMapping
from data.providers.feed_reading import read_feed
from data.providers.http_feed import FeedTrial, HttpFeed, feed_of
from data.providers.protocol import ProviderContext
from data.providers.questions import PriceQuestion, ReferenceQuestion
from data.providers.registry import ProviderRegistry
from data.providers.vocabulary import Adjustment, Field, Frequency

NOW = datetime(2022, 12, 29, 12, tzinfo=UTC)
KEY = "k3y/with+signs"
BASE: dict[str, Any] = {
    "code": "hub",
    "label": "Data hub",
    "address": "https://feed.example.com/bars/{symbol}?from={start}&to={end}",
    "rows": "data.bars",
    "columns": {"date": "d", "open": "o", "high": "h", "low": "l", "close": "c", "volume": "v"},
    "currency": "USD",
    "test_symbol": "AAA",
}
BARS = [
    {"d": "2022-12-28", "o": 10, "h": 12, "l": 9, "c": 11.5, "v": 1000},
    {"d": "2022-12-27", "o": 9, "h": 10.5, "l": 9, "c": 10, "v": None},
]


def mapping(**changes: Any) -> FeedMapping:
    return FeedMapping.model_validate_json(json.dumps(BASE | changes))


class _Answers:
    """Stands for the way to the network: remembers what was asked, and answers with what it was given."""

    def __init__(self, body: bytes, status: int = 200, media_type: str = "application/json") -> None:
        self.body, self.status, self.media_type = body, status, media_type
        self.asked: list[tuple[str, dict[str, str]]] = []

    def client(self, name: str, label: str, *, secrets: tuple[str, ...], apart: str) -> _Answers:
        self.secrets, self.apart = secrets, apart
        return self

    def get(self, url: str, *, headers: dict[str, str]) -> HttpAnswer:
        self.asked.append((url, headers))
        return HttpAnswer(self.status, {"content-type": self.media_type}, self.body, url.replace(KEY, "***"))


def feed(body: Any, described: FeedMapping | None = None, **more: Any) -> tuple[HttpFeed, _Answers]:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    http = _Answers(raw, **more)
    context = ProviderContext(now_utc=lambda: NOW, credentials={"api_key": KEY}, http=http)  # type: ignore[arg-type]
    return feed_of(described or mapping(), context), http


def prices(body: Any, described: FeedMapping | None = None, **window: Any) -> PriceAnswer:
    found, _ = feed(body, described)
    asked = PriceQuestion(("AAA",), frequency=found.mapping.frequency if found.mapping else Frequency.DAILY, **window)
    return found.prices(asked)


def tried(body: Any, described: FeedMapping | None = None) -> FeedTrial:
    return feed(body, described)[0].trial("AAA")


@pytest.mark.requirement("2.1.F4")
def test_a_list_of_bars_comes_as_it_is_in_order_with_provenance() -> None:
    answer = prices({"data": {"bars": BARS}})
    (series,) = answer.series
    assert series.sessions.tolist() == [date(2022, 12, 27), date(2022, 12, 28)]
    assert series.columns[Field.CLOSE].tolist() == [10.0, 11.5]
    assert np.array_equal(series.columns[Field.VOLUME], [np.nan, 1000.0], equal_nan=True)
    assert (series.currency, series.adjustment) == ("USD", Adjustment.RAW)
    told = answer.provenance
    assert (told.source, told.dataset) == ("feed:hub", "Data hub")
    assert told.endpoints == ("https://feed.example.com/bars/AAA?from=2000-01-01&to=2022-12-29",)
    assert len(told.payload_sha256[0]) == 64
    assert told.fetched_at_utc == NOW


@pytest.mark.parametrize(
    ("body", "changes"),
    [
        (BARS, {"rows": ""}),
        ({"x": [{"d": b["d"], "p": {"c": b["c"], "o": b["o"]}} for b in BARS]},
         {"rows": "x", "columns": {"date": "d", "close": "p.c", "open": "p.o"}}),
        ([[b["d"], b["c"]] for b in BARS], {"rows": "", "columns": {"date": "0", "close": "1"}}),
        ({b["d"]: {"4. close": b["c"]} for b in BARS},
         {"rows": "", "shape": "by_date", "columns": {"date": "date", "close": "4. close"}}),
        ({"t": [b["d"] for b in BARS], "c": [b["c"] for b in BARS]},
         {"rows": "", "shape": "columns", "columns": {"date": "t", "close": "c"}}),
        (b"Stand 29.12.\nDatum;Schluss\n28.12.2022;11,5\n\n27.12.2022;10,00\n",
         {"kind": "csv", "rows": "", "separator": ";", "decimal": ",", "thousands": ".", "skip_lines_count": 1,
          "date_format": "%d.%m.%Y", "columns": {"date": "Datum", "close": "Schluss"}}),
        (b"2022-12-28|11.5\n2022-12-27|10\n",
         {"kind": "csv", "rows": "", "separator": "|", "has_header": False, "columns": {"date": "0", "close": "1"}}),
        ([{"d": "2022-12-28", "c": "1,150.0"}, {"d": "2022-12-27", "c": "1,000"}],
         {"rows": "", "thousands": ",", "price_scale": 0.01, "columns": {"date": "d", "close": "c"}}),
        ([{"d": 1672200000, "c": 11.5}, {"d": "1672113600", "c": 10}],
         {"rows": "", "date_format": "epoch_s", "columns": {"date": "d", "close": "c"}}),
        ([{"d": "2022-12-28T21:00:00Z", "c": 11.5}, {"d": "2022-12-27T16:00:00-05:00", "c": 10}],
         {"rows": "", "date_format": "iso", "time_zone": "America/New_York", "columns": {"date": "d", "close": "c"}}),
    ],
)  # fmt: skip
def test_every_form_says_the_same(body: Any, changes: dict[str, Any]) -> None:
    (series,) = prices(body, mapping(**changes)).series
    assert series.sessions.tolist() == [date(2022, 12, 27), date(2022, 12, 28)]
    assert series.columns[Field.CLOSE].tolist() == [10.0, 11.5]


def test_an_instant_belongs_to_the_day_of_the_exchange_before_and_after_the_clocks_change() -> None:
    # New York's clocks went forward on 13 March 2022: 09:30 there is 14:30 UTC before, and 13:30 after.
    described = mapping(
        rows="",
        frequency="minute",
        date_format="iso",
        time_zone="America/New_York",
        columns={"date": "d", "close": "c"},
    )
    bars = [{"d": "2022-03-11T14:30:00Z", "c": 1}, {"d": "2022-03-14 09:30", "c": 2}, {"d": "2022-03-14 19:59", "c": 3}]
    (series,) = prices(bars, described).series
    assert series.sessions.tolist() == [date(2022, 3, 11), date(2022, 3, 14), date(2022, 3, 14)]
    assert series.event_times_utc is not None
    assert [str(one) for one in series.event_times_utc] == [
        "2022-03-11T14:30:00", "2022-03-14T13:30:00", "2022-03-14T23:59:00",
    ]  # fmt: skip


def test_addresses_and_headers_hold_the_symbol_the_window_and_the_key_and_nothing_shows_the_key() -> None:
    described = mapping(
        address="https://feed.example.com/x?s={symbol}&a={start}&b={end}&k={key}",
        address_date_format="epoch_s",
        headers={"Authorization": "Bearer {key}"},
        symbols={"AAA": "AAA US/Equity"},
    )
    found, http = feed({"data": {"bars": BARS}}, described)
    found.prices(PriceQuestion(("AAA",), date(2022, 12, 27), date(2022, 12, 28)))
    ((address, headers),) = http.asked
    assert address == ("https://feed.example.com/x?s=AAA%20US%2FEquity&a=1672099200&b=1672271999&k=k3y%2Fwith%2Bsigns")
    assert headers == {"Authorization": f"Bearer {KEY}"}
    assert set(http.secrets) == {KEY, "k3y%2Fwith%2Bsigns"}
    without = feed_of(described, ProviderContext(now_utc=lambda: NOW))
    with pytest.raises(ProviderRefused, match="needs its key"):
        without.prices(PriceQuestion(("AAA",)))


def test_one_answer_for_many_symbols_is_asked_once_and_absent_ones_are_named() -> None:
    described = mapping(
        address="https://feed.example.com/all.csv", kind="csv", rows="", symbols={"BBB": "BBB.L"},
        columns={"date": "day", "close": "px", "symbol": "id", "currency": "ccy"}, currency="",
    )  # fmt: skip
    body = b"id,day,px,ccy\nAAA,2022-12-28,1,USD\nBBB.L,2022-12-28,2,GBP\nXXX,2022-12-28,3,USD\n"
    found, http = feed(body, described)
    answer = found.prices(PriceQuestion(("AAA", "BBB", "CCC")))
    assert len(http.asked) == 1
    assert [(one.symbol, one.currency) for one in answer.series] == [("AAA", "USD"), ("BBB", "GBP")]
    assert answer.missing_symbols == ("CCC",)


def test_what_is_left_out_is_told() -> None:
    bars = [
        *BARS, BARS[0], {"d": "2022-12-26", "c": None}, {"d": "2023-06-01", "c": 5},
        {"d": "2022-12-23", "o": 0, "h": 1, "l": 1, "c": 1, "v": 1},
    ]  # fmt: skip
    answer = prices({"data": {"bars": [{"o": 1, "h": 1, "l": 1, "v": 1} | one for one in bars]}})
    assert answer.series[0].sessions.tolist() == [date(2022, 12, 23), date(2022, 12, 27), date(2022, 12, 28)]
    assert answer.series[0].flags.tolist() == ["suspect", "ok", "ok"]
    said = " ".join(answer.provenance.transformations)
    assert "1 bar without a close was left out." in said
    assert "1 bar dated after 2022-12-30 was left out." in said
    assert "1 bar that came twice was left out." in said


@pytest.mark.parametrize(
    ("body", "changes", "words"),
    [
        (b"", {}, "answer is empty"),
        (b"<!doctype html><html>Sign in</html>", {}, "web page"),
        (b'{"data": {"bars": [', {}, "JSON"),
        (b'{"data": {"bars": [{"d": "2022-12-28", "c": NaN}]}}', {}, "NaN"),
        ({"error": "no such plan"}, {}, "no “data” at its top; there are “error”"),
        ({"data": {"bars": {"a": 1}}}, {}, "is not a list"),
        ({"data": {"bars": [1]}}, {}, "not an object or a list"),
        ({"data": {"bars": [{"d": "2022-12-28", "close": 1}]}}, {}, "nothing at “c”, where the close should stand"),
        ({"data": {"bars": [{**BARS[0], "d": "28/12/2022"}]}}, {}, "no date of the form"),
        ({"data": {"bars": [{**BARS[0], "c": "eleven"}]}}, {}, "is not a number"),
        ({"data": {"bars": [{**BARS[0], "c": True}]}}, {}, "is not a number"),
        ({"data": {"bars": [{**BARS[0], "c": 1e300}]}}, {}, "too large"),
        ({"data": {"bars": [{**BARS[0], "v": -1}]}}, {}, "volume is negative"),
        ({"data": {"bars": [BARS[0], {**BARS[0], "c": 99}]}}, {}, "two bars of 2022-12-28"),
        ([{"d": "2022-12-28", "c": 1, "s": "ZZZ"}],
         {"rows": "", "columns": {"date": "d", "close": "c", "symbol": "s"}}, "bars of “ZZZ”, and was asked for “AAA”"),
        ([{"d": "2022-12-28", "c": 1, "y": "GBX"}],
         {"rows": "", "currency": "", "columns": {"date": "d", "close": "c", "currency": "y"}}, "not a currency"),
        ({"t": ["2022-12-28"], "c": [1, 2]},
         {"rows": "", "shape": "columns", "columns": {"date": "t", "close": "c"}}, "not of one length"),
        (b'day,px\n2022-12-28,"1\n',
         {"kind": "csv", "rows": "", "columns": {"date": "day", "close": "px"}}, "quotation"),
        (b"\x1f\x8b\x08", {"kind": "csv", "rows": "", "columns": {"date": "day", "close": "px"}}, "packed file"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_whole_and_a_trial_says_why(
    body: Any, changes: dict[str, Any], words: str
) -> None:
    described = mapping(**changes)
    with pytest.raises(ProviderChanged, match="does not fit its mapping") as refused:
        prices(body, described)
    assert words in refused.value.message
    trial = tried(body, described)
    assert not trial.is_good
    assert any(words in one.message for one in trial.problems)
    assert all(one.advice.endswith(".") for one in trial.problems)


def test_a_trial_shows_the_first_rows_and_every_problem_at_once() -> None:
    good = tried({"data": {"bars": BARS}})
    assert good.is_good
    assert [(row.day.isoformat(), row.figures[Field.CLOSE]) for row in good.rows] == [
        ("2022-12-27", 10.0), ("2022-12-28", 11.5),
    ]  # fmt: skip
    assert good.sentence == "It works: 2 bars of AAA, the newest of 2022-12-28 with a close of 11.5 USD."
    bad = tried({"data": {"bars": [{**BARS[0], "d": "x"}, {**BARS[1], "c": "y", "o": "z"}]}})
    assert [(one.line, one.column) for one in bad.problems] == [(1, "d"), (2, "c"), (2, "o")]
    assert bad.sentence == "The answer came, and does not fit: 3 problems."


def test_refusals_and_unknown_symbols() -> None:
    found, _ = feed(b"{}", status=404)
    assert found.prices(PriceQuestion(("AAA",))).missing_symbols == ("AAA",)
    assert "has no bars of AAA" in found.trial("AAA").sentence
    found, _ = feed(b"{}", status=422)
    with pytest.raises(ProviderRefused, match="status 422"):
        found.prices(PriceQuestion(("AAA",)))
    assert "status 422" in found.trial("AAA").sentence
    with pytest.raises(ProviderRefused, match="daily bars only"):
        found.prices(PriceQuestion(("AAA",), frequency=Frequency.MINUTE))
    with pytest.raises(ProviderRefused, match="does not answer"):
        found.reference(ReferenceQuestion(("AAA",)))
    plain = ProviderRegistry.load().get("feed")
    assert plain.universe() == ()
    assert not plain.can_handle("AAA")
    with pytest.raises(ProviderRefused, match="described"):
        plain.prices(PriceQuestion(("AAA",)))


def test_houses_that_give_their_feeds_one_name_do_not_share_failures() -> None:
    told = []
    for changes in ({}, {}, {"address": "https://other.example.com/{symbol}"}):
        found, http = feed({"data": {"bars": BARS}}, mapping(**changes))
        found.prices(PriceQuestion(("AAA",)))
        told.append(http.apart)
    assert told[0] == told[1] != told[2]


@pytest.mark.parametrize(
    "changes",
    [
        {"code": "Has Spaces"},
        {"address": "ftp://feed.example.com/{symbol}"},
        {"address": "https://user:word@feed.example.com/{symbol}"},
        {"address": "https://{symbol}.example.com/"},
        {"address": "https://feed.example.com/{symbol}?token=abcdef"},
        {"address": "https://feed.example.com/{symbol.__class__}"},
        {"address": "https://feed.example.com/{symbol!r}"},
        {"address": "https://feed.example.com/{open"},
        {"address": "https://feed.example.com/all"},
        {"headers": {"Authorization": "Bearer abc"}},
        {"headers": {"Host": "inside"}},
        {"headers": {"X-Symbol": "{symbol}"}},
        {"address": "https://feed.example.com:port/{symbol}"},
        {"headers": {"X-A": "1\r\nX-B: 2"}},
        {"time_zone": "Mars/Olympus"},
        {"currency": "ABC"},
        {"currency": ""},
        {"date_format": "%d"},
        {"decimal": ",", "thousands": ","},
        {"kind": "csv"},
        {"price_scale": 0},
        {"columns": {"date": "d", "close": "d"}},
        {"columns": {"date": "d"}},
        {"asset_classes": []},
        {"frequency": "minute"},
        {"further": 1},
    ],
)
def test_a_mapping_that_cannot_work_is_refused_in_words(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        mapping(**changes)


def test_the_examples_are_valid_and_hold_no_key() -> None:
    for text in EXAMPLES.values():
        found = FeedMapping.model_validate_json(text)
        assert FeedMapping.model_validate_json(found.model_dump_json()) == found


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from("dohlcv"), inner, max_size=6),
    max_leaves=12,
)


@settings(max_examples=120, deadline=None)
@given(bars=st.lists(st.dictionaries(st.sampled_from("dohlcv"), JSON_VALUES, max_size=6), max_size=6))
def test_no_answer_raises_and_what_is_read_is_finite_or_absent(bars: list[dict[str, Any]]) -> None:
    body = HttpAnswer(200, {}, json.dumps({"data": {"bars": bars}}).encode(), "x")
    reading = read_feed(body, mapping(), ("AAA",), date(2022, 12, 30))
    for bar in reading.bars:
        assert all(np.isfinite(one) or np.isnan(one) for one in bar.figures.values())
        assert np.isfinite(bar.close)


@settings(max_examples=80, deadline=None)
@given(raw=st.binary(max_size=200))
def test_no_bytes_raise(raw: bytes) -> None:
    described = mapping(kind="csv", rows="", columns={"date": "a", "close": "b"})
    for one in (mapping(), described):
        read_feed(HttpAnswer(200, {}, b"a,b\n" + raw, "x"), one, ("AAA",), date(2022, 12, 30))


@pytest.mark.parametrize(
    ("error", "advice"),
    [
        (ProviderLimited("x.", provider="f", retry_after_s=41.2), "Wait 42 s, then try again."),
        (ProviderUnavailable("x.", provider="f", retry_after_s=1800.0), "Wait 1,800 s, then try again."),
        (ProviderLimited("x.", provider="f"), "wait a minute"),
        (ProviderMoved("x.", provider="f"), "Give the address that it points to"),
        (ProviderTooLarge("x.", provider="f"), "Ask for less"),
        (ProviderRefused("x.", provider="f"), "Check address, headers and key"),
        (ProviderUnavailable("x.", provider="f"), "Check address, headers and key"),
    ],
)
def test_a_trial_without_an_answer_names_the_way_out_that_fits(error: ProviderError, advice: str) -> None:
    found, http = feed(b"{}")

    def fail(url: str, *, headers: dict[str, str]) -> HttpAnswer:
        raise error

    http.get = fail  # type: ignore[method-assign]
    (told,) = found.trial("AAA").problems
    assert (told.message, advice in told.advice) == ("x.", True)
