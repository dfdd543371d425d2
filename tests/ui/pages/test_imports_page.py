"""Does the import say what lacks, what a file would bring and what is wrong with it, to those who may import?"""

from __future__ import annotations

import base64
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from callbacks import imports_market, present_imports
from components.ids import Imports
from services.auth.roles import Role
from services.errors import InvalidRequest
from services.messages.imports import (
    FigureCounts,
    ImportCheck,
    ImportDoor,
    ImportProblem,
    ImportState,
    ImportView,
    NewSymbol,
)
from services.messages.market import DataGap

WHEN = datetime(2026, 11, 28, 8, 30, tzinfo=UTC)


def view(**changed: Any) -> ImportView:
    usual: dict[str, Any] = {
        "door": ImportDoor.UPLOAD,
        "id": "i-1", "file_name": "own.csv", "sha256": "ab" * 32, "size_bytes": 10, "by": "Paula", "content": "prices",
        "imported_at_utc": WHEN, "rows_count": 1234, "symbols_count": 1, "symbols": ("AAA",), "first_day": None,
        "last_day": None, "state": ImportState.IMPORTED, "undone_by": None, "undone_at_utc": None,
        "sentence": "1,234 figures of AAA.",
    }  # fmt: skip
    return ImportView.model_validate(usual | changed)


def check(**changed: Any) -> ImportCheck:
    usual: dict[str, Any] = {
        "file_name": "own.csv", "sha256": "ab" * 32, "size_bytes": 10, "kind": "CSV, separated by commas",
        "content": "prices", "rows_count": 1234, "symbols_count": 2, "first_day": date(2022, 1, 3),
        "last_day": date(2022, 12, 28), "counts": (FigureCounts(kind="prices", new_count=1200, changed_count=34,
        same_count=0),), "new_symbols": (NewSymbol(symbol="AAA", name="Ay", currency="USD", asset_class="equity",
        sector=None, country=None),), "changes": ("AAPL: 3 prices will be other.",), "notes": ("Look here.",),
        "problems": (), "problems_count": 0, "already": None, "can_import": True, "sentence": "Ready to import.",
    }  # fmt: skip
    return ImportCheck.model_validate(usual | changed)


GAP = DataGap(
    kind="ESG scores", title="ESG scores", sentence="Missing for 1,200 of 1,300 assets.", way_out="Import a file.",
    lacking_count=1200, assets_count=1300, can_import=True,
)  # fmt: skip


def test_each_gap_leads_to_the_import_for_those_who_may() -> None:
    shown = str(present_imports.gaps([GAP], "point", may_import=True))
    assert f"#{Imports.PLACE}" in shown
    assert "Missing for 1.200 of 1.300 assets." in shown
    other = str(present_imports.gaps([GAP], "comma", may_import=False))
    assert f"#{Imports.PLACE}" not in other
    assert "portfolio managers and researchers" in other
    assert present_imports.gaps([], "comma", may_import=True) is None


def test_a_good_file_shows_figures_changes_and_notes() -> None:
    shown = str(present_imports.check(check(), "comma"))
    for words in ("can be imported", "1,234", "1,200 new, 34 change what is stored", "AAA (Ay, equity, USD)",
                  "AAPL: 3 prices will be other.", "Look here."):  # fmt: skip
        assert words in shown


def test_a_broken_file_shows_every_problem_with_its_place_and_no_promise() -> None:
    problems = tuple(
        ImportProblem(line=n + 2, column="close", message="“x” is not a number.", advice="Write digits.")
        for n in range(60)
    )
    broken = check(problems=problems, problems_count=700, can_import=False, sentence="700 problems.")
    shown = str(present_imports.check(broken, "comma"))
    assert "cannot be imported yet" in shown
    assert "Write digits." in shown
    assert "And 650 further problems" in shown
    assert "AAPL: 3 prices" not in shown


def test_imports_are_listed_with_undo_only_for_those_who_may() -> None:
    undone = view(id="i-2", state=ImportState.UNDONE, undone_by="Rosa", undone_at_utc=WHEN)
    shown = str(present_imports.imported([view(), undone], "space", may_import=True))
    assert "market-import-undo" in shown
    assert shown.count("'type': 'market-import-undo'") == 1
    assert "Rosa, 28 Nov 2026" in shown
    assert "market-import-undo" not in str(present_imports.imported([view()], "comma", may_import=False))
    assert "Nothing has been imported yet" in str(present_imports.imported([], "comma", may_import=True))


def test_the_browsers_file_is_read_or_refused_with_the_cause() -> None:
    content = "data:text/csv;base64," + base64.b64encode(b"symbol").decode()
    assert present_imports.file_of({"name": "a.csv", "content": content}) == (b"symbol", "a.csv")
    assert present_imports.file_of(None) is None
    with pytest.raises(InvalidRequest, match=r"has 6\.0 MiB, more than the 5 MiB allowed"):
        present_imports.file_of({"name": "a.csv", "content": None, "size": 6 << 20, "limit": 5 << 20})
    with pytest.raises(InvalidRequest, match="did not arrive whole"):
        present_imports.file_of({"name": "a.csv", "content": "data:text/csv;base64,%%%"})


@pytest.mark.parametrize("role", list(Role))
def test_the_form_is_there_for_roles_that_may_import(role: Role, as_role: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    as_role(role)
    nothing = SimpleNamespace(
        market=SimpleNamespace(gaps=lambda _actor: ()),
        imports=SimpleNamespace(list=lambda _actor: (), limits=SimpleNamespace(max_bytes=5 << 20, max_rows=100_000)),
    )
    monkeypatch.setattr(imports_market, "services", lambda: nothing)
    monkeypatch.setattr(imports_market, "reader_style", lambda: "comma")
    _gaps, _list, form_hidden, refused_hidden, limit, words = imports_market.show_imports(None, None)
    may = role in (Role.ADMINISTRATOR, Role.PORTFOLIO_MANAGER, Role.RESEARCHER)
    assert (form_hidden, refused_hidden, limit) == (not may, may, 5 << 20)
    assert "Up to 5 MiB and 100,000 rows" in words


def test_the_list_says_through_which_door_a_file_came() -> None:
    shown = str(present_imports.imported([view(by="Jo", door=ImportDoor.COMMAND)], "point", may_import=True))
    assert "Jo, command line" in shown
    dropped = str(present_imports.imported([view(by="File drop", door=ImportDoor.DROP)], "point", may_import=True))
    assert "File drop" in dropped
    assert "file drop" not in dropped
