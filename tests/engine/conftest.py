"""Which data and which short ways of asking do the engine's tests share?"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import engine
from engine.kernel.frames import PricePanel, ReturnsPanel
from engine.result import OptimizationResult

SECTORS = {
    "AAPL": "Technology", "AMD": "Technology", "MSFT": "Technology", "BAC": "Financials", "JPM": "Financials",
    "JNJ": "Health", "LLY": "Health", "MRK": "Health", "PFE": "Health", "UNH": "Health", "CVX": "Energy",
    "RRC": "Energy", "XOM": "Energy", "KO": "Staples", "PEP": "Staples", "PG": "Staples", "WMT": "Staples",
    "BBY": "Retail", "HD": "Retail", "GE": "Industrials",
}  # fmt: skip


@pytest.fixture(scope="session")
def prices() -> PricePanel:
    """Real daily prices of 20 stocks, 1990 to 2022, that come with skfolio."""
    from skfolio.datasets import load_sp500_dataset

    frame = load_sp500_dataset()
    return PricePanel(frame.index.to_numpy(), tuple(frame.columns), frame.to_numpy())


@pytest.fixture(scope="session")
def panel(prices: PricePanel) -> ReturnsPanel:
    return ReturnsPanel.from_prices(prices)


@pytest.fixture(scope="session")
def sectors() -> dict[str, str]:
    return SECTORS


@pytest.fixture(scope="session")
def synthetic() -> Callable[[int, int, int], ReturnsPanel]:
    """Five-factor returns of any size, the same for the same seed."""

    def make(assets_count: int, days_count: int = 1260, seed: int = 0) -> ReturnsPanel:
        rng = np.random.default_rng(seed)
        factors = rng.normal(0.0003, 0.006, (days_count, 5))
        loadings = rng.normal(0.6, 0.5, (assets_count, 5))
        own = rng.normal(0.0001, 1.0, (days_count, assets_count)) * rng.uniform(0.006, 0.02, assets_count)
        dates = np.datetime64("2015-01-01") + np.arange(days_count)
        return ReturnsPanel(dates, tuple(f"A{i:03d}" for i in range(assets_count)), factors @ loadings.T + own)

    return make


@pytest.fixture(scope="session")
def ask(panel: ReturnsPanel, sectors: dict[str, str]) -> Callable[..., OptimizationResult]:
    """Optimize on the real panel: ask(objective, constraints, **fields of the request)."""

    def answer(
        objective: dict[str, Any],
        constraints: list[dict[str, Any]] | None = None,
        *,
        panel: ReturnsPanel = panel,
        sectors: dict[str, str] | None = sectors,
        current: dict[str, float] | None = None,
        **fields: Any,
    ) -> OptimizationResult:
        body = {"objective": objective, "constraints": constraints or [], **fields}
        if "problem" not in body:
            body.setdefault("asset_ids", list(panel.assets))
        request = engine.parse_request(json.dumps(body))
        return engine.optimize(
            request, panel=None if "problem" in body else panel, sectors=sectors, current_weights_frac=current
        )

    return answer


@pytest.fixture(scope="session")
def weights_of() -> Callable[[OptimizationResult], np.ndarray]:
    return lambda result: np.array([line.weight_frac for line in result.weights])


@pytest.fixture(scope="session")
def assert_proven() -> Callable[[OptimizationResult], None]:
    """Check the whole certificate of an answer: exact sum, steps of 1e-8, every limit kept, optimality conditions."""

    def check(result: OptimizationResult, net_frac: float = 1.0) -> None:
        assert result.status == "optimal", (result.status, result.message, result.notes)
        certificate = result.certificate
        assert certificate is not None
        assert certificate.is_proven
        units = [round(line.weight_frac * 1e8) for line in result.weights]
        assert [unit / 1e8 for unit in units] == [line.weight_frac for line in result.weights]
        assert sum(units) == round(net_frac * 1e8)
        assert certificate.weight_sum_frac == net_frac
        for limit in certificate.limits:
            assert limit.slack_frac >= -1e-12, limit
        if certificate.kkt is not None:
            assert certificate.kkt.worst <= 1e-6, certificate.kkt
        if certificate.gap_frac is not None:
            assert 0.0 <= certificate.gap_frac <= 1e-6

    return check
