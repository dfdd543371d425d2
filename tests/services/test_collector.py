"""Does the collector leave alone what a process is made of, and still find cycles among what is new?"""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from services.collector import YOUNG_COUNT, calm_collector


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    threshold = gc.get_threshold()
    yield
    gc.set_threshold(*threshold)
    gc.unfreeze()


class Knot:
    """Something that holds itself."""

    def __init__(self) -> None:
        self.own = self


def test_what_is_there_is_left_out_of_all_passes() -> None:
    before = gc.get_freeze_count()
    held = [Knot() for _ in range(100)]
    calm_collector()
    assert gc.get_freeze_count() > before + len(held)
    assert gc.get_threshold()[0] == YOUNG_COUNT


def test_new_cycles_are_still_found_by_themselves() -> None:
    calm_collector()
    gone = weakref.ref(Knot())
    assert gone() is not None, "nothing else holds it, and it is not looked for at once"
    made: list[list[int]] = [[] for _ in range(2 * YOUNG_COUNT)]
    assert gone() is None, len(made)
