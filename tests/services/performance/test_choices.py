"""Does what a chosen part did day by day add up to what the attribution states, for every part and every linking?"""

from __future__ import annotations

import math
from datetime import date, timedelta

import numpy as np
import pytest

from services.errors import InvalidRequest
from services.messages.performance import AttributionRequest, AttributionView
from services.messages.performance_choice import ChoiceRequest, ChoiceView
from services.performance_attribution import attribution_parts
from services.performance_choice import added_between, choice_parts, own_growth
from services.performance_factors import FactorSeries
from tests.services.performance_records import parts_of, record_of

LINKINGS = ("carino", "menchero", "grap", "frongello", "geometric")


def chosen_of(record, key, factors=None, **asked) -> ChoiceView:
    request = ChoiceRequest(portfolio_id="p", chosen=key, **asked)
    return ChoiceView(**parts_of(record, request, lambda one, period, wish: choice_parts(one, period, wish, factors)))


def whole_of(record, factors=None, **asked) -> AttributionView:
    request = AttributionRequest(portfolio_id="p", **asked)
    made = parts_of(record, request, lambda one, period, wish: attribution_parts(one, period, wish, factors))
    return AttributionView(**made)


@pytest.fixture(scope="module")
def factors() -> FactorSeries:
    rng = np.random.default_rng(5)
    return FactorSeries(("Market", "Value"), rng.normal(0.0, 0.01, (520, 2)), "")


@pytest.mark.requirement("2.3.D2")
@pytest.mark.parametrize("dimension", ["sector", "asset", "country", "currency", "asset_class"])
@pytest.mark.parametrize("fees", ["net", "gross"])
def test_a_groups_days_add_up_to_its_contribution(dimension, fees):
    record = record_of(fx=True)
    table = whole_of(record, grouping=dimension, fees=fees).contributions
    for group in table.groups:
        found = chosen_of(record, f"{dimension}:{group.key}", fees=fees)
        assert found.total_frac == pytest.approx(group.contribution_frac, abs=1e-12)
        assert found.added.total("Added") == pytest.approx(found.total_frac, abs=1e-12)
        assert found.mean_weight_frac == pytest.approx(group.weight_frac, abs=1e-12)
    sums = sum(chosen_of(record, f"{dimension}:{one.key}", fees=fees).total_frac for one in table.groups)
    assert sums + table.trading_frac == pytest.approx(table.return_frac, abs=1e-10)


@pytest.mark.requirement("2.3.D2")
@pytest.mark.parametrize("linking", LINKINGS)
@pytest.mark.parametrize("is_folded", [False, True])
@pytest.mark.parametrize("method", ["bf", "bhb"])
def test_a_segments_days_add_up_to_its_effects(linking, is_folded, method):
    record = record_of()
    asked = {"linking": linking, "is_interaction_folded": is_folded, "method": method}
    whole = whole_of(record, **asked).brinson
    for segment in whole.segments:
        found = chosen_of(record, f"sector:{segment.key}", **asked)
        assert found.effects.total("Allocation") == pytest.approx(segment.allocation_frac, abs=1e-12)
        assert found.effects.total("Selection") == pytest.approx(segment.selection_frac, abs=1e-12)
        interaction = found.effects.total("Interaction") if "Interaction" in found.effects.parts else 0.0
        assert interaction == pytest.approx(segment.interaction_frac, abs=1e-12)


@pytest.mark.parametrize("linking", LINKINGS)
def test_the_days_of_an_effect_add_up_to_the_step_of_the_waterfall(linking):
    record = record_of()
    whole = whole_of(record, linking=linking).brinson
    apart = 0.0 if linking == "geometric" else whole.cash_allocation_frac
    wanted = {
        "allocation": whole.allocation_frac - apart,
        "selection": whole.selection_frac,
        "interaction": whole.interaction_frac,
        "trading": whole.trading_frac,
    }
    for name, value in wanted.items():
        found = chosen_of(record, f"effect:{name}", linking=linking)
        assert found.total_frac == pytest.approx(value, abs=1e-10), name
        assert found.kind == "effect"


def test_the_days_of_factors_add_up_to_the_return_that_they_explain(factors):
    record = record_of()
    whole = whole_of(record, factors).factors
    found = {one.key: chosen_of(record, f"factor:{one.key}", factors) for one in whole.factors}
    for one in whole.factors:
        assert found[one.key].total_frac == pytest.approx(one.contribution_frac, abs=1e-12)
    rest = [chosen_of(record, f"factor:{name}", factors).total_frac for name in ("cash", "alpha", "unexplained")]
    assert rest == pytest.approx([whole.cash_frac, whole.alpha_frac, whole.unexplained_frac], abs=1e-12)
    assert sum(one.total_frac for one in found.values()) + sum(rest) == pytest.approx(whole.return_frac, abs=1e-10)


def test_what_groups_added_in_any_stretch_adds_up_to_the_return_of_that_stretch():
    record = record_of()
    groups = [chosen_of(record, f"sector:{name}") for name in ("Energy", "Utilities", "Cash")]
    rng, first = np.random.default_rng(3), date(2020, 1, 1)
    for low, high in np.sort(rng.integers(0, 519, (40, 2)), axis=1):
        if low == high:
            continue
        start, end = (first + timedelta(days=int(one)) for one in (low, high))
        inside = record.history.returns_frac[low + 1 : high + 1]
        whole = math.prod(1.0 + one for one in inside) - 1.0
        assert sum(added_between(one, start, end) for one in groups) == pytest.approx(whole, abs=1e-12)


def test_what_a_group_added_over_all_days_is_its_contribution():
    found = chosen_of(record_of(), "sector:Energy")
    everything = added_between(found, found.period.start, found.period.end)
    assert everything == pytest.approx(found.total_frac, abs=1e-12)
    assert added_between(found, found.period.end, found.period.end + timedelta(days=9)) is None


def test_a_single_holding_grows_as_it_did():
    """Second route: the compounded returns of the one asset of its sector."""
    record = record_of()
    found = chosen_of(record, "sector:Utilities")
    moves = record.history.asset_returns_frac[1:, 2]
    assert own_growth(found)[-1][1] == pytest.approx(float(np.prod(1.0 + moves)), rel=1e-12)
    assert found.own_return_frac == pytest.approx(float(np.prod(1.0 + moves)) - 1.0, rel=1e-12)
    assert own_growth(found)[0][0] == date(2020, 1, 2), "it is held from the second day on"
    assert found.symbols == ("C",)


def test_without_a_benchmark_a_group_is_told_without_effects():
    found = chosen_of(record_of(has_benchmark=False), "sector:Energy")
    assert found.effects is None
    assert "has no benchmark" in found.effects_sentence
    with pytest.raises(InvalidRequest):
        chosen_of(record_of(has_benchmark=False), "effect:selection")


@pytest.mark.parametrize("key", ["sector:Nothing", "effect:luck", "factor:Nothing", "asset:ZZZ"])
def test_a_part_that_does_not_exist_is_refused_with_its_field(key, factors):
    with pytest.raises(InvalidRequest) as refusal:
        chosen_of(record_of(), key, factors)
    assert refusal.value.fields[0].path == "chosen"
