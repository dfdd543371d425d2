"""Step 2: what is the portfolio to be good at, and from what is that estimated?"""

from __future__ import annotations

from dash import html

from components.ids import Wizard
from components.wizard_art import goal_art
from components.wizard_fields import card_choice, choice_field, field_row, fold, number_field, section, text_field

GOALS = (
    (
        "max_sharpe",
        "Maximum Sharpe ratio",
        "The most expected return above the risk-free rate for each unit of risk. A good start.",
    ),
    (
        "min_volatility",
        "Minimum volatility",
        "The calmest portfolio that the limits allow; expected returns play no part.",
    ),
    (
        "max_return",
        "Maximum return at a risk",
        "The highest expected return whose volatility stays below a ceiling that you set.",
    ),
    ("target_return", "Target return", "The calmest portfolio that is expected to earn at least what you ask for."),
)

RETURNS = (
    {"label": "Historical mean", "value": "historical_mean"},
    {"label": "Exponentially weighted mean (recent days count more)", "value": "ewma_mean"},
)

COVARIANCES = (
    {"label": "Sample covariance", "value": "sample"},
    {"label": "Ledoit-Wolf shrinkage (steadier for short histories)", "value": "ledoit_wolf"},
    {"label": "Exponentially weighted (recent days count more)", "value": "ewma"},
)


def panel() -> html.Section:
    """Draw step 2; the field that a goal needs appears with it."""
    needed = html.Div(
        [
            html.Div(
                number_field(
                    "risk_max",
                    "Highest volatility",
                    unit="% a year",
                    help_text="Standard deviation of the yearly return. Large stocks as a whole are near 15 to 20%.",
                ),
                className="wz-for-max_return",
            ),
            html.Div(
                number_field(
                    "return_min",
                    "Return wanted",
                    unit="% a year",
                    help_text="Expected arithmetic return per year, before costs.",
                ),
                className="wz-for-target_return",
            ),
        ],
        className="wz-goal-needs",
    )
    advanced = fold(
        "Advanced: how return and risk are estimated",
        field_row(
            choice_field("returns_kind", "Expected returns", RETURNS),
            choice_field("covariance_kind", "Covariance", COVARIANCES),
            number_field(
                "lookback",
                "History used",
                unit="days",
                help_text="Trading days up to the as-of date: 252 are a year, 1260 are five.",
            ),
            text_field(
                "as_of",
                "As-of date",
                placeholder="Last day of the data",
                help_text="Empty is the last day of the data; or an earlier day, such as 2020-02-28.",
                maxlength=10,
            ),
        ),
    )
    return html.Section(
        [
            section("Goal", card_choice("goal", "Goal", [(*goal, goal_art(goal[0])) for goal in GOALS]), needed),
            section(
                "Assumption",
                field_row(
                    number_field(
                        "risk_free",
                        "Risk-free rate",
                        unit="% a year",
                        help_text="What cash earns. It enters the Sharpe ratio; 0 means not set.",
                    )
                ),
            ),
            advanced,
        ],
        id=Wizard.STEP_GOAL,
        className="wz-panel",
        **{"aria-label": "Step 2: Goal"},
    )
