"""What does the page of stress tests answer about chance, broken correlations and redemptions?"""

from __future__ import annotations

from typing import Any

from dash import ClientsideFunction, Input, Output, State, callback, clientside_callback, no_update

from callbacks import stress_answers as answers
from callbacks import stress_figures as drawing
from callbacks.present_errors import form
from callbacks.present_typed import Typed
from callbacks.stress import boxed
from callbacks.wording import reader_style
from components.ids import Shell, Stress
from components.stress_answer import BUSY, IDLE
from services.messages.stress_questions import (
    CorrelationReport,
    CorrelationWish,
    LiquidityReport,
    LiquidityWish,
    MonteCarloReport,
    MonteCarloWish,
)

CHANCE_WORDS = {"horizon_days": ("The horizon", Stress.CHANCE_DAYS)}
REDEEM_WORDS = {
    "redemption_frac": ("What is redeemed", Stress.REDEEM_PART),
    "days_count": ("The time", Stress.REDEEM_DAYS),
}
Asked = dict[str, Any]
View = dict[str, str]


def chance_wish(asked: Asked) -> MonteCarloWish:
    """Return the simulation that was asked for.

    Raises
    ------
    InvalidRequest
        The horizon is none.

    """
    typed = Typed()
    days = typed.number("horizon_days", "The horizon", asked["days"], low=1, high=252, is_needed=True, kind="whole")
    return answers.made(MonteCarloWish, typed, method=asked["method"], horizon_days=int(days or 1))


def redeem_wish(asked: Asked) -> LiquidityWish:
    """Return the redemption that was asked for; errors as above."""
    typed = Typed()
    part = answers.fraction(typed, "redemption_frac", "What is redeemed", asked["part"])
    days = typed.number("days_count", "The time", asked["within"], low=1, high=60, is_needed=True, kind="whole")
    return answers.made(LiquidityWish, typed, redemption_frac=part, days_count=int(days or 0))


def broken_wish(broken: str, strength: str) -> CorrelationWish:
    """Return the breakdown that is chosen."""
    return CorrelationWish.model_validate({"breakdown": broken, "strength_frac": float(strength)})


@callback(
    Output(Stress.CHANCE, "children"),
    Input(Stress.CHANCE_ASKED, "data"),
    Input(Stress.CHANCE_TICK, "n_intervals"),
    Input(Stress.retry("chance"), "n_clicks"),
    Input(Stress.VIEW, "data"),
    State(Shell.THEME_SHOWN, "data"),
    running=[(Output(Stress.CHANCE, "className"), BUSY, IDLE)],
)
@form(Stress.CHANCE_ERRORS, CHANCE_WORDS)
def show_chance(asked: Asked | None, tick: int | None, _again: Any, view: View, theme: str | None) -> Any:
    """Show the distribution, its tails and the chances of losses."""
    if not asked or not view["portfolio"]:
        return no_update
    answer = answers.ask(view["portfolio"], chance_wish(asked), "chance", tick)
    found = answers.read(answer, MonteCarloReport)
    if found is None:
        return answers.instead(answer)
    figure = boxed(Stress.CHANCE_CHART, "chance", drawing.of_answer("chance", found, theme))
    return answers.stacked(figure, answers.chance_words(found, reader_style()))


@callback(
    Output(Stress.BREAK, "children"),
    Input(Stress.BREAK_KIND, "value"),
    Input(Stress.BREAK_STRENGTH, "value"),
    Input(Stress.BREAK_TICK, "n_intervals"),
    Input(Stress.retry("broken"), "n_clicks"),
    Input(Stress.VIEW, "data"),
    Input(Stress.TABS, "active_tab"),
    State(Shell.THEME_SHOWN, "data"),
    running=[(Output(Stress.BREAK, "className"), BUSY, IDLE)],
)
def show_broken(
    broken: str, strength: str, tick: int | None, _again: Any, view: View, tab: str, theme: str | None
) -> Any:
    """Show what broken correlations do to risk, once somebody looks at this part of the page."""
    if tab != "chance" or not view["portfolio"]:
        return no_update
    answer = answers.ask(view["portfolio"], broken_wish(broken, strength), "broken", tick)
    found = answers.read(answer, CorrelationReport)
    if found is None:
        return answers.instead(answer)
    figure = boxed(Stress.BREAK_CHART, "broken", drawing.of_answer("broken", found, theme))
    return answers.stacked(figure, answers.broken_words(found, reader_style()))


@callback(
    Output(Stress.REDEEM, "children"),
    Input(Stress.REDEEM_ASKED, "data"),
    Input(Stress.REDEEM_TICK, "n_intervals"),
    Input(Stress.retry("redeem"), "n_clicks"),
    Input(Stress.VIEW, "data"),
    State(Shell.THEME_SHOWN, "data"),
    running=[(Output(Stress.REDEEM, "className"), BUSY, IDLE)],
)
@form(Stress.REDEEM_ERRORS, REDEEM_WORDS)
def show_redemption(asked: Asked | None, tick: int | None, _again: Any, view: View, theme: str | None) -> Any:
    """Show how a redemption is paid, both ways."""
    if not asked or not view["portfolio"]:
        return no_update
    answer = answers.ask(view["portfolio"], redeem_wish(asked), "redeem", tick)
    found = answers.read(answer, LiquidityReport)
    if found is None:
        return answers.instead(answer)
    figure = boxed(Stress.REDEEM_CHART, "redemption", drawing.of_answer("redemption", found, theme))
    return answers.stacked(figure, answers.redemption_words(found, reader_style()))


clientside_callback(
    ClientsideFunction("stress", "chance"),
    Output(Stress.CHANCE_ASKED, "data"),
    Input(Stress.CHANCE_RUN, "n_clicks"),
    State(Stress.CHANCE_METHOD, "value"),
    State(Stress.CHANCE_DAYS, "value"),
    prevent_initial_call=True,
)
clientside_callback(
    ClientsideFunction("stress", "redeem"),
    Output(Stress.REDEEM_ASKED, "data"),
    Input(Stress.REDEEM_RUN, "n_clicks"),
    State(Stress.REDEEM_PART, "value"),
    State(Stress.REDEEM_DAYS, "value"),
    prevent_initial_call=True,
)
