"""Is a lease one process's at a time, and does its holder stop by itself when it cannot know any more?"""

from __future__ import annotations

from typing import Any

import pytest

from services.errors import Unavailable
from services.lease import Lease


def test_one_of_two_holds_it_until_it_gives_it_back(house: Any) -> None:
    first, second = Lease(house.ports, "work", 10.0), Lease(house.ports, "work", 10.0)
    assert not first.is_held
    assert first.renew()
    assert not second.renew()
    second.give_back()  # it was never its own
    assert not second.renew()
    first.give_back()
    assert not first.is_held
    assert second.renew()


def test_a_holder_that_slept_or_lost_the_database_stops_and_another_goes_on(
    house: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = Lease(house.ports, "work", 10.0), Lease(house.ports, "work", 10.0)
    assert first.renew()

    def away(*_: object, **__: object) -> Any:
        raise Unavailable("The database is away.", "Wait.")

    with monkeypatch.context() as patched:
        patched.setattr(house.ports.store, "system", away)
        with pytest.raises(Unavailable):
            first.renew()
        assert first.is_held  # still within its time
        house.ports.clock.advance(seconds=3600.0)  # the steady clock of a machine that sleeps may stand still
        assert not first.is_held
        first.give_back()  # raises nothing
    assert second.renew()
    assert not first.renew()


def test_a_clock_that_is_set_back_keeps_no_lease_alive(house: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    lease = Lease(house.ports, "work", 10.0)
    assert lease.renew()
    steady_s = lease._asked_s + 11.0
    monkeypatch.setattr("services.lease.time.monotonic", lambda: steady_s)
    assert not lease.is_held
