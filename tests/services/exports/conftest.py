"""An export service over fakes, and figures to draw."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from services.auth.actor import Actor
from services.auth.roles import Role
from services.charts import efficient_frontier
from services.errors import NotFound
from services.exports import Exports
from services.messages.optimize import Trade, TradeList
from services.messages.portfolios import Holding
from services.messages.preferences import Preferences
from services.messages.runs import RunStatus

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


@dataclass
class FakeRuns:
    """Runs in memory."""

    results: dict[str, Any] = field(default_factory=dict)

    def get(self, run_id: str, actor: Actor) -> Any:
        if run_id not in self.results:
            raise NotFound("There is no such run.")
        status = RunStatus.RUNNING if self.results[run_id] is None else RunStatus.SUCCEEDED
        return SimpleNamespace(
            id=run_id,
            kind="optimization",
            name="Growth: max. Sharpe",
            status=status,
            request_sha256="ab" * 32,
            portfolio_id=None,
        )

    def result(self, run_id: str, actor: Actor) -> Any:
        return self.results[run_id]


@pytest.fixture
def result() -> dict[str, Any]:
    """A finished optimization; one asset's name could be taken for a formula."""
    rows = [("AAPL", 0.25, 0.1, "Technology"), ("=1+1", 0.45, 0.3, "Energy"), ("JNJ", 0.3, 0.6, "Health care")]
    metrics = {
        "return_annual_frac": 0.124,
        "volatility_annual_frac": 0.152,
        "sharpe": 0.8158,
        "var_95_1d_frac": 0.0152,
        "var_note": "Historical, of 1,260 days.",
        "max_drawdown_frac": None,
        "max_drawdown_note": "No history.",
    }
    return {
        "status": "optimal",
        "message": "A proven optimum.",
        "weights": [
            {"asset": a, "weight_frac": w, "current_frac": c, "trade_frac": w - c, "sector": s} for a, w, c, s in rows
        ],
        "metrics": metrics,
        "current_metrics": metrics | {"return_annual_frac": 0.1},
        "frontier": {
            "points": [
                {"return_annual_frac": 0.05 + 0.01 * n, "volatility_annual_frac": 0.1 + 0.001 * n * n}
                for n in range(10)
            ],
            "asset_points": [
                {"asset": a, "return_annual_frac": 0.05 + n / 20, "volatility_annual_frac": 0.2 + n / 20}
                for n, (a, *_) in enumerate(rows)
            ],
        },
        "certificate": {
            "limits": [
                {
                    "name": "Largest position",
                    "kind": "position_bounds",
                    "scope": "every asset",
                    "value_frac": 0.45,
                    "min_frac": None,
                    "max_frac": 0.45,
                    "slack_frac": 0.0,
                    "is_binding": True,
                }
            ]
        },
        "lineage": {
            "as_of": "2022-12-28",
            "observations_count": 1260,
            "window_start": "2017-12-27",
            "window_end": "2022-12-28",
            "request_sha256": "cd" * 32,
            "engine_version": "1.0.0",
            "data": {"providers": ["embedded"]},
        },
    }


@pytest.fixture
def figure(result) -> dict[str, Any]:
    """A figure as the screen has it, in the dark theme."""
    return efficient_frontier(result, theme="dark").to_plotly_json()


def holding(symbol: str, **changes: Any) -> Holding:
    values: dict[str, Any] = {
        "asset_id": symbol,
        "symbol": symbol,
        "name": f"{symbol} Inc.",
        "sector": "Technology",
        "asset_class": "equity",
        "currency": "USD",
        "quantity": Decimal("10.5"),
        "price": Decimal("126.04"),
        "price_date": date(2022, 12, 28),
        "value_ccy": Decimal("1323.42"),
        "weight_frac": 0.25,
        "target_weight_frac": None,
        "drift_frac": None,
        "unrealized_pnl_ccy": Decimal("-12.5"),
        "day_pnl_ccy": None,
        "is_sample": False,
        "note": None,
    }
    return Holding(**(values | changes))


def page_of(*symbols: str) -> Any:
    """Return the only page of a list of assets."""
    items = [SimpleNamespace(symbol=symbol, name=f"{symbol} Inc.") for symbol in symbols]
    return SimpleNamespace(items=items, next_cursor=None)


class FakePortfolios:
    """One portfolio."""

    def get(self, portfolio_id: str, actor: Actor) -> Any:
        return SimpleNamespace(
            name="Growth", base_currency="USD", as_of=date(2022, 12, 28), value_ccy=Decimal("5000"), notes=()
        )

    def holdings(self, portfolio_id: str, actor: Actor) -> Any:
        return [holding("AAPL"), holding("@SUM", name="+cmd", is_sample=True, price=None, price_date=None)]


class FakeOptimize:
    """Trades of the first asset only."""

    def trades(self, run_id: str, actor: Actor) -> TradeList:
        trade = Trade(
            asset="AAPL",
            side="buy",
            current_frac=0.1,
            proposed_frac=0.25,
            trade_frac=0.15,
            amount_ccy="1500.00",
            price=126.04,
            quantity="11.9",
        )
        return TradeList(
            run_id=run_id,
            portfolio_id="p",
            base_currency="USD",
            value_ccy="10000.00",
            turnover_frac=0.3,
            trades=(trade,),
            sentence="",
        )


@pytest.fixture
def exports(result, tmp_path) -> Exports:
    """The service, with a finished run `done` and a running one `busy`."""
    ports = SimpleNamespace(clock=SimpleNamespace(now_utc=lambda: NOW), settings=SimpleNamespace(var_dir=tmp_path))
    runs = FakeRuns({"done": result, "busy": None})
    return Exports(
        ports,
        runs=runs,
        optimize=FakeOptimize(),
        portfolios=FakePortfolios(),
        preferences=SimpleNamespace(get=lambda actor: Preferences(number_format="comma")),
        market=SimpleNamespace(assets=lambda actor, **_: page_of("AAPL")),
    )


@pytest.fixture
def actor() -> Actor:
    """A portfolio manager."""
    return person(Role.PORTFOLIO_MANAGER)


def person(role: Role) -> Actor:
    return Actor(user_id="u", tenant_id="t", name="Ada", role=role, via="session", scopes=None, session_key=None)
