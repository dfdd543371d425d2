"""Are new days never joined to an older word of the source, another currency, or a piece of a history?"""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from data.errors import ProviderRefused, ProviderUnavailable
from data.providers.answers import (
    ActionAnswer,
    ActionFact,
    AttributeAnswer,
    AttributeValue,
    PriceAnswer,
    PriceSeries,
    Provenance,
)
from data.providers.questions import ActionQuestion, AttributeQuestion, PriceQuestion
from data.providers.vocabulary import AssetClass, Field, Flag
from data.store.tables import Asset, Benchmark, Portfolio
from services.providers_refresh import FreshFigures
from services.providers_sent import before_try
from tests.services.providers.conftest import Source
from tests.services.providers.test_refreshing import assets, bars

__all__ = ["assets"]

DAYS = np.busday_offset("2026-02-27", np.arange(-1499, 60), roll="backward")


@pytest.fixture
def says(clock, monkeypatch):
    """Make a source send daily bars up to yesterday: `says(source, close, adjusted, currency)`."""

    def make(one, closes, currency="USD"):
        def shape(self, asked, payloads):
            answer = Source.shape(self, asked, payloads)
            if not isinstance(asked, PriceQuestion):
                return answer
            days = DAYS[np.datetime64(clock.now_utc().date()) > DAYS]
            days = days if asked.start is None else days[days >= np.datetime64(asked.start)]
            close, adjusted = closes(days)
            series = tuple(
                PriceSeries(
                    row.symbol,
                    currency,
                    days.copy(),
                    {Field.CLOSE: close.copy(), Field.ADJUSTED_CLOSE: adjusted.copy()},
                    np.full(days.size, Flag.OK.value),
                )
                for row in answer.series
            )
            return PriceAnswer(series, answer.missing_symbols, asked.frequency, answer.provenance)

        monkeypatch.setattr(one, "capabilities", dataclasses.replace(one.capabilities, fields=frozenset(Field)))
        monkeypatch.setattr(one, "shape", shape)

    return make


def flat(value, adjusted=None):
    return lambda days: (np.full(days.size, value), np.full(days.size, value if adjusted is None else adjusted))


def many(ports, count):
    with ports.store.system() as uow:
        for number in range(count):
            row = Asset(
                symbol=f"S{number:02d}", name="x", asset_class="equity", currency="USD", exchange="XNAS",
                is_active=True, is_sample=False,
            )  # fmt: skip
            asset_id = uow.assets.add(row).id
            uow.benchmarks.add(Benchmark(name=row.symbol, kind="index", currency="USD", asset_id=asset_id))
        uow.commit()


@pytest.mark.parametrize("restated", [flat(50.0), flat(100.0, 97.0)])  # a split, a dividend
def test_a_restated_history_is_stored_as_a_whole(online, manager, assets, alpha, clock, ports, says, restated):
    says(alpha, flat(100.0))
    online.refresh("days", manager)
    clock.advance(hours=24 * 30)
    online.refresh("days", manager)
    says(alpha, restated)
    clock.advance(hours=24)
    online.refresh("days", manager)
    stored = bars(ports, manager.tenant_id, assets["AAPL"])
    assert len(stored.dates) > 1500
    assert np.unique(stored.adjusted_close).tolist() == restated(np.zeros(1))[1].tolist()
    assert np.unique(stored.close).tolist() == restated(np.zeros(1))[0].tolist()


def test_nothing_of_a_splice_is_stored_while_the_whole_history_does_not_come(
    online, manager, assets, alpha, clock, ports, says, monkeypatch
):
    says(alpha, flat(100.0))
    online.refresh("days", manager)
    says(alpha, flat(50.0))
    whole = alpha.shape

    def short(self, asked, payloads):
        if asked.start.year < 2026:
            raise ProviderUnavailable("Alpha is away.", provider="alpha")
        return whole(self, asked, payloads)

    monkeypatch.setattr(alpha, "shape", short)
    clock.advance(hours=48)
    online.refresh("days", manager)
    assert set(bars(ports, manager.tenant_id, assets["AAPL"]).close) == {100.0}


def test_the_next_source_takes_over_with_its_whole_history(online, manager, assets, alpha, beta, clock, ports, says):
    says(alpha, flat(50.0))
    says(beta, flat(60.0))
    online.refresh("days", manager)
    alpha.fails.append(ProviderUnavailable("Alpha is away.", provider="alpha"))
    clock.advance(hours=24 * 5)
    online.refresh("days", manager)
    stored = bars(ports, manager.tenant_id, assets["AAPL"])
    assert (stored.provider, set(stored.close)) == ("beta", {60.0})
    assert len(stored.dates) > 1490


def test_a_series_in_another_currency_is_left_out_with_a_note(online, manager, assets, alpha, ports, says):
    says(alpha, flat(9000.0), "JPY")
    report = online.refresh("days", manager)
    assert "AAPL: alpha states prices in JPY, not in USD, so they were left out." in report.sentence
    assert bars(ports, manager.tenant_id, assets["AAPL"]) is None


def test_a_close_that_is_no_price_is_refused_with_its_reason_and_a_commodity_may_be_negative(
    online, manager, assets, alpha, ports, says, monkeypatch
):
    with ports.store.system() as uow:
        row = Asset(
            symbol="OIL", name="Oil", asset_class="commodity", currency="USD", exchange=None, is_active=True,
            is_sample=False,
        )  # fmt: skip
        oil = uow.assets.add(row).id
        uow.benchmarks.add(Benchmark(name="OIL", kind="index", currency="USD", asset_id=oil))
        uow.commit()
    every = alpha.capabilities.asset_classes | {AssetClass.COMMODITY}
    monkeypatch.setattr(alpha, "capabilities", dataclasses.replace(alpha.capabilities, asset_classes=every))
    says(alpha, lambda days: (np.where(days == DAYS[9], -37.63, 20.0), np.where(days == DAYS[9], -37.63, 20.0)))
    report = online.refresh("days", manager)
    assert "alpha: 2 prices not above zero left out." in report.sentence
    assert bars(ports, manager.tenant_id, assets["AAPL"]).close.min() == 20.0
    assert bars(ports, manager.tenant_id, oil).close.min() == -37.63
    with ports.store.system(manager.tenant_id, read_only=True) as uow:
        rows = [row for one in uow.ingest_batches.latest("alpha") for row in uow.rejected_rows.of_batch(one.id)]
    assert {(row.symbol, row.field, row.raw["close"], row.raw["date"]) for row in rows} == {
        (symbol, "close", -37.63, str(DAYS[9])) for symbol in ("AAPL", "MSFT")
    }
    assert {row.reason for row in rows} == {"The close is negative, and this is no commodity."}


def test_what_a_quota_leaves_out_comes_in_the_next_minutes_and_facts_come_too(
    providers, administrator, manager, alpha, past, clock, ports, says, monkeypatch
):
    many(ports, 12)
    says(alpha, flat(50.0))
    facts = []
    bars_of = alpha.shape

    def shape(self, asked, payloads):
        if isinstance(asked, AttributeQuestion):
            facts.append(asked.symbols)
            return AttributeAnswer(
                tuple(AttributeValue(one, "pe_ratio", 10.0, "ratio", TODAY, TODAY) for one in asked.symbols),
                (),
                origin_of(self, payloads),
            )
        return bars_of(self, asked, payloads)

    able = dataclasses.replace(
        alpha.capabilities, questions=frozenset({PriceQuestion, AttributeQuestion}), attributes=frozenset({"pe_ratio"})
    )
    monkeypatch.setattr(alpha, "capabilities", able)
    monkeypatch.setattr(alpha, "shape", shape)
    providers.change("alpha", {"is_enabled": True, "minute_limit_count": 5, "day_limit_count": 15}, administrator)
    report = providers.refresh("days", manager)
    assert "The quota left out 7 assets; they are asked for in the next minutes." in report.sentence
    with ports.store.system(manager.tenant_id, read_only=True) as uow:  # the built-in history is not copied
        assert {row.provider for row in uow.prices.summaries().values()} == {"alpha"}
    for _ in range(4):
        clock.advance(seconds=61)
        FreshFigures(ports, providers._fresh._ask).go_on(manager.tenant_id)  # another process leads each time
    assert providers.go_on(manager.tenant_id) is None
    with ports.store.system(manager.tenant_id, read_only=True) as uow:
        assert len(uow.prices.summaries()) == 12
    providers.refresh("facts", manager)
    assert [len(symbols) for symbols in facts] == [3]  # a fifth of 15 at least was held back
    clock.advance(hours=24)
    providers.refresh("facts", manager)
    assert not set(facts[0]) & set(facts[1])  # those that wait come first


def test_built_in_history_is_stale_where_a_quota_cut_a_source_short(
    providers, administrator, manager, alpha, past, ports
):
    many(ports, 3)
    providers.change("alpha", {"is_enabled": True, "minute_limit_count": 1}, administrator)
    question = PriceQuestion(("S00", "S01", "S02"))
    answers = providers.ask_each(question, manager, asset_class="equity")
    assert [(one.provider, one.is_stale) for one in answers] == [("alpha", False), ("past", True)]


def test_a_failed_question_costs_what_was_sent(providers, administrator, manager, alpha, ports):
    many(ports, 12)
    providers.change("alpha", {"is_enabled": True, "day_limit_count": 25}, administrator)

    def fetch(self, asked):
        before_try("alpha")
        raise ProviderRefused("premium", provider="alpha", symbol=asked.symbols[0])

    alpha.fetch = fetch
    providers.refresh("days", manager)
    assert providers.get("alpha", manager).quotas[0].used_count == 1


def test_actions_of_an_asset_that_is_added_later_are_asked_for_from_the_beginning(
    providers, administrator, manager, alpha, clock, ports, monkeypatch
):
    starts = []

    def shape(self, asked, payloads):
        starts.append((asked.symbols, asked.start is None))
        facts = [ActionFact(one, "split", TODAY, ratio=2) for one in asked.symbols]
        return ActionAnswer(tuple(facts), (), origin_of(self, payloads))

    able = dataclasses.replace(alpha.capabilities, questions=frozenset({ActionQuestion}))
    monkeypatch.setattr(alpha, "capabilities", able)
    monkeypatch.setattr(alpha, "shape", shape)
    many(ports, 1)
    providers.change("alpha", {"is_enabled": True}, administrator)
    providers.refresh("facts", manager)
    with ports.store.system() as uow:
        row = Asset(
            symbol="NEW", name="x", asset_class="equity", currency="USD", exchange="XNAS", is_active=True,
            is_sample=False,
        )  # fmt: skip
        uow.benchmarks.add(Benchmark(name="NEW", kind="index", currency="USD", asset_id=uow.assets.add(row).id))
        uow.commit()
    clock.advance(hours=24)
    providers.refresh("facts", manager)
    assert starts == [(("S00",), True), (("NEW",), True), (("S00",), False)]


def origin_of(one, payloads):
    hashes, fetched = (payloads[0].sha256,), payloads[0].fetched_at_utc
    return Provenance(one.name, "test", ("https://example.com",), hashes, fetched, one.licence)


TODAY = DAYS[1400].astype("datetime64[D]").item()


def test_rates_between_currencies_of_assets_and_portfolios_are_stored(
    online, manager, assets, alpha, clock, ports, says, monkeypatch
):
    with ports.store.system(manager.tenant_id) as uow:
        uow.portfolios.add(Portfolio(name="Euro", base_currency="EUR", strategy="custom"))
        uow.commit()
    kinds = alpha.capabilities.asset_classes | {AssetClass.FX}
    monkeypatch.setattr(alpha, "capabilities", dataclasses.replace(alpha.capabilities, asset_classes=kinds))
    says(alpha, flat(0.9), "EUR")  # the two assets are in dollars, so their series are left out
    assert online.refresh("days", manager).rows_count == 1500
    with ports.store.system(manager.tenant_id, read_only=True) as uow:
        rates = uow.fx.series("USD", "EUR")
    assert (len(rates), {row.rate for row in rates.values()}) == (1500, {0.9})
    assert {row.tenant_scope for row in rates.values()} == {manager.tenant_id}
    alpha.asked.clear()
    clock.advance(hours=24)
    assert online.refresh("days", manager).rows_count == 1
    assert ("USDEUR=X",) in alpha.asked
