"""Is an optimization told in one sentence, refused with every problem at once, and turned into trades?"""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from data.store.tables.asset import Asset
from engine.kernel.frames import ReturnsPanel
from services.errors import Conflict, InvalidRequest, NotFound
from services.messages.optimize import OptimizationResult
from services.optimize import Optimize
from services.optimize_trades import trade_list

SYMBOLS = ("AAPL", "BAC", "KO", "MSFT", "XOM")
SECTORS = {"AAPL": "Technology", "MSFT": "Technology", "BAC": "Financials", "KO": "Consumer Staples", "XOM": "Energy"}


class FakeMarket:
    """Five years of made-up daily returns up to 28 December 2022."""

    def as_of(self, actor: Any) -> date:
        return date(2022, 12, 28)

    def returns_panel(self, symbols: Any, as_of: Any, lookback_days: int, actor: Any = None) -> Any:
        count = min(lookback_days, 1260)
        end = np.datetime64("2022-12-28") if as_of is None else np.datetime64(as_of)
        dates = np.arange(end - (count - 1), end + 1)
        returns = np.random.default_rng(1).normal(0.0005, 0.01, (count, len(symbols)))
        return ReturnsPanel(dates, tuple(symbols), returns), {"source": "made up", "sha256": "0" * 64}


class FakePortfolios:
    """One portfolio of one manager."""

    def __init__(self, owner_id: str) -> None:
        self.owner_id = owner_id
        self.targets: list[Any] = []

    def get(self, portfolio_id: str, actor: Any) -> Any:
        if actor.user_id != self.owner_id:
            raise NotFound.of("portfolio", portfolio_id)
        return SimpleNamespace(id=portfolio_id, base_currency="USD", value_ccy=Decimal("1000000"))

    def holdings(self, portfolio_id: str, actor: Any, as_of: Any = None) -> Any:
        self.get(portfolio_id, actor)
        return [
            SimpleNamespace(symbol="AAPL", weight_frac=0.6, price=130.0, asset_class="equity"),
            SimpleNamespace(symbol="KO", weight_frac=0.3, price=60.0, asset_class="equity"),
            SimpleNamespace(symbol="USD", weight_frac=0.1, price=1.0, asset_class="cash"),
        ]

    def set_target(self, *arguments: Any) -> None:
        self.targets.append(arguments)


@pytest.fixture
def optimize(house: Any, manager: Any) -> Optimize:
    with house.ports.store.system() as uow:
        uow.assets.add_many(
            Asset(symbol=symbol, name=symbol, asset_class="equity", currency="USD", sector=SECTORS[symbol])
            for symbol in SYMBOLS
        )
        uow.commit()
    house.portfolios = FakePortfolios(manager.user_id)
    house.optimize = Optimize(house.ports, runs=house.runs, market=FakeMarket(), portfolios=house.portfolios)
    return house.optimize


def text(**more: Any) -> str:
    basis = {
        "asset_ids": list(SYMBOLS),
        "objective": {"kind": "max_sharpe"},
        "constraints": [{"kind": "position_bounds", "min_frac": 0.01, "max_frac": 0.25}],
    }
    return json.dumps(basis | more)


def test_the_preview_says_in_one_sentence_what_would_be_computed(optimize, manager) -> None:
    preview = optimize.preview(optimize.parse(text()), manager)
    assert preview.sentence == (
        "Find the highest Sharpe ratio among 5 stocks, each between 1% and 25%, no shorting, "
        "on 5 years of daily prices to 28 December 2022."
    )
    assert preview.is_ready
    assert (preview.assets_count, preview.observations_count, preview.as_of) == (5, 1260, date(2022, 12, 28))


@pytest.mark.parametrize(
    ("more", "part"),
    [
        ({"objective": {"kind": "min_volatility"}}, "the lowest volatility among"),
        (
            {"objective": {"kind": "max_return", "volatility_max_annual_frac": 0.125}},
            "the highest return at a volatility of at most 12.5% a year",
        ),
        (
            {"objective": {"kind": "target_return", "return_min_annual_frac": 0.08}},
            "the lowest volatility at a return of at least 8% a year",
        ),
        (
            {"constraints": [{"kind": "long_short", "gross_max_frac": 1.6, "short_max_frac": 0.3}]},
            "shorting allowed at a net investment of 100%, gross exposure (longs plus shorts) at most 160%, "
            "shorts together at most 30%",
        ),
        ({"constraints": [{"kind": "min_holding", "min_frac": 0.01}]}, "each either left out or at least 1%"),
        (
            {"constraints": [{"kind": "sector_limit", "sector": "Technology", "max_frac": 0.3}]},
            "Technology at most 30%",
        ),
    ],
)
def test_goals_and_limits_read_plainly(optimize, manager, more: dict[str, Any], part: str) -> None:
    assert part in optimize.preview(optimize.parse(text(**more)), manager).sentence


def test_every_problem_of_a_request_is_told_at_once_under_its_own_path(optimize) -> None:
    bad = text(
        constraints=[{"kind": "position_bounds", "min_frac": 0.3, "max_frac": 25}, {"kind": "nonsense"}], color="red"
    )
    with pytest.raises(InvalidRequest) as refusal:
        optimize.parse(bad)
    paths = [field.path for field in refusal.value.fields]
    assert "constraints[0].max_frac" in paths
    assert "color" in paths
    assert any(path.startswith("constraints[1]") for path in paths)
    assert all(field.message for field in refusal.value.fields)


def test_unknown_assets_are_named_in_the_preview_and_refused_at_submission(optimize, house, manager) -> None:
    request = optimize.parse(text(asset_ids=["AAPL", "NOPE", "KO", "ZZZ"]))
    preview = optimize.preview(request, manager)
    assert not preview.is_ready
    assert [problem.path for problem in preview.problems] == ["asset_ids[1]", "asset_ids[3]"]
    with pytest.raises(InvalidRequest):
        optimize.submit(request, manager)
    assert house.runs.list(manager).items == ()


@pytest.mark.requirement("5.2.F3")
def test_limits_that_no_portfolio_can_meet_are_named_before_the_run(optimize, manager) -> None:
    preview = optimize.preview(optimize.parse(text(asset_ids=["AAPL", "KO"])), manager)
    assert preview.is_feasible is False
    assert preview.obstacle.message == (
        "Each of the 2 assets may hold at most 25%, together 50%: less than the 100% to invest."
    )
    assert "at least 4 assets" in preview.obstacle.advice


def test_limits_that_some_portfolio_meets_are_called_feasible(optimize, manager) -> None:
    preview = optimize.preview(optimize.parse(text()), manager)
    assert preview.is_feasible is True
    assert preview.obstacle is None


def test_a_short_history_is_warned_about(optimize, manager) -> None:
    request = optimize.parse(text(estimates={"lookback_days": 2000}))
    assert any("Only 1,260 days" in warning for warning in optimize.preview(request, manager).warnings)


def test_a_foreign_portfolio_is_not_found_by_preview_and_submission(optimize, manager, person) -> None:
    request = optimize.parse(json.dumps({"portfolio_id": "p-1", "objective": {"kind": "max_sharpe"}}))
    assert optimize.preview(request, manager).is_ready
    other = person(name="Ben")
    assert not optimize.preview(request, other).is_ready
    with pytest.raises(NotFound):
        optimize.submit(request, other)


def test_a_submitted_optimization_is_solved_stored_and_replayed_bit_for_bit(optimize, house, manager) -> None:
    run = optimize.submit(text(constraints=[], name="First try"), manager)
    house.runs.execute(run.id)
    done = house.runs.get(run.id, manager)
    assert (done.status, done.name, done.seed) == ("succeeded", "First try", 7)
    result = optimize.result(run.id, manager)
    assert result.status == "optimal"
    assert sum(round(line.weight_frac * 1e8) for line in result.weights) == 100_000_000
    assert result.lineage.data == {"source": "made up", "sha256": "0" * 64, "asset_classes": ["equity"]}
    repeat = house.runs.replay(run.id, manager)
    house.runs.execute(repeat.id)
    report = house.runs.replay_report(repeat.id, manager)
    assert report.is_identical, report.sentence
    assert optimize.result(repeat.id, manager).weights == result.weights


def test_limits_that_no_portfolio_can_meet_are_an_answer_and_not_a_failure(optimize, house, manager) -> None:
    run = optimize.submit(text(asset_ids=["AAPL", "KO"]), manager)
    house.runs.execute(run.id)
    assert house.runs.get(run.id, manager).status == "succeeded"
    result = optimize.result(run.id, manager)
    assert (result.status, result.weights) == ("infeasible", ())
    assert "50%" in result.message


def test_a_run_without_result_says_so(optimize, house, manager) -> None:
    run = optimize.submit(text(), manager)
    with pytest.raises(Conflict, match="no result: it is pending"):
        optimize.result(run.id, manager)


def test_only_a_run_about_a_portfolio_can_become_its_target(optimize, house, manager) -> None:
    run = optimize.submit(text(constraints=[]), manager)
    house.runs.execute(run.id)
    with pytest.raises(Conflict, match="not about one of your portfolios"):
        optimize.save_as_target(run.id, manager)


def result_of(weights: dict[str, float], current: dict[str, float]) -> OptimizationResult:
    lines = [
        {"asset": asset, "weight_frac": weight, "current_frac": current.get(asset, 0.0)}
        for asset, weight in weights.items()
    ]
    lineage = dict.fromkeys(("request_sha256", "data", "as_of", "observations_count", "window_start", "window_end")) | {
        "engine_version": "0.1.0"
    }
    return OptimizationResult.model_validate(
        {"status": "optimal", "message": "m", "weights": lines, "lineage": lineage, "elapsed_ms": {}}
    )


def test_trades_are_the_difference_in_money_and_whole_shares(optimize, manager) -> None:
    result = result_of({"AAPL": 0.5, "KO": 0.3, "MSFT": 0.2}, {"AAPL": 0.6, "KO": 0.3})
    portfolio = optimize._portfolios.get("p-1", manager)
    found = trade_list("r-1", result, portfolio, tuple(optimize._portfolios.holdings("p-1", manager)))
    assert [(trade.asset, trade.side, trade.amount_ccy, trade.quantity) for trade in found.trades] == [
        ("MSFT", "buy", "200000.00", None),
        ("AAPL", "sell", "-100000.00", "-769"),
    ]
    assert found.turnover_frac == pytest.approx(0.15)
    assert found.sentence == "2 trades, one-way turnover 15.0% of the portfolio, 150,000 USD."


def test_nothing_to_trade_is_said(manager) -> None:
    found = trade_list("r-1", result_of({"AAPL": 1.0}, {"AAPL": 1.0}), None, ())
    assert found.trades == ()
    assert "nothing to trade" in found.sentence
