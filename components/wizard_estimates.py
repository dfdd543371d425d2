"""From what are return and risk estimated: the methods, their parameters, views and figures of one's own?"""

from __future__ import annotations

from typing import Any, Final

from dash import html

from components.wizard_fields import choice_field, field_row, fold, number_field, switch_field, text_field
from components.wizard_own_tables import covariance_table
from components.wizard_tables import returns_table, views_table

RETURNS: Final = (
    {"label": "Historical mean", "value": "historical_mean"},
    {"label": "Exponentially weighted mean (recent days count more)", "value": "ewma_mean"},
    {"label": "James-Stein mean (drawn towards the average of all)", "value": "james_stein"},
    {"label": "Bayes-Stein mean (drawn towards the calmest portfolio)", "value": "bayes_stein"},
    {"label": "CAPM (from the beta to the market; needs its weights)", "value": "capm"},
    {"label": "Market-implied (needs the market's weights)", "value": "market_implied"},
    {"label": "Black-Litterman (my views)", "value": "black_litterman"},
    {"label": "My own estimates (typed or pasted)", "value": "given_returns"},
)

COVARIANCES: Final = (
    {"label": "Sample covariance", "value": "sample"},
    {"label": "Ledoit-Wolf shrinkage (steadier for short histories)", "value": "ledoit_wolf"},
    {"label": "Exponentially weighted (recent days count more)", "value": "ewma"},
    {"label": "Oracle approximating shrinkage (OAS)", "value": "oas"},
    {"label": "Denoised (random-matrix theory)", "value": "denoised"},
    {"label": "Statistical factor model", "value": "factor_model"},
    {"label": "My own covariance (typed or pasted)", "value": "given_covariance"},
)

PRIORS: Final = (
    {"label": "Implied by market weights", "value": "market"},
    {"label": "My own expected returns", "value": "own"},
)

REFERENCES: Final = (
    {"label": "The market portfolio", "value": "market"},
    {"label": "The benchmark", "value": "benchmark"},
)


def panel() -> html.Details:
    """Draw the fold; assets/wizard.css shows the parameters of the chosen methods only."""
    return fold(
        "For experts: how return and risk are estimated",
        field_row(
            choice_field("returns_kind", "Expected returns", RETURNS),
            choice_field("covariance_kind", "Covariance", COVARIANCES),
            number_field(
                "lookback",
                "History used",
                unit="days",
                help_text="Trading days up to the as-of date: 252 are a year, 1260 are five. Days on which an "
                "asset has no price are left out for all.",
            ),
            text_field(
                "as_of",
                "As-of date",
                placeholder="Last day of the data",
                help_text="Empty is the last day of the data; or an earlier day, such as 2020-02-28.",
                maxlength=10,
            ),
        ),
        html.Div(_parameters(), className="fields wz-parameters"),
        views_table(),
        returns_table(),
        covariance_table(),
    )


def _parameters() -> list[Any]:
    """Return the parameters of the methods that have some."""
    return [
        _for(
            "ewma_mean",
            number_field(
                "half_life", "Half-life", unit="days", help_text="After so many trading days a day counts half as much."
            ),
        ),
        _for(
            "capm",
            choice_field("capm_reference", "Betas to", REFERENCES),
        ),
        _for(
            "capm",
            number_field(
                "premium",
                "Premium of the market (optional)",
                unit="% a year",
                help_text="Its expected return over the risk-free rate; empty takes that of the history.",
            ),
        ),
        _for("black_litterman", choice_field("prior", "Starting point", PRIORS)),
        _for(
            "market",
            number_field(
                "market_aversion",
                "Risk aversion of the market (optional)",
                unit="",
                help_text="Near 2.5 is usual; empty derives it from the history.",
            ),
        ),
        _for(
            "market",
            number_field(
                "market_sharpe",
                "Sharpe ratio of the market (optional)",
                unit="",
                help_text="Used where no risk aversion is given; 0.3 to 0.5 is usual.",
            ),
        ),
        _for(
            "black_litterman",
            number_field(
                "tau",
                "Uncertainty of the starting point (τ)",
                unit="",
                help_text="How unsure the starting point is, as a share of the covariance; 0.05 is usual.",
            ),
        ),
        _for(
            "black_litterman",
            switch_field(
                "posterior",
                "Count this uncertainty as risk",
                help_text="Adds the uncertainty of the expected returns to the covariance.",
            ),
        ),
        _for(
            "ewma",
            number_field(
                "decay",
                "Decay of the covariance",
                unit="",
                help_text="Each day counts so much of the next: 0.97, or 0.94.",
            ),
        ),
        _for(
            "factor_model",
            number_field("factors", "Factors (optional)", unit="", help_text="Empty: as many as the data show."),
        ),
    ]


def _for(method: str, field: Any) -> html.Div:
    return html.Div(field, className=f"wz-param wz-for-{method}")
