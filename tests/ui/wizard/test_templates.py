"""Does a draft of the wizard come back from a template as it was kept, whoever uses it for whichever assets?"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from callbacks.optimize_draft import build
from callbacks.optimize_recipe import filled, recipe_of
from components.wizard_draft import DEFAULTS
from services.errors import InvalidRequest
from services.messages.templates import Recipe, Sharing, Template

DRAFT = DEFAULTS | {
    "assets": ["AAPL", "JPM", "KO"],
    "goal": "max_return",
    "risk_max": "14",
    "max": "30",
    "zero_or_min": True,
    "sectors": {"Energy": {"min": "", "max": "20"}},
    "turnover_max": "25",
    "keep_rules": False,
}


def template(recipe: Recipe) -> Template:
    now = datetime(2026, 1, 5, tzinfo=UTC)
    return Template(
        id="t", name="Growth", description=None, sharing=Sharing.PRIVATE, team_id=None, owner_id="o", owner_name=None,
        is_mine=True, version=3, client_types=(), recipe=recipe, row_version=1, created_at_utc=now, changed_at_utc=now,
    )  # fmt: skip


@pytest.mark.requirement("5.2.D5")
def test_a_template_fills_in_goal_and_limits_and_leaves_assets_portfolio_and_day(monkeypatch):
    monkeypatch.setattr("callbacks.optimize_recipe.reader_style", lambda: "comma")
    kept = template(recipe_of(DRAFT))
    other = DEFAULTS | {"assets": ["XOM", "PG"], "as_of": "2022-06-30", "name": "Mine", "max": "50"}
    made = filled(other, kept)
    assert [made[name] for name in ("assets", "as_of", "name")] == [["XOM", "PG"], "2022-06-30", "Mine"]
    assert [made[name] for name in ("goal", "risk_max", "max", "zero_or_min", "keep_rules", "turnover_max")] == [
        "max_return", "14", "30", True, False, "25",
    ]  # fmt: skip
    assert made["sectors"]["Energy"]["max"] == "20"
    assert made["applied"] == "From the template Growth, version 3."
    assert recipe_of(made) == kept.recipe
    assert not [one for one in build(made).problems]


def test_goal_and_limits_can_be_kept_before_any_asset_is_chosen_but_not_while_a_figure_is_wrong():
    assert recipe_of(DRAFT | {"assets": []}).objective == recipe_of(DRAFT).objective
    with pytest.raises(InvalidRequest) as refusal:
        recipe_of(DRAFT | {"max": "a lot"})
    assert "a lot" in refusal.value.fields[0].message
