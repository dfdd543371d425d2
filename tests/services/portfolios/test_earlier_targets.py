"""Are the targets before the present one still there, with their makers, and does one come back whole?"""

from __future__ import annotations

import pytest

from services.errors import Conflict, NotAllowed, NotFound, Stale


def test_every_target_is_listed_with_who_set_it_the_one_in_force_first(house) -> None:
    growth = house.named("Aurora Growth")
    house.portfolios.set_target(growth.id, {"AAPL": 0.6, "KO": 0.4}, None, "Try", house.manager)
    house.portfolios.set_target(growth.id, {"AAPL": 1.0}, None, "Again", house.manager)
    latest, first = house.portfolios.targets(growth.id, house.manager)
    assert (latest.version, latest.name, latest.is_in_force) == (2, "Again", True)
    assert (first.version, first.name, first.is_in_force) == (1, "Try", False)
    assert first.weights_frac == {"AAPL": 0.6, "KO": 0.4}
    assert {one.set_by_id for one in (latest, first)} == {house.manager.user_id}
    assert house.portfolios.get(growth.id, house.manager).target.name == "Again"


def test_an_earlier_target_comes_back_whole_as_the_next_version(house) -> None:
    growth = house.named("Aurora Growth")
    house.portfolios.set_target(growth.id, {"AAPL": 0.6, "KO": 0.4}, None, "Try", house.manager)
    house.portfolios.set_target(growth.id, {"AAPL": 1.0}, None, "Again", house.manager)
    back = house.portfolios.restore_target(growth.id, 1, house.manager)
    assert (back.version, back.name, back.weights_frac) == (3, "Try", {"AAPL": 0.6, "KO": 0.4})
    assert [one.version for one in house.portfolios.targets(growth.id, house.manager)] == [3, 2, 1]
    for holding in house.portfolios.holdings(growth.id, house.manager):
        assert holding.target_weight_frac == {"AAPL": 0.6, "KO": 0.4}.get(holding.symbol, 0.0)


def test_what_is_in_force_or_was_never_there_does_not_come_back(house) -> None:
    growth = house.named("Aurora Growth")
    assert list(house.portfolios.targets(growth.id, house.manager)) == []
    house.portfolios.set_target(growth.id, {"AAPL": 1.0}, None, "Only", house.manager)
    with pytest.raises(Conflict, match="in force already"):
        house.portfolios.restore_target(growth.id, 1, house.manager)
    with pytest.raises(NotFound, match="no target 7"):
        house.portfolios.restore_target(growth.id, 7, house.manager)


def test_only_those_who_may_change_the_portfolio_bring_one_back_and_never_over_somebody_elses_work(house) -> None:
    growth = house.named("Aurora Growth")
    for name in ("Try", "Again"):
        house.portfolios.set_target(growth.id, {"AAPL": 1.0}, None, name, house.manager)
    with pytest.raises(Stale):
        house.portfolios.restore_target(growth.id, 1, house.manager, growth.row_version)
    with pytest.raises((NotAllowed, NotFound)):
        house.portfolios.restore_target(growth.id, 1, house.stranger)
    with pytest.raises(NotFound):
        house.portfolios.targets(growth.id, house.stranger)
    assert len(house.portfolios.targets(growth.id, house.manager)) == 2
