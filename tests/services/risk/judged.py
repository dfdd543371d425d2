"""A portfolio with a limit whose figure the test decides about."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from services.messages.risk import RiskLimitInput, RiskLimitsInput, RiskReport, RiskRequest
from services.risk_limits import settle
from tests.services.risk.worlds import World, walk

COUNT = 120


@dataclass
class Judged:
    """A portfolio with a limit on its volatility, whose figure the test decides about."""

    world: World
    portfolio_id: str
    report: RiskReport
    told: list[str] = field(default_factory=list)

    def see(self, use_frac: float | None, *, is_stale: bool = False) -> tuple[str, list[str]]:
        """Judge a use of the limit; return the state, and what the inbox got for it."""
        limit = self.world.risk.limits(self.portfolio_id, self.world.manager).limits[0].value
        value = None if use_frac is None else use_frac * limit
        metrics = {**self.report.metrics, "volatility_annual": value}
        seen = self.report.model_copy(
            update={"metrics": metrics, "outdated_assets": ("OLD",) if is_stale else (), "unbounded": ()}
        )
        self.world.ports.clock.advance(minutes=1)
        with self.world.ports.store.system(self.world.manager.tenant_id) as uow:
            row = uow.portfolios.get(self.portfolio_id)
            settle(uow, row, seen, self.world.ports.clock.now_utc())
            uow.commit()
        with self.world.ports.store.read(self.world.manager) as uow:
            state = uow.risk_limits.of(self.portfolio_id)[0].state
            titles = [one.title for one in uow.notifications.list(limit=100).rows]
        fresh = titles[: len(titles) - len(self.told)]
        self.told = titles
        return state, fresh


@pytest.fixture
def judged(world: World) -> Judged:
    asset = world.asset("ONE", walk(COUNT, 1))
    portfolio = world.portfolio({asset: 1.0})
    report = world.risk.compute(RiskRequest(portfolio_id=portfolio), world.manager)
    wanted = RiskLimitsInput(limits=(RiskLimitInput(metric="volatility_annual", value=0.2),))
    world.risk.set_limits(portfolio, wanted, world.manager)
    return Judged(world, portfolio, report)
