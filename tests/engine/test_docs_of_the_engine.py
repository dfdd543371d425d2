"""Is every member of every registry explained in the documentation, and does the documentation name only members?"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.constraints import CONSTRAINTS
from engine.estimators import ESTIMATORS
from engine.objectives import OBJECTIVES
from engine.risk import RISK_MEASURES

MATHS = Path(__file__).resolve().parents[2] / "docs" / "maths"
PAGES = {
    "objectives.md": OBJECTIVES,
    "constraints.md": CONSTRAINTS,
    "estimators.md": ESTIMATORS,
    "risk.md": RISK_MEASURES,
}


@pytest.mark.parametrize("page", PAGES)
def test_each_member_has_a_heading_and_each_heading_a_member(page):
    text = (MATHS / page).read_text("utf-8")
    headings = re.findall(r"^## .+ \(`(\w+)`\)$", text, re.MULTILINE)
    assert sorted(headings) == list(PAGES[page].kinds())


def test_every_module_of_the_engine_begins_with_the_question_it_answers():
    root = MATHS.parents[1] / "engine"
    for path in root.rglob("*.py"):
        first = path.read_text("utf-8").splitlines()[0]
        assert first.startswith('"""'), path
        assert "?" in first or path.name == "version.py", (path, first)
