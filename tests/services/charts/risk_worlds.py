"""Which invented portfolio do the tests of risk charts, tables and files look at? One where every figure is planted."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import numpy as np

from services.messages.risk import RiskAnswer, RiskLimitView, RiskReport, RiskRequest
from services.portfolio_facts import HeldAsset, PortfolioFacts
from services.risk_inputs import RiskInputs
from services.risk_report import build_report

NOW = datetime(2026, 3, 3, 8, 0, tzinfo=UTC)
SYMBOLS = ("ALFA", "BETA", "GAMA", "DELT")
SECTORS = ("Technology", "Technology", "Energy", "Health Care")


def held(symbol: str, sector: str | None, *, is_sample: bool = False) -> HeldAsset:
    return HeldAsset(
        asset_id=symbol, symbol=symbol, name=f"{symbol} Inc", asset_class="equity", sector=sector, country="US",
        currency="USD", issuer=symbol, is_sample=is_sample, price_date=date(2026, 3, 2), is_stale=False,
    )  # fmt: skip


def facts_of(weights: tuple[float, ...] = (0.4, 0.3, 0.2, 0.05), *, count: int = 700, **more: Any) -> PortfolioFacts:
    """Return holdings of which the first two move together, and the first is twice as wild as the others."""
    draw = np.random.default_rng(11)
    market = 0.008 * draw.standard_normal(count)
    own = 0.006 * draw.standard_normal((count, len(SYMBOLS)))
    returns = np.array([1.6, 0.9, 0.3, 0.2]) * market[:, None] + own
    returns[:, 1] += 0.5 * own[:, 0]
    used = returns[:, : len(weights)]
    zero = np.zeros_like(used)
    ends = np.busday_offset("2026-03-02", np.arange(-count + 1, 1), roll="backward").astype("datetime64[D]")
    values: dict[str, Any] = {
        "portfolio_id": "p", "name": "Core", "base_currency": "USD", "as_of": date(2026, 3, 2),
        "value_ccy": Decimal("1000000"),
        "assets": tuple(held(*pair) for pair in zip(SYMBOLS, SECTORS, strict=True))[: len(weights)],
        "weights_frac": np.array(weights), "quantities": np.ones(len(weights)),
        "cash_weight_frac": 1.0 - sum(weights), "cash_currencies": {"USD": 1.0 - sum(weights)}, "dates": ends,
        "returns_frac": used, "local_returns_frac": used, "fx_returns_frac": zero, "benchmark_id": "b",
        "benchmark_name": "The Index", "benchmark_returns_frac": market, "benchmark_weights_frac": {},
        "benchmark_assets": (), "adv_units": np.full(len(weights), 1e6), "adv_ccy": np.full(len(weights), 2e5),
        "price_ccy": np.full(len(weights), 10.0), "market_day": date(2026, 3, 2), "notes": (),
        "lineage": {"providers": ["sample"], "sample_assets": []},
    }  # fmt: skip
    return PortfolioFacts(**{**values, **more})


def report_of(facts: PortfolioFacts | None = None) -> RiskReport:
    inputs = RiskInputs(bars=None, factors=None, ledger_number=1)
    return build_report(facts or facts_of(), RiskRequest(portfolio_id="p"), inputs, None, NOW)


def limit(metric: str = "var_95_1d", state: str = "red", **more: Any) -> RiskLimitView:
    values: dict[str, Any] = {
        "id": f"limit-{metric}", "metric": metric, "label": "Value at risk 95%, one day", "explain": "A loss.",
        "unit": "frac", "value": 0.01, "direction": "max", "is_hard": True, "amber_use_frac": 0.8, "measured": 0.0123,
        "use_frac": 1.23, "state": state, "word": "Breached", "sentence": "It stands above its limit.",
        "is_held": False, "state_since_utc": NOW, "set_by": "Ann", "set_at_utc": NOW, "has_constraint": True,
    }  # fmt: skip
    return RiskLimitView(**{**values, **more})


def answer_of(report: RiskReport | None = None, **more: Any) -> RiskAnswer:
    values: dict[str, Any] = {
        "state": "ready", "is_current": True, "computed_at_utc": NOW, "elapsed_ms": 120.0, "data_version": "1",
        "report": report or report_of(), "limits": (limit(),),
    }  # fmt: skip
    return RiskAnswer(**{**values, **more})
