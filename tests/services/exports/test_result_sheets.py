"""Do the sheets of a result hold risk shares, prices of limits, costs, lots and the diagnosis?"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from services.exports_sheets import result_sheets
from services.exports_table import Shown, csv_bytes, xlsx_bytes


def document(**more: Any) -> dict[str, Any]:
    limits = [
        {
            "name": "Holdings", "kind": "holdings_count", "scope": "portfolio", "value_frac": 8, "min_frac": None,
            "max_frac": 10, "slack_frac": 2, "is_binding": False, "price": None,
        },
        {
            "name": "Largest position", "kind": "position_bounds", "scope": "AAPL", "value_frac": 0.25,
            "min_frac": 0.0, "max_frac": 0.25, "slack_frac": 0.0, "is_binding": True, "price": -0.12,
        },
    ]  # fmt: skip
    weights = [{"asset": "AAPL", "weight_frac": 0.25, "risk_contribution_frac": 0.4}]
    return {"status": "optimal", "weights": weights, "certificate": {"limits": limits}, **more}


def test_weights_tell_the_share_of_the_variance_and_limits_their_price() -> None:
    weights, _, limits = result_sheets(document(), None, {}, "comma")
    header = csv_bytes(weights).decode("utf-8-sig").splitlines()[0].split(",")
    assert "risk_contribution_frac" in header
    assert weights.rows[0][header.index("risk_contribution_frac")] == 0.4
    assert limits.columns[-1].key == "price_per_unit"
    assert "per percentage point" in limits.columns[-1].header
    assert [row[-1] for row in limits.rows] == [None, -0.12]
    assert limits.rows[0][2] == Shown(8, "count")
    assert limits.rows[1][2] == Shown(0.25, "rate")


def test_costs_lots_and_diagnosis_have_sheets_only_where_there_are_any() -> None:
    costs = {
        "once_frac": 0.001,
        "annual_frac": 0.002,
        "turnover_frac": 0.3,
        "holding_period_days": 126,
        "note": "Half.",
    }
    lots = {
        "lines": [{"asset": "AAPL", "lots_count": 12, "shares_count": 12.0, "weight_frac": 0.249}],
        "cash_frac": 0.001,
        "cash_money": 100.0,
        "tracking_error_annual_frac": 0.0001,
        "is_inside": True,
        "note": "Every limit holds.",
    }
    diagnosis = {
        "sentence": "No portfolio meets every limit.",
        "conflicts": [{"sentence": "Too little.", "advice": "Raise it."}],
        "joint_repair": {"sentence": "Raise the maximum to 34%."},
        "single_repairs": [{"limit": {"sentence": "Each at most 25%."}, "sentence": "That alone is enough."}],
        "notes": ["Not looked at."],
    }
    sheets = result_sheets(document(costs=costs, lots=lots, diagnosis=diagnosis), None, {}, "comma")
    assert [sheet.name for sheet in sheets] == ["Weights", "Figures", "Limits", "Costs", "Whole lots", "Diagnosis"]
    assert [row[0] for row in sheets[5].rows] == ["In short", "Conflict", "All together", "One limit alone", "Note"]
    assert xlsx_bytes(sheets, [("a", "b")], title="t", made_at_utc=datetime(2026, 1, 2, tzinfo=UTC))
    assert [sheet.name for sheet in result_sheets(document(), None, {}, "comma")] == ["Weights", "Figures", "Limits"]
