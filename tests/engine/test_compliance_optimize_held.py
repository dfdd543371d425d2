"""Does the optimizer leave alone what lists forbid, what somebody let stand, and what no portfolio keeps anyway?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine.compliance.allowances import Allowances
from engine.compliance.evaluate import evaluate
from engine.compliance.kept import RuleKept, WithinRules
from engine.compliance.list_limit import TradingLists
from engine.compliance.optimize import optimize_within_rules
from engine.compliance.rule import Rule
from engine.compliance.state import ComplianceState
from engine.compliance.trades import orders_to
from engine.kernel.errors import InputRefused
from engine.result import OptimizationResult
from tests.engine.compliance_worlds import book
from tests.engine.test_compliance_optimize import pack, request, weights

LISTED = "S2 is on the restricted list 'Deals' and may not be traded."


def held(values: tuple[float, ...], cash: float, **more: Any) -> ComplianceState:
    """Return a portfolio of eight assets at a price of one, some of which are held; `more` are lists by field."""
    full = [*values, *[0.0] * (8 - len(values))]
    rows = [{"value": str(value), **{name: given[n] for name, given in more.items()}} for n, value in enumerate(full)]
    state = book(*rows, cash=str(cash))
    grown = {name: np.zeros(9) for name in ("vote_share", "class_share", "sell_days")}
    return replace(state, prices_ccy=np.ones(9), per_unit=grown, kept={}, _columns={})


def within(result: OptimizationResult) -> WithinRules:
    """Return what became of the rules."""
    assert result.compliance is not None
    return result.compliance


def only(result: OptimizationResult) -> RuleKept:
    """Return what became of the one rule."""
    (one,) = within(result).rules
    return one


def again(result: OptimizationResult, rules: tuple[Rule, ...], state: ComplianceState) -> str:
    """Return the verdict of a check of the same trades."""
    return evaluate(rules, state, orders_to(state, weights(result), within(result).held)).verdict


@pytest.mark.requirement("4.3.D5")
def test_a_restricted_name_is_held_as_it_is_and_the_rule_against_it_is_told_with_the_way_out() -> None:
    state = held((30.0, 20.0), 50.0, is_restricted=[False, True] + [False] * 6)
    rules = (pack("house.restricted"),)
    lists = TradingLists(held={"S2": LISTED})
    result = optimize_within_rules(request(risk=0.5), rules, state, lists=lists)
    assert weights(result)["S2"] == pytest.approx(0.2, abs=1e-12)
    told = only(result)
    assert (told.how, told.before, told.after) == ("held", "failed", "failed")
    assert "S2 stands on a list that forbids trades" in told.note
    assert "two people" in told.note
    assert within(result).verdict == "pass_with_warning" == again(result, rules, state)
    assert within(result).held == ("S2",)
    assert within(result).notes == (f"{LISTED} It is held as it is.",)
    free = optimize_within_rules(request(risk=0.5), rules, state)
    assert weights(free)["S2"] == 0.0


def test_what_lists_hold_counts_against_caps_and_stays_beyond_the_requests_own_bounds() -> None:
    state = held((10.0, 40.0), 50.0, issuer=list("ABCDEFGH"))
    cap = Rule(id="cap", title="No issuer above 30%", universe="not is_cash", group_by="issuer", measure="sum(weight)",
               limit="0.3")  # fmt: skip
    own = ({"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.25},)
    lists = TradingLists(held={"S2": LISTED})
    result = optimize_within_rules(request(constraints=own, risk=0.1), (cap,), state, lists=lists)
    found = weights(result)
    assert found["S2"] == pytest.approx(0.4, abs=1e-12)
    assert max(weight for name, weight in found.items() if name != "S2") <= 0.25 + 1e-12
    assert only(result).how == "held"
    assert within(result).verdict == "pass_with_warning"


def test_what_may_not_be_bought_is_not_added_to_and_what_is_watched_is_a_warning() -> None:
    lists = TradingLists(unbought={"S1": "S1 is excluded."}, watched={"S2": "S2 is on the watch list 'Talks'."})
    result = optimize_within_rules(request(risk=0.5), (), held((15.0,), 85.0), lists=lists)
    found = weights(result)
    assert found["S1"] <= 0.15 + 1e-12
    assert found["S2"] > 0.15
    assert within(result).verdict == "pass_with_warning"
    assert within(result).notes == ("S1 is excluded. It is not added to.", "S2 is on the watch list 'Talks'.")


def test_something_held_that_may_not_be_traded_and_is_no_asset_of_the_run_is_refused_with_the_way_out() -> None:
    state = held((15.0, 20.0, 10.0, 5.0, 5.0, 5.0, 5.0, 10.0), 25.0)
    with pytest.raises(InputRefused, match="which would sell it") as refusal:
        optimize_within_rules(request(7), (), state, lists=TradingLists(held={"S8": LISTED}))
    assert refusal.value.problems[0].advice == "Add S8 to the assets."


@pytest.mark.requirement("4.3.D5")
def test_a_soft_rule_out_of_reach_is_no_worse_than_today_and_the_way_out_names_the_cash() -> None:
    country = pack("house.max_country")
    state = held((50.0, 44.0), 6.0, country=["US"] * 8)
    result = optimize_within_rules(request(), (country,), state)
    assert sum(weights(result).values()) == pytest.approx(0.94, abs=1e-9)
    told = only(result)
    assert (told.how, told.before, told.after) == ("no_worse", "failed", "failed")
    assert "No portfolio of these assets that is 100% invested keeps it" in told.note
    assert "leave 40% in cash (a budget of 60%)" in told.note
    assert within(result).notes[0].startswith("6% stays in cash, so that the rule ")
    assert within(result).verdict == "pass_with_warning" == again(result, (country,), state)


def test_how_much_stays_in_cash_is_said_once_however_many_rules_ask_for_it() -> None:
    rules = (pack("house.min_cash"), pack("house.max_country"))
    state = held((50.0, 44.0), 6.0, country=["US"] * 8)
    result = optimize_within_rules(request(), rules, state)
    assert sum(weights(result).values()) == pytest.approx(0.94, abs=1e-9)
    told_of_cash = [one for one in within(result).notes if "stays in cash" in one]
    assert len(told_of_cash) == 1, "1% and 6% would be two figures of one thing"
    assert told_of_cash[0].startswith("6% stays in cash, so that the rule ")


def test_a_rule_kept_today_that_full_investment_breaks_is_left_out_and_said_to_be_worse() -> None:
    country = pack("house.max_country")
    result = optimize_within_rules(request(), (country,), held((30.0,), 70.0, country=["US"] * 8))
    told = only(result)
    assert told.how == "unreachable"
    assert "it was left out, and may be worse than today" in told.note
    assert "leave 40% in cash" in told.note
    assert within(result).verdict == "needs_override"


def test_only_the_group_that_is_broken_gives_way() -> None:
    sectors = Rule(id="sector", title="No sector above 30%", severity="soft", universe="not is_cash",
                   group_by="sector", measure="sum(weight)", limit="0.3")  # fmt: skip
    state = held((30.0, 20.0, 20.0, 10.0), 20.0, sector=["E", "T"] * 4)
    result = optimize_within_rules(request(risk=0.1), (sectors,), state)
    found = list(weights(result).values())
    assert sum(found[::2]) == pytest.approx(0.5, abs=1e-8)  # as today
    assert sum(found[1::2]) == pytest.approx(0.3, abs=1e-8)  # 30% today, and its limit
    assert within(result).verdict == "pass_with_warning" == again(result, (sectors,), state)


def test_what_somebody_let_stand_may_come_to_its_level_and_is_told() -> None:
    cap = Rule(id="cap", title="No position above 20%", severity="soft", universe="not is_cash", group_by="symbol",
               measure="sum(weight)", limit="0.2")  # fmt: skip
    state = held((35.0, 20.0), 45.0)
    allowances = Allowances({("cap", "S1"): 0.4})
    result = optimize_within_rules(request(risk=0.05), (cap,), state, allowances=allowances)
    found = weights(result)
    assert found["S1"] == pytest.approx(0.4, abs=1e-8)
    assert max(weight for name, weight in found.items() if name != "S1") <= 0.2 + 1e-12
    told = only(result)
    assert (told.after, told.is_let_stand) == ("failed", True)
    assert "An override in force lets it stand." in told.note
    assert within(result).is_kept
    assert within(result).verdict == "pass_with_warning"
    assert within(result).sentence == "The proposed portfolio keeps the rule in force."


def test_a_curve_out_of_reach_is_no_worse_and_does_not_go_on_for_ever() -> None:
    rule = Rule(id="hhi", title="Concentration", severity="soft", universe="not is_cash", measure="squares(weight)",
                limit="0.1")  # fmt: skip
    state = held((40.0, 30.0, 20.0), 10.0)  # 0.29 now; eight alike come to 0.125
    result = optimize_within_rules(request(risk=0.01), (rule,), state)
    told = only(result)
    assert told.how == "no_worse"
    assert told.value is not None
    assert told.value <= 0.29 + 1e-8
    assert within(result).verdict == "pass_with_warning"


def test_a_rule_that_cannot_even_be_no_worse_beside_the_limits_is_given_up_and_said_to_be_worse() -> None:
    country = pack("house.max_country")
    state = held((20.0, 20.0, 15.0, 15.0, 10.0), 20.0, country=["US"] * 8)
    own = ({"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.11},)  # 88% at most, and 80% are held now
    result = optimize_within_rules(request(constraints=own, risk=0.1), (country,), state)
    assert sum(weights(result).values()) == pytest.approx(0.8, abs=1e-8)
    tight = ({"kind": "position_bounds", "min_frac": 0.105, "max_frac": 0.3},)  # 84% at least
    given_up = optimize_within_rules(request(constraints=tight, risk=0.1), (country,), state)
    assert sum(weights(given_up).values()) == pytest.approx(1.0, abs=1e-8)
    told = only(given_up)
    assert told.how == "unreachable"
    assert "the limits do not leave even today's figure" in told.note
    assert within(given_up).verdict == "needs_override"


def test_a_short_position_that_may_not_be_traded_is_refused_where_no_shorts_are_allowed() -> None:
    state = held((-10.0, 20.0), 90.0)
    lists = TradingLists(held={"S1": "S1 is blacked out by 'Talks' and may not be traded."})
    with pytest.raises(InputRefused, match="held short, which this request does not allow") as refusal:
        optimize_within_rules(request(), (), state, lists=lists)
    assert "Allow shorts" in str(refusal.value.problems[0].advice)
    own = ({"kind": "long_short", "gross_max_frac": 1.4, "short_max_frac": 0.2},)
    result = optimize_within_rules(request(constraints=own, risk=0.5), (), state, lists=lists)
    assert weights(result)["S1"] == pytest.approx(-0.1, abs=1e-8)
