"""Is what was mended told apart from what ended because the rule says something else?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.compliance.rule import Parameter
from services.compliance.breach_grandfather import wording_of
from tests.services.breaches.world import World, group, result, rule_of


def loosened(in_force):
    """Return the next version of a rule, as one with another figure is."""
    changed = replace(in_force, version=in_force.version + 1)
    assert wording_of(changed) != wording_of(in_force)
    return changed


@pytest.mark.requirement("4.3.D3")
def test_a_looser_limit_cures_nothing_by_mending(world: World):
    rule = rule_of()
    (found,) = world.see(rule, group("A", 0.4045))
    world.clock.advance(days=2)
    looser = loosened(rule)
    world.check((looser, result(looser, group("A", 0.4045, "passed"), limit=0.5)))
    view = world.breaches.get(found.id, world.viewer)
    assert (view.status.value, view.cured_by) == ("cured", "rule_change")
    assert view.history[-1].kind == "ended"
    assert "The limit was changed, from 25.00% to 50.00%" in view.history[-1].sentence
    assert "40.45%" in view.history[-1].sentence
    assert view.sentence.startswith("The rule says something else")
    told = world.breaches.statistics(world.viewer)
    assert (told.cured_count, told.rule_changed_count, told.cure_days_mean) == (0, 1, None)
    assert told.sentence.endswith("1 more ended because the rule says something else or a deviation counts.")


def test_what_a_deviation_ends_is_not_called_cured(world: World):
    """The same version of a hard rule with another figure for this portfolio: nobody sold anything."""
    rule = rule_of(severity="hard")
    (found,) = world.see(rule, group("A", 0.275))
    world.clock.advance(days=1)
    deviating = replace(rule, rule=rule.rule.model_copy(update={"parameters": (Parameter(name="cap", value=0.3),)}))
    world.check((deviating, result(deviating, group("A", 0.275, "passed"), limit=0.3)))
    view = world.breaches.get(found.id, world.viewer)
    assert (view.cured_by, view.status_words) == ("deviation", "ended by a deviation")
    assert view.history[-1].kind == "ended"
    assert view.history[-1].sentence.startswith("The limit was changed by a deviation, from 25.00% to 30.00%: A is 27")
    assert view.sentence.endswith("nothing was mended.")
    told = world.breaches.statistics(world.viewer)
    assert (told.cured_count, told.rule_changed_count, told.cure_days_mean) == (0, 1, None)


def test_what_came_back_within_the_old_limit_is_mended_whatever_the_rule_says_now(world: World):
    rule = rule_of()
    (found,) = world.see(rule, group("A", 0.4))
    world.clock.advance(days=2)
    looser = loosened(rule)
    world.check((looser, result(looser, group("A", 0.2, "passed"), limit=0.5)))
    assert world.breaches.get(found.id, world.viewer).cured_by == "mending"
    told = world.breaches.statistics(world.viewer)
    assert (told.cured_count, told.rule_changed_count, told.cure_days_mean) == (1, 0, 2.0)


def test_a_breach_that_comes_back_was_cured_by_nothing(world: World):
    rule = rule_of()
    (found,) = world.see(rule, group("A", 0.4))
    world.check((rule, result(rule, group("A", 0.1, "passed"))))
    assert world.breaches.get(found.id, world.viewer).cured_by == "mending"
    world.see(rule, group("A", 0.4))
    assert world.breaches.get(found.id, world.viewer).cured_by is None
