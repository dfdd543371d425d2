"""Are limits set, judged with a warning band and hysteresis, told once a change, and turned into constraints?"""

from __future__ import annotations

import json

import numpy as np
import pytest

from engine.risk_limits.metrics import METRICS
from engine.spec import OptimizationRequest
from services.alerts import Alerts
from services.auth.roles import Role
from services.errors import Conflict, InvalidRequest, NotAllowed, NotFound, Stale
from services.messages.risk import RiskLimitInput, RiskLimitsInput
from services.risk_constraints import NO_WAY, Held, Translation, translate
from services.risk_limits import check
from tests.services.risk.judged import Judged, judged
from tests.services.risk.worlds import World, walk

__all__ = ["judged"]

COUNT = 120


@pytest.mark.requirement("4.1.A5", "4.1.A6", "4.1.D3")
def test_states_have_a_warning_band_and_are_left_late_and_each_worsening_is_told_once(judged: Judged):
    near, beyond = "Mine: Volatility is near its limit", "Mine: Volatility is beyond its limit"
    assert judged.see(0.50) == ("green", [])
    assert judged.see(0.80) == ("amber", [near])
    assert judged.see(0.76) == ("amber", [])
    assert judged.see(1.00) == ("red", [beyond])
    assert judged.see(0.96) == ("red", [])
    assert judged.see(1.20) == ("red", [])
    assert judged.see(0.94) == ("amber", [])
    state, told = judged.see(0.74)
    assert state == "green"
    assert told == ["Resolved: Mine: Volatility is near its limit"]
    assert judged.see(1.10)[0] == "red"


@pytest.mark.requirement("4.1.A6")
def test_a_breach_is_told_even_to_whoever_took_note_of_the_warning(judged: Judged):
    judged.see(0.9)
    alerts = Alerts(judged.world.ports)
    (alert,) = alerts.list(judged.world.manager)
    assert alert.object_id == judged.portfolio_id
    with judged.world.ports.store.read(judged.world.manager) as uow:
        assert uow.notifications.list(limit=1).rows[0].link == f"/risk?portfolio={judged.portfolio_id}"
    alerts.acknowledge(alert.id, judged.world.manager)
    assert judged.see(0.9) == ("amber", [])
    assert judged.see(1.1) == ("red", ["Mine: Volatility is beyond its limit"])
    (alert,) = alerts.list(judged.world.manager)
    assert (alert.state, alert.severity) == ("firing", "hard")


def test_what_rests_on_stale_data_is_grey_and_goes_on_from_where_it_stood(judged: Judged):
    assert judged.see(1.1)[0] == "red"
    assert judged.see(0.5, is_stale=True) == ("grey", [])
    assert judged.see(0.96)[0] == "red"
    assert judged.see(None)[0] == "grey"
    assert judged.see(0.5)[0] == "green"


def test_another_share_of_volume_is_looked_at_and_never_judged_by(world: World):
    asset = world.asset("ONE", walk(COUNT, 1), volumes=np.full(COUNT, 1e3))
    portfolio = world.portfolio({asset: 1e3})
    world.risk.set_limits(
        portfolio, RiskLimitsInput(limits=(RiskLimitInput(metric="days_to_95", value=6.0),)), world.manager
    )
    usual = world.risk.report(portfolio, world.manager)
    assert usual.limits[0].measured == pytest.approx(0.95 * 1e3 / (0.2 * 1e3))
    slow = world.risk.report(portfolio, world.manager, participation_frac=0.1)
    assert slow.report.metrics["days_to_95"] == pytest.approx(2.0 * usual.report.metrics["days_to_95"])
    assert slow.limits == usual.limits


@pytest.mark.requirement("5.1.F3")
def test_limits_are_read_as_they_stand_by_the_latest_report(world: World):
    asset = world.asset("ONE", walk(COUNT, 1))
    portfolio = world.portfolio({asset: 1.0})
    wanted = RiskLimitsInput(
        limits=(
            RiskLimitInput(metric="volatility_annual", value=0.05),
            RiskLimitInput(metric="largest_position", value=0.9, is_hard=False),
            RiskLimitInput(metric="beta", value=1.0),
        )
    )
    set_ = world.risk.set_limits(portfolio, wanted, world.manager)
    assert [one.state for one in set_.limits] == ["grey"] * 3
    answer = world.risk.report(portfolio, world.manager)
    states = {one.metric: one for one in answer.limits}
    assert states["volatility_annual"].state == "red"
    assert states["volatility_annual"].word == "Breached"
    assert states["volatility_annual"].measured == answer.report.metrics["volatility_annual"]
    assert states["largest_position"].state == "red"
    assert states["beta"].state == "grey"
    assert "at most 5.00% is allowed" in states["volatility_annual"].sentence
    assert states["volatility_annual"].set_by == world.manager.name
    read = world.risk.limits(portfolio, world.manager)
    assert read.limits == world.risk.report(portfolio, world.manager).limits
    assert {one.name for one in read.metrics} == set(METRICS)


def test_a_changed_limit_starts_anew_others_keep_their_state_and_lost_ones_end_their_alert(world: World):
    asset = world.asset("ONE", walk(COUNT, 1))
    portfolio = world.portfolio({asset: 1.0})
    one, two = RiskLimitInput(metric="volatility_annual", value=0.05), RiskLimitInput(metric="es_95_1d", value=0.001)
    world.risk.set_limits(portfolio, RiskLimitsInput(limits=(one, two)), world.manager)
    world.risk.report(portfolio, world.manager)
    before = {row.metric: row for row in world.risk.limits(portfolio, world.manager).limits}
    alerts = Alerts(world.ports)
    assert len(alerts.list(world.manager)) == 2
    wider = one.model_copy(update={"value": 5.0})
    world.risk.set_limits(portfolio, RiskLimitsInput(limits=(wider, two)), world.manager)
    after = {row.metric: row for row in world.risk.limits(portfolio, world.manager).limits}
    assert after["es_95_1d"].id == before["es_95_1d"].id
    assert after["volatility_annual"].id == before["volatility_annual"].id, "a kept link to its course still holds"
    assert after["volatility_annual"].value == 5.0
    assert after["volatility_annual"].state == "green"
    assert [alert.title for alert in alerts.list(world.manager)] == [
        "Mine: Expected shortfall 95%, one day is beyond its limit"
    ]
    world.risk.set_limits(portfolio, RiskLimitsInput(limits=()), world.manager)
    assert alerts.list(world.manager) == []


def test_whoever_may_not_change_the_portfolio_sets_no_limits_and_every_problem_is_named(world: World):
    asset = world.asset("ONE", walk(COUNT, 1))
    portfolio = world.portfolio({asset: 1.0})
    wanted = RiskLimitsInput(limits=(RiskLimitInput(metric="beta", value=1.0),))
    with pytest.raises(NotAllowed):
        world.risk.set_limits(portfolio, wanted, world.actors[Role.VIEWER])
    with pytest.raises(NotFound):
        world.risk.set_limits(portfolio, wanted, world.stranger)
    with pytest.raises(Stale):
        world.risk.set_limits(portfolio, wanted, world.manager, row_version=99)
    wrong = RiskLimitsInput(
        limits=(
            RiskLimitInput(metric="luck", value=1.0),
            RiskLimitInput(metric="max_drawdown", value=0.2, direction="min"),
            RiskLimitInput(metric="beta", value=1.0),
            RiskLimitInput(metric="beta", value=2.0),
        )
    )
    with pytest.raises(InvalidRequest) as caught:
        world.risk.set_limits(portfolio, wrong, world.manager)
    assert [one.path for one in caught.value.fields] == ["limits[0].metric", "limits[1].direction", "limits[3]"]
    assert world.risk.limits(portfolio, world.manager).limits == ()


@pytest.mark.requirement("4.1.D5")
def test_every_limit_has_constraints_that_the_optimizer_reads_or_a_reason_why_not():
    groups = {name: ["Energy", "Other"] for name in ("sector", "country", "currency", "issuer")}
    held = Held(groups=groups, has_shorts=True, days={"A": (0.4, 9.0)}, stressed_days={"A": (0.4, 18.0)})
    reasons = set()
    for metric in METRICS.values():
        for direction in metric.directions:
            made = translate(metric.name, direction, 0.25 if metric.unit != "count" else 8.0, held)
            if isinstance(made, str):
                reasons.add(metric.name)
                assert made.endswith(".")
                continue
            assert made.note
            _read(made)
    assert reasons >= set(NO_WAY)
    kinds = {
        "volatility_annual": "volatility_ceiling", "es_99_1d": "cvar_ceiling", "var_95_1d": "cvar_ceiling",
        "tracking_error_annual": "tracking_error", "max_drawdown": "drawdown_ceiling", "beta": "beta",
        "largest_position": "position_bounds", "largest_sector": "sector_limit", "largest_country": "group_limit",
    }  # fmt: skip
    for name, kind in kinds.items():
        made = translate(name, "max", 0.25, held)
        assert isinstance(made, Translation)
        assert {one["kind"] for one in made.constraints} == {kind}


def _read(made: Translation) -> None:
    request = {"asset_ids": ["A", "B"], "objective": {"kind": "min_volatility"}, "constraints": list(made.constraints)}
    read = OptimizationRequest.model_validate_json(json.dumps(request))
    assert len(read.constraints) == len(made.constraints)


def test_no_larger_position_than_one_over_n_gives_at_least_n_effective_positions():
    made = translate("effective_positions", "min", 8.0, Held())
    assert isinstance(made, Translation)
    (bounds,) = made.constraints
    rng = np.random.default_rng(7)
    drawn = rng.dirichlet(np.full(12, 4.0), size=4000)
    inside = drawn[drawn.max(axis=1) <= bounds["max_frac"]]
    assert len(inside) > 20
    assert (1.0 / (inside**2).sum(axis=1)).min() >= 8.0
    assert bounds["max_frac"] == 0.125
    assert not made.is_same


def test_a_limit_becomes_a_constraint_and_what_cannot_be_kept_says_why(world: World):
    asset = world.asset("ONE", walk(COUNT, 1))
    portfolio = world.portfolio({asset: 1.0})
    wanted = RiskLimitsInput(
        limits=(
            RiskLimitInput(metric="volatility_annual", value=0.15),
            RiskLimitInput(metric="days_to_95", value=5.0),
        )
    )
    first, second = world.risk.set_limits(portfolio, wanted, world.manager).limits
    assert first.has_constraint
    made = world.risk.constraint(portfolio, first.id, world.manager)
    assert made.constraints == ({"kind": "volatility_ceiling", "max_annual_frac": 0.15},)
    assert made.optimize_link == f"/optimize?portfolio={portfolio}&limit={first.id}&step=3"
    with pytest.raises(Conflict, match="volumes of what is held are not known"):
        world.risk.constraint(portfolio, second.id, world.manager)
    assert second.constraint_reason.startswith("The volumes of what is held are not known")
    with pytest.raises(NotFound):
        world.risk.constraint(portfolio, "nothing", world.manager)
    with pytest.raises(NotFound):
        world.risk.constraint(portfolio, first.id, world.stranger)


def test_a_floor_above_the_ceiling_is_refused_with_both_figures():
    both = [
        RiskLimitInput(metric="volatility_annual", value=0.15, direction="max"),
        RiskLimitInput(metric="volatility_annual", value=0.25, direction="min"),
    ]
    with pytest.raises(InvalidRequest) as refusal:
        check(both)
    (problem,) = refusal.value.fields
    assert problem.path == "limits[1].value"
    assert problem.message == "Volatility cannot be at least 25.0% and at most 15.0% at once."
    check([both[0], both[1].model_copy(update={"value": 0.10})])
