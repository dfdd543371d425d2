"""Does the page of a portfolio tell its earlier targets, and offer the way back only to those who may take it?"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from callbacks.present_targets import earlier, largest
from services.messages.portfolios import TargetVersion


def target(version: int, **changed: Any) -> TargetVersion:
    usual: dict[str, Any] = {
        "name": f"Target {version}", "version": version, "run_id": None, "as_of": None,
        "set_at_utc": datetime(2026, 11, 24, 8, 0, tzinfo=UTC), "weights_frac": {"AAPL": 0.255, "KO": 0.745},
        "is_in_force": False, "set_by_id": "u-1", "set_by_name": "Ann",
    }  # fmt: skip
    return TargetVersion.model_validate(usual | changed)


def test_each_earlier_target_stands_with_its_maker_its_run_and_a_way_back() -> None:
    found = [target(3, is_in_force=True), target(2, run_id="r-2"), target(1, set_by_name=None)]
    shown = str(earlier(found, "point", may_write=True))
    assert "Target 3" not in shown
    for words in ("Target 2", "Ann", "/runs/r-2", "Target 1", "Set by hand", "Somebody outside your teams", "74,5%"):
        assert words in shown
    assert shown.count("Restore") == 2


def test_whoever_only_reads_is_offered_no_way_back_and_a_first_target_has_none_before_it() -> None:
    assert "Restore" not in str(earlier([target(1)], "comma", may_write=False))
    assert earlier([target(1, is_in_force=True)], "comma", may_write=True) is None


def test_of_many_weights_the_largest_are_named_shorts_by_their_size() -> None:
    weights = {"A": 0.1, "B": -0.4, "C": 0.6, "D": 0.3, "E": 0.4}
    assert largest(target(1, weights_frac=weights), "comma") == "C 60.0%, B −40.0%, E 40.0% and 2 more"
