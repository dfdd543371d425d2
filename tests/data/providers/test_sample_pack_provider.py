"""Are the invented figures plausible, repeatable, and marked as invented?"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import numpy as np
import pytest

from data.errors import ProviderRefused, ProviderUnavailable
from data.providers.protocol import ProviderContext
from data.providers.questions import (
    AttributeQuestion,
    ConstituentQuestion,
    PriceQuestion,
    RateQuestion,
    ReferenceQuestion,
)
from data.providers.sample import BENCHMARK, SamplePack
from data.providers.vocabulary import Field
from data.reference.sample_assets import sample_assets

BOTH = frozenset({Field.CLOSE, Field.VOLUME})


def market_series():
    sessions = np.arange("2009-06-01", "2014-12-31", dtype="datetime64[D]")
    sessions = sessions[np.is_busday(sessions)]
    steps = np.random.default_rng(5).normal(0.0003, 0.011, sessions.size)
    return sessions, 1000.0 * np.exp(np.cumsum(steps))


@pytest.fixture(scope="module")
def provider() -> SamplePack:
    return SamplePack(ProviderContext(market_series=market_series))


@pytest.fixture(scope="module")
def prices(provider):
    return provider.prices(PriceQuestion(provider.universe(), fields=BOTH))


def test_forty_assets_of_several_sectors_countries_currencies_and_classes(provider):
    rows = provider.reference(ReferenceQuestion()).assets
    assert len(rows) == 40
    assert len({row.sector for row in rows}) >= 10
    assert len({row.country for row in rows}) >= 5
    assert {row.currency for row in rows} == {"USD", "EUR"}
    assert len({row.asset_class for row in rows}) == 4
    assert all("fictitious" in (row.note or "") for row in rows)


def test_every_answer_says_that_it_is_invented(provider, prices):
    answers = [
        prices,
        provider.reference(ReferenceQuestion()),
        provider.attributes(AttributeQuestion(("esg_score",))),
        provider.rates(RateQuestion("EUR", "USD")),
        provider.constituents(ConstituentQuestion(BENCHMARK)),
    ]
    for answer in answers:
        assert answer.provenance.is_sample
        assert any("fictitious" in note for note in answer.provenance.notes)


def test_the_same_seed_gives_the_same_figures_bit_for_bit(prices):
    again = SamplePack(ProviderContext(market_series=market_series))
    other = again.prices(PriceQuestion(tuple(reversed(again.universe())), fields=BOTH))
    for one in prices.series:
        two = next(series for series in other.series if series.symbol == one.symbol)
        assert one.columns[Field.CLOSE].tobytes() == two.columns[Field.CLOSE].tobytes()
        assert one.columns[Field.VOLUME].tobytes() == two.columns[Field.VOLUME].tobytes()


def test_a_window_shows_the_same_figures_as_the_whole(provider, prices):
    whole = prices.series[3]
    question = PriceQuestion((whole.symbol,), start=date(2012, 3, 1), end=date(2012, 9, 28))
    (part,) = provider.prices(question).series
    position = np.searchsorted(whole.sessions, part.sessions[0])
    expected = whole.columns[Field.CLOSE][position : position + part.sessions.size]
    assert np.array_equal(part.columns[Field.CLOSE], expected)


def test_histories_move_with_the_market_by_their_beta_and_with_their_sector(prices):
    sessions, market = market_series()
    keep = sessions >= np.datetime64("2010-01-04")
    m = np.diff(np.log(market[keep]))
    returns = {s.symbol: np.diff(np.log(s.columns[Field.CLOSE])) for s in prices.series}
    assets = {asset.facts.symbol: asset for asset in sample_assets()}
    residuals = {}
    for symbol, r in returns.items():
        beta = float(np.cov(r, m)[0, 1] / m.var(ddof=1))
        assert beta == pytest.approx(assets[symbol].beta, abs=0.25)
        residuals[symbol] = r - beta * m
        expected = assets[symbol].residual_volatility_annual_frac
        assert residuals[symbol].std() * np.sqrt(252) == pytest.approx(expected, rel=0.25)
    same = np.corrcoef(residuals["FNWK.X"], residuals["INVL.X"])[0, 1]
    other = np.corrcoef(residuals["FNWK.X"], residuals["UMBR.X"])[0, 1]
    assert same > 0.2
    assert abs(other) < 0.12


def test_prices_and_volumes_are_positive_and_volumes_are_whole(prices):
    for series in prices.series:
        assert (series.columns[Field.CLOSE] > 0).all()
        volume = series.columns[Field.VOLUME]
        assert (volume > 0).all()
        assert np.array_equal(volume, np.round(volume))


def test_of_other_assets_there_are_volumes_only_and_never_invented_prices(provider):
    volumes_only = provider.prices(PriceQuestion(("AAPL",), fields=frozenset({Field.VOLUME})))
    assert set(volumes_only.series[0].columns) == {Field.VOLUME}
    both = provider.prices(PriceQuestion(("AAPL",), fields=BOTH))
    assert both.series == ()
    assert both.missing_symbols == ("AAPL",)


def test_scores_lie_between_0_and_100_and_are_known_only_after_their_year(provider):
    answer = provider.attributes(AttributeQuestion(("esg_score",), ("AAPL", "VNTR.X", "GOLD.X")))
    assert answer.missing_symbols == ("GOLD.X",)
    assert {value.symbol for value in answer.values} == {"AAPL", "VNTR.X"}
    for value in answer.values:
        assert 0 <= value.value <= 100
        assert "higher is better" in value.unit
        assert value.knowledge_date > value.event_date
        assert value.knowledge_date <= date(2014, 12, 31)


def test_benchmark_weights_sum_to_exactly_one_at_every_date(provider):
    answer = provider.constituents(ConstituentQuestion(BENCHMARK))
    assert len(answer.weights) == 20
    for weights in answer.weights.values():
        assert sum(weights.values()) == Decimal(1)
        assert all(weight > 0 for weight in weights.values())
        assert len(weights) == 20


def test_rates_read_the_same_in_both_directions(provider):
    euro = provider.rates(RateQuestion("EUR", "USD")).rates
    dollar = provider.rates(RateQuestion("USD", "EUR")).rates
    assert all(abs(a * b - 1) < Decimal("1e-9") for a, b in zip(euro, dollar, strict=True))
    assert all(Decimal("0.7") < rate < Decimal("2") for rate in euro)
    with pytest.raises(ProviderRefused, match="EUR and USD"):
        provider.rates(RateQuestion("GBP", "USD"))


def test_without_a_stored_market_it_says_what_to_load_first():
    with pytest.raises(ProviderUnavailable, match="Load the market history first"):
        SamplePack(ProviderContext()).prices(PriceQuestion(("ALDM.X",)))
