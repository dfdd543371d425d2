"""Step 2: what is the portfolio to be good at, and from what is that estimated?"""

from __future__ import annotations

from typing import Any

from dash import html

from components import wizard_estimates, wizard_hints
from components.ids import Wizard
from components.wizard_art import goal_art
from components.wizard_draft import MORE
from components.wizard_draft_estimates import CONSTANT, DATED, NOT_SET
from components.wizard_fields import (
    area_field,
    card_choice,
    choice_field,
    field_row,
    number_field,
    section,
    switch_field,
)
from components.wizard_tables import budgets_table

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
        "The highest expected return at a target volatility: a ceiling of the risk that you set.",
    ),
    ("target_return", "Target return", "The calmest portfolio that is expected to earn at least what you ask for."),
    ("risk_parity", "Risk parity", "Every asset contributes the same share of the risk, or the share that you set."),
    ("max_diversification", "Maximum diversification", "The most risk that cancels out between the assets."),
    (
        "min_cvar",
        "Smallest loss on bad days",
        "The lowest average loss on the worst days of the past (CVaR).",
    ),
    (
        "min_tracking_error",
        "Follow the benchmark",
        "The portfolio whose return differs least from the benchmark; needs its weights.",
    ),
    (MORE, "More goals", "Drawdowns, downside, utility, robust figures, clusters, or a plain rule to compare with."),
)

MORE_GOALS = (
    (
        "Spread of risk",
        "hierarchical_risk_parity",
        "Hierarchical risk parity",
        "Capital is split between clusters of similar assets, by their risk.",
    ),
    ("Losses", "min_cdar", "Smallest bad drawdowns", "The lowest average of the worst falls from a high (CDaR)."),
    (
        "Losses",
        "min_max_drawdown",
        "Minimum maximum drawdown",
        "The portfolio whose deepest fall from a high of the past was the least deep.",
    ),
    (
        "Losses",
        "min_semi_deviation",
        "Smallest downside",
        "The least fluctuation below the average; what lies above does not count.",
    ),
    (
        "Return and risk",
        "max_utility",
        "Maximum utility",
        "Expected return less a charge for risk that you set.",
    ),
    (
        "Return and risk",
        "robust",
        "Best worst case",
        "Expected returns are taken to be wrong in the worst direction.",
    ),
    ("Plain rules", "equal_weight", "Equal weight", "The same weight for every asset, as far as the limits allow."),
    ("Plain rules", "inverse_volatility", "Inverse volatility", "Calmer assets get more, in proportion to their calm."),
)
"""Group, kind, title, sentence; the order of the page."""

_FLOORED = ("min_cvar", "min_cdar", "min_max_drawdown", "min_semi_deviation", "min_tracking_error")

LINKAGES = (
    {"label": "Ward (least spread inside)", "value": "ward"},
    {"label": "Single (nearest pair)", "value": "single"},
    {"label": "Average", "value": "average"},
    {"label": "Complete (farthest pair)", "value": "complete"},
)

RATES = (
    {"label": "Not set (0% is used)", "value": NOT_SET},
    {"label": "One rate for all days", "value": CONSTANT},
    {"label": "A series of rates by date", "value": DATED},
)
RATES_MAX_LENGTH = 400_000

BUDGETS = (
    {"label": "Equal for every asset", "value": "equal"},
    {"label": "My own, by asset", "value": "asset"},
    {"label": "My own, by sector", "value": "sector"},
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
                    help_text="The target volatility: the standard deviation of the yearly return is at most "
                    "this. Large stocks as a whole are near 15 to 20%.",
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
            *_needs(),
        ],
        className="wz-goal-needs",
    )
    return html.Section(
        [
            section(
                "Goal",
                card_choice("goal", "Goal", [(*goal, goal_art(goal[0])) for goal in GOALS]),
                html.Div(_more(), className="wz-more-goals"),
                needed,
                html.Div(_budgets(), className="wz-for-risk_parity wz-stack"),
            ),
            _assumption(),
            _costs(),
            wizard_hints.lots(),
            wizard_estimates.panel(),
        ],
        id=Wizard.STEP_GOAL,
        className="wz-panel",
        **{"aria-label": "Step 2: Goal"},
    )


def _assumption() -> html.Section:
    """Return the risk-free rate: none, one for all days, or a series."""
    kind = choice_field(
        "rate_kind",
        "Risk-free rate",
        RATES,
        help_text="What cash earns, in the base currency. It enters the Sharpe ratio.",
    )
    constant = number_field("risk_free", "Rate", unit="% a year", help_text="The same for every day.")
    dated = area_field(
        "rates",
        "Rates by date",
        placeholder="2022-01-03 0.08\n2022-07-01 1.66",
        help_text="One date and its rate in percent a year on each line, as year-month-day; paste them from a "
        "spreadsheet. A rate holds until the next date.",
        maxlength=RATES_MAX_LENGTH,
    )
    return section(
        "Assumption",
        field_row(kind, html.Div(constant, className="wz-for-rate")),
        html.Div(dated, className="wz-for-rates"),
    )


def _more() -> html.Fieldset:
    """Return the goals behind the presets as small cards, each with the group that it belongs to."""
    cards = [(kind, title, text, group) for group, kind, title, text in MORE_GOALS]
    return card_choice("goal_more", "More goals", cards)


def _needs() -> list[Any]:
    """Return the fields that single goals need; the style sheet shows those of the chosen one."""
    aversion = number_field(
        "risk_aversion",
        "Risk aversion",
        unit="",
        help_text="How much return you give up for less risk: 1 is bold, 4 is usual, 10 is cautious.",
    )
    uncertainty = number_field(
        "uncertainty",
        "Errors of the estimates",
        unit="std. errors",
        help_text="By how many standard errors the expected returns may be wrong.",
    )
    level = number_field(
        "level", "Level", unit="%", help_text="95 looks at the worst 5 of 100 days, 99 at the worst one."
    )
    floor = number_field(
        "floor",
        "Return wanted, at least (optional)",
        unit="% a year",
        help_text="Expected return per year; empty asks for none.",
    )
    linkage = choice_field(
        "linkage",
        "How clusters are joined",
        LINKAGES,
        help_text="By what the distance between two clusters is measured.",
    )
    return [
        html.Div(linkage, className="wz-for-hierarchical_risk_parity"),
        html.Div(aversion, className="wz-for-max_utility wz-for-robust"),
        html.Div(uncertainty, className="wz-for-robust"),
        html.Div(level, className="wz-for-min_cvar wz-for-min_cdar"),
        html.Div(floor, className=" ".join(f"wz-for-{kind}" for kind in _FLOORED)),
    ]


def _budgets() -> list[Any]:
    """Return the shares of risk that a risk parity may be given."""
    return [
        field_row(
            choice_field("budgets_by", "Shares of the risk", BUDGETS, help_text="Who contributes how much of it.")
        ),
        budgets_table(),
    ]


def _costs() -> html.Section:
    return section(
        "Trading costs",
        switch_field(
            "costs",
            "Count what trading costs",
            help_text="Weighs the cost of getting there from the portfolio held now against what it earns. "
            "Start from a portfolio in step 1.",
        ),
        html.Div(
            field_row(
                number_field(
                    "spread",
                    "Bid-ask spread",
                    help_text="Of assets whose own is not known; half of it is paid a trade.",
                ),
                number_field(
                    "impact",
                    "Market impact",
                    unit="",
                    help_text="How much large trades move the price: 1 is usual, 0 leaves it out. Needs daily volumes.",
                ),
                number_field(
                    "holding_period",
                    "Kept for",
                    unit="days",
                    help_text="Trading days over which the cost is spread: 252 are a year.",
                ),
            ),
            className="wz-for-costs",
        ),
    )
