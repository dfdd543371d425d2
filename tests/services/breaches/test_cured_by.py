"""Is what was mended told apart from what ended because the rule says something else?"""

from __future__ import annotations

from dataclasses import replace

import pytest

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
    assert view.history[-1].kind == "cured"
    assert "The limit was changed, from 25.00% to 50.00%" in view.history[-1].sentence
    assert "40.45%" in view.history[-1].sentence
    assert view.sentence.startswith("The rule says something else")
    told = world.breaches.statistics(world.viewer)
    assert (told.cured_count, told.rule_changed_count, told.cure_days_mean) == (0, 1, None)
    assert told.sentence.endswith("1 more ended because the rule says something else.")


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
