"""Does every attribution close, also where a segment is held on one side only, and is what cannot be linked refused?"""

from __future__ import annotations

import re
from datetime import date

import numpy as np
import pytest

from engine.kernel.errors import InputRefused
from engine.kernel.risk_free import RiskFree
from engine.performance.attribution import brinson_attribution
from engine.performance.contribution import contribution_table
from engine.performance.currency import currency_attribution
from engine.performance.factor_attribution import factor_attribution
from engine.performance.history import History
from engine.performance.linking import coefficients
from engine.performance.positions import CASH, Positions

LINKINGS = ("carino", "menchero", "grap", "frongello", "geometric")
START = date(2021, 12, 31)
KEYS = ("A", "B", "C", "D", "E")
GROUPS = ("Tech", "Tech", "Banks", "Banks", "Oil")
COUNT = 130
DATES = np.busday_offset("2022-01-03", np.arange(COUNT), roll="forward")
RNG = np.random.default_rng(3)
OWN_W = RNG.dirichlet(np.ones(5), COUNT)
BASE_W = RNG.dirichlet(np.full(5, 4.0), COUNT)
RETURNS = RNG.normal(0.0005, 0.02, (COUNT, 5))


def positions(**changes) -> Positions:
    given = {"benchmark_weights_frac": BASE_W} | changes
    own = given.pop("weights_frac", OWN_W)
    returns = given.pop("returns_frac", RETURNS)
    count = len(own)
    return Positions.of(DATES[:count], START, KEYS, given.pop("groups", GROUPS), own, returns, **given)


@pytest.mark.requirement("2.3.A4", "2.3.F6", "2.3.D2")
@pytest.mark.parametrize("linking", LINKINGS)
@pytest.mark.parametrize("model", ["brinson_fachler", "brinson_hood_beebower"])
def test_every_method_closes_and_drills_down_exactly(linking, model):
    earned = np.einsum("ij,ij->i", OWN_W, RETURNS) + RNG.normal(0.0, 1e-4, COUNT)
    found = brinson_attribution(positions(portfolio_returns_frac=earned), model=model, linking=linking)
    own, base = np.prod(1 + earned), np.prod(1 + np.einsum("ij,ij->i", BASE_W, RETURNS))
    parts = found.allocation_frac, found.selection_frac, found.interaction_frac, found.trading_frac
    if linking == "geometric":
        assert found.active_return_frac == pytest.approx(own / base - 1, abs=1e-13)
        assert np.prod([1 + part for part in parts]) - 1 == pytest.approx(found.active_return_frac, abs=1e-12)
        figures = re.findall(r"[\d.]+(?=%)", found.sentence)
        assert len(figures) >= 4
        assert all(re.fullmatch(r"\d+\.\d\d", one) for one in figures)
    else:
        assert found.active_return_frac == pytest.approx(own - base, abs=1e-13)
        assert sum(parts) == pytest.approx(found.active_return_frac, abs=1e-12)
        for segment in found.segments:
            assets = [row for row in found.assets if row.segment == segment.key]
            assert sum(row.allocation_frac for row in assets) == pytest.approx(segment.allocation_frac, abs=1e-13)
            both = segment.selection_frac + segment.interaction_frac
            assert sum(row.selection_frac for row in assets) == pytest.approx(both, abs=1e-13)
    assert abs(found.residual_frac) < 1e-12
    assert sum(row.allocation_frac for row in found.segments) == pytest.approx(found.allocation_frac, abs=1e-13)
    last = found.periods[-1]
    assert last.cumulative_selection_frac == pytest.approx(found.selection_frac, abs=1e-13)
    assert len(found.periods) == 7  # months, beyond 60 periods
    assert found.model_dump_json()


@pytest.mark.parametrize("linking", LINKINGS)
def test_the_running_effects_close_at_every_step(linking):
    found = brinson_attribution(positions(), linking=linking, grid="month")
    own = base = 1.0
    for row in found.periods:
        own *= 1 + row.portfolio_return_frac
        base *= 1 + row.benchmark_return_frac
        effects = row.allocation_frac, row.selection_frac, row.interaction_frac, row.trading_frac
        since = (
            row.cumulative_allocation_frac,
            row.cumulative_selection_frac,
            row.cumulative_interaction_frac,
            row.cumulative_trading_frac,
        )
        if linking == "geometric":
            assert np.prod([1 + one for one in since]) == pytest.approx(own / base, abs=1e-12)
        else:
            assert sum(effects) == pytest.approx(row.portfolio_return_frac - row.benchmark_return_frac, abs=1e-12)
            assert sum(since) == pytest.approx(own - base, abs=1e-12)


@pytest.mark.parametrize("linking", ["carino", "menchero", "grap", "frongello"])
def test_a_single_period_needs_no_linking_and_equal_returns_no_division_by_zero(linking):
    one = brinson_attribution(
        positions(weights_frac=OWN_W[:1], returns_frac=RETURNS[:1], benchmark_weights_frac=BASE_W[:1]), linking=linking
    )
    assert one.allocation_frac + one.selection_frac + one.interaction_frac == pytest.approx(one.active_return_frac)
    same = np.array([0.01, -0.02, 0.03])
    assert coefficients(same, same, linking) == pytest.approx(
        {"carino": 1.01 * 0.98 * 1.03 / (1 + same), "menchero": np.full(3, (1.01 * 0.98 * 1.03) ** (2 / 3))}.get(
            linking, 1.01 * 0.98 * 1.03 / (1 + same)
        )
    )
    equal = brinson_attribution(positions(benchmark_weights_frac=OWN_W), linking=linking)
    assert equal.sentence == "Portfolio and benchmark returned the same."
    assert abs(equal.residual_frac) < 1e-14


@pytest.mark.parametrize("linking", ["carino", "menchero", "grap", "frongello"])
def test_a_record_that_ends_even_closes_too(linking):
    own, base = np.array([0.1, -0.05]), np.array([-0.05, 0.1])
    assert coefficients(own, base, linking) @ (own - base) == pytest.approx(0.0, abs=1e-15)
    effects = np.array([[0.2, -0.05], [-0.1, -0.05]])  # they sum to the active returns of 15% and -15%
    assert (coefficients(own, base, linking) @ effects).sum() == pytest.approx(0.0, abs=1e-15)
    near = own + np.array([0.0, 1e-13])
    assert coefficients(near, base, linking) == pytest.approx(coefficients(own, base, linking), rel=1e-6)


def test_a_segment_on_one_side_takes_the_missing_return_from_the_other():
    own, base = np.array([[0.5, 0.0, 0.5, 0.0, 0.0]]), np.array([[0.5, 0.0, 0.0, 0.0, 0.5]])
    returns = np.array([[0.1, np.nan, 0.2, np.nan, -0.1]])
    found = brinson_attribution(positions(weights_frac=own, returns_frac=returns, benchmark_weights_frac=base))
    rows = {row.key: row for row in found.segments}
    assert rows["Oil"].allocation_frac == pytest.approx(-0.5 * (-0.1 - 0.0))  # not held: no selection at all
    assert (rows["Oil"].selection_frac, rows["Oil"].interaction_frac) == (0.0, 0.0)
    assert rows["Oil"].portfolio_return_frac is None
    assert rows["Banks"].allocation_frac == pytest.approx(
        0.0
    )  # not in the benchmark: its return there is the whole one's
    assert rows["Banks"].interaction_frac == pytest.approx(0.5 * 0.2)
    assert found.active_return_frac == pytest.approx(0.15)
    assert found.notes == ()


def test_long_and_short_that_cancel_have_no_return_of_their_own():
    own = np.tile([0.4, -0.4, 0.5, 0.5, 0.0], (COUNT, 1))
    found = brinson_attribution(positions(weights_frac=own))
    tech = next(row for row in found.segments if row.key == "Tech")
    assert tech.interaction_frac == 0.0
    assert abs(tech.selection_frac) < 1.0
    assert "interaction is shown as part of selection" in " ".join(found.notes)
    assert abs(found.residual_frac) < 1e-13


def test_what_is_missing_to_one_is_an_asset_of_its_own():
    found = brinson_attribution(positions(weights_frac=0.9 * OWN_W))
    cash = next(row for row in found.segments if row.key == CASH)
    assert (cash.portfolio_weight_frac, cash.benchmark_weight_frac) == pytest.approx((0.1, 0.0))
    assert abs(found.residual_frac) < 1e-13
    everything = brinson_attribution(positions(weights_frac=0.0 * OWN_W))
    assert everything.portfolio_return_frac == 0.0
    assert abs(everything.residual_frac) < 1e-13


def test_a_missing_return_of_a_held_asset_is_taken_from_its_group_and_told():
    returns = RETURNS.copy()
    returns[7, 1] = np.nan
    chosen = positions(returns_frac=returns)
    assert chosen.returns_frac[7, 1] == pytest.approx(RETURNS[7, 0])
    assert chosen.notes == (
        "1 return of assets held by the portfolio is missing and taken from the rest of their groups.",
        "1 return of assets held by the benchmark is missing and taken from the rest of their groups.",
    )


@pytest.mark.parametrize("linking", LINKINGS)
def test_a_total_loss_is_refused_with_its_date(linking):
    returns = RETURNS.copy()
    returns[9] = -1.0
    with pytest.raises(InputRefused, match=r"lost everything on 2022-01-14; .* End the stretch before that date"):
        brinson_attribution(positions(returns_frac=returns), linking=linking)


def test_leverage_that_ends_the_notional_portfolio_is_refused_by_geometric_linking_only():
    own, base = np.array([[4.0, 0.0, 0.0, 0.0, -3.0]]), np.array([[0.5, 0.0, 0.0, 0.0, 0.5]])
    given = {"weights_frac": own, "returns_frac": np.array([[0.2, 0, 0, 0, 0]]), "benchmark_weights_frac": base}
    given["benchmark_returns_frac"] = np.array([[-0.4, 0, 0, 0, 0]])
    assert abs(brinson_attribution(positions(**given)).residual_frac) < 1e-14
    with pytest.raises(InputRefused, match="lose everything on 2022-01-03"):
        brinson_attribution(positions(**given), linking="geometric")


def test_without_constituent_weights_it_says_so():
    with pytest.raises(InputRefused, match="constituent weights are not known"):
        brinson_attribution(positions(benchmark_weights_frac=None))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"weights_frac": OWN_W[:, :4]}, "shape"),
        ({"weights_frac": np.where(OWN_W > 0.9, OWN_W, np.nan)}, "missing or infinite"),
        ({"groups": ("x",)}, "1 groups for 5 assets"),
        ({"portfolio_returns_frac": [0.1]}, "one return for each date"),
        ({"returns_frac": np.full((COUNT, 5), np.inf)}, "infinite"),
    ],
)
def test_positions_that_do_not_fit_are_refused(change, words):
    with pytest.raises(InputRefused, match=words):
        positions(**change)


@pytest.mark.requirement("2.3.A4", "2.3.F6")
def test_contributions_sum_to_the_return():
    earned = np.einsum("ij,ij->i", OWN_W, RETURNS) + 1e-5
    found = contribution_table(positions(portfolio_returns_frac=earned))
    assert sum(row.contribution_frac for row in found.assets) + found.trading_frac == pytest.approx(
        np.prod(1 + earned) - 1, abs=1e-12
    )
    assert abs(found.residual_frac) < 1e-12
    for group in found.groups:
        parts = [row.contribution_frac for row in found.assets if row.group == group.key]
        assert sum(parts) == pytest.approx(group.contribution_frac, abs=1e-13)
    gains = OWN_W * RETURNS + 1e-6
    told = contribution_table(positions(portfolio_returns_frac=gains.sum(axis=1)), gains_frac=gains)
    assert told.trading_frac == pytest.approx(0.0, abs=1e-15)


def test_regrouping_changes_the_groups_and_nothing_else():
    by_sector = brinson_attribution(positions())
    by_country = brinson_attribution(positions().regrouped(("US", "DE", "US", "DE", "US")))
    assert {row.key for row in by_country.segments} == {"US", "DE"}
    assert by_country.active_return_frac == pytest.approx(by_sector.active_return_frac, abs=1e-14)


@pytest.mark.requirement("2.3.A4")
def test_local_returns_and_rates_close():
    fx = RNG.normal(0.0, 0.006, (COUNT, 5))
    fx[:, :2] = 0.0
    local = RNG.normal(0.0004, 0.01, (COUNT, 5))
    chosen = positions(weights_frac=0.95 * OWN_W, returns_frac=(1 + local) * (1 + fx) - 1)
    found = currency_attribution(chosen, ("USD", "USD", "EUR", "EUR", "GBP"), fx, base_currency="USD")
    assert found.local_frac + found.currency_frac + found.cross_frac == pytest.approx(found.portfolio_return_frac)
    assert abs(found.residual_frac) < 1e-13
    home = next(row for row in found.currencies if row.currency == "USD")
    assert (home.currency_frac, home.cross_frac) == (0.0, 0.0)
    assert sum(row.total_frac for row in found.currencies) == pytest.approx(found.portfolio_return_frac)
    fx[3, 4] = np.nan
    with pytest.raises(InputRefused, match="no change of GBP on 2022-01-06"):
        currency_attribution(chosen, ("USD", "USD", "EUR", "EUR", "GBP"), fx, base_currency="USD")


@pytest.mark.requirement("2.3.A4", "2.3.F6")
@pytest.mark.parametrize("is_active", [False, True])
def test_factors_close_and_find_their_exposures(is_active):
    factors = RNG.normal(0.0003, 0.01, (COUNT, 2))
    base = 0.5 * factors[:, 0]
    own = base * is_active + factors @ [1.1, -0.4] + RNG.normal(0, 1e-3, COUNT)
    record = History.of(DATES, own, benchmark_returns_frac=base, risk_free=RiskFree.constant(0.0))
    found = factor_attribution(record, ("Market", "Size"), factors, is_active=is_active)
    exposure = {row.key: row.exposure for row in found.factors}
    assert exposure == pytest.approx({"Market": 1.1, "Size": -0.4}, abs=0.03)
    total = np.prod(1 + own) - (np.prod(1 + base) if is_active else 1.0)
    parts = sum(row.contribution_frac for row in found.factors)
    assert parts + found.alpha_frac + found.cash_frac + found.unexplained_frac == pytest.approx(total, abs=1e-13)
    assert abs(found.residual_frac) < 1e-13
    with pytest.raises(InputRefused, match="do not tell 2 factors apart"):
        factor_attribution(record, ("Market", "Twin"), factors[:, [0, 0]])


@pytest.mark.parametrize("linking", LINKINGS)
def test_cash_that_the_benchmark_does_not_hold_is_allocation_alone(linking):
    """What cash cost is w (R_cash - R_b) day by day; none of it is interaction or selection, and all still closes."""
    own = np.column_stack([0.8 * OWN_W[:, :4], np.full(COUNT, 0.2)])
    base = np.column_stack([BASE_W[:, :4] / BASE_W[:, :4].sum(axis=1, keepdims=True), np.zeros(COUNT)])
    own[:, :4] *= 0.8 / own[:, :4].sum(axis=1, keepdims=True)
    returns = np.column_stack([RETURNS[:, :4], np.full(COUNT, 0.0001)])
    groups = (*GROUPS[:4], "Money")
    given = {"weights_frac": own, "returns_frac": returns, "benchmark_weights_frac": base, "groups": groups}
    found = brinson_attribution(positions(**given, cash_group="Money"), linking=linking)
    cash = next(row for row in found.segments if row.key == "Money")
    assert abs(found.residual_frac) < 1e-12
    assert cash.interaction_frac == pytest.approx(0.0, abs=1e-15)
    assert cash.selection_frac == pytest.approx(0.0, abs=1e-15)
    assert found.cash_allocation_frac == cash.allocation_frac
    level = np.einsum("ij,ij->i", base, returns)
    if linking == "carino":
        weights = coefficients(np.einsum("ij,ij->i", own, returns), level, linking)
        assert cash.allocation_frac == pytest.approx(weights @ (0.2 * (0.0001 - level)), abs=1e-14)
    unnamed = brinson_attribution(positions(**given), linking=linking)  # any other segment keeps to the rule of methods
    assert next(row for row in unnamed.segments if row.key == "Money").allocation_frac == pytest.approx(0.0, abs=1e-14)
    assert unnamed.active_return_frac == pytest.approx(found.active_return_frac, abs=1e-14)


def test_what_a_row_lacks_to_one_is_cash_and_drags():
    """One day by hand: 30% in cash while the benchmark gains 2% costs 60 basis points of allocation."""
    given = {"weights_frac": np.array([[0.7, 0, 0, 0, 0]]), "returns_frac": np.array([[0.02, 0, 0, 0, 0]])}
    found = brinson_attribution(positions(**given, benchmark_weights_frac=np.array([[1.0, 0, 0, 0, 0]])))
    assert found.cash_allocation_frac == pytest.approx(-0.006, abs=1e-15)
    assert found.allocation_frac == pytest.approx(-0.006, abs=1e-15)
    assert found.interaction_frac == pytest.approx(0.0, abs=1e-15)
    assert found.sentence.endswith("0.60 pp worse than its benchmark: cash −0.60 pp.")
