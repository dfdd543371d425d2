"""Does a draft become the one request, and do all problems appear at their fields at once, with nothing typed lost?"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from callbacks.optimize_draft import build
from callbacks.optimize_numbers import Reader
from callbacks.optimize_restore import from_request
from components.wizard_draft import DEFAULTS, FIELDS, step_of
from services.messages.optimize import OptimizationRequest

ROOT = Path(__file__).resolve().parents[3]


def draft(**parts: Any) -> dict[str, Any]:
    return DEFAULTS | {"assets": ["AAPL", "JPM", "KO", "MSFT", "XOM"]} | parts


def request_of(**parts: Any) -> OptimizationRequest:
    built = build(draft(**parts))
    assert not built.problems
    return OptimizationRequest.model_validate_json(built.request_json)


def limits(request: OptimizationRequest, kind: str) -> list[Any]:
    return [limit for limit in request.constraints if limit.kind == kind]


@pytest.mark.requirement("5.2.F1")
def test_a_fresh_draft_asks_for_the_product_s_defaults() -> None:
    request = request_of()
    (bounds,) = limits(request, "position_bounds")
    assert (bounds.min_frac, bounds.max_frac) == (0.01, 0.25)
    assert request.objective.kind == "max_sharpe"
    assert not limits(request, "long_short")
    assert not limits(request, "min_holding")
    assert limits(request, "budget")[0].net_frac == 1.0


@pytest.mark.parametrize(
    ("typed", "meant"), [("5", 0.05), ("5 %", 0.05), ("5%", 0.05), ("2,5", 0.025), ("0.25", 0.0025)]
)
def test_what_is_typed_into_a_percent_field_is_a_percentage(typed: str, meant: float) -> None:
    reader = Reader()
    assert reader.percent("max", "The largest position", typed, 0, 100, "25") == pytest.approx(meant)
    assert not reader.problems


def test_a_minus_sign_may_be_the_true_one() -> None:
    assert Reader().percent("return_min", "The return", "\u22125", -100, 200, "8") == pytest.approx(-0.05)


@pytest.mark.requirement("5.2.D2")
def test_every_wrong_field_is_told_at_once_with_a_way_out() -> None:
    built = build(
        draft(
            goal="max_return",
            risk_max="much",
            rate_kind="constant",
            risk_free="",
            lookback="5.5",
            as_of="31.12.2020",
            min="-1",
            max="250",
            sectors={"Energy": {"min": "", "max": "x"}},
            bounds={"KO": {"min": "30", "max": "20"}},
        )
    )
    keys = {problem.key for problem in built.problems}
    assert keys >= {"risk_max", "risk_free", "lookback", "as_of", "min", "max", "sectors.Energy.max", "bounds.KO.min"}
    assert all(problem.message.endswith(".") and problem.advice.endswith(".") for problem in built.problems)
    OptimizationRequest.model_validate_json(built.request_json)  # stays parseable, so that the rest can be checked too


def test_a_message_repeats_what_was_typed() -> None:
    (problem,) = build(draft(max="a quarter")).problems
    assert "a quarter" in problem.message
    assert "25" in problem.advice


def test_an_empty_universe_is_named_first() -> None:
    problem, *_ = build(draft(assets=[])).problems
    assert problem.key == "assets"
    assert "portfolio" in problem.advice


def test_who_wants_to_start_from_a_portfolio_is_asked_for_it() -> None:
    problem, *_ = build(draft(assets=[], source="portfolio", portfolio_id=None)).problems
    assert (problem.key, problem.message) == ("assets", "No portfolio is chosen yet.")
    empty, *_ = build(draft(assets=[], source="portfolio", portfolio_id="01")).problems
    assert empty.message == "No asset is chosen."


@pytest.mark.requirement("5.2.F3")
def test_zero_or_at_least_is_a_switch_between_two_kinds_of_limit() -> None:
    on, off = request_of(zero_or_min=True, min="2"), request_of(zero_or_min=False, min="2")
    assert limits(on, "min_holding")[0].min_frac == 0.02
    assert limits(on, "position_bounds")[0].min_frac == 0.0
    assert not limits(off, "min_holding")
    assert limits(off, "position_bounds")[0].min_frac == 0.02


def test_long_short_brings_its_budgets_and_long_only_leaves_them_out() -> None:
    request = request_of(long_short=True, gross_max="180", short_max="40", short_position_max="5", net="100")
    (shorts,) = limits(request, "long_short")
    assert (shorts.gross_max_frac, shorts.short_max_frac) == (1.8, 0.4)
    assert limits(request, "position_bounds")[0].short_max_frac == 0.05


def test_own_limits_override_for_their_asset_only_and_only_while_it_is_chosen() -> None:
    request = request_of(bounds={"KO": {"min": "2", "max": "10"}, "GONE": {"min": "1", "max": "2"}})
    own = [limit for limit in limits(request, "position_bounds") if limit.assets]
    assert [(limit.assets, limit.min_frac, limit.max_frac) for limit in own] == [(("KO",), 0.02, 0.10)]


def test_sector_limits_follow_what_was_typed() -> None:
    request = request_of(sectors={"Energy": {"min": "", "max": "20"}, "Technology": {"min": "10", "max": ""}})
    found = {limit.sector: (limit.min_frac, limit.max_frac) for limit in limits(request, "sector_limit")}
    assert found == {"Energy": (None, 0.20), "Technology": (0.10, None)}


def test_a_problem_of_the_service_finds_its_way_back_to_the_field() -> None:
    built = build(draft(sectors={"Energy": {"min": "1", "max": "20"}}, bounds={"KO": {"min": "1", "max": "3"}}))
    request = json.loads(built.request_json)
    limits_sent = request["constraints"]
    sector = next(n for n, limit in enumerate(limits_sent) if limit["kind"] == "sector_limit")
    own = next(n for n, limit in enumerate(limits_sent) if limit.get("assets"))
    assert built.key_of(f"constraints[{sector}].max_frac") == "sectors.Energy.max"
    assert built.key_of(f"constraints[{own}].max_frac") == "bounds.KO.max"
    assert built.key_of("estimates.lookback_days") == "lookback"
    assert built.key_of("asset_ids[3]") == "assets"
    assert built.key_of("nowhere") == ""


@pytest.mark.parametrize(
    "parts",
    [
        {},
        {"goal": "max_return", "risk_max": "14.5"},
        {"goal": "target_return", "return_min": "9", "risk_free": "2"},
        {"zero_or_min": True, "min": "3", "max": "30"},
        {"long_short": True, "gross_max": "150", "short_max": "25", "short_position_max": "7", "net": "90"},
        {"bounds": {"KO": {"min": "2", "max": "10"}}, "sectors": {"Energy": {"min": "1", "max": "20"}}},
        {"returns_kind": "ewma_mean", "covariance_kind": "ledoit_wolf", "lookback": "504", "as_of": "2020-02-28"},
        {"name": "Spring review"},
    ],
)
def test_a_stored_request_comes_back_as_the_draft_that_gives_the_same_request(parts: dict[str, Any]) -> None:
    request = request_of(**parts)
    again = from_request("run-1", request.model_dump(mode="json"))
    assert OptimizationRequest.model_validate_json(build(again).request_json) == request


def test_browser_and_server_name_the_fields_in_the_same_order() -> None:
    script = (ROOT / "assets" / "wizard.js").read_text("utf-8")
    listed = re.search(r"var KEYS = \[(.*?)\];", script, re.DOTALL)
    assert listed is not None
    assert re.findall(r'"([a-z_]+)"', listed.group(1)) == list(FIELDS)


def test_every_part_of_the_draft_belongs_to_one_of_the_four_steps() -> None:
    assert {step_of(key) for key in DEFAULTS} == {0, 1, 2, 3}
    assert step_of("bounds.KO.min") == step_of("sectors.Energy.max") == 2


def test_the_draft_holds_no_prices_and_no_results() -> None:
    assert not {key for key in DEFAULTS if re.search(r"price|result|weight|metric|value", key)}
