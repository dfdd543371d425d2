"""Does what was said of a refused file stay where the field is emptied for the next one?"""

from __future__ import annotations

import base64
from types import SimpleNamespace
from typing import Any

import pytest
from dash.exceptions import PreventUpdate

from callbacks import compliance_facts, compliance_rule_files, present_errors
from services.errors import FieldProblem, InvalidRequest

PROBLEM = FieldProblem("", "The rule has no title.", "Write one.")


def refuse(*_given: Any) -> Any:
    raise InvalidRequest(PROBLEM.message, PROBLEM.advice, fields=(PROBLEM,))


@pytest.mark.parametrize("module", [compliance_rule_files, compliance_facts], ids=lambda one: one.__name__)
def test_an_emptied_field_takes_no_refusal_away(module: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    told: dict[str, Any] = {}
    for place in (module, present_errors):
        monkeypatch.setattr(place, "put", lambda place_id, **props: told.setdefault(place_id, []).append(props))
    rules = SimpleNamespace(drafts=SimpleNamespace(import_text=refuse))
    found = SimpleNamespace(rules=rules, imports=SimpleNamespace(run=refuse))
    monkeypatch.setattr(module, "services", lambda: found)
    monkeypatch.setattr(module, "actor", lambda: None)
    monkeypatch.setattr(present_errors, "told", str)
    module.take_in("data:text/csv;base64," + base64.b64encode(b"a,b").decode(), "file.csv")
    (slot,) = [key for key in told if key.endswith("problems")]
    assert "The rule has no title." in str(told[slot][-1]["children"])
    assert told[str(module.Ids.FILE)] == [{"contents": None}]
    with pytest.raises(PreventUpdate):
        module.take_in(None, None)
    assert len(told[slot]) == 1, "Asked about the emptied field, the refusal stays."
