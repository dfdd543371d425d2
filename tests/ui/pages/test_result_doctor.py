"""Does the page of a run show why no portfolio is possible, what helps, what limits cost, and what gave way?"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from plotly.utils import PlotlyJSONEncoder

import engine
from callbacks import run as run_page
from callbacks.run_costs import costs_part
from callbacks.run_doctor import change_words, doctor_view
from callbacks.run_limits import limit_rows, limits_said
from services.messages.optimize import OptimizationRequest
from services.messages.runs import RunStatus, RunView
from services.optimize_repairs import repaired

COVARIANCE = [[0.0001, 0.00002, 0.0], [0.00002, 0.00004, 0.0], [0.0, 0.0, 0.00005]]


def request_of(objective: dict[str, Any], *limits: dict[str, Any], **more: Any) -> OptimizationRequest:
    problem = {
        "assets": ["A", "B", "C"],
        "expected_returns_frac": [0.0004, 0.0002, 0.0003],
        "covariance": COVARIANCE,
        "sectors": {"A": "Energy", "B": "Energy", "C": "Tech"},
    }
    given = {"problem": problem, "objective": objective, "constraints": list(limits), **more}
    return OptimizationRequest.model_validate_json(json.dumps(given))


def text_of(part: Any) -> str:
    return json.dumps(part, cls=PlotlyJSONEncoder, ensure_ascii=False, default=str)


BOUNDS = {"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.305}


@pytest.mark.requirement("1.3.A5")
def test_conflicts_and_the_cheapest_way_out_stand_in_the_reader_s_format() -> None:
    asked = request_of({"kind": "min_volatility"}, BOUNDS)
    result = engine.optimize(asked)
    assert result.diagnosis is not None
    assert result.diagnosis.joint_repair is not None
    (change,) = result.diagnosis.joint_repair.changes
    what, now, then = change_words(asked, change, "point")
    assert (what, now) == ("Position size, at most", "30,5%")
    assert then.startswith("33,")
    text = text_of(doctor_view("No portfolio", "r-1", asked, result, "point"))
    assert "30,5%" in text
    assert "30.5%" not in text
    assert "/optimize?run=r-1&repair=joint&step=4" in text
    assert "/optimize?run=r-1&repair=single:0&step=4" in text


@pytest.mark.requirement("1.3.A6")
def test_a_proposed_change_makes_a_portfolio_possible() -> None:
    asked = request_of({"kind": "min_volatility"}, BOUNDS)
    diagnosis = engine.optimize(asked).diagnosis
    for which in ("joint", "single:0"):
        changed, sentence = repaired(asked, diagnosis, which)
        assert sentence
        assert engine.optimize(changed).weights
    for wrong in ("single:9", "single:x", "all", ""):
        with pytest.raises(ValueError, match="proposes no change"):
            repaired(asked, diagnosis, wrong)
    with pytest.raises(ValueError, match="proposes no change"):
        repaired(asked, None, "joint")


def test_a_binding_limit_has_the_price_of_one_percentage_point() -> None:
    limit = {"kind": "sector_limit", "sector": "Energy", "max_frac": 0.2}
    whole = {"kind": "position_bounds", "min_frac": 0.0, "max_frac": 1.0}
    asked = request_of({"kind": "min_volatility"}, whole, limit)
    rows = {row["name"]: row for row in limit_rows(asked, engine.optimize(asked), "comma")}
    row = rows["Energy at most 20%"]
    assert row["state"] == "Binding"
    loose = request_of({"kind": "min_volatility"}, whole, limit | {"max_frac": 0.2001})
    risks = [engine.optimize(one).metrics.volatility_annual_frac for one in (asked, loose)]  # type: ignore[union-attr]
    assert float(row["price"].replace("\u2212", "-")) == pytest.approx((risks[1] - risks[0]) / 0.0001, rel=0.02)
    assert rows["Largest position 100%"]["price"] == "0"


def test_a_soft_limit_that_gave_way_says_so() -> None:
    soft = {"kind": "sector_limit", "sector": "Energy", "max_frac": 0.2, "is_soft": True}
    asked = request_of({"kind": "min_volatility"}, {"kind": "position_bounds", "min_frac": 0.2, "max_frac": 0.5}, soft)
    result = engine.optimize(asked)
    rows = limit_rows(asked, result, "comma")
    assert [row["state"] for row in rows if row["name"].startswith("Energy")] == ["Gave way"]
    said = limits_said(rows, result, "comma")
    assert said[1].startswith("A soft limit gave way. ")
    assert "1 gave way" in said[0]


def test_costs_are_shown_where_they_were_counted_and_nothing_where_not() -> None:
    plain = engine.optimize(request_of({"kind": "min_volatility"}))
    assert costs_part(plain, None, "comma") is None
    held = {"A": 0.5, "B": 0.3, "C": 0.2}
    costly = engine.optimize(request_of({"kind": "min_volatility"}, costs={}, current_weights=held))
    text = text_of(costs_part(costly, "USD", "comma"))
    assert "Trading costs" in text
    assert "Turnover, one-way" in text
    lots = SimpleNamespace(
        lines=[SimpleNamespace(asset="A", lots_count=3, shares_count=300.0, weight_frac=0.3)], cash_frac=0.01,
        cash_money=1234.5, tracking_error_annual_frac=0.001, is_inside=True, note="",
    )  # fmt: skip
    rounded: Any = SimpleNamespace(costs=None, lots=lots)
    text = text_of(costs_part(rounded, "USD", "point"))
    assert "1.234,50 USD" in text
    assert "every limit still holds" in text


@pytest.mark.parametrize("may_run", [True, False])
def test_who_may_not_start_runs_is_told_what_helps_but_offered_no_change(may_run: bool) -> None:
    asked = request_of({"kind": "min_volatility"}, BOUNDS)
    text = text_of(doctor_view("No portfolio", "r-1", asked, engine.optimize(asked), "comma", may_run=may_run))
    assert "The cheapest way out" in text
    assert ("/optimize" in text) is may_run


@pytest.mark.parametrize("may_run", [True, False])
def test_change_and_run_again_is_offered_only_to_who_may_start_runs(
    may_run: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped = RunView(
        id="r-1", kind="optimization", name=None, status=RunStatus.CANCELLED, stage=None, progress_frac=0.0,
        message=None, owner_id="me", portfolio_id=None, created_at_utc=datetime(2026, 1, 2, tzinfo=UTC),
        started_at_utc=None, finished_at_utc=None, seed=7, engine_version=None, request_sha256="0" * 64,
        row_version=1, attempts_count=1,
    )  # fmt: skip
    runs = SimpleNamespace(get=lambda *_: stopped)
    monkeypatch.setattr(run_page, "services", lambda: SimpleNamespace(runs=runs))
    monkeypatch.setattr(run_page, "actor", lambda: None)
    monkeypatch.setattr(run_page, "preferences", lambda: SimpleNamespace(number_format="comma"))
    monkeypatch.setattr(run_page, "may", lambda _: may_run)
    _, _, _, rename, _, again, trades, _, stage, *_ = run_page.show({"id": "r-1"}, None)
    assert again == rename == (not may_run)
    assert trades  # without weights there is nothing to trade to
    assert ("/optimize?run=r-1" in text_of(stage)) is may_run
