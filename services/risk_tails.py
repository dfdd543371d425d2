"""How much may a portfolio lose, by every method, over which windows, and what does one read first?"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np

from services import formatting
from services.messages.risk import LossFigure, RiskHeadline
from services.portfolio_facts import FloatArray, PortfolioFacts

if TYPE_CHECKING:
    from engine.tails.result import TailEstimate, TailFigure, TailMethod, TailReport
    from engine.volatility.result import GarchParameters

WINDOW_COUNT = 500
FILTER_WINDOW_COUNT = 1000
LEVELS_FRAC = (0.95, 0.99)
HORIZONS_DAYS = (1, 10)
LOOSE_FRAC = 0.05
"""Where returns of whole days are fewer than a window, up to this share of the exposure may lack its own."""
CENT = Decimal("0.01")


def portfolio_series(facts: PortfolioFacts) -> tuple[FloatArray, list[str]]:
    """Return the returns of today's weights (t,), NaN where unknown, and what must be said of them.

    Where a young position leaves fewer days than the window of the filter, days on which at most 5% of the exposure has
    no return count as well: what is known then stands for the whole.
    """
    strict = facts.portfolio_returns()
    count = int(np.isfinite(strict).sum())
    if count >= FILTER_WINDOW_COUNT or not facts.assets:
        return strict, []
    loose = facts.portfolio_returns(LOOSE_FRAC)
    gained = int(np.isfinite(loose).sum()) - count
    if gained <= 0:
        return strict, _short_note(facts, count)
    return loose, [
        f"On {formatting.count(gained, 'day')} up to {formatting.weight(LOOSE_FRAC)} of the exposure has no return "
        "yet; there the other positions stand for the whole.",
        *_short_note(facts, count + gained),
    ]


def tails_of(returns_frac: FloatArray, garch: GarchParameters | None) -> TailReport:
    """Return value at risk and expected shortfall by every method.

    Those that know today's volatility (GARCH, filtered simulation) look at 1,000 days, all others at 500.

    Raises
    ------
    engine.kernel.errors.InputRefused
        With fewer than 20 known returns.

    """
    from engine.tails.report import METHODS, tail_report

    filtered: tuple[TailMethod, ...] = ("garch", "fhs")
    plain = tuple(method for method in METHODS if method not in filtered)
    near = tail_report(
        returns_frac[-WINDOW_COUNT:], levels=LEVELS_FRAC, horizons_days=HORIZONS_DAYS, methods=plain, garch=garch
    )
    far = tail_report(
        returns_frac[-FILTER_WINDOW_COUNT:],
        levels=LEVELS_FRAC,
        horizons_days=HORIZONS_DAYS,
        methods=filtered,
        garch=garch,
    )
    if garch is None:
        return near.model_copy(update={"figures": (*near.figures, *far.figures)})
    figures = tuple(one.model_copy(update={"is_default": False}) for one in near.figures)
    return near.model_copy(
        update={
            "figures": (*figures, *far.figures),
            "default_method": far.default_method,
            "default_reason": far.default_reason,
            "volatility_forecast_annual_frac": far.volatility_forecast_annual_frac,
        }
    )


def headline_of(tails: TailReport, value_ccy: Decimal, currency: str) -> RiskHeadline:
    """Return the figures of the leading method, in fractions and money."""
    losses = tuple(_loss(tails.default(level, days), value_ccy) for days in HORIZONS_DAYS for level in LEVELS_FRAC)
    first = tails.default(LEVELS_FRAC[0], HORIZONS_DAYS[0])
    return RiskHeadline(
        volatility_annual_frac=tails.volatility_annual_frac,
        volatility_lower_frac=tails.volatility_lower_frac,
        volatility_upper_frac=tails.volatility_upper_frac,
        volatility_forecast_annual_frac=tails.volatility_forecast_annual_frac,
        method=tails.default_method,
        method_label=first.label,
        method_reason=tails.default_reason,
        confidence_frac=tails.confidence_frac,
        losses=losses,
        sentence=_sentence(losses[0], currency, is_still=tails.volatility_annual_frac == 0.0),
    )


def _loss(figure: TailFigure, value_ccy: Decimal) -> LossFigure:
    var, es = figure.value_at_risk, figure.expected_shortfall
    return LossFigure(
        level_frac=figure.level_frac,
        horizon_days=figure.horizon_days,
        var_frac=None if var is None else var.loss_frac,
        var_ccy=_money(var, value_ccy),
        var_lower_frac=None if var is None else var.lower_frac,
        var_upper_frac=None if var is None else var.upper_frac,
        es_frac=None if es is None else es.loss_frac,
        es_ccy=_money(es, value_ccy),
        es_lower_frac=None if es is None else es.lower_frac,
        es_upper_frac=None if es is None else es.upper_frac,
        reason=figure.reason,
    )


def _money(estimate: TailEstimate | None, value_ccy: Decimal) -> Decimal | None:
    return None if estimate is None else (Decimal(repr(estimate.loss_frac)) * value_ccy).quantize(CENT)


def _sentence(first: LossFigure, currency: str, *, is_still: bool) -> str:
    if is_still:
        return f"Nothing that is held moved in {currency} on any of these days: there is no risk to measure."
    if first.var_frac is None or first.var_ccy is None:
        return "No loss can be estimated from the history that there is."
    if first.var_frac <= 0.0:
        return "On all but the worst one day in twenty this portfolio does not lose."
    amount = formatting.money(first.var_ccy, currency)
    return f"One day in twenty is expected to lose {formatting.percent(first.var_frac)} or more, {amount}."


def _short_note(facts: PortfolioFacts, count: int) -> list[str]:
    if count >= WINDOW_COUNT:
        return []
    known = np.isfinite(facts.returns_frac).sum(axis=0)
    counts = facts.counts
    youngest = min((place for place in range(len(facts.assets)) if counts[place]), key=lambda place: known[place])
    return [
        f"Only {formatting.count(count, 'day')} of {WINDOW_COUNT} have returns of the whole portfolio: the history of "
        f"{facts.assets[youngest].symbol} is the shortest."
    ]
