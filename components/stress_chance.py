"""How does one ask about chance, broken correlations and redemptions?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import dcc, html

from components.button import button
from components.card import card, columns, stack
from components.empty_state import empty_state
from components.fields import field, fields, number_input, segments, select
from components.ids import Stress
from components.skeleton import skeleton
from components.stress_answer import answer_place, asked_store

METHODS = (
    ("t_copula", "Student-t copula"),
    ("multivariate_t", "Multivariate Student-t"),
    ("normal", "Normal"),
    ("filtered", "Filtered historical"),
    ("block_bootstrap", "Block bootstrap"),
    ("regimes", "Calm and crisis"),
)
BROKEN = (("toward_one", "All rise together"), ("hedges_fail", "Hedges fail"))
STRENGTHS = (("0.25", "25%"), ("0.5", "50%"), ("0.75", "75%"), ("1", "100%"))
TICK_MS = 1000


def chance_parts(view: Mapping[str, str]) -> list[Any]:
    """Return the three questions with their answers."""
    return [
        asked_store("chance", view),
        asked_store("redeem", view),
        *(
            dcc.Interval(id=one, interval=TICK_MS, max_intervals=0)
            for one in (Stress.CHANCE_TICK, Stress.BREAK_TICK, Stress.REDEEM_TICK)
        ),
        card(
            stack(_chance(view), answer_place("chance", Stress.CHANCE, _nothing_yet())),
            title="How often would which loss come?",
            note="Simulated returns of today's weights; behind ± stands one standard error of the simulation.",
        ),
        columns(
            card(
                stack(_broken(view), answer_place("broken", Stress.BREAK, skeleton(height_px=320))),
                title="What if diversification failed?",
            ),
            card(
                stack(_redeem(view), answer_place("redeem", Stress.REDEEM, _nothing_yet())),
                title="Could a redemption be paid?",
            ),
        ),
    ]


def _chance(view: Mapping[str, str]) -> Any:
    return stack(
        *[
            html.Div(id=Stress.CHANCE_ERRORS),
            fields(
                field(select(Stress.CHANCE_METHOD, METHODS, view["method"]), "Method"),
                field(number_input(Stress.CHANCE_DAYS, view["days"], unit="sessions"), "Horizon"),
            ),
            html.Div(
                button("Simulate", Stress.CHANCE_RUN, kind="primary", glyph="dice-5", n_clicks=0), className="btn-row"
            ),
        ]
    )


def _broken(view: Mapping[str, str]) -> Any:
    return html.Div(
        [
            segments(Stress.BREAK_KIND, BROKEN, view["broken"], label="What happens to correlations"),
            segments(Stress.BREAK_STRENGTH, STRENGTHS, view["strength"], label="How far"),
        ],
        className="stress-tools",
    )


def _redeem(view: Mapping[str, str]) -> Any:
    return stack(
        *[
            html.Div(id=Stress.REDEEM_ERRORS),
            fields(
                field(number_input(Stress.REDEEM_PART, view["part"], unit="%"), "Redeemed"),
                field(number_input(Stress.REDEEM_DAYS, view["within"], unit="sessions"), "Due within"),
            ),
            html.Div(
                button("Pay it", Stress.REDEEM_RUN, kind="primary", glyph="cash-stack", n_clicks=0), className="btn-row"
            ),
        ]
    )


def _nothing_yet() -> Any:
    return empty_state(
        "Nothing asked yet", "The answer stands here with its chart and its table.", glyph="bar-chart", level=3
    )
