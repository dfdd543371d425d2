"""Which houses do the tests of stress furnish?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services.risk.worlds import World, open_world

__all__ = ["world"]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A house without any prices, to be furnished at will."""
    opened = open_world(tmp_path)
    yield opened
    opened.ports.store.dispose()
