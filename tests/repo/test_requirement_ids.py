"""Do tests name requirements by ids that exist, and is every statement of the first release proved by a test?"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ID = re.compile(r"^(?:[1-6]\.[1-9]\.[ABDF][1-9]|X\.[A-Z]{2}[1-9])$")
FIRST_RELEASE = {
    *(f"1.1.A{i}" for i in (1, 2, 3, 5, 6)),
    *(f"1.1.B{i}" for i in (1, 2, 3, 4)),
    *(f"1.1.D{i}" for i in range(1, 6)),
    *(f"5.1.A{i}" for i in (1, 2, 3)),
    *(f"5.2.A{i}" for i in range(1, 7)),
    *(f"5.2.F{i}" for i in range(1, 7)),
    *(f"6.1.A{i}" for i in (1, 2, 3, 4, 5)),
    *("6.1.F1", "6.1.F2", "6.1.F5", "6.1.D1", "6.1.D2"),
    *("X.RT1", "X.RT2", "X.RT3", "X.AU2", "X.AU4"),
}
MARKET_DATA = {
    *(f"2.1.A{i}" for i in range(1, 7)),
    *(f"2.1.F{i}" for i in range(1, 5)),
    *(f"2.1.B{i}" for i in range(1, 5)),
    *(f"2.1.D{i}" for i in range(1, 6)),
    *("1.1.D5", "5.1.A5", "X.RT1", "X.RT4", "X.TP4", "X.QA2"),
}

DASHBOARD = {
    *(f"5.1.A{i}" for i in range(1, 7)),
    *(f"5.1.F{i}" for i in range(1, 7)),
    *(f"5.1.D{i}" for i in range(1, 6)),
    *("X.RT3", "X.RT4"),
}


def named_ids() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for arguments in re.findall(r"mark\.requirement\(([^)]*)\)", path.read_text("utf-8")):
            for identifier in re.findall(r"\"([^\"]+)\"", arguments):
                found.setdefault(identifier, []).append(path.relative_to(ROOT).as_posix())
    return found


def test_every_named_id_has_the_form_of_an_id() -> None:
    assert not {name: where for name, where in named_ids().items() if not ID.match(name)}


def test_every_named_id_stands_in_the_requirements() -> None:
    text = ROOT.parent / "shared" / "requirements" / "requirements.md"
    if not text.is_file():
        pytest.skip("The list of requirements beside the project is absent.")
    known = set(re.findall(r"`((?:\d\.\d|X)\.[A-Z]+\d+)`", text.read_text("utf-8")))
    assert not set(named_ids()) - known


def test_each_statement_of_what_is_built_is_proved_somewhere() -> None:
    assert not sorted((FIRST_RELEASE | MARKET_DATA | DASHBOARD) - set(named_ids()))
