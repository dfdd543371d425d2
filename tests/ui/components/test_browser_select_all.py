"""Is a grid that has no ticks left alone by Ctrl+A, so that the library has nothing to complain about?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from components.grid import COLUMN_OPTIONS

SCRIPT = Path(__file__).parents[3] / "assets" / "aggrid.js"
KEEP = """([event, ticks, editing]) => window.dashAgGridFunctions.qpoKeepSelectAll(
  { event, editing, api: { getGridOption: (name) => name === 'rowSelection' ? ticks : null } })"""
ALL = {"ctrlKey": True, "key": "a"}


@pytest.mark.browser
def test_select_all_reaches_the_library_only_where_many_rows_can_be_ticked(browser: Any) -> None:
    assert COLUMN_OPTIONS["suppressKeyboardEvent"] == {"function": "qpoKeepSelectAll(params)"}
    page = browser.new_page()
    page.set_content('<div id="shell-root"></div>')
    page.add_script_tag(content=SCRIPT.read_text(encoding="utf-8"))

    def is_kept(event: dict[str, Any], ticks: dict[str, Any] | None, *, editing: bool = False) -> bool:
        return bool(page.evaluate(KEEP, [event, ticks, editing]))

    one, many = {"mode": "singleRow"}, {"mode": "multiRow"}
    assert is_kept(ALL, None)
    assert is_kept(ALL, one)
    assert is_kept({"metaKey": True, "key": "A"}, None)
    assert not is_kept(ALL, many)
    assert not is_kept(ALL, None, editing=True), "in a field it marks the text"
    assert not is_kept({"ctrlKey": True, "key": "c"}, None)
    assert not is_kept({"key": "a"}, None)
    page.close()
