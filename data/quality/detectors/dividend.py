"""Do the adjusted closes take account of the dividends that were paid, once and in the right size?"""

from __future__ import annotations

import numpy as np

from data.quality.findings import Finding, Floats, Kind, day
from data.quality.peers import Peers
from data.quality.registry import Detector
from data.quality.series import Action, QualitySeries

YIELD_MIN_FRAC = 0.002
"""Dividends below this share of the price are lost in rounding."""
TOLERANCE = 0.25
"""Share of the dividend by which the adjustment may be off: vendors differ in withholding tax and rounding."""
LARGE_YIELD_FRAC = 0.12
UNIT = 100.0


def find(series: QualitySeries, peers: Peers) -> list[Finding]:
    """Return known dividends for which the adjusted close steps by another share than they paid.

    The factor adjusted / close has to step by ``1 - D / C`` at the ex-date, with C the close before it. A dividend of
    more than 12 % of the price of which the price itself shows nothing is taken for one in another unit and divided by
    100. Proposals multiply the adjusted closes before the ex-date.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = series.log_adjusted - series.log_close
    if not np.isfinite(factor).any():
        return []
    found = []
    for action in series.actions:
        if action.kind != "dividend" or not action.amount_ccy > 0:
            continue
        finding = _check(series, factor, action)
        if finding is not None:
            found.append(finding)
    return found


def _check(series: QualitySeries, factor: Floats, action: Action) -> Finding | None:
    """Compare the step of the factor at one ex-date with the dividend."""
    place = int(np.searchsorted(series.sessions, action.session))
    if place == 0 or place >= len(series.close) or not series.close[place - 1] > 0:
        return None
    price = float(series.close[place - 1])
    paid = action.amount_ccy
    fall = 1.0 - float(series.close[place]) / price
    is_odd = paid / price > LARGE_YIELD_FRAC and fall < 0.35 * paid / price
    true_yield = paid / UNIT / price if is_odd else paid / price
    seen = 1.0 - float(np.exp(factor[place - 1] - factor[place]))
    if paid / price < YIELD_MIN_FRAC or not np.isfinite(seen) or true_yield >= 1.0:
        return None
    later = [one.ratio for one in series.actions if one.kind == "split" and one.session >= action.session]
    for shares in (1.0, *(ratio for ratio in later if ratio > 0), float(np.prod([r for r in later if r > 0]))):
        if abs(seen - true_yield / shares) <= max(TOLERANCE * true_yield / shares, 5e-4):
            return None  # the amount may be told for the shares of its day, or for those of today
    scale = (1.0 - true_yield) / (1.0 - seen)
    before = series.adjusted[:place]
    if is_odd:
        what = f"of {paid:g} is {paid / price:.0%} of the price, which did not fall by it: most likely {paid / UNIT:g}"
    elif abs(seen) < 0.2 * true_yield:
        what = f"of {paid:g} is not in the adjusted closes before it"
    else:
        what = f"of {paid:g} is {true_yield:.2%} of the price, but the adjusted closes step by {seen:.2%}"
    return Finding(
        Kind.DIVIDEND, series.symbol, series.sessions[:place], before, before * scale,
        f"adjusted closes times {scale:.6g}", 0.8 if is_odd else 0.85,
        f"The dividend of {day(action.session)} {what}.", is_adjusted_only=True,
    )  # fmt: skip


DETECTOR = Detector(Kind.DIVIDEND, 62, find, "Adjusted closes step by what a dividend paid, when it was paid.")
