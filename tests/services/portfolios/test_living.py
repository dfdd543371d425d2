"""What does a portfolio's frontier in motion start from: holdings, limits of the house, client, benchmark, history?"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from services.errors import InvalidRequest, NotFound
from services.living import Living
from services.messages.living import MovedWish
from services.optimize import Optimize
from tests.services.market_house import House


def living_of(house: House) -> Living:
    optimize = Optimize(house.ports, runs=None, market=house.market, portfolios=house.portfolios)  # type: ignore[arg-type]
    return Living(house.ports, optimize=optimize, portfolios=house.portfolios)


@pytest.mark.requirement("1.2.A4")
def test_holdings_are_the_universe_and_the_limits_of_the_house_the_start(packed_house: House) -> None:
    living, portfolio = living_of(packed_house), packed_house.named("Aurora Growth")
    request = living.request_of_portfolio(portfolio.id, packed_house.manager)
    detail = packed_house.portfolios.get(portfolio.id, packed_house.manager)
    most, sector = detail.house_limits.position_max_frac, detail.house_limits.sector_max_frac
    kinds = {one.kind for one in request.constraints}
    assert kinds == {"position_bounds", "sector_limit"}
    problem = living.problem(request, packed_house.manager, is_house=True)
    handles = {one.key: one for one in problem.handles}
    assert (handles["max"].value, handles["max"].owner) == (most, "house")
    assert {one.value for one in problem.handles if one.group == "sectors"} == {sector}
    assert problem.current is not None
    assert problem.current.weights_frac is not None
    assert sum(problem.current.weights_frac) == pytest.approx(1.0, abs=0.05)
    assert problem.client is not None
    assert problem.client.sentence
    assert problem.esg_scores is not None  # of the sample pack
    assert "esg" in handles
    assert problem.frontier.drawdowns_frac is not None
    assert all(0.0 < one < 1.0 for one in problem.frontier.drawdowns_frac)


def test_drawdowns_are_those_of_wealth_at_constant_weights(packed_house: House) -> None:
    living, portfolio = living_of(packed_house), packed_house.named("Aurora Growth")
    request = living.request_of_portfolio(portfolio.id, packed_house.manager)
    alone = np.eye(len(request.asset_ids or ()))
    found = living.drawdowns(request, alone.tolist(), packed_house.manager)
    panel, _ = packed_house.market.returns_panel(
        request.asset_ids or (), None, request.estimates.lookback_days, actor=packed_house.manager
    )
    wealth = np.vstack([np.ones(len(alone)), np.cumprod(1.0 + panel.returns_frac, axis=0)])
    falls = 1.0 - wealth / np.maximum.accumulate(wealth, axis=0)
    assert found == pytest.approx(falls.max(axis=0).tolist(), abs=1e-12)
    with pytest.raises(InvalidRequest):
        living.drawdowns(request, [[1.0]], packed_house.manager)


def test_a_moved_limit_goes_into_the_request_with_the_goal_of_the_point(packed_house: House) -> None:
    living, portfolio = living_of(packed_house), packed_house.named("Aurora Growth")
    request = living.request_of_portfolio(portfolio.id, packed_house.manager)
    asked: Any = living.request_moved(request, {"max": 0.2}, packed_house.manager, at=0.25)
    assert asked.constraints[0].max_frac == 0.2
    assert (asked.objective.kind, asked.objective.return_min_annual_frac) == ("target_return", 0.25)
    assert asked.portfolio_id == portfolio.id
    found = living.moved(MovedWish(request=request, moves={"max": 0.2}), packed_house.manager)
    assert max(max(corner) for corner in found.corners) <= 0.2 + 1e-9


def test_nobody_else_moves_it(packed_house: House) -> None:
    living, portfolio = living_of(packed_house), packed_house.named("Aurora Growth")
    with pytest.raises(NotFound):
        living.request_of_portfolio(portfolio.id, packed_house.stranger)
    request = living.request_of_portfolio(portfolio.id, packed_house.manager)
    with pytest.raises(NotFound):
        living.problem(request, packed_house.stranger)
