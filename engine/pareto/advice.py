"""In which sentence is a client told why a portfolio suits them?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from engine.kernel.units import listing, percent, percent_fixed, plural
from engine.pareto.client import ClientRisk

Criterion = Literal["loss_capacity", "risk_tolerance", "limits"]
SAME_RISK_FRAC = 1e-9
SHOWN_FRAC = 5e-4  # volatilities that are closer look the same


@dataclass(frozen=True)
class Reason:
    """What the sentence is made of.

    Attributes
    ----------
    volatility_max_annual_frac
        The highest among the portfolios whose loss stays within the capacity; None where there is none.
    are_all_within
        Whether every portfolio keeps the capacity.
    is_line, has_scores, is_alone
        Whether it lies on a frontier; whether a score counts; whether there is no other portfolio.
    ceiling_annual_frac
        The volatility at which a ceiling ends the frontier, None where none does.
    gave_way_frac
        A soft ceiling below the least volatility of the frontier, None where there is none.
    broken, unmeasured
        Limits that the frontier leaves out: those that the portfolio breaks, and those that nobody measured.

    """

    client: ClientRisk
    return_annual_frac: float
    volatility_annual_frac: float
    loss_frac: float
    volatility_max_annual_frac: float | None
    decided_by: Criterion
    are_all_within: bool
    is_line: bool
    has_scores: bool
    is_alone: bool
    ceiling_annual_frac: float | None = None
    gave_way_frac: float | None = None
    broken: tuple[str, ...] = ()
    unmeasured: tuple[str, ...] = ()


def sentence_of(reason: Reason) -> str:
    """Return the reason, and after it what the portfolio does not keep."""
    return " ".join([_why(reason), *_beside(reason)])


def _why(of: Reason) -> str:
    reward, risk = percent_fixed(of.return_annual_frac, 1), percent_fixed(of.volatility_annual_frac, 1)
    most, capacity = of.volatility_max_annual_frac, capacity_of(of.client)
    if most is None:
        return (
            f"A {capacity} is less than any portfolio {_among(of)} can keep: this one, which can lose least, loses "
            f"{percent_fixed(of.loss_frac, 1)} in 1 of 20 cases at the worst date, at {risk} volatility and {reward} "
            "expected return."
        )
    if of.decided_by == "loss_capacity":
        return _bound(of, most, reward, risk)
    room = _room(of, most)
    if of.is_alone:
        return f"The limits leave one portfolio {_among(of)}, {reward} expected return at {risk} volatility; {room}."
    wish = f"A risk profile of {of.client.risk_tolerance:g} of 5"
    if of.has_scores:
        wish += f" and an ESG importance of {percent(of.client.esg_importance_frac, 0)}"
    if of.decided_by == "limits":
        end = "the end of the frontier" if of.is_line else "the most volatile of the points"
        if of.ceiling_annual_frac is not None:
            end += f", at the volatility ceiling of {percent(of.ceiling_annual_frac)}"
        return (
            f"{wish} asks for more risk than the limits leave: this is {end}, {reward} expected return at {risk} "
            f"volatility, and {room}."
        )
    verb = "are" if of.has_scores else "is"
    return f"{wish} {verb} served best by {reward} expected return at {risk} volatility; {room}."


def _bound(of: Reason, most: float, reward: str, risk: str) -> str:
    """Say that the capacity for loss has decided."""
    capacity, by = capacity_of(of.client), "return, risk and ESG score" if of.has_scores else "return and risk"
    best = f"this is the best of them by {by}: {reward} at {risk}."
    if not of.is_line:  # a highest volatility among points is theirs, and not what the capacity allows
        return f"Among the points within a {capacity}, which reach {percent_fixed(most, 1)} volatility, {best}"
    if of.volatility_annual_frac >= most - SAME_RISK_FRAC:
        best = f"this is the portfolio with the highest expected return within it, {reward}."
    return f"A {capacity} allows at most {percent_fixed(most, 1)} volatility; {_among(of)}, {best}"


def _room(of: Reason, most: float) -> str:
    """Say what the capacity for loss would allow besides."""
    capacity = capacity_of(of.client)
    if of.is_alone:
        return f"a {capacity} allows it"
    if of.are_all_within and of.decided_by != "limits":
        every = f"every portfolio {_among(of)}" if of.is_line else "every one of the points"
        return f"a {capacity} would allow {every}"
    has_more = most > of.volatility_annual_frac + SHOWN_FRAC
    if of.is_line:
        return f"a {capacity} would allow {percent_fixed(most, 1)}" if has_more else f"a {capacity} allows as much"
    reached = f"which reach {percent_fixed(most, 1)}" if has_more else "none of which has more"
    return f"it is one of the points within a {capacity}, {reached}"


def _beside(of: Reason) -> list[str]:
    """Say which limits are not kept, or may not be."""
    found = []
    if of.gave_way_frac is not None:
        ceiling = percent(of.gave_way_frac)
        found.append(f"The soft volatility ceiling of {ceiling} gives way: no portfolio {_among(of)} keeps it.")
    if of.broken:
        which = "a limit" if len(of.broken) == 1 else "limits"
        found.append(f"It breaks {which} of the request that the frontier leaves out: {'; '.join(of.broken)}.")
    if of.unmeasured:
        found.append(
            "The frontier leaves out limits of the request, which this portfolio may break: "
            f"{listing(list(of.unmeasured), 8)}."
        )
    return found


def _among(of: Reason) -> str:
    if of.ceiling_annual_frac is not None:
        return f"on the frontier up to the volatility ceiling of {percent(of.ceiling_annual_frac)}"
    return "on the frontier" if of.is_line else "among the points"


def capacity_of(client: ClientRisk) -> str:
    """Return the capacity for loss with the horizon, as part of a sentence."""
    return f"loss capacity of {percent(client.loss_capacity_frac, 1)} over {_years(client.horizon_years)}"


def _years(years: float) -> str:
    """Return a time in words, in months below a year."""
    months = round(12.0 * years)
    if 12.0 * years < 1.0:
        return "less than a month"
    if months < 12:
        return plural(months, "month")
    text = f"{years:.1f}".rstrip("0").rstrip(".")
    return "1 year" if text == "1" else f"{text} years"
