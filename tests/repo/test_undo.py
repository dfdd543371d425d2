"""Can everything that a page deletes, ends or withdraws be taken back by its message, or is there a reason why not?"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from callbacks.undo import AS_RUN, FOR_GOOD, as_made, made_of, verbs
from services.errors import InvalidRequest
from services.messages.schedules import NewSchedule

ROOT = Path(__file__).resolve().parents[2]
ENDS = (
    "archive", "cancel", "clear", "close", "deactivate", "delete", "disable", "discard", "drop", "end", "lift",
    "release", "remove", "retire", "revoke", "undo", "withdraw",
)  # fmt: skip


FORMS = {
    "compliance_breach_deeds": "compliance_breaches",
    "compliance_controls": "compliance_controls",
    "compliance_list_deeds": "compliance_lists",
}
"""Module of deeds that are chosen in a form -> the component with that form, which says what comes of them."""
OF_ITSELF = {"home.create"}
"""Deeds that nobody asks for: a part of another one."""


def destructive(path: Path) -> Iterator[tuple[str, ast.FunctionDef]]:
    """Yield every function of a file that has a service end something."""
    for function in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(function, ast.FunctionDef):
            continue
        for call in ast.walk(function):
            if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
                continue
            words = ast.unparse(call.func)
            is_service = "services()" in words or words.startswith("own.")
            if is_service and call.func.attr.split("_")[0] in ENDS:
                yield f"{path.stem}.{function.name}", function
                break


def found() -> dict[str, ast.FunctionDef]:
    return {name: one for path in sorted((ROOT / "callbacks").glob("*.py")) for name, one in destructive(path)}


def undo_kinds(function: ast.FunctionDef) -> list[str]:
    """Return the kinds of undo that a deed's messages offer."""
    kinds = []
    for call in ast.walk(function):
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "say":
            for keyword in call.keywords:
                if keyword.arg == "undo":
                    kinds.append(ast.unparse(keyword.value))
    return kinds


def test_every_deed_that_ends_something_offers_an_undo_or_has_a_reason() -> None:
    deeds = found()
    offered = {name for name, one in deeds.items() if undo_kinds(one)}
    assert len(offered) >= 12
    assert sorted(set(deeds) - offered - set(FOR_GOOD)) == []
    assert sorted(set(FOR_GOOD) & offered) == []


def test_no_reason_outlives_its_deed() -> None:
    assert sorted(set(FOR_GOOD) - set(found())) == []
    assert all(reason.endswith(".") and len(reason) > 30 for reason in FOR_GOOD.values())


def ids_of(function: ast.FunctionDef, kind: str) -> list[str]:
    """Return the last part of each id that a callback's decorators name as `kind`, such as ``key_revoke``."""
    calls = [one for mark in function.decorator_list for one in ast.walk(mark) if isinstance(one, ast.Call)]
    named = [one.args[0] for one in calls if ast.unparse(one.func) == kind]
    return [ast.unparse(one.func if isinstance(one, ast.Call) else one).rpartition(".")[2] for one in named]


def asked_first() -> set[str]:
    """Return the last part of the id of every button whose press is asked about first."""
    found = set()
    for folder in ("callbacks", "components", "pages"):
        for path in sorted((ROOT / folder).glob("*.py")):
            for call in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(call, ast.Call) and ast.unparse(call.func) == "button" and len(call.args) > 1:
                    more = " ".join(ast.unparse(one.value) for one in call.keywords if one.arg is None)
                    if "ask" in more.lower():
                        given = call.args[1]
                        text = ast.unparse(given.func if isinstance(given, ast.Call) else given)
                        found.add(text.rpartition(".")[2])
    return found


def test_what_is_for_good_is_asked_about_or_takes_a_reason_before_it_is_done() -> None:
    deeds, asked = found(), asked_first()
    assert len(asked) >= 8
    for name, reason in FOR_GOOD.items():
        module, _, _ = name.partition(".")
        deed = deeds[name]
        if reason == AS_RUN or name in OF_ITSELF:
            continue
        if module in FORMS:
            assert "record_note()" in (ROOT / "components" / f"{FORMS[module]}.py").read_text("utf-8"), name
            continue
        is_asked = any(one in asked for one in ids_of(deed, "Input"))
        is_dialog = any(one.endswith("DIALOG") and one != "KEY_DIALOG" for one in ids_of(deed, "Output"))
        assert is_asked or is_dialog, f"{name} cannot be taken back, and nothing asks before it is done."


def test_what_is_offered_can_be_done(monkeypatch: pytest.MonkeyPatch) -> None:
    class Anything:
        def __getattr__(self, name: str) -> Anything:
            return self

    monkeypatch.setattr("callbacks.undo.services", Anything)
    known = set(verbs())
    texts = " ".join(kind for one in found().values() for kind in undo_kinds(one))
    texts += (ROOT / "callbacks" / "board_views.py").read_text("utf-8")
    assert {kind for kind in known if f"{kind}:" in texts or f"'{kind}'" in texts or f'"{kind}"' in texts} >= {
        "portfolio", "client", "run", "team", "template", "stress scenario", "draft", "note", "blend", "schedule",
        "view",
    }  # fmt: skip


def test_a_definition_comes_back_whole_and_a_changed_one_is_refused() -> None:
    wish = NewSchedule(name="Prices", kind="price_refresh", cron="0 6 * * 1-5", time_zone="Europe/Berlin")
    kind, _, text = as_made("schedule", wish).partition(":")
    assert (kind, made_of(NewSchedule, text)) == ("schedule", wish)
    for spoiled in ("", "!!", text[:-4], "e30="):
        with pytest.raises(InvalidRequest):
            made_of(NewSchedule, spoiled)
