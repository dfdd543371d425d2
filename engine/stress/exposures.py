"""How much does each position react to each factor: by regression, by what is known of a bond, by its currency?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine.kernel.estimates import Matrix, Vector
from engine.stress.positions import StressedPortfolio
from engine.stress.result import Tier
from engine.stress.stand_ins import Fit, fit, refuse_uneven

LONG_YEARS, SHORT_YEARS = 10.0, 2.0
SPREADS = ("credit", "ig")


@dataclass(frozen=True, slots=True)
class BondTerms:
    """What is known of a bond or a bond fund; replaces its regression.

    Attributes
    ----------
    duration_years
        Modified duration: a yield up by one percentage point costs this many percent.
    convexity
        Second derivative of the price over the price, in years squared; 0 leaves the curvature out.
    spread_duration_years
        The same for the credit spread; None means no credit risk.
    credit_share_frac
        Its spread's move over that of `spread`: 1 for an ordinary bond of that kind.
    spread
        Which spread it follows: "credit" (high yield) or "ig" (investment grade).

    """

    duration_years: float
    convexity: float = 0.0
    spread_duration_years: float | None = None
    credit_share_frac: float = 1.0
    spread: Literal["credit", "ig"] = "credit"

    @property
    def curve_share_frac(self) -> float:
        """Return which part of a move of the slope reaches its yield, with the other sign.

        The ten-year yield moves by the rates' move, the two-year yield by that less the slope's; between the two a
        bond's yield follows its duration in proportion, beyond them the nearer end.
        """
        return min(1.0, max(0.0, (LONG_YEARS - self.duration_years) / (LONG_YEARS - SHORT_YEARS)))


@dataclass(frozen=True, eq=False)
class Exposures:
    """Reactions of n positions to k factors.

    Attributes
    ----------
    factors
        k names.
    loadings
        Shape (n, k): return per unit of the factor; zeros where nothing is known.
    convexities
        Shape (n,), for half the square of the yield's move in fractions.
    curve_shares_frac
        Shape (n,), see `BondTerms.curve_share_frac`; None: 0 for all.
    residual_daily_frac
        Shape (n,): deviation of a day's return that the factors leave.
    currency_sides
        Shape (n,): -1 for positions in another currency than a base of US dollars, which fall to 1 / (1 + m) when the
        dollar rises by m; +1 for dollars in another base; 0 where the currency does not matter or is not known.
    tiers, r2_frac
        For each position; "none" where nothing covers it.
    fixed_frac
        Shape (n,): returns that are stated and depend on no factor, NaN where none is; None: no such position.
    currency_moves_frac
        Shape (n,): stated moves of the positions' currencies against the base, which come on top of everything else;
        None: none.

    """

    factors: tuple[str, ...]
    loadings: Matrix
    convexities: Vector
    residual_daily_frac: Vector
    currency_sides: Vector
    tiers: tuple[Tier, ...]
    r2_frac: tuple[float | None, ...]
    fixed_frac: Vector | None = None
    currency_moves_frac: Vector | None = None
    curve_shares_frac: Vector | None = None

    def returns_frac(self, moves: Vector) -> tuple[Vector, Vector, Vector]:
        """Return each position's return (n,), its parts by factor (n, k), and what is neither (n,).

        A currency multiplies the price: the whole is (1 + price) (1 + currency) - 1, where the price moves by the
        other factors and never below -100%. The parts are those of single moves; curvature, floors and the product of
        price and currency are neither. Parts and the rest sum to the return.

        Parameters
        ----------
        moves
            Shape (k,), in the factors' units.

        """
        parts = self.loadings * moves
        other = np.zeros(len(parts))
        if "rates" in self.factors:
            yields = np.full(len(parts), moves[self.factors.index("rates")])
            if self.curve_shares_frac is not None and "slope" in self.factors:
                yields = yields - self.curve_shares_frac * moves[self.factors.index("slope")]
            other += 0.5 * self.convexities * (yields / 100.0) ** 2
        if self.fixed_frac is not None:
            other = np.where(np.isnan(self.fixed_frac), other, self.fixed_frac)
        whole = parts.sum(axis=1)
        price = np.maximum(whole - self._by_dollar(parts) + other, -1.0)
        kept = _compounded(price, self.currency_frac(moves))
        return kept, parts, kept - whole

    def currency_frac(self, moves: Vector) -> Vector:
        """Return what its currency alone does to each position, shape (n,): by the dollar, or by a stated move."""
        stated = np.zeros(len(self.loadings)) if self.currency_moves_frac is None else self.currency_moves_frac
        if "usd" not in self.factors:
            return stated
        dollar = float(moves[self.factors.index("usd")])
        dearer = np.where(self.currency_sides > 0.0, dollar, 0.0)
        by_dollar = np.where(self.currency_sides < 0.0, 1.0 / (1.0 + dollar) - 1.0, dearer)
        return _compounded(by_dollar, stated)

    def _by_dollar(self, parts: Matrix) -> Vector:
        """Return which part of single moves is the dollar's through the currency, shape (n,), by its column."""
        if "usd" not in self.factors:
            return np.zeros(len(parts))
        return np.where(self.currency_sides != 0.0, parts[:, self.factors.index("usd")], 0.0)


def _compounded(first_frac: Vector, second_frac: Vector) -> Vector:
    """Return what two returns do one after the other; exactly the first where the second is zero."""
    return np.asarray(first_frac + second_frac * (1.0 + first_frac))


def exposures(
    portfolio: StressedPortfolio,
    returns_frac: Matrix,
    histories: Mapping[str, Vector],
    factors: tuple[str, ...],
    *,
    bonds: Mapping[str, BondTerms] | None = None,
    currencies: Mapping[str, str] | None = None,
    base_currency: str = "USD",
) -> Exposures:
    """Estimate reactions; a factor without a history gets none directly and works through those that follow it.

    Parameters
    ----------
    portfolio
        n positions.
    returns_frac
        Shape (t, n), simple returns per day, NaN where none.
    histories
        Factor to daily changes (t,) on the same days.
    factors
        The k factors of the answer.
    bonds
        Asset to terms.
    currencies
        Asset to its currency: a move of the dollar then acts through the currency alone.
    base_currency
        Of the portfolio.

    Notes
    -----
    Regressions use the last five years at most and at least 60 days plus 10 for each further factor; where a history
    is too short for all factors, shares alone are tried. Of the two spreads, which move nearly together, the one that
    explains more is used: both at once would give large reactions of opposite signs. A position without either gets the
    median reactions of its sector (two others at least), else it is not covered.

    """
    refuse_uneven(histories, len(returns_frac), "histories")
    count, width = portfolio.count, len(factors)
    loadings, convexities, curve = np.zeros((count, width)), np.zeros(count), np.zeros(count)
    residuals = np.zeros(count)
    tiers: list[Tier] = ["none"] * count
    shares: list[float | None] = [None] * count
    usable = tuple(name for name in factors if name in histories and np.isfinite(histories[name]).any())
    tries = _tries(usable)
    tables = {names: np.column_stack([histories[name] for name in names]) for step in tries for names in step}
    terms = dict(bonds or {})
    for place, asset in enumerate(portfolio.assets):
        if asset in terms:
            loadings[place], convexities[place] = _of_bond(terms[asset], factors)
            curve[place] = terms[asset].curve_share_frac
            tiers[place] = "given"
            residuals[place] = 0.0
            continue
        for step in tries:
            found = _best([fit(returns_frac[:, place], tables[names], names, "factors") for names in step])
            if found is not None:
                for name, slope in zip(found.names, found.slopes.tolist(), strict=True):
                    loadings[place, factors.index(name)] = slope
                residuals[place] = float(found.residuals_frac.std(ddof=1))
                tiers[place], shares[place] = "factors", found.r2_frac
                break
    _fill_by_sector(portfolio, loadings, residuals, tiers)
    sides = np.zeros(count)
    if currencies and "usd" in factors:
        column = factors.index("usd")
        for place, asset in enumerate(portfolio.assets):
            if asset in currencies:
                sides[place] = _currency_side(currencies[asset], base_currency)
                loadings[place, column] = sides[place]
    return Exposures(
        factors, loadings, convexities, residuals, sides, tuple(tiers), tuple(shares), curve_shares_frac=curve
    )


def _tries(usable: tuple[str, ...]) -> list[list[tuple[str, ...]]]:
    """Return the sets of factors to regress on, step by step; within a step the one that explains most is taken."""
    if not usable:
        return []
    spreads = [name for name in SPREADS if name in usable]
    first = [tuple(name for name in usable if name not in spreads or name == kept) for kept in spreads] or [usable]
    alone: list[tuple[str, ...]] = [("equity",)]
    return [first, alone] if len(usable) > 1 and "equity" in usable else [first]


def _best(found: list[Fit | None]) -> Fit | None:
    known = [one for one in found if one is not None]
    return max(known, key=lambda one: one.r2_frac) if known else None


def _of_bond(terms: BondTerms, factors: tuple[str, ...]) -> tuple[Vector, float]:
    """Return reactions (k,) of a bond per unit of each factor, and its convexity."""
    line = np.zeros(len(factors))
    if "rates" in factors:
        line[factors.index("rates")] = -terms.duration_years / 100.0
    if "slope" in factors:
        line[factors.index("slope")] = terms.duration_years * terms.curve_share_frac / 100.0
    if terms.spread in factors and terms.spread_duration_years is not None:
        line[factors.index(terms.spread)] = -terms.spread_duration_years * terms.credit_share_frac / 100.0
    return line, terms.convexity


def _fill_by_sector(portfolio: StressedPortfolio, loadings: Matrix, residuals: Vector, tiers: list[Tier]) -> None:
    """Give positions without a history the median reactions of their sector."""
    measured = [place for place, tier in enumerate(tiers) if tier == "factors"]
    for place, tier in enumerate(tiers):
        group = portfolio.groups[place]
        mates = [at for at in measured if group and portfolio.groups[at] == group]
        if tier == "none" and len(mates) >= 2:
            loadings[place] = np.median(loadings[mates], axis=0)
            residuals[place] = float(np.median(residuals[mates]))
            tiers[place] = "sector"


def _currency_side(currency: str, base_currency: str) -> float:
    """Return how a position reacts to the dollar, which moves against every other currency alike."""
    if base_currency == "USD":
        return 0.0 if currency == "USD" else -1.0
    return 1.0 if currency == "USD" else 0.0
