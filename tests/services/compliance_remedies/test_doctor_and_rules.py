"""Does the doctor name the rule that stands in the way of a portfolio, and what would help?"""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

from engine.diagnosis import Diagnosis
from services.auth.roles import Role
from services.errors import Conflict, NotAllowed, NotFound
from services.market import Market
from services.messages.compliance_restrictions import ListKind
from services.messages.optimize import OptimizationRequest, RepairWish
from services.optimize import Optimize
from services.optimize_ruled import HOLDS_TOO, STILL_CLASHES
from tests.services.compliance_checks.books import Book
from tests.services.compliance_remedies.test_lists_and_overrides import put
from tests.services.compliance_remedies.test_remedies import caps, furnished


def doctor(book: Book) -> Optimize:
    """Return the service that diagnoses, with the rules of the house attached."""
    runs: Any = SimpleNamespace()
    ports = book.world.ports
    made = Optimize(ports, runs=runs, market=Market(ports), portfolios=book.world.portfolios)
    made.attach_rules(book.checks.states)
    return made


def told(book: Book, portfolio_id: str, constraints: list[dict[str, Any]], **more: Any) -> Diagnosis:
    """Return the diagnosis of a wish for the least volatile portfolio of two stocks."""
    body = {
        "portfolio_id": portfolio_id, "asset_ids": ["AAA", "BBB"], "objective": {"kind": "min_volatility"},
        "constraints": constraints, "frontier_points_count": 0, **more,
    }  # fmt: skip
    return doctor(book).diagnose(OptimizationRequest.model_validate_json(json.dumps(body)), book.manager)


def bounds(symbol: str, least: float, most: float) -> dict[str, Any]:
    """Return a limit on one asset beside free others."""
    return {"kind": "position_bounds", "assets": [symbol], "min_frac": least, "max_frac": most}


@pytest.mark.requirement("4.3.F5")
def test_the_doctor_names_the_rule_that_no_portfolio_can_keep(book: Book) -> None:
    _, _, portfolio_id = furnished(book)
    assert told(book, portfolio_id, []).is_feasible
    book.rule(caps(28))  # two stocks, all invested: one of them is above 28%
    found = told(book, portfolio_id, [])
    assert not found.is_feasible
    assert "No position above 28%" in found.model_dump_json()
    free = told(book, portfolio_id, [], keep_rules=False)
    assert free.is_feasible
    assert "No position above" not in free.model_dump_json()


def test_a_rule_that_clashes_with_a_limit_of_the_wish_is_named_beside_it(book: Book) -> None:
    _, _, portfolio_id = furnished(book)
    book.rule(caps(60))
    assert told(book, portfolio_id, []).is_feasible
    wish = [bounds("AAA", 0.7, 1.0)]
    found = told(book, portfolio_id, wish)
    assert not found.is_feasible
    conflict = json.dumps([one.model_dump(mode="json") for one in found.conflicts])
    assert "No position above 60%" in conflict
    assert "AAA" in conflict


def wished(portfolio_id: str, *constraints: dict[str, Any]) -> RepairWish:
    """Return the wish to have the limits of a request repaired."""
    body = {
        "portfolio_id": portfolio_id, "asset_ids": ["AAA", "BBB"], "objective": {"kind": "min_volatility"},
        "constraints": constraints, "frontier_points_count": 0,
    }  # fmt: skip
    return RepairWish(request=OptimizationRequest.model_validate_json(json.dumps(body)), apply="joint")


def test_a_repair_is_verified_with_the_rules_too(book: Book) -> None:
    _, _, portfolio_id = furnished(book)
    wish = wished(portfolio_id, bounds("AAA", 0.9, 1.0), bounds("BBB", 0.2, 1.0))
    assert doctor(book).repair(wish, book.manager).diagnosis.is_feasible
    book.rule(caps(60))  # the limits can hold together once they are repaired, but not beside this
    told_after = doctor(book).repair(wish, book.manager).diagnosis
    assert not told_after.is_feasible
    assert "No position above 60%" in told_after.model_dump_json()


def test_changes_that_are_proposed_are_held_against_the_rules_before_anybody_makes_them(book: Book) -> None:
    _, _, portfolio_id = furnished(book)
    wish = [bounds("AAA", 0.9, 1.0), bounds("BBB", 0.2, 1.0)]
    assert not {HOLDS_TOO, STILL_CLASHES} & set(told(book, portfolio_id, wish).notes), "no rule binds yet"
    book.rule(caps(60))
    request = wished(portfolio_id, *wish).request
    for found in (told(book, portfolio_id, wish), doctor(book).preview(request, book.manager).diagnosis):
        assert found is not None
        assert found.joint_repair is not None
        (note,) = (one for one in found.notes if one.startswith(STILL_CLASHES))
        assert "No position above 60%" in " ".join(found.notes)
        assert len(note) > len(STILL_CLASHES)
    free = told(book, portfolio_id, wish, keep_rules=False)
    assert not any(one.startswith(STILL_CLASHES) for one in free.notes)


def test_changes_that_also_hold_beside_the_rules_say_so(book: Book) -> None:
    _, _, portfolio_id = furnished(book)
    book.rule(caps(95))
    found = told(book, portfolio_id, [bounds("AAA", 0.9, 1.0), bounds("BBB", 0.2, 1.0)])
    assert HOLDS_TOO in found.notes


def test_a_return_that_the_rules_put_out_of_reach_is_told_before_the_run(book: Book) -> None:
    _, _, portfolio_id = furnished(book)
    goals = [{"kind": "target_return", "return_min_annual_frac": step / 100} for step in range(-60, 61, 2)]
    open_to_it = [goal for goal in goals if told(book, portfolio_id, [], objective=goal).is_feasible]
    book.rule(caps(60))
    found = {goal["return_min_annual_frac"]: told(book, portfolio_id, [], objective=goal) for goal in open_to_it}
    beyond = max(found)  # all of one stock
    assert not found[beyond].is_feasible
    assert "No position above 60%" in found[beyond].model_dump_json()
    assert any(one.is_feasible for one in found.values())
    body = {"portfolio_id": portfolio_id, "asset_ids": ["AAA", "BBB"]}
    goal = {"objective": {"kind": "target_return", "return_min_annual_frac": beyond}, "frontier_points_count": 0}
    request = OptimizationRequest.model_validate_json(json.dumps(body | goal))
    assert doctor(book).preview(request, book.manager).obstacle is not None
    free = request.model_copy(update={"keep_rules": False})
    assert doctor(book).preview(free, book.manager).obstacle is None


def test_limits_that_clash_with_a_rule_alone_are_not_told_to_run_as_they_are(book: Book) -> None:
    _, _, portfolio_id = furnished(book)
    book.rule(caps(60))
    with pytest.raises(Conflict) as refusal:
        doctor(book).repair(wished(portfolio_id, bounds("AAA", 0.7, 1.0)), book.manager)
    assert refusal.value.code == "no_repair"


def test_a_restricted_name_stays_as_it_is_and_a_rule_that_cannot_be_kept_with_it_is_named(book: Book) -> None:
    _, _, portfolio_id = furnished(book)
    put(book, ListKind.RESTRICTED, "BBB")
    found = told(book, portfolio_id, [bounds("BBB", 0.0, 0.1)])
    assert found.is_feasible  # what a list holds goes before the wish's own bounds, and is said
    assert "BBB is on the restricted list" in found.notes[-1]
    assert found.notes[-1].endswith("It is held as it is.")
    book.rule(caps(70))  # BBB stays at 25%, so that AAA would have to be 75%
    found = told(book, portfolio_id, [])
    assert "No portfolio of these assets keeps the rule No position above 70%." in found.notes


def test_who_does_not_see_the_portfolio_is_told_nothing_of_its_rules(book: Book) -> None:
    _, _, portfolio_id = furnished(book)
    book.rule(caps(28))
    body = {"portfolio_id": portfolio_id, "objective": {"kind": "min_volatility"}}
    request = OptimizationRequest.model_validate_json(json.dumps(body))
    for who in (book.world.stranger, book.world.actors[Role.ADMINISTRATOR]):
        with pytest.raises((NotAllowed, NotFound)):
            doctor(book).diagnose(request, who)
