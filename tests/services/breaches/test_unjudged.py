"""Is what cannot be judged one breach for a rule and a portfolio, and does each that fails open its own?"""

from __future__ import annotations

import pytest

from engine.compliance.result import GroupResult
from services.compliance.breach_allowed import overrides_in_force
from services.compliance.breach_pool import pooled
from tests.services.breaches.world import World, group, result, rule_of


def unknown(name: str, cause: str | None = None) -> GroupResult:
    """Return a group that cannot be judged."""
    return group(name, None, "indeterminate", cause, least=0.0, most=1.0)


@pytest.mark.requirement("4.3.A4")
def test_one_unstated_fact_opens_one_breach_however_many_positions_it_concerns(world: World) -> None:
    rule = rule_of(severity="hard")
    names = [f"S{place:03d}" for place in range(120)]
    real = group("REAL", 0.3)
    world.check((rule, result(rule, real, *map(unknown, names), missing=("is_party of all",))))
    found = {one.group: one for one in world.queue()}
    assert set(found) == {"REAL", ""}
    assert found[""].unjudged_groups == tuple(names)
    assert (found[""].is_unjudged, found["REAL"].unjudged_groups) == (True, ())
    assert found[""].sentence == "S000, S001, S002 and 117 others cannot be judged: not known: is_party of all."
    assert world.kinds(found[""]) == ["opened"]


def test_what_becomes_judged_opens_per_group_if_it_fails_and_the_rest_goes_on(world: World) -> None:
    rule = rule_of()
    world.see(rule, unknown("A"), unknown("B"), unknown("C"))
    found = {one.group: one for one in world.see(rule, group("A", 0.4), group("B", 0.1, "passed"), unknown("C"))}
    assert set(found) == {"", "A"}
    assert found[""].unjudged_groups == ("C",)
    assert world.kinds(found[""]) == ["opened"], "fewer is no news"
    after = {one.group: one for one in world.see(rule, group("A", 0.4), group("C", 0.1, "passed"))}
    assert (after[""].status, after["A"].status) == ("cured", "open")
    last = world.detail(after[""]).history[-1]
    assert last.sentence == "All that the rule looks at can be judged now; what breaks it has a breach of its own."


def test_a_broken_group_that_cannot_be_judged_any_more_keeps_its_own_breach(world: World) -> None:
    rule = rule_of()
    (broken,) = world.see(rule, group("A", 0.4))
    found = {one.group: one for one in world.see(rule, unknown("A"), unknown("B"))}
    assert set(found) == {"", "A"}
    assert (found["A"].id, found["A"].is_unjudged, found["A"].worst) == (broken.id, True, 0.4)
    assert found[""].unjudged_groups == ("B",)
    after = {one.group: one for one in world.see(rule, unknown("A"), group("B", 0.1, "passed"))}
    assert (after["A"].status, after[""].status) == ("open", "cured")


def test_more_that_cannot_be_judged_opens_again_what_was_acknowledged_or_let_stand(world: World) -> None:
    rule = rule_of()
    (found,) = world.see(rule, unknown("A"))
    world.breaches.acknowledge(found.id, world.manager)
    assert world.see(rule, unknown("A"))[0].status == "acknowledged"
    (found,) = world.see(rule, unknown("A"), unknown("B"))
    assert (found.status, world.kinds(found)[-1]) == ("open", "unjudged")
    world.let_stand(found)
    with world.ports.store.system(world.tenant_id) as uow:
        allowed = overrides_in_force(uow, world.portfolio_id, world.clock.now_utc())
        covered = {
            name: key is not None and key.covers(rule, unknown(name), 0.25)
            for name in ("", "A", "B", "C")
            for key in [allowed.get((rule.rule_id, name))]
        }
        assert covered == {"": True, "A": True, "B": True, "C": False}, "orders are told by group"
        assert not allowed[rule.rule_id, "A"].covers(rule, group("A", 0.26), 0.25)
    assert world.see(rule, unknown("B"))[0].status == "overridden"
    assert world.see(rule, group("B", 0.1, "passed"))[0].status == "cured"
    (found,) = world.see(rule, unknown("C"))
    assert found.status == "open", "another one was never let stand, also after a cure"
    assert [one.state for one in world.detail(found).overrides] == ["ended"]
    with world.ports.store.system(world.tenant_id) as uow:
        assert overrides_in_force(uow, world.portfolio_id, world.clock.now_utc()) == {}


def test_a_figure_of_the_portfolio_as_a_whole_is_as_it_was_found(world: World) -> None:
    rule = rule_of(group_by=None)
    (found,) = world.see(rule, unknown(""))
    assert (found.group, found.unjudged_groups, found.sentence[:32]) == ("", (), "The portfolio cannot be judged: ")
    assert world.see(rule, group("", 0.3))[0].status == "open"


@pytest.mark.parametrize(
    ("causes", "cause"),
    [(("passive", "active"), "active"), (("passive", "passive"), "passive"), (("passive", None), None)],
)
def test_the_bounds_are_the_widest_and_the_cause_the_gravest(causes: tuple[str | None, ...], cause: str | None) -> None:
    first = group("A", None, "indeterminate", causes[0], least=0.1, most=0.4)
    second = group("B", None, "indeterminate", causes[1], least=0.2, most=0.9)
    seen, names = pooled({"A": first, "B": second, "C": group("C", 0.3)}, {"C"})
    assert (names, set(seen)) == (("A", "B"), {"", "C"})
    assert (seen[""].least, seen[""].most, seen[""].value, seen[""].cause) == (0.1, 0.9, None, cause)
    open_end = group("D", None, "indeterminate", None, least=0.2, most=None)
    seen, _ = pooled({"A": first, "D": open_end}, ())
    assert (seen[""].least, seen[""].most) == (0.1, None)
