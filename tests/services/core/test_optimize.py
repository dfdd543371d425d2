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
from engine.objectives import OBJECTIVES
from services.errors import Conflict, InvalidRequest, NotFound
from services.messages.optimize import OptimizationResult, RepairWish
from services.optimize import Optimize
from services.optimize_diagnose import TOO_MANY, Patience, diagnosis_of
from services.optimize_parse import parse
from services.optimize_sentence import sentence_of
from services.optimize_trades import trade_list
from services.runs_kind_optimization import label_of

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
        lineage = {"source": "made up", "sha256": "0" * 64, "fewest_sessions": symbols[0]}
        return ReturnsPanel(dates, tuple(symbols), returns), lineage


class FakePortfolios:
    """One portfolio of one manager."""

    def __init__(self, owner_id: str) -> None:
        self.owner_id = owner_id
        self.targets: list[Any] = []

    def get(self, portfolio_id: str, actor: Any) -> Any:
        if actor.user_id != self.owner_id:
            raise NotFound.of("portfolio", portfolio_id)
        return SimpleNamespace(id=portfolio_id, base_currency="USD", value_ccy=Decimal("1000000"))

    def standing(self, portfolio_id: str, actor: Any, as_of: Any = None) -> Any:
        self.get(portfolio_id, actor)
        return SimpleNamespace(base_currency="USD", benchmark_id=None, value_ccy=Decimal("1000000"))

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
    told = {"source": "made up", "sha256": "0" * 64, "fewest_sessions": "AAPL", "asset_classes": ["equity"]}
    assert result.lineage.data == told
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


@pytest.mark.parametrize(
    ("more", "part"),
    [
        ({"objective": {"kind": "max_utility", "risk_aversion": 3.0}}, "Find the highest return less 1.5 times"),
        ({"objective": {"kind": "robust"}}, "Find the best return and risk if the estimated returns are wrong by 1 st"),
        ({"objective": {"kind": "max_diversification"}}, "Find the highest diversification ratio among"),
        ({"objective": {"kind": "risk_parity"}}, "Find equal shares of risk among"),
        ({"objective": {"kind": "equal_weight"}}, "Find equal weights among"),
        ({"objective": {"kind": "inverse_volatility"}}, "Find weights in inverse proportion to volatility among"),
        ({"objective": {"kind": "hierarchical_risk_parity"}}, "Find a hierarchical risk parity among"),
        (
            {"objective": {"kind": "min_cvar", "return_min_annual_frac": 0.05}},
            "Find the smallest average loss in the worst 5% of periods at a return of at least 5% a year among",
        ),
        ({"objective": {"kind": "min_cdar"}}, "Find the smallest average of the worst 5% of drawdowns among"),
        ({"objective": {"kind": "min_max_drawdown"}}, "Find the smallest maximum drawdown among"),
        ({"objective": {"kind": "min_semi_deviation"}}, "Find the smallest fluctuation below the average return"),
        ({"objective": {"kind": "min_tracking_error"}}, "Find the smallest tracking error to the benchmark among"),
        (
            {
                "constraints": [
                    {"kind": "position_bounds", "relative_to": "current", "min_frac": -0.05, "max_frac": 0.05}
                ]
            },
            "each position is no more than 5% of the capital below and no more than 5% of the capital above",
        ),
        (
            {"constraints": [{"kind": "volatility_ceiling", "max_annual_frac": 0.2, "is_soft": True}]},
            "volatility is at most 20% a year (may give way)",
        ),
        ({"constraints": [{"kind": "holdings_count", "max_count": 3}]}, "the portfolio holds at most 3 assets"),
        ({"costs": {"spread_frac": 0.002}}, "trading costs half the spread (0.2%"),
    ],
)
def test_every_goal_and_limit_has_its_words(optimize, more: dict[str, Any], part: str) -> None:
    request = optimize.parse(text(**more))
    sentence = sentence_of(request, 5, 1260, date(2022, 12, 28), are_stocks=True)
    assert part in sentence
    assert "200%" not in sentence


def test_every_registered_goal_is_looked_for_in_its_own_words() -> None:
    for kind in OBJECTIVES.kinds():
        fields = {"risk_aversion": 3.0, "volatility_max_annual_frac": 0.2, "return_min_annual_frac": 0.05}
        member = OBJECTIVES.get(kind)
        goal = {"kind": kind} | {name: value for name, value in fields.items() if name in member.model_fields}
        request = parse(json.dumps({"asset_ids": ["A", "B"], "objective": goal}))
        sentence = sentence_of(request, 2, None, None)
        assert sentence.startswith("Find ")
        assert " among 2 assets" in sentence
        assert label_of(request) != "Optimization, 2 assets"


def test_the_preview_carries_the_diagnosis_with_a_repair(optimize, manager) -> None:
    preview = optimize.preview(optimize.parse(text(asset_ids=["AAPL", "KO"])), manager)
    assert preview.diagnosis is not None
    assert preview.obstacle.message == preview.diagnosis.conflicts[0].sentence
    assert preview.diagnosis.joint_repair.changes[0].field == "max_frac"
    repaired = optimize.repair(RepairWish(request=optimize.parse(text(asset_ids=["AAPL", "KO"]))), manager)
    assert repaired.diagnosis.is_feasible
    assert optimize.preview(repaired.request, manager).is_feasible


def test_limits_on_risk_are_looked_at_in_the_preview_of_few_assets(optimize, manager) -> None:
    limits = [{"kind": "volatility_ceiling", "max_annual_frac": 0.001}]
    preview = optimize.preview(optimize.parse(text(constraints=limits)), manager)
    assert preview.is_feasible is False
    assert "volatility" in preview.obstacle.message
    limits = [{"kind": "cvar_ceiling", "max_frac": 0.0001}]
    many = diagnosis_of(
        optimize.parse(text(constraints=limits)),
        optimize.inputs.read(optimize.parse(text()), manager),
        Patience(tail_assets_max_count=4, risk_assets_max_count=4, return_assets_max_count=4),
    )
    assert (many.is_feasible, many.notes) == (True, (TOO_MANY,))


def test_trades_tell_what_they_cost() -> None:
    result = result_of({"AAPL": 0.5, "KO": 0.5}, {"AAPL": 0.7, "KO": 0.3})
    costs = {"once_frac": 0.0012, "annual_frac": 0.0012, "turnover_frac": 0.2, "holding_period_days": 252, "note": ""}
    counted = OptimizationResult.model_validate(result.model_dump() | {"costs": costs})
    portfolio = SimpleNamespace(id="p-1", base_currency="USD", value_ccy=Decimal("1000000"))
    found = trade_list("r-1", counted, portfolio, ())
    assert (found.cost_once_frac, found.cost_ccy) == (0.0012, "1200.00")
    assert found.sentence.endswith("They cost about 0.12% of the portfolio, 1,200.00 USD.")
    assert trade_list("r-1", result, portfolio, ()).cost_ccy is None
