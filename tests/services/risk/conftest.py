"""Which houses do the tests of risk use?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from services.analyses import Analyses
from services.portfolio_facts_reader import PortfolioFactsReader
from services.risk import Risk
from tests.services.inline_queue import InlineQueue
from tests.services.market_house import House, house, shared_house, shared_packed_house
from tests.services.risk.worlds import World, open_world

__all__ = ["house", "shared_house", "shared_packed_house"]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A house without any prices, to be furnished at will."""
    opened = open_world(tmp_path)
    yield opened
    opened.ports.store.dispose()


def with_risk(opened: House) -> SimpleNamespace:
    """Return a house's facts, reports and risk, whose worker is the test itself."""
    queue = InlineQueue()
    ports = replace(opened.ports, quick_queue=queue)
    facts, analyses = PortfolioFactsReader(ports), Analyses(ports)
    risk = Risk(ports, analyses=analyses, facts=facts)
    analyses.attach(SimpleNamespace(portfolio_facts=facts, risk=risk))  # type: ignore[arg-type]
    queue.execute = analyses.execute
    return SimpleNamespace(house=opened, ports=ports, facts=facts, analyses=analyses, risk=risk, queue=queue)


@pytest.fixture(scope="module")
def samples(shared_house: House) -> SimpleNamespace:
    """The sample portfolios with the real history, for a module that only looks at them."""
    return with_risk(shared_house)
