"""Is more of what is forbidden, or cannot be judged, stopped where the figure of a rule cannot grow?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine.compliance.evaluate import evaluate
from engine.compliance.linear import LinearRule, NotLinear
from engine.compliance.linear_of import linear_of
from engine.compliance.optimize import optimize_within_rules
from engine.compliance.packs.catalog import PACKS
from engine.compliance.repair import repair
from engine.compliance.rule import Rule
from engine.compliance.state import ComplianceState, Order
from tests.engine.compliance_worlds import UNKNOWN, book
from tests.engine.test_compliance_optimize import request, weights
from tests.engine.test_compliance_repair import NO_BUFFER, way

pytestmark = pytest.mark.requirement("4.3.A2")
RULES = {rule.id: rule for pack in PACKS.values() for rule in pack.rules}
FLAGS = {"erisa.party": "is_party", "us_1940.own_firm": "is_own_firm", "house.excluded": "is_excluded",
         "house.restricted": "is_restricted"}  # fmt: skip
STOPPED = {"hard": "blocked", "soft": "needs_override", "warning": "pass_with_warning"}
NO_RATED = RULES["house.min_rating"]


def judged(rule: Rule, state: ComplianceState, *orders: Order) -> tuple[str, str | None, str]:
    """Return how a rule stands after orders, by what cause, and what that means for them."""
    found = evaluate([rule], state, orders).results[0]
    return found.status, found.cause, found.verdict


def count(code: str, limit: str, universe: str = "not is_cash and quantity != 0", **more: Any) -> Rule:
    """Return a rule on a number of positions."""
    return Rule(id=code, title=code, universe=universe, measure="count()", limit=limit, **more)


def test_more_of_what_is_forbidden_is_stopped_and_less_of_it_or_of_anything_else_is_not() -> None:
    for code, flag in FLAGS.items():
        state = book({"value": 10, flag: True}, {"value": 8}, cash=82)
        assert judged(RULES[code], state, Order("S1", 50.0)) == ("failed", "active", "blocked"), code
        assert judged(RULES[code], state, Order("S1", 0.001)) == ("failed", "active", "blocked"), code
        assert judged(RULES[code], state, Order("S1", -15.0)) == ("failed", "active", "blocked"), "sold short instead"
        for order in (Order("S1", -1.0, 0.5), Order("S2", 5.0), Order("S2", -5.0, 0.5)):
            assert judged(RULES[code], state, order) == ("failed", "passive", "pass_with_warning"), (code, order)


def test_short_sales_that_are_forbidden_do_not_grow() -> None:
    state = book({"value": -10, "has_locate": False}, {"value": 60}, cash=50)
    for code in ("ucits.no_shorts", "notices.locate"):
        assert judged(RULES[code], state, Order("S1", -50.0)) == ("failed", "active", "blocked"), code
        assert judged(RULES[code], state, Order("S1", 5.0, 0.1)) == ("failed", "passive", "pass_with_warning"), code


@pytest.mark.parametrize(
    ("code", "fields", "facts"),
    [
        ("ucits.eligible", {"asset_class": "crypto"}, {}),
        ("us_1940.qualified_buyer", {"is_144a": True}, {"qualified_buyer": 0}),
        ("mifid.target_market", {"is_priip": True, "is_in_target_market": False}, {}),
        ("mifid.product_risk", {"is_priip": True, "sri": 7}, {"risk_score": 3}),
        ("mifid.horizon", {"is_priip": True, "holding_days": 1_800}, {"horizon_days": 700}),
        ("house.min_rating", {"asset_class": "bond", "rating_notch": 15}, {}),
    ],
)
def test_more_of_what_is_marked_beyond_the_limit_is_stopped(
    code: str, fields: dict[str, Any], facts: dict[str, float]
) -> None:
    state = book({"value": 10, **fields}, {"value": 8}, cash=82, **facts)
    rule = RULES[code]
    assert judged(rule, state, Order("S1", 5.0)) == ("failed", "active", STOPPED[rule.severity])
    assert judged(rule, state, Order("S1", -5.0)) == ("failed", "passive", "pass_with_warning")
    assert judged(rule, state, Order("S2", 5.0)) == ("failed", "passive", "pass_with_warning")


@pytest.mark.parametrize(
    ("code", "fields"),
    [
        ("us_1940.securities_equity", {"class_share": UNKNOWN, "firm_share": 0.5}),
        ("ucits.own_votes", {"vote_share": UNKNOWN}),
        ("ucits.own_nonvoting", {"class_share": UNKNOWN, "is_nonvoting": True}),
        ("erisa.party", {"is_party": UNKNOWN}),
        ("us_1940.own_firm", {"is_own_firm": UNKNOWN}),
        ("house.min_rating", {"asset_class": "bond", "rating_notch": UNKNOWN}),
    ],
)
def test_more_of_what_cannot_be_judged_is_stopped(code: str, fields: dict[str, Any]) -> None:
    state = book({"value": 10, **fields}, {"value": 8}, cash=82)
    rule = RULES[code]
    assert judged(rule, state, Order("S1", 80.0)) == ("indeterminate", "active", STOPPED[rule.severity])
    assert judged(rule, state, Order("S1", -5.0, 0.1)) == ("indeterminate", "passive", "pass_with_warning")
    assert judged(rule, state, Order("S2", 5.0)) == ("indeterminate", "passive", "pass_with_warning")


def test_a_figure_of_the_whole_that_is_not_known_stops_purchases_and_no_sales() -> None:
    rule = Rule(id="risk", title="x", measure="volatility", limit="0.2")
    state = book({"value": 10}, {"value": 8}, cash=82, volatility=UNKNOWN)
    assert judged(rule, state, Order("S1", 5.0)) == ("indeterminate", "active", "blocked")
    assert judged(rule, state, Order("S1", -5.0)) == ("indeterminate", "passive", "pass_with_warning")
    stated = Rule(id="stated", title="x", measure="review_age_days", limit="366")
    state = book({"value": 10}, cash=90, review_age_days=UNKNOWN)
    assert judged(stated, state, Order("S1", 5.0)) == ("indeterminate", "passive", "pass_with_warning"), "no trade"


def test_without_a_price_of_one_more_of_it_and_of_nothing_else_is_stopped_by_its_own_cap() -> None:
    state = book({"value": 10}, {"value": 8}, {"value": UNKNOWN}, cash=82)
    results = evaluate([RULES["house.max_position"]], state, [Order("S1", 5.0)]).results[0].groups
    assert {one.group: one.cause for one in results} == {"S1": "active", "S2": "passive", "S3": "passive"}


def test_a_number_of_positions_that_may_be_held_is_no_word_on_their_size() -> None:
    state = book({"value": 10}, {"value": 8}, {"value": 6}, cash=76)
    few = count("few", "2")
    assert judged(few, state, Order("S1", 5.0)) == ("failed", "passive", "pass_with_warning")
    many = count("many", "5", operator=">=")
    assert judged(many, state, Order("S1", 5.0)) == ("failed", "passive", "pass_with_warning")
    countries = few.model_copy(update={"measure": "distinct(issuer)"})
    assert judged(countries, state, Order("S1", 5.0)) == ("failed", "passive", "pass_with_warning")


def test_where_none_may_be_held_one_in_place_of_another_is_stopped_too() -> None:
    none = count("none", "0", "is_party and quantity != 0")
    state = book({"value": 10, "is_party": True}, {"value": 0, "is_party": True}, cash=90)
    state = replace(state, prices_ccy=np.ones(3))
    assert judged(none, state, Order("S1", -10.0), Order("S2", 10.0)) == ("failed", "active", "blocked")
    worst = NO_RATED.model_copy(update={"group_by": None, "severity": "hard"})
    rows = [{"value": 9, "asset_class": "bond", "rating_notch": notch} for notch in (15, 12, 5)]
    bonds = book(*rows, cash=73)
    assert judged(worst, bonds, Order("S2", 1.0)) == ("failed", "active", "blocked"), "below the worst, and bad enough"
    assert judged(worst, bonds, Order("S3", 1.0)) == ("failed", "passive", "pass_with_warning")


def test_groups_that_are_too_many_and_too_large_do_not_grow() -> None:
    """Article 53 of Directive 2009/65/EC: one issuer may be beyond 20%, and two are."""
    state = book({"value": 25}, {"value": 22}, {"value": 10}, cash=43)
    rule = RULES["ucits.index_20"]
    assert judged(rule, state, Order("S2", 1.0)) == ("failed", "active", "blocked")
    assert judged(rule, state, Order("S2", -1.0)) == ("failed", "passive", "pass_with_warning")
    assert judged(rule, state, Order("S3", 1.0)) == ("failed", "passive", "pass_with_warning")


def test_a_figure_that_does_grow_with_what_is_bought_goes_on_deciding() -> None:
    cap = Rule(id="cap", title="x", universe="not is_cash", group_by="issuer", measure="sum(weight)", limit="0.1")
    state = book({"value": 12, "issuer": "A"}, {"value": 12, "issuer": "A"}, cash=76)
    assert judged(cap, state, Order("S1", -5.0), Order("S2", 3.0)) == ("failed", "passive", "pass_with_warning")
    scores = book({"value": 10, "esg_score": 30.0}, {"value": 10, "esg_score": 45.0}, cash=80)
    rule = RULES["house.min_esg"]
    assert judged(rule, scores, Order("S2", 5.0)) == ("failed", "passive", "pass_with_warning"), "39 instead of 37.5"
    assert judged(rule, scores, Order("S1", 5.0)) == ("failed", "active", "needs_override")
    named = book({"value": 70, "is_named": True}, {"value": 5, "is_named": UNKNOWN}, {"value": 25}, cash=0)
    floor = RULES["us_1940.names"]
    swap = (Order("S3", -5.0), Order("S2", 5.0))
    assert judged(floor, named, *swap) == ("indeterminate", "passive", "pass_with_warning"), "it can only become more"


def test_a_trade_through_nothing_opens_what_was_not_there() -> None:
    cap, state = RULES["house.max_position"], book({"value": 30}, {"value": 8}, cash=62)
    for size in (-60.0, -58.0):
        assert judged(cap, state, Order("S1", size)) == ("failed", "active", "blocked"), size
    assert judged(cap, state, Order("S1", -54.0))[0] == "warning"
    sector = Rule(id="sector", title="x", universe="not is_cash", group_by="sector", measure="sum(abs(weight))",
                  limit="0.3")  # fmt: skip
    state = book({"value": 32, "sector": "E"}, {"value": 10, "sector": "E"}, cash=58)
    assert judged(sector, state, Order("S2", -18.0)) == ("failed", "active", "blocked"), "42%, 32% without S2, 40%"
    assert judged(sector, state, Order("S2", -10.0)) == ("failed", "passive", "pass_with_warning")
    risk = Rule(id="risk", title="x", measure="volatility", limit="0.2")
    state = book({"value": 32}, cash=68, volatility=0.3)
    found = evaluate([risk], state, [Order("S1", -50.0)], facts_after={"volatility": 0.25}).results[0]
    assert found.cause == "passive", "what the portfolio risks is less than before"


def test_yesterdays_trades_are_judged_alike() -> None:
    rule = RULES["erisa.party"]
    yesterday = book({"value": 10, "is_party": True}, {"value": 8}, cash=82)
    more = book({"value": 12, "is_party": True}, {"value": 8}, cash=80)
    less = book({"value": 9, "is_party": True}, {"value": 9}, cash=82)
    assert evaluate([rule], more, reference=yesterday).results[0].cause == "active"
    assert evaluate([rule], less, reference=yesterday).results[0].cause == "passive"


@pytest.mark.requirement("4.3.A5")
@pytest.mark.parametrize(
    ("code", "fields"),
    [
        ("erisa.party", {"is_party": True}),
        ("erisa.party", {"is_party": UNKNOWN}),
        ("house.min_rating", {"asset_class": "bond", "rating_notch": 15}),
        ("ucits.own_nonvoting", {"class_share": UNKNOWN, "is_nonvoting": True}),
    ],
)
def test_trades_that_mend_another_rule_do_not_add_to_what_may_not_be_held(code: str, fields: dict[str, Any]) -> None:
    """S1 would be cheaper, and is what is forbidden."""
    energy = Rule(id="energy", title="Energy", universe='sector == "Energy"', measure="sum(weight)", operator=">=",
                  limit="0.4")  # fmt: skip
    state = book({"value": 10, "sector": "Energy", **fields}, {"value": 10, "sector": "Energy"}, cash=80)
    wish = replace(NO_BUFFER, rule_ids=("energy",), costs_frac=np.array([0.0, 0.0, 0.001]))
    found = way(repair([energy, RULES[code]], state, wish), "cheapest")
    assert (found.outcome, [one.symbol for one in found.orders], found.worse) == ("repaired", ["S2"], ())
    assert found.verdict == "pass_with_warning"


@pytest.mark.requirement("4.3.D5")
def test_the_optimizer_buys_nothing_that_is_marked_beyond_a_limit() -> None:
    """S1 pays most, and its rating is too low or not known."""
    for notch in (15, UNKNOWN):
        rows = [{"value": "0", "asset_class": "bond", "rating_notch": notch if n == 0 else 5} for n in range(4)]
        state = replace(book(*rows, cash="1000"), prices_ccy=np.ones(5))
        kept = linear_of(NO_RATED, state)
        assert isinstance(kept, LinearRule)
        assert kept.nothing.tolist() == [False, True, False, False, False]
        result = optimize_within_rules(request(4), (NO_RATED,), state)
        assert result.compliance is not None
        assert result.compliance.is_kept
        assert weights(result).get("S1", 0.0) == 0.0
    anywhere = NO_RATED.model_copy(update={"universe": 'asset_class == "bond"'})
    assert isinstance(linear_of(anywhere, state), NotLinear), "what is not held counts as well: no trade changes it"
