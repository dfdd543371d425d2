"""Does anything on a page wait for a pointer that hovers, which fingers do not?"""

from __future__ import annotations

import re

from tests.conftest import ROOT

REVEALS = re.compile(r"([^{}]*:hover[^{}]*)\{(?:[^}]*[;\s])?(?:display|visibility|opacity|pointer-events)\s*:")


def test_no_style_shows_anything_only_to_a_pointer_that_hovers() -> None:
    sheets = sorted((ROOT / "assets").glob("*.css"))
    assert len(sheets) > 10
    found = [f"{sheet.name}: {rule.strip()}" for sheet in sheets for rule in REVEALS.findall(sheet.read_text("utf-8"))]
    assert not found, "\n".join(found)


def test_a_switch_keeps_its_width_beside_its_words() -> None:
    rules = (ROOT / "assets" / "forms.css").read_text("utf-8") + (ROOT / "assets" / "components.css").read_text("utf-8")
    for part in (".switch-q .form-switch", ".switch-q .form-check-input", ".form-check.form-switch .form-check-input"):
        assert re.search(re.escape(part) + r" \{[^}]*flex: none", rules), part
