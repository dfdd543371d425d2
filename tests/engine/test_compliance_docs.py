"""Do the documents name every field, fact and pack that rules may use?"""

from __future__ import annotations

from pathlib import Path

from engine.compliance.fields import FACTS, POSITION_FIELDS
from engine.compliance.packs.catalog import PACKS
from engine.compliance.syntax import FUNCTIONS

PAGE = Path(__file__).parents[2] / "docs" / "compliance-rules.md"


def test_the_page_names_everything_that_rules_may_use() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for one in (*POSITION_FIELDS.values(), *FACTS.values()):
        assert f"| `{one.name}` |" in text
        assert one.explain in text
    for name in FUNCTIONS:
        assert f"`{name}(" in text
    for pack in PACKS.values():
        assert f"| {pack.title} | {len(pack.rules)} | {pack.about} |" in text
