"""Do the sheets of reasons hold terms that sum to zero, prices, and a split that closes?"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

import engine
from services.errors import Conflict
from services.exports_table import Shown, xlsx_bytes
from services.exports_why import why_sheets
from services.messages.explanation import RunExplanation


def found(goal: str, note: str | None = None) -> RunExplanation:
    document = {
        "problem": {
            "assets": ["A", "=B", "C"],
            "expected_returns_frac": [0.0008, 0.0006, 0.0002],
            "covariance": [[4e-4, 1e-4, 0], [1e-4, 3e-4, 1e-4], [0, 1e-4, 2e-4]],
            "sectors": {"A": "Tech", "=B": "Tech", "C": "Food"},
        },
        "objective": {"kind": goal},
        "constraints": [
            {"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.6},
            {"kind": "sector_limit", "sector": "Tech", "max_frac": 0.5},
        ],
    }
    request = engine.OptimizationRequest.model_validate_json(json.dumps(document))
    explained = engine.explain(request, has_required_returns=False)
    return RunExplanation(optimization_id="r", as_of=None, is_same_data=note is None, note=note, explanation=explained)


def test_terms_sum_to_zero_and_the_split_closes() -> None:
    one = found("max_sharpe", "Prices were changed.")
    terms, prices, split = why_sheets(one, "comma")
    assert [terms.name, prices.name, split.name] == ["Why", "What limits cost", "Split"]
    keys = [column.key for column in terms.columns]
    for row in terms.rows[:3]:
        figures = dict(zip(keys, row, strict=True))
        parts = [value for key, value in figures.items() if key not in {"asset", "weight_frac", "residual", "sentence"}]
        assert sum(parts) == pytest.approx(0.0, abs=1e-12)
    assert terms.rows[3][0] == Shown("Prices were changed.", "text")
    assert "Tech sector" in [column.header for column in terms.columns]
    assert len(prices.rows) == len(one.explanation.prices)
    weights = [line.weight_frac for line in one.explanation.weights]
    total = next(row for row in split.rows if row[0] == "Sum: the chosen weights")
    assert list(total[4:]) == pytest.approx(weights, abs=1e-9)
    steps = split.rows[: len(one.explanation.split.steps) + 1]
    assert [sum(row[at] for row in steps) for at in (4, 5, 6)] == pytest.approx(weights, abs=1e-9)
    moment = datetime(2026, 1, 2, tzinfo=UTC)
    assert xlsx_bytes([terms, prices, split], [("a", "b")], title="t", made_at_utc=moment)


def test_rules_have_their_parts_of_the_risk() -> None:
    (sheet,) = why_sheets(found("equal_weight"), "comma")
    parts = [row[1] for row in sheet.rows[:3]]
    assert sheet.rows[3][:2] == ["Sum", pytest.approx(sum(parts))]
    assert "follows a rule" in str(sheet.rows[4][0])


def test_only_the_workbook_of_a_result_has_them_and_none_where_it_is_not_explained(
    exports: Any, actor: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[Any] = []

    def of(*asked: Any) -> RunExplanation:
        calls.append(asked)
        return found("max_sharpe")

    seen: list[Any] = []
    monkeypatch.setattr(
        "services.exports.xlsx_bytes", lambda sheets, *_, **__: seen.append([one.name for one in sheets]) or b""
    )
    monkeypatch.setitem(exports._given, "explanations", SimpleNamespace(of=of))
    exports.table("done", "csv", actor)
    assert not calls
    exports.table("done", "xlsx", actor)
    assert seen[-1][-3:] == ["Why", "What limits cost", "Split"]

    def refuse(*_: Any) -> Any:
        raise Conflict("Too many assets.")

    monkeypatch.setitem(exports._given, "explanations", SimpleNamespace(of=refuse))
    exports.table("done", "xlsx", actor)
    assert "Why" not in seen[-1]
