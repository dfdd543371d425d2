"""Does the wizard take a limit on risk over, narrowing the draft and never widening it, and say where it came from?"""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

from callbacks import optimize_from_limit as handed
from callbacks.optimize_draft import build
from callbacks.optimize_from_limit import ADDED_TO_NONE, GONE, applied, with_limit
from components.wizard_draft import DEFAULTS
from engine.risk_limits.metrics import METRICS
from services.errors import Conflict, NotFound
from services.messages.optimize import OptimizationRequest
from services.messages.risk import LimitConstraint
from services.risk_constraints import Held, Translation, translate

ASSETS = ["AAA", "BBB", "CCC", "DDD", "EEE"]
GROUPS = {"sector": ["Energy", "Tech"], "country": ["US"], "currency": ["USD"], "issuer": ["One Inc."]}
HELD = Held(groups=GROUPS, has_shorts=True, days={"AAA": (0.4, 80.0), "GONE": (0.1, 90.0)}, stressed_days={})


def draft(**parts: Any) -> dict[str, Any]:
    start = {"origin": "portfolio:p1", "source": "portfolio", "portfolio_id": "p1", "assets": ASSETS}
    return DEFAULTS | start | parts


def constraint(metric: str, value: float, direction: str = "max", held: Held = HELD) -> LimitConstraint:
    made = translate(metric, direction, value, held)
    assert isinstance(made, Translation), made
    return LimitConstraint(
        limit_id="l1", metric=metric, constraints=made.constraints, is_same=made.is_same, sentence="The limit.",
        note=made.note, estimates=made.estimates, optimize_link="/optimize?portfolio=p1&limit=l1&step=3",
    )  # fmt: skip


def request_of(made: dict[str, Any]) -> OptimizationRequest:
    built = build(made)
    assert not built.problems
    return OptimizationRequest.model_validate_json(built.request_json)


def text_of(component: object) -> str:
    return json.dumps(component, default=lambda one: one.to_plotly_json(), ensure_ascii=False)


@pytest.mark.requirement("4.1.D5")
def test_every_limit_that_can_be_a_constraint_is_one_of_the_request_of_the_wizard() -> None:
    kinds = set()
    for metric in METRICS.values():
        for direction in metric.directions:
            value = 8.0 if metric.unit == "count" else 1.3 if metric.name == "gross_exposure" else 0.12
            made = translate(metric.name, direction, value, HELD)
            if isinstance(made, str) or metric.name == "gross_exposure":
                continue
            new, _ = applied(draft(), constraint(metric.name, value, direction))
            limits = [limit.model_dump(mode="json") for limit in request_of(new).constraints]
            for wanted in made.constraints:
                if wanted["kind"] == "position_bounds":
                    continue  # sizes are told apart below
                fields = {name: pytest.approx(one) if isinstance(one, float) else one for name, one in wanted.items()}
                assert any(fields.items() <= limit.items() for limit in limits), (metric.name, limits)
                kinds.add(wanted["kind"])
    assert kinds == {
        "volatility_ceiling", "tracking_error", "cvar_ceiling", "drawdown_ceiling", "beta", "sector_limit",
        "group_limit",
    }  # fmt: skip


@pytest.mark.requirement("4.1.D5")
def test_a_size_of_positions_is_narrowed_and_never_widened() -> None:
    narrow, steps = applied(draft(), constraint("largest_position", 0.1))
    assert (narrow["min"], narrow["max"]) == ("1", "10")
    assert "in the size of positions" in steps[0]
    wide, steps = applied(draft(), constraint("largest_position", 0.4))
    assert (wide["min"], wide["max"]) == ("1", "25")
    assert steps[0] == ADDED_TO_NONE
    tiny, _ = applied(draft(), constraint("largest_position", 0.005))
    assert (tiny["min"], tiny["max"]) == ("0", "0.5")
    short, _ = applied(draft(long_short=True, short_position_max="30"), constraint("largest_position", 0.1))
    assert short["short_position_max"] == "10"
    spread, _ = applied(draft(), constraint("effective_positions", 8.0, "min"))
    assert spread["max"] == "12.5"


def test_caps_of_single_assets_stand_beside_the_general_size_for_those_that_are_chosen() -> None:
    made, steps = applied(draft(), constraint("days_to_95", 5.0))
    assert made["bounds"] == {"AAA": {"min": "1", "max": "2.5"}}  # 40% sold in 80 days is 2.5% in five
    assert "in the limits of single assets" in steps[0]
    own, _ = applied(draft(bounds={"AAA": {"min": "0", "max": "1"}}), constraint("days_to_95", 5.0))
    assert own["bounds"] == {"AAA": {"min": "0", "max": "1"}}
    request = request_of(made)
    assert [(one.assets, one.max_frac) for one in request.constraints if one.kind == "position_bounds"] == [
        (None, 0.25), (("AAA",), 0.025),
    ]  # fmt: skip


def test_a_gross_limit_narrows_the_field_of_a_long_short_draft_and_opens_no_other() -> None:
    both = draft(long_short=True, gross_max="160", short_max="30", short_position_max="10")
    made, steps = applied(both, constraint("gross_exposure", 1.3))
    assert (made["gross_max"], made["short_max"]) == ("130", "30")
    assert "gross exposure" in steps[0]
    assert applied(draft(), constraint("gross_exposure", 1.3))[0]["long_short"] is False


def test_the_window_of_the_report_comes_along_and_is_told() -> None:
    made, steps = applied(draft(lookback="1260", covariance_kind="ledoit_wolf"), constraint("volatility_annual", 0.12))
    assert (made["volatility_max"], made["lookback"], made["covariance_kind"]) == ("12", "500", "sample")
    assert "under More limits" in steps[0]
    assert "100%" in steps[1]
    assert "500 days" in steps[2]
    assert request_of(made).estimates.lookback_days == 500
    assert made["origin"] == "portfolio:p1:l1"
    assert made["applied"] == "The limit."


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (constraint("volatility_annual", 0.12), "Taken over from Risk"),
        (NotFound("No.", "No."), GONE),
        (Conflict("The past cannot be changed.", "Choose another."), "The past cannot be changed."),
    ],
)
def test_the_wizard_says_what_came_along_or_why_nothing_did(
    monkeypatch: pytest.MonkeyPatch, answer: Any, words: str
) -> None:
    def ask(portfolio_id: str, limit_id: str, _actor: object) -> LimitConstraint:
        assert (portfolio_id, limit_id) == ("p1", "l1")
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(handed, "services", lambda: SimpleNamespace(risk=SimpleNamespace(constraint=ask)))
    monkeypatch.setattr(handed, "actor", lambda: None)
    monkeypatch.setattr(handed, "told", lambda text: text)
    made, said = with_limit(draft(), "l1")
    assert words in text_of(said)
    assert (made["origin"] == "portfolio:p1") is isinstance(answer, Exception)
    assert with_limit(draft(), None) == (draft(), None)
