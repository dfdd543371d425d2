"""What does Yahoo Finance know: bars, dividends, splits, rates and last prices of most of the world?

Yahoo gives no promise about its chart address and no key is needed. Its open, high, low, close and volume are already
adjusted for splits, its adjusted close for dividends too, so the price at which a share changed hands long ago is not
in it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, ClassVar
from urllib.parse import quote
from zoneinfo import ZoneInfoNotFoundError

import numpy as np

from data.errors import ProviderError, ProviderRefused, ProviderUnavailable
from data.http.timing import Deadline
from data.providers.answers import (
    ActionAnswer,
    ActionFact,
    Answer,
    Payload,
    PriceAnswer,
    PriceSeries,
    Quote,
    QuoteAnswer,
    RateAnswer,
)
from data.providers.bars import RawBars
from data.providers.protocol import Capabilities
from data.providers.questions import ActionQuestion, PriceQuestion, Question, QuoteQuestion, RateQuestion, is_within
from data.providers.remote import RemoteProvider, pair_of
from data.providers.symbols import MINOR_UNITS, yahoo_symbol
from data.providers.vocabulary import Adjustment, AssetClass, Field, Frequency
from data.providers.yahoo_chart import Chart, facts

INTERVALS = {Frequency.MINUTE: "1m", Frequency.DAILY: "1d", Frequency.WEEKLY: "1wk", Frequency.MONTHLY: "1mo"}
MINUTE_DAYS_MAX = 30
MINUTE_DAYS_PER_PAGE = 7
FIRST_DAY = date(1900, 1, 1)
QUESTION_S = 120.0
"""Seconds for all pages of a question; a server that answers each of 25 slowly would hold it for minutes."""
QUOTE_AHEAD_MAX = timedelta(minutes=5)
RATE_DIGITS_COUNT = 10
NOT_FINAL = "The bar of a session still under way is left out: its close is not known yet."
NOTES = {
    Frequency.MINUTE: ("Minute bars have no adjusted close.",),
    Frequency.WEEKLY: ("Weekly bars are dated by the first day of their week.",),
    Frequency.MONTHLY: ("Monthly bars are dated by the first day of their month.",),
}
SPLIT_ADJUSTED = (
    "Yahoo adjusts open, high, low, close and volume for splits itself, back to the first day; "
    "the adjusted close is adjusted for dividends too."
)


@dataclass(frozen=True)
class _Asked:
    """The pages to fetch, each with the symbol that it is about, in the product's words."""

    question: PriceQuestion | ActionQuestion | QuoteQuestion | RateQuestion
    pages: tuple[tuple[str, str, dict[str, str]], ...]
    missing: tuple[str, ...] = ()


@dataclass
class _Found:
    """The charts by symbol; no chart where Yahoo knows no such symbol, or where its page cannot be used."""

    charts: dict[str, list[Chart]] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    failures: dict[str, ProviderError] = field(default_factory=dict)

    def lacks(self, symbol: str, error: ProviderError) -> None:
        """Leave one symbol out, so that it does not stop the others."""
        self.failures.setdefault(symbol, error)
        self.charts.pop(symbol, None)
        self.missing += [] if symbol in self.missing else [symbol]

    def judge(self) -> tuple[str, ...]:
        """Return what is told of the symbols left out; raise the first error where nothing else was found."""
        if self.failures and not self.charts:
            raise next(iter(self.failures.values()))
        return tuple(f"{symbol} is left out: {error.message}" for symbol, error in self.failures.items())


class YahooFinance(RemoteProvider):
    """Bars, dividends, splits, rates of exchange and last prices; no key needed."""

    name: ClassVar[str] = "yahoo"
    label: ClassVar[str] = "Yahoo Finance"
    licence: ClassVar[str] = "Yahoo's terms of service: for personal use; not to be passed on"
    test_symbol: ClassVar[str] = "AAPL"
    address: ClassVar[str] = "https://query1.finance.yahoo.com"
    absence: ClassVar[str] = "Yahoo Finance has not been asked yet."
    capabilities: ClassVar[Capabilities] = Capabilities(
        questions=frozenset({PriceQuestion, ActionQuestion, QuoteQuestion, RateQuestion}),
        frequencies=frozenset(INTERVALS),
        asset_classes=frozenset(
            {
                AssetClass.EQUITY,
                AssetClass.ETF,
                AssetClass.INDEX,
                AssetClass.COMMODITY,
                AssetClass.FX,
                AssetClass.CRYPTO,
            }
        ),
        fields=frozenset(Field),
        is_on_demand=True,
        is_remote=True,
    )

    def can_handle(self, symbol: str) -> bool:
        """Return whether Yahoo could have a symbol like this one."""
        return yahoo_symbol(symbol) is not None

    def ask(self, question: Question) -> _Asked:
        """Turn symbols and window into pages; symbols that Yahoo cannot have are not asked for."""
        symbols = self.symbols_asked(question, f"{self.label} has prices, dividends and splits only.")
        assert isinstance(question, PriceQuestion | ActionQuestion | QuoteQuestion | RateQuestion)
        pages: list[tuple[str, str, dict[str, str]]] = []
        for symbol in symbols:
            theirs = yahoo_symbol(symbol)
            if theirs is not None:
                pages += [(symbol, theirs, params) for params in self._pages(question)]
        asked = {symbol for symbol, _, _ in pages}
        return _Asked(question, tuple(pages), tuple(symbol for symbol in symbols if symbol not in asked))

    def fetch(self, asked: Any) -> tuple[Payload, ...]:
        """Fetch one page after the other; a page about an unknown symbol is kept too."""
        client = self.client()
        payloads, refusals = list[Payload](), list[ProviderRefused]()
        deadline = Deadline.after(QUESTION_S, client.timing)
        for symbol, theirs, params in asked.pages:
            if not deadline.left_s:
                raise ProviderUnavailable(
                    f"{self.label} did not answer {len(asked.pages)} pages within {QUESTION_S:.0f} s. "
                    "Ask for fewer symbols at once.",
                    provider=self.name,
                )
            answer = client.get(f"{self.base_url}/v8/finance/chart/{quote(theirs, safe='')}", params=params)
            if answer.status not in (200, 400, 404, 422):
                why = f"{self.label} refuses the request for {symbol} (status {answer.status})."
                refusals.append(ProviderRefused(why, provider=self.name, symbol=symbol))
            payloads.append(self.payload(answer))
        if refusals and len(refusals) == len(payloads):
            raise refusals[0]
        return tuple(payloads)

    def shape(self, asked: Any, payloads: tuple[Payload, ...]) -> Answer:
        """Return bars, actions, rates or last prices."""
        found = _Found(missing=list(asked.missing))
        for (symbol, _, _), payload in zip(asked.pages, payloads, strict=True):
            try:
                chart = self._chart(symbol, payload)
            except ProviderError as error:
                found.lacks(symbol, error)
                continue
            if chart is not None and symbol not in found.failures:
                found.charts.setdefault(symbol, []).append(chart)
        known = {*found.charts, *found.missing}
        found.missing += [s for s in dict.fromkeys(page[0] for page in asked.pages) if s not in known]
        found.judge()
        question = asked.question
        if isinstance(question, ActionQuestion):
            return self._actions(question, found, payloads)
        if isinstance(question, QuoteQuestion):
            return self._quotes(found, payloads)
        if isinstance(question, RateQuestion):
            return self._rates(question, found, payloads)
        return self._prices(question, found, payloads)

    def _pages(self, question: PriceQuestion | ActionQuestion | QuoteQuestion | RateQuestion) -> list[dict[str, str]]:
        """Return the parameters of each page that a question needs for one symbol.

        Raises
        ------
        ProviderRefused
            Minute bars from before those that Yahoo keeps.

        """
        common = {"events": "div,splits", "includeAdjustedClose": "true", "includePrePost": "false"}
        if isinstance(question, QuoteQuestion):
            return [{"range": "1d", "interval": "1d", **common}]
        today = self.context.now_utc().date()
        # a day on either side: sessions east of London begin on the day before in UTC
        end = (question.end or today) + timedelta(days=2)
        frequency = question.frequency if isinstance(question, PriceQuestion) else Frequency.DAILY
        if frequency is not Frequency.MINUTE:
            start = question.start - timedelta(days=1) if question.start else FIRST_DAY
            return [{**_window(start, end), "interval": INTERVALS[frequency], **common}]
        first = today - timedelta(days=MINUTE_DAYS_MAX - 1)
        if question.start and question.start < first:
            raise ProviderRefused(
                f"{self.label} keeps minute bars for {MINUTE_DAYS_MAX} days only. Ask for a later start.",
                provider=self.name,
            )
        # a day earlier here too, as far as Yahoo goes back
        start, pages = max((question.start or first) - timedelta(days=1), first), []
        while start < end:
            stop = min(start + timedelta(days=MINUTE_DAYS_PER_PAGE), end)
            pages.append({**_window(start, stop), "interval": INTERVALS[frequency], **common})
            start = stop
        return pages

    def _chart(self, symbol: str, payload: Payload) -> Chart | None:
        """Return what one page holds; None when Yahoo knows no such symbol or has nothing in the window."""
        found = self.read(payload, symbol).get("chart")
        if not isinstance(found, dict) or "result" not in found:
            raise self.changed("chart.result", symbol)
        error = found.get("error")
        if isinstance(error, dict):
            self._judge(symbol, str(error.get("code", "")), str(error.get("description", "")))
            return None
        result = found["result"]
        if not isinstance(result, list) or not result:
            raise self.changed("chart.result", symbol)
        chart = self.checked(Chart, result[0], symbol)
        self.check_subject(chart.meta.symbol, yahoo_symbol(symbol) or symbol, symbol)
        try:
            _ = chart.zone
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise self.changed("a known exchangeTimezoneName", symbol) from None
        return chart

    def _judge(self, symbol: str, code: str, description: str) -> None:
        """Raise for an error of the page, unless it means an unknown symbol or an empty window."""
        if code == "Not Found" or "Data doesn't exist" in description:
            return
        said = self.client().said(description) or "it does not say why."
        kind = ProviderUnavailable if "internal" in code.lower() else ProviderRefused
        raise kind(
            f"{self.label} does not answer for {symbol}: {said}",
            provider=self.name,
            symbol=symbol,
        )

    def _prices(self, question: PriceQuestion, found: _Found, payloads: tuple[Payload, ...]) -> PriceAnswer:
        """Return bars by symbol."""
        series: list[PriceSeries] = []
        said = [SPLIT_ADJUSTED]
        for symbol, charts in list(found.charts.items()):
            try:
                one, sentences = self._series(symbol, charts, question)
            except ProviderError as error:
                found.lacks(symbol, error)
                continue
            series.append(one)
            said += sentences
        provenance = self.provenance(
            f"chart, {question.frequency.value} bars",
            payloads,
            tuple(said),
            (*NOTES.get(question.frequency, ()), *found.judge()),
        )
        return PriceAnswer(tuple(series), tuple(found.missing), question.frequency, provenance)

    def _series(self, symbol: str, charts: list[Chart], question: PriceQuestion) -> tuple[PriceSeries, tuple[str, ...]]:
        """Join the pages of one symbol."""
        now_utc = self.context.now_utc()
        wanted = {Field.CLOSE} | question.fields
        is_minute = question.frequency is Frequency.MINUTE
        names = {column: ("adjclose" if column is Field.ADJUSTED_CLOSE else column.value) for column in sorted(wanted)}
        if is_minute:
            names.pop(Field.ADJUSTED_CLOSE, None)
        filled = [chart for chart in charts if chart.timestamp]
        try:
            columns = {
                column: np.concatenate([np.empty(0), *(chart.column(name) for chart in filled)])
                for column, name in names.items()
            }
            sessions = np.concatenate([np.empty(0, dtype="datetime64[D]"), *(chart.sessions() for chart in filled)])
        except ValueError as error:
            raise self.changed(str(error), symbol) from None
        times = np.concatenate([np.empty(0, dtype="datetime64[s]"), *(chart.times_utc() for chart in filled)])
        unit = charts[0].meta.currency
        raw = RawBars(symbol, unit, sessions, columns, Adjustment.SPLITS, times if is_minute else None)
        end, said = question.end, []
        under_way = charts[-1].open_session(now_utc) if question.frequency is Frequency.DAILY else None
        if under_way is not None and bool((sessions >= np.datetime64(under_way, "D")).any()):
            end = min(end or under_way, under_way - timedelta(days=1))
            said.append(NOT_FINAL)
        one, sentences = self.in_order(raw, question.start, end)
        return one, (*said, *sentences)

    def _actions(self, question: ActionQuestion, found: _Found, payloads: tuple[Payload, ...]) -> ActionAnswer:
        """Return dividends and splits by symbol and ex-date."""
        actions: list[ActionFact] = []
        for symbol, charts in found.charts.items():
            actions += [fact for chart in charts for fact in facts(symbol, chart) if is_within(fact.ex_date, question)]
        actions.sort(key=lambda fact: (fact.symbol, fact.ex_date, fact.kind))
        notes = ("Dividends are adjusted for later splits, as Yahoo states them.", *found.judge())
        return ActionAnswer(
            tuple(actions), tuple(found.missing), self.provenance("chart, dividends and splits", payloads, (), notes)
        )

    def _quotes(self, found: _Found, payloads: tuple[Payload, ...]) -> QuoteAnswer:
        """Return the last price of each chart."""
        quotes, missing, said = [], list(found.missing), list[str]()
        newest = self.context.now_utc() + QUOTE_AHEAD_MAX
        for symbol, charts in found.charts.items():
            meta = charts[0].meta
            if meta.price is None or meta.price_time is None or meta.price <= 0:
                missing.append(symbol)
                continue
            if datetime.fromtimestamp(meta.price_time, UTC) > newest:
                missing.append(symbol)
                said.append(f"{symbol}: a price dated in the future left out.")
                continue
            unit = 0.01 if meta.currency in MINOR_UNITS else 1.0
            if unit != 1.0:
                said.append(f"{symbol}: prices in {meta.currency} divided by 100.")
            previous = meta.previous_close
            quotes.append(
                Quote(
                    symbol=symbol,
                    price=meta.price * unit,
                    currency=MINOR_UNITS.get(meta.currency, meta.currency),
                    event_time_utc=datetime.fromtimestamp(meta.price_time, UTC),
                    volume=meta.volume,
                    previous_close=None if previous is None else previous * unit,
                )
            )
        notes = ("Depending on the exchange, last prices are up to 20 minutes old.", *found.judge())
        return QuoteAnswer(
            tuple(quotes), tuple(missing), self.provenance("chart, last prices", payloads, tuple(said), notes)
        )

    def _rates(self, question: RateQuestion, found: _Found, payloads: tuple[Payload, ...]) -> RateAnswer:
        """Return rates of exchange, where there are any.

        Raises
        ------
        ProviderRefused
            Yahoo has no such pair.

        """
        symbol = pair_of(question)
        if symbol not in found.charts:
            raise self.no_rate(question)
        asked = PriceQuestion((symbol,), question.start, question.end)
        one, said = self._series(symbol, found.charts[symbol], asked)
        rounding = f"Rates rounded to {RATE_DIGITS_COUNT} digits; sessions without a rate left out."
        provenance = self.provenance("chart, daily rates of exchange", payloads, (rounding, *said))
        return self.rate_answer(question, one, lambda value: f"{value:.{RATE_DIGITS_COUNT}g}", provenance)


def _window(start: date, end: date) -> dict[str, str]:
    """Return a window of whole days in UTC."""
    moments = [int(datetime.combine(day, time(), UTC).timestamp()) for day in (start, end)]
    return {"period1": str(moments[0]), "period2": str(moments[1])}


PROVIDER = YahooFinance
