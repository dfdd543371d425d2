"""Houses with the real market history, and the services of the dashboard over them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pytest

from data.queue.passive import PassiveQueue
from services.secrets import Secrets
from services.wiring import Services, assemble
from tests.services.market_house import House, house, packed_house, shared_house, shared_packed_house

__all__ = ["house", "packed_house", "shared_house", "shared_packed_house"]


@dataclass(frozen=True)
class Desk:
    """A house with all its services."""

    house: House
    services: Services

    def read(self, **wish: Any) -> Any:
        """Return the manager's dashboard."""
        return self.services.dashboards.read(self.house.manager, **wish)


def desk_of(house: House) -> Desk:
    ports = replace(house.ports, queue=PassiveQueue(), secrets=Secrets("s" * 40, "t" * 40, "k" * 32))
    return Desk(house, assemble(ports))


@pytest.fixture
def desk(house: House) -> Desk:
    return desk_of(house)


@pytest.fixture
def packed_desk(packed_house: House) -> Desk:
    return desk_of(packed_house)
