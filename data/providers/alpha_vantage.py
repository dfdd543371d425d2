"""What does Alpha Vantage know: bars, dividends, splits, fundamentals, rates and last prices, for a key?

Its open, high, low and close are as traded; the adjusted close has splits and dividends taken out. It answers with
status 200 whatever happens, so a refusal is known by its key only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from data.errors import ProviderLimited, ProviderRefused
from data.providers.alpha_vantage_actions import actions_of, is_list_of_splits, splits_of
from data.providers.alpha_vantage_pages import (
    NEW_YORK,
    Table,
    freely,
    is_premium,
    number,
    refusal,
    subject,
    table,
)
from data.providers.answers import (
    ActionAnswer,
    ActionFact,
    Answer,
    AttributeAnswer,
    AttributeValue,
    Payload,
    PriceAnswer,
    PriceSeries,
    Quote,
    QuoteAnswer,
    RateAnswer,
)
from data.providers.bars import RawBars
from data.providers.protocol import Capabilities
from data.providers.questions import (
    ActionQuestion,
    AttributeQuestion,
    PriceQuestion,
    Question,
    QuoteQuestion,
    RateQuestion,
    is_within,
)
from data.providers.remote import RemoteProvider, pair_of
from data.providers.symbols import MINOR_UNITS, AlphaVantageSymbol, alpha_vantage_symbol
from data.providers.vocabulary import Adjustment, AssetClass, Fact, Field, Frequency

if TYPE_CHECKING:
    from data.http.client import HttpClient

KEY = "api_key"
COMPACT_DAYS = 130
"""A compact page has the last 100 bars; so many days surely hold fewer sessions than that."""

OVERVIEW: dict[Fact, tuple[str, str]] = {
    Fact.MARKET_VALUE: ("MarketCapitalization", ""),
    Fact.SHARES_OUTSTANDING: ("SharesOutstanding", "shares"),
    Fact.PRICE_TO_EARNINGS: ("PERatio", "ratio"),
    Fact.PRICE_TO_BOOK: ("PriceToBookRatio", "ratio"),
    Fact.DIVIDEND_YIELD: ("DividendYield", "fraction"),
}
"""Our name of a fact to the page's, and its unit; that of the market value is the page's currency."""

_SECURITY = {
    Frequency.DAILY: ("TIME_SERIES_DAILY", "TIME_SERIES_DAILY_ADJUSTED"),
    Frequency.WEEKLY: ("TIME_SERIES_WEEKLY", "TIME_SERIES_WEEKLY_ADJUSTED"),
    Frequency.MONTHLY: ("TIME_SERIES_MONTHLY", "TIME_SERIES_MONTHLY_ADJUSTED"),
}
_SIZED = frozenset({"TIME_SERIES_DAILY", "TIME_SERIES_DAILY_ADJUSTED", "TIME_SERIES_INTRADAY", "FX_DAILY"})
_FX = {Frequency.DAILY: "FX_DAILY", Frequency.WEEKLY: "FX_WEEKLY", Frequency.MONTHLY: "FX_MONTHLY"}
_CRYPTO = {
    Frequency.DAILY: "DIGITAL_CURRENCY_DAILY",
    Frequency.WEEKLY: "DIGITAL_CURRENCY_WEEKLY",
    Frequency.MONTHLY: "DIGITAL_CURRENCY_MONTHLY",
}


@dataclass(frozen=True)
class _Asked:
    """The pages to fetch, each with the symbol that it is about."""

    question: PriceQuestion | ActionQuestion | AttributeQuestion | QuoteQuestion | RateQuestion
    pages: tuple[tuple[str, AlphaVantageSymbol, dict[str, str]], ...]
    missing: tuple[str, ...]
    key: str


class AlphaVantage(RemoteProvider):
    """Bars, dividends, splits, fundamentals, rates and last prices; a key is needed."""

    name: ClassVar[str] = "alpha_vantage"
    label: ClassVar[str] = "Alpha Vantage"
    licence: ClassVar[str] = "Alpha Vantage terms of service; the plan of the key decides what may be done"
    test_symbol: ClassVar[str] = "IBM"
    address: ClassVar[str] = "https://www.alphavantage.co"
    absence: ClassVar[str] = "Alpha Vantage has not been asked yet."
    capabilities: ClassVar[Capabilities] = Capabilities(
        questions=frozenset({PriceQuestion, ActionQuestion, AttributeQuestion, QuoteQuestion, RateQuestion}),
        frequencies=frozenset({Frequency.MINUTE, *_SECURITY}),
        asset_classes=frozenset({AssetClass.EQUITY, AssetClass.ETF, AssetClass.FX, AssetClass.CRYPTO}),
        fields=frozenset(Field),
        attributes=frozenset(fact.value for fact in OVERVIEW),
        needs_credentials=(KEY,),
        is_on_demand=True,
        is_remote=True,
    )

    def can_handle(self, symbol: str) -> bool:
        """Return whether Alpha Vantage could have a symbol like this one."""
        return alpha_vantage_symbol(symbol) is not None

    def ask(self, question: Question) -> _Asked:
        """Choose a page for each symbol; symbols that it cannot have are not asked for."""
        symbols = self.symbols_asked(question, f"{self.label} has no answer to this question.")
        assert isinstance(question, PriceQuestion | ActionQuestion | AttributeQuestion | QuoteQuestion | RateQuestion)
        key = self.key(KEY)
        pages, missing = [], []
        for symbol in symbols:
            theirs = alpha_vantage_symbol(symbol)
            params = None if theirs is None else self._params(theirs, question)
            if theirs is None or params is None:
                missing.append(symbol)
            else:
                pages.append((symbol, theirs, params))
        return _Asked(question, tuple(pages), tuple(missing), key)

    def fetch(self, asked: Any) -> tuple[Payload, ...]:
        """Fetch one page after the other, and stop at the first that says "too often" or "not you".

        Raises
        ------
        ProviderLimited, ProviderRefused
            Asking for the other symbols would bring the same and count against the quota.

        """
        client = self.client()
        payloads: list[Payload] = []
        is_free, is_short, are_actions = False, False, isinstance(asked.question, ActionQuestion)
        waiting = list(asked.pages)
        while waiting:
            symbol, _, wanted = waiting[0]
            params = freely(wanted, is_short=is_short, are_actions=are_actions) if is_free else wanted
            answer = client.get(f"{self.base_url}/query", params={**params, "apikey": asked.key})
            if answer.status != 200:
                raise ProviderRefused(
                    f"{self.label} refuses the request (status {answer.status}).", provider=self.name, symbol=symbol
                )
            payload = self.payload(answer)
            page = self.read(payload, symbol)
            if is_premium(page) and freely(params, is_short=is_free, are_actions=are_actions) != params:
                is_free, is_short = True, is_free  # a free key has closes as traded, and perhaps the last hundred only
                continue
            self._is_known(client, symbol, page)
            payloads.append(payload)
            waiting.pop(0)
        return tuple(payloads)

    def shape(self, asked: Any, payloads: tuple[Payload, ...]) -> Answer:
        """Return bars, actions, fundamentals, rates or last prices."""
        client = self.client()
        found: dict[str, tuple[AlphaVantageSymbol, dict[str, Any]]] = {}
        missing = list(asked.missing)
        for (symbol, theirs, _), payload in zip(asked.pages, payloads, strict=True):
            page = self.read(payload, symbol)
            if self._is_known(client, symbol, page):
                self.check_subject(subject(page), theirs.code, symbol)
                found[symbol] = (theirs, page)
            else:
                missing.append(symbol)
        question = asked.question
        if isinstance(question, ActionQuestion):
            return self._actions(question, found, missing, payloads)
        if isinstance(question, AttributeQuestion):
            return self._facts(question, found, missing, payloads)
        if isinstance(question, QuoteQuestion):
            return self._quotes(found, missing, payloads)
        if isinstance(question, RateQuestion):
            return self._rates(question, found, payloads)
        return self._prices(question, found, missing, payloads)

    def _params(self, theirs: AlphaVantageSymbol, question: Question) -> dict[str, str] | None:
        """Return the page to ask for, or None when there is none for this kind of asset."""
        is_security = theirs.kind == "security"
        if isinstance(question, AttributeQuestion):
            return {"function": "OVERVIEW", "symbol": theirs.code} if is_security else None
        if isinstance(question, QuoteQuestion):
            return {"function": "GLOBAL_QUOTE", "symbol": theirs.code} if is_security else None
        if isinstance(question, ActionQuestion):
            function = _SECURITY[Frequency.DAILY][1]
            return self._sized(function, {"symbol": theirs.code}, question.start) if is_security else None
        assert isinstance(question, PriceQuestion | RateQuestion)
        frequency = question.frequency if isinstance(question, PriceQuestion) else Frequency.DAILY
        if frequency is Frequency.MINUTE:
            extra = {"symbol": theirs.code, "interval": "1min", "adjusted": "false", "extended_hours": "false"}
            return self._sized("TIME_SERIES_INTRADAY", extra, question.start) if is_security else None
        if theirs.kind == "fx":
            pair = {"from_symbol": theirs.code, "to_symbol": theirs.quote}
            return self._sized(_FX[frequency], pair, question.start)
        if theirs.kind == "crypto":
            return {"function": _CRYPTO[frequency], "symbol": theirs.code, "market": theirs.quote}
        is_adjusted = isinstance(question, PriceQuestion) and Field.ADJUSTED_CLOSE in question.fields
        return self._sized(_SECURITY[frequency][is_adjusted], {"symbol": theirs.code}, question.start)

    def _sized(self, function: str, params: dict[str, str], start: date | None) -> dict[str, str]:
        """Ask for the whole history only where the last hundred bars are not enough."""
        params = {"function": function, **params}
        if function in _SIZED:
            first = self.context.now_utc().date() - timedelta(days=COMPACT_DAYS)
            params["outputsize"] = "compact" if start is not None and start >= first else "full"
        return params

    def _is_known(self, client: HttpClient, symbol: str, page: dict[str, Any]) -> bool:
        """Return whether a page is about a known symbol; raise when it refuses for another reason."""
        said = refusal(page, self.context.now_utc())
        if said is None:
            return bool(page) and page.get("Global Quote", page) != {}
        if said.kind == "unknown":
            return False
        words = client.said(said.text)
        if said.kind == "limited":
            raise ProviderLimited(
                f"{self.label} was asked too often: {words}",
                provider=self.name,
                symbol=symbol,
                retry_after_s=said.wait_s,
            )
        raise ProviderRefused(f"{self.label} refuses: {words}", provider=self.name, symbol=symbol)

    def _table(self, symbol: str, theirs: AlphaVantageSymbol, page: dict[str, Any]) -> Table:
        """Return the time series of a page."""
        try:
            return table(page, theirs.quote)
        except ValueError as error:
            raise self.changed(str(error), symbol) from None

    def _series(
        self, symbol: str, theirs: AlphaVantageSymbol, page: dict[str, Any], question: PriceQuestion
    ) -> tuple[PriceSeries, tuple[str, ...]]:
        """Return the bars of one page."""
        rows = self._table(symbol, theirs, page)
        is_minute = question.frequency is Frequency.MINUTE
        try:
            raw = RawBars(
                symbol,
                theirs.quote,
                rows.sessions(),
                rows.columns(question.fields),
                Adjustment.RAW,
                rows.times_utc() if is_minute else None,
            )
            return self.in_order(raw, question.start, question.end)
        except ValueError:
            raise self.changed("dates and numbers in its rows", symbol) from None

    def _prices(
        self,
        question: PriceQuestion,
        found: dict[str, tuple[AlphaVantageSymbol, dict[str, Any]]],
        missing: list[str],
        payloads: tuple[Payload, ...],
    ) -> PriceAnswer:
        """Return bars by symbol."""
        series, said = [], ["Prices as traded; rows put in order of time."]
        for symbol, (theirs, page) in found.items():
            one, sentences = self._series(symbol, theirs, page, question)
            series.append(one)
            said += sentences
            if Field.ADJUSTED_CLOSE in question.fields - set(one.columns) and theirs.kind == "security":
                said.append(f"{symbol}: the key's plan has no adjusted closes; these are closes as traded.")
        provenance = self.provenance(f"{question.frequency.value} bars", payloads, tuple(said))
        return PriceAnswer(tuple(series), tuple(missing), question.frequency, provenance)

    def _actions(
        self,
        question: ActionQuestion,
        found: dict[str, tuple[AlphaVantageSymbol, dict[str, Any]]],
        missing: list[str],
        payloads: tuple[Payload, ...],
    ) -> ActionAnswer:
        """Return dividends and splits, which stand in columns beside the daily bars."""
        actions: list[ActionFact] = []
        said = ["Amounts as paid."]
        for symbol, (theirs, page) in found.items():
            try:
                if is_list_of_splits(page):
                    said.append(f"{symbol}: the key's plan has splits, and no dividends.")
                    facts = splits_of(symbol, page)
                else:
                    facts = actions_of(symbol, self._table(symbol, theirs, page), theirs.quote)
            except ValueError:
                raise self.changed("dividends and splits in its rows", symbol) from None
            actions += [fact for fact in facts if is_within(fact.ex_date, question)]
        actions.sort(key=lambda fact: (fact.symbol, fact.ex_date, fact.kind))
        provenance = self.provenance("dividends and splits", payloads, tuple(said))
        return ActionAnswer(tuple(actions), tuple(missing), provenance)

    def _facts(
        self,
        question: AttributeQuestion,
        found: dict[str, tuple[AlphaVantageSymbol, dict[str, Any]]],
        missing: list[str],
        payloads: tuple[Payload, ...],
    ) -> AttributeAnswer:
        """Return fundamentals, dated by the latest quarter of the accounts."""
        known_on = self.context.now_utc().date()
        values: list[AttributeValue] = []
        for symbol, (_, page) in found.items():
            try:
                quarter = date.fromisoformat(str(page["LatestQuarter"]))
                currency = str(page["Currency"])
                figures = {fact: number(page.get(theirs)) for fact, (theirs, _) in OVERVIEW.items()}
            except (KeyError, ValueError):
                raise self.changed("LatestQuarter, Currency and numbers", symbol) from None
            for fact, figure in figures.items():
                if fact.value in question.names and np.isfinite(figure):
                    unit = OVERVIEW[fact][1] or currency
                    values.append(AttributeValue(symbol, fact.value, figure, unit, quarter, known_on))
        notes = ("Dated by the latest quarter of the accounts; ratios use the price of the day of asking.",)
        provenance = self.provenance("company overview", payloads, ("Facts written as None are missing.",), notes)
        return AttributeAnswer(tuple(values), tuple(missing), provenance)

    def _quotes(
        self,
        found: dict[str, tuple[AlphaVantageSymbol, dict[str, Any]]],
        missing: list[str],
        payloads: tuple[Payload, ...],
    ) -> QuoteAnswer:
        """Return last prices, dated by the close of their day because the page has no time of day."""
        quotes: list[Quote] = []
        for symbol, (theirs, page) in found.items():
            part = 100.0 if theirs.quote in MINOR_UNITS else 1.0
            try:
                row = {key.partition(". ")[2]: value for key, value in page["Global Quote"].items()}
                day = date.fromisoformat(row["latest trading day"])
                price, volume, previous = (number(row[name]) for name in ("price", "volume", "previous close"))
            except (KeyError, ValueError, AttributeError, TypeError):
                raise self.changed("a price and its day", symbol) from None
            if not price > 0:
                missing.append(symbol)
                continue
            closes = datetime.combine(day, time(16), NEW_YORK).astimezone(UTC)
            quotes.append(
                Quote(
                    symbol,
                    price / part,
                    MINOR_UNITS.get(theirs.quote, theirs.quote),
                    min(closes, self.context.now_utc()),
                    volume=volume if np.isfinite(volume) else None,
                    previous_close=previous / part if np.isfinite(previous) else None,
                )
            )
        notes = ("The page has a day but no time: the close in New York stands for it.",)
        return QuoteAnswer(tuple(quotes), tuple(missing), self.provenance("last prices", payloads, (), notes))

    def _rates(
        self,
        question: RateQuestion,
        found: dict[str, tuple[AlphaVantageSymbol, dict[str, Any]]],
        payloads: tuple[Payload, ...],
    ) -> RateAnswer:
        """Return rates of exchange as they are written."""
        symbol = pair_of(question)
        if symbol not in found:
            raise self.no_rate(question)
        theirs, page = found[symbol]
        one, said = self._series(symbol, theirs, page, PriceQuestion((symbol,), question.start, question.end))
        provenance = self.provenance("daily rates of exchange", payloads, said)
        return self.rate_answer(question, one, repr, provenance)


PROVIDER = AlphaVantage
