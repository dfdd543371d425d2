"""What stands beside the steps when it matters: a benchmark to choose, an address that leads nowhere, a better goal?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html

from components.button import button
from components.ids import Estimates
from components.toast import banner
from components.wizard_draft_estimates import OWN
from components.wizard_fields import choice_field, field_row, number_field, section, switch_field

PORTFOLIO_OWN = {"label": "The portfolio's own", "value": OWN}


def benchmark_box() -> html.Div:
    """Draw the choice of the benchmark, shown with the goal and with the limits while one of them needs it."""
    chosen = choice_field(
        "benchmark",
        "Measured against",
        [PORTFOLIO_OWN],
        help_text="Tracking error, limits relative to a benchmark and market-implied returns need its weights: import "
        "them at Imports > Prices where they are missing.",
    )
    return html.Div(
        section("Benchmark", chosen), id=Estimates.BENCHMARK_BOX, className="wz-benchmark", **{"data-shared": "yes"}
    )


def notice_box() -> html.Div:
    """Leave room for what of the address could not be followed."""
    return html.Div(id=Estimates.NOTICE, className="wz-notice", role="status")


def notice(text: str) -> Any:
    """Say calmly what of the address could not be followed."""
    return banner("About this address", text, tone="info")


def taken_over(sentences: Sequence[str]) -> Any:
    """Say which limit on risk came along, where it stands now, and what to know of it."""
    words = html.Ul([html.Li(one) for one in sentences], className="wz-taken")
    return banner("Taken over from Risk", words, tone="info")


def no_excess_box() -> html.Section:
    """Leave room for why no Sharpe ratio can be maximized, and the goal that can be used instead."""
    press = button(
        "Use minimum volatility", Estimates.CALMEST, kind="primary", glyph="check2-circle", small=True, n_clicks=0
    )
    return html.Section(
        [html.Div(id=Estimates.NO_EXCESS_SAID), html.Div(press, className="btn-row")],
        id=Estimates.NO_EXCESS,
        hidden=True,
        className="card-q wz-no-excess",
        **{"aria-label": "Another goal"},
    )


def lots() -> html.Section:
    """Draw the switch for whole lots with what it needs."""
    return section(
        "Whole lots",
        switch_field(
            "lots",
            "Round positions to whole lots",
            help_text="A last step after the optimum: the result lists lots and shares, and the cash that is left.",
        ),
        html.Div(
            field_row(
                number_field(
                    "lot_size",
                    "Shares in a lot",
                    unit="shares",
                    help_text="1 trades single shares; empty keeps each asset's own lot where a run brought them.",
                ),
                number_field(
                    "capital",
                    "Capital",
                    unit="money",
                    help_text="In the base currency; empty is the value of the portfolio chosen in step 1.",
                ),
            ),
            className="wz-for-lots",
        ),
    )
