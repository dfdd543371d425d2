"""Has every deed that the services record a name in words?"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from services.audit_words import (
    DONE,
    THINGS,
    WHOLE,
    about_in_words,
    deed_in_words,
    group_in_words,
    origin_in_words,
)
from services.messages.alerts import AlertState
from services.messages.quality import Decision

ROOT = Path(__file__).resolve().parents[2]
MADE_UP: dict[str, frozenset[str]] = {
    "quality_decide.py": frozenset(f"quality.{one.value}" for one in Decision),
    "alerts.py": frozenset(f"alert.{one.value}" for one in AlertState),
    "four_eyes.py": frozenset(f"change_request.{one}" for one in ("approve", "reject", "withdraw")),
    "rules_deviations.py": frozenset(f"rule_override.{one}" for one in ("approve", "reject", "withdraw")),
}
"""Deeds whose code is put together where it is recorded."""
HANDED_ON = {"live.py": "live.", "dashboard_views.py": "dashboard_view."}
"""Modules that hand the code of a deed on, and how theirs begin."""


def calls(name: str) -> list[tuple[str, ast.Call]]:
    """Return every call of a function of that name in the services, with its file."""
    found = []
    for path in sorted((ROOT / "services").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == name:
                found.append((path.name, node))
    return found


def texts(node: ast.AST) -> list[str]:
    return [one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str)]


def recorded() -> set[str]:
    """Return the code of every deed that is recorded anywhere."""
    found: set[str] = set()
    for name, call in calls("note"):
        if len(call.args) < 2 or name in ("audit_notes.py", "breach_history.py"):
            continue
        action = call.args[1]
        if isinstance(action, ast.Constant) and isinstance(action.value, str):
            found.add(action.value)
        elif name in MADE_UP:
            found |= MADE_UP[name]
        elif name in HANDED_ON:
            tree = ast.parse((ROOT / "services" / name).read_text(encoding="utf-8"))
            found |= {one for one in texts(tree) if one.startswith(HANDED_ON[name]) and one != "live.usual"}
        elif isinstance(call.func, ast.Name):
            raise AssertionError(
                f"{name}:{call.lineno} records {ast.unparse(action)}: say in this test what that may be"
            )
    return found | breaches()


def breaches() -> set[str]:
    """Return what may happen to a breach."""
    found: set[str] = set()
    for _, call in calls("happened"):
        found |= {f"breach.{call.args[2].value}"} if isinstance(call.args[2], ast.Constant) else set()
    tree = ast.parse((ROOT / "services/compliance/breach_facts.py").read_text(encoding="utf-8"))
    news = next(one for one in tree.body if isinstance(one, ast.FunctionDef) and one.name == "news")
    for node in ast.walk(news):
        if isinstance(node, ast.Tuple) and len(node.elts) == 2 and isinstance(node.elts[0], ast.Constant):
            found.add(f"breach.{node.elts[0].value}")
    return found | {"breach.opened", "breach.grandfathered", "breach.let_stand"}


@pytest.mark.requirement("X.DP4")
def test_every_deed_has_words() -> None:
    found = recorded()
    assert len(found) > 140
    assert sorted(one for one in found if deed_in_words(one) == one) == []


def test_no_words_are_for_nothing() -> None:
    found = recorded()
    assert sorted(set(WHOLE) - found) == []
    assert sorted(set(THINGS) - {one.partition(".")[0] for one in found}) == []
    assert sorted(set(DONE) - {one.partition(".")[2] for one in found - set(WHOLE)}) == []


def test_what_is_not_known_is_shown_as_it_is() -> None:
    assert deed_in_words("breach.opened") == "Breach opened"
    assert deed_in_words("something.else") == "something.else"
    assert (group_in_words("breach."), group_in_words("odd.")) == ("Breach", "odd")


def test_what_deeds_were_done_to_and_how_their_doers_came_in_read_as_words() -> None:
    assert about_in_words("sample_pack") == "Sample portfolios"
    assert about_in_words("odd_thing") == "Odd thing"
    assert origin_in_words("session+totp") == "Browser, second factor"
    assert origin_in_words("system") == "The product"


def test_every_way_in_which_actors_come_has_words() -> None:
    used = {"session"}
    for name, place in (("Actor", 4), ("open", 3)):
        for _, call in calls(name):
            given = [call.args[place]] if len(call.args) > place else []
            given += [one.value for one in call.keywords if one.arg == "via"]
            used |= {one.value for one in given if isinstance(one, ast.Constant) and isinstance(one.value, str)}
    assert used >= {"session", "key", "cli", "worker", "schedule"}
    assert sorted(one for one in used if origin_in_words(one) == one) == []
