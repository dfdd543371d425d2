"""Does the page of a result say why each weight is what it is, in numbers that add up, and calmly where it cannot?"""

from __future__ import annotations

import json
import re
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

import engine
from callbacks import run_why
from callbacks.run_why_needed import needed_of, read_wanted, usual_of
from callbacks.run_why_parts import answered, refused_parts
from callbacks.run_why_prices import HERE, NO_COST, NOTHING_BINDS, price_view
from callbacks.run_why_steps import steps_view
from callbacks.run_why_words import BUDGET, FREE, asset_options, part_rows, why_view
from components.result_why import why
from engine.explain.required import required_return
from services.errors import Conflict, FieldProblem, InvalidRequest
from services.messages.explanation import RunExplanation

PROBLEM: dict[str, Any] = {
    "assets": ["A", "B", "C", "D"],
    "expected_returns_frac": [0.0008, 0.0006, 0.0004, 0.0001],
    "covariance": [[4e-4, 1e-4, 0, 0], [1e-4, 3e-4, 1e-4, 0], [0, 1e-4, 2e-4, 5e-5], [0, 0, 5e-5, 1e-4]],
    "sectors": {"A": "Tech", "B": "Tech", "C": "Food", "D": "Food"},
}
BOUNDS = {"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.45}
TECH = {"kind": "sector_limit", "sector": "Tech", "max_frac": 0.5}


def asked(goal: str = "max_sharpe", *limits: dict[str, Any], **more: Any) -> engine.OptimizationRequest:
    objective = {"kind": goal, **({"risk_aversion": 3.0} if goal == "max_utility" else {})}
    document = {"problem": PROBLEM, "objective": objective, "constraints": limits, **more}
    return engine.OptimizationRequest.model_validate_json(json.dumps(document))


def explained(goal: str = "max_sharpe", *limits: dict[str, Any], **more: Any) -> Any:
    return engine.explain(asked(goal, *limits, **more), has_required_returns=False)


def amount(text: str, style: str = "comma") -> Decimal:
    group, mark = {"comma": (",", "."), "point": (".", ",")}[style]
    plain = text.replace(group, "").replace(mark, ".").replace("\u2212", "-").replace("+", "")
    return Decimal(plain.removesuffix("%"))


@pytest.mark.requirement("5.2.F6")
@pytest.mark.parametrize("style", ["comma", "point"])
@pytest.mark.parametrize("goal", ["max_sharpe", "min_volatility", "max_diversification", "max_utility"])
def test_the_terms_on_screen_sum_to_zero_and_the_steps_to_the_weight(goal: str, style: Any) -> None:
    found = explained(goal, BOUNDS, TECH)
    for line in found.weights:
        view = why_view(found, line.asset, style)
        assert view is not None
        assert sum(amount(term.amount, style) for term in view.terms) == 0
        assert amount(view.total, style) == 0
        for term in view.terms:
            assert (term.way == "up") == (amount(term.amount, style) > 0) == (term.bar_frac > 0.0)
            assert abs(term.bar_frac) <= 1.0
        by_name = {term.name: amount(term.amount, style) for term in view.terms}
        risk = by_name["Its risk beside the others'"]
        assert abs(risk - Decimal(line.risk * 1e4)) < Decimal("0.1")
        if view.steps is not None:
            weights = [amount(row[1], style) for row in view.steps.rows]
            assert sum(weights) == amount(view.steps.foot[1], style)
            assert sum(weights) == round(Decimal(line.weight_frac * 100), 2)
            assert view.steps.foot[2:] == view.steps.rows[-1][2:]


def test_the_steps_carry_the_figures_of_the_free_and_of_the_chosen_portfolio() -> None:
    found = explained("max_sharpe", BOUNDS, TECH)
    free = engine.optimize(asked("max_sharpe"))  # no bound binds there
    chosen = engine.optimize(asked("max_sharpe", BOUNDS, TECH))
    view = steps_view(found, "A", "comma")
    assert view is not None
    assert view.rows[0][4] == f"{free.metrics.sharpe:.2f}"
    assert view.foot[4] == f"{chosen.metrics.sharpe:.2f}"
    assert view.rows[0][0] == "Only the budget"
    assert view.heads[1] == ("A, %", True)


def test_it_is_said_which_limit_holds_a_weight_and_that_none_does() -> None:
    found = explained("max_sharpe", BOUNDS, TECH)
    held = {line.asset: why_view(found, line.asset, "comma") for line in found.weights}
    assert re.search(r"Held down by Tech sector \([\d,.]+ bp\)", held["A"].sentence)
    assert BUDGET in [term.name for term in held["A"].terms]
    capped = explained("max_sharpe", {**BOUNDS, "max_frac": 0.3})
    text = next(why_view(capped, line.asset, "point").sentence for line in capped.weights if line.weight_frac > 0.2999)
    assert "its own largest weight, 30,0%" in text
    free = explained("max_sharpe")
    assert why_view(free, "A", "comma").sentence == FREE
    assert why_view(free, "Z", "comma") is None
    shown = str(why(held["A"]))
    for part in ("pulls it up", "holds it down", "is-up", "is-down", "Sum", "From the free portfolio"):
        assert part in shown


def test_assets_are_offered_with_their_weights_the_largest_first() -> None:
    options = asset_options(explained("max_sharpe", BOUNDS, TECH), "point")
    weights = [amount(one["label"].partition(", ")[2], "point") for one in options]
    assert weights == sorted(weights, reverse=True)
    assert {one["value"] for one in options} == set("ABCD")


@pytest.mark.parametrize("goal", ["max_sharpe", "min_volatility"])
def test_price_tags_are_those_of_the_engine_in_the_goals_words(goal: str) -> None:
    found = explained(goal, {**BOUNDS, "min_frac": 0.05}, {**TECH, "max_frac": 0.3})
    result = engine.optimize(asked(goal, {**BOUNDS, "min_frac": 0.05}, {**TECH, "max_frac": 0.3}))
    heads, rows, said = price_view(found, result, goal, "comma")
    assert len(rows) == len(found.prices) > 0
    factor = 1e4 if goal == "min_volatility" else 1.0
    assert heads[4][0] == f"One step gives back, {'bp of volatility' if factor > 1 else 'Sharpe ratio'}"
    for price, row in zip(found.prices, rows, strict=True):
        assert row[0].startswith(price.name)
        assert " at most " in row[0] or " at least " in row[0]
        gain, _, where = row[4].partition(" at ")
        assert float(amount(gain)) == pytest.approx(price.figure_gain * factor, abs=0.06 if factor > 1 else 6e-4)
        assert float(amount(where)) == pytest.approx(price.step_side * 100, abs=0.006)
        if price.return_price is None:
            assert row[2] == "—"
        else:
            assert float(amount(row[2])) == pytest.approx(price.return_price * 100, abs=0.06)
        if price.holds_from is not None and price.holds_to is not None and row[3] != HERE:
            ends = [float(amount(end)) / 100 for end in row[3].split(" to ")]
            assert ends == pytest.approx([price.holds_from, price.holds_to], abs=1e-4)
        assert (row[5] == "—") == (price.figure_cost is None)
    assert (NO_COST in said) == any(price.figure_cost is None for price in found.prices)


def test_every_dash_of_a_price_has_its_reason() -> None:
    assert price_view(explained("max_sharpe"), None, "max_sharpe", "comma") == ([], [], [NOTHING_BINDS])
    rule = explained("equal_weight")
    assert rule.terms_gap in price_view(rule, None, "equal_weight", "comma")[2][0]
    curved = {"kind": "volatility_ceiling", "max_annual_frac": 0.17}
    found = explained("max_sharpe", BOUNDS, curved)
    result = engine.optimize(asked("max_sharpe", BOUNDS, curved))
    assert found.ranges_gap is not None
    _, rows, said = price_view(found, result, "max_sharpe", "comma")
    assert {row[3] for row in rows} == {"—"}
    assert found.ranges_gap in said


def answer(found: Any, note: str | None = None) -> RunExplanation:
    return RunExplanation(optimization_id="r-1", as_of=None, is_same_data=note is None, note=note, explanation=found)


@pytest.mark.parametrize(("goal", "has_return"), [("max_sharpe", True), ("min_volatility", False)])
def test_a_wanted_weight_is_asked_for_only_where_a_return_plays_a_part(goal: str, has_return: bool) -> None:
    found = explained(goal, BOUNDS)
    request = asked(goal, BOUNDS)
    no_choice, no_question, options, chosen, _, _ = answered(
        answer(found), engine.optimize(request), request, None, "comma"
    )
    assert (no_choice, no_question) == (False, not has_return)
    assert chosen == options[0]["value"]
    again = answered(answer(found), engine.optimize(request), request, "C", "comma")
    assert again[3] == "C"


def test_rules_have_parts_of_the_risk_that_add_up_and_no_choice() -> None:
    request = asked("equal_weight")
    found = explained("equal_weight")
    changed = answer(found, "Prices of 1,000 days were changed since.")
    no_choice, no_question, options, chosen, said, _ = answered(
        changed, engine.optimize(request), request, None, "point"
    )
    assert (no_choice, no_question, options, chosen) == (True, True, [], None)
    assert "Prices of 1.000 days were changed since." in str(said)
    assert "follows a rule" in str(said)
    rows, foot = part_rows(found, "comma")
    assert sum(amount(row[2]) for row in rows) == amount(foot[2]) == 100
    assert sum(amount(row[1]) for row in rows) == amount(foot[1])
    volatility = engine.optimize(request).metrics.volatility_annual_frac
    assert float(amount(foot[1])) == pytest.approx(volatility * 100, abs=0.006)


def test_a_refusal_stands_in_the_place_of_the_reasons() -> None:
    refusal = Conflict("An explanation of 1,300 assets takes too long.", "Up to 200 assets are explained.")
    *_, said, prices = refused_parts(refusal, "point")
    assert "1.300 assets" in str(said)
    assert prices is None
    fields = (FieldProblem("asset_ids[0]", "There is no asset with the symbol 'X'.", "Choose one from the list."),)
    assert "Choose one from the list." in str(refused_parts(InvalidRequest("Unknown.", fields=fields), "comma")[4])


@pytest.mark.parametrize(
    ("text", "weight", "problem"),
    [
        ("7,5", 0.075, None),
        ("12 %", 0.12, None),
        ("-3", -0.03, None),
        ("", None, "empty"),
        ("much", None, "not a number"),
        ("2000", None, "above 1,000%"),
    ],
)
def test_a_wanted_weight_is_read_or_what_is_wrong_is_said(text: str, weight: Any, problem: str | None) -> None:
    read, said = read_wanted(text, "comma")
    assert read == weight
    assert (said is None) if problem is None else (problem in str(said))


def test_the_required_return_is_told_with_the_weight_that_solving_again_gave() -> None:
    found = required_return(asked("max_sharpe", BOUNDS), asset="D", weight_frac=0.1)
    text = needed_of(found, "point")
    assert "To be held at 10%" in text
    assert "Solved again with that return, its weight is 10,00%." in text
    assert usual_of(found, "point") == "10,00"
    beyond = required_return(asked("max_sharpe", BOUNDS), asset="D", weight_frac=0.6)
    assert "Positions at most 45% binds" in needed_of(beyond, "comma")
    assert "Solved again" not in needed_of(beyond, "comma")


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The callbacks with an explanation service of their own."""
    request = asked("max_sharpe", BOUNDS, TECH)
    calls: list[Any] = []

    def needed(run_id: str, asset: str, weight: float | None, actor: Any) -> Any:
        calls.append((asset, weight))
        return required_return(request, asset=asset, weight_frac=weight)

    service = SimpleNamespace(
        explanations=SimpleNamespace(
            of=lambda *_: answer(explained("max_sharpe", BOUNDS, TECH)), required_return=needed
        ),
        optimize=SimpleNamespace(result=lambda *_: engine.optimize(request), request=lambda *_: request),
    )
    monkeypatch.setattr(run_why, "services", lambda: service)
    monkeypatch.setattr(run_why, "actor", lambda: None)
    monkeypatch.setattr(run_why, "preferences", lambda: SimpleNamespace(number_format="comma"))
    return SimpleNamespace(service=service, calls=calls, monkeypatch=monkeypatch)


def test_reasons_are_found_once_the_page_stands_and_told_calmly_where_there_are_none(page: Any) -> None:
    assert page.service  # nothing is asked while there are no weights on the page
    page.service.explanations.of, of = None, page.service.explanations.of
    assert len(run_why.explain(None, "r-1", None)) == 6
    page.service.explanations.of = of
    no_choice, no_question, options, chosen, _, prices = run_why.explain(["x"], "r-1", None)
    assert (no_choice, no_question, chosen) == (False, False, options[0]["value"])
    assert "What the binding limits cost" in str(prices)

    def refuse(*_: Any) -> Any:
        raise Conflict("Too many assets.", "Fewer are explained.")

    page.service.explanations.of = refuse
    assert run_why.explain(["x"], "r-1", None)[0] is True


def test_another_asset_is_asked_about_one_point_more_and_a_typed_weight_for_itself(page: Any) -> None:
    assert "A at" in str(run_why.choose("A", "r-1"))
    assert run_why.choose(None, "r-1") is None
    pressed = SimpleNamespace(triggered_id="why-asset")
    page.monkeypatch.setattr(run_why, "ctx", pressed)
    _, wanted, problem = run_why.require("C", None, None, "99", False, "r-1")
    assert page.calls == [("C", None)]
    assert (re.match(r"^[\d.]+$", wanted) is not None, problem) == (True, None)
    pressed.triggered_id = "why-find"
    text, *_ = run_why.require("D", 1, None, "10", False, "r-1")
    assert page.calls[-1] == ("D", 0.1)
    assert "To be held at 10%" in text
    text, _, problem = run_why.require("D", 1, None, "x", False, "r-1")
    assert text is None
    assert "not a number" in problem
    assert run_why.require("D", 1, None, "10", True, "r-1")[0] is None
    assert len(page.calls) == 2
