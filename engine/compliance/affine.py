"""Which figures of a portfolio are linear in what is held, and within which bounds where something is not known?

What is held is x: values over today's net assets, cash first, so that a trade that costs something may leave their sum
below one. A figure is a linear form of x, over a whole that is a linear form too (net assets, total assets, gross
exposure). Where a datum is missing there are two forms, which bound the figure for every x of the signs that are
allowed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, diags_array, vstack

from engine.compliance.bounds import Mask, Numbers, Vector
from engine.compliance.meaning import ONE, ROWS
from engine.compliance.state import PER_UNIT, ComplianceState

Over = Literal["", "net", "total", "gross"]
MOVED_FIELDS = frozenset(
    {
        "weight", "weight_total", "weight_gross", "active_weight", "value_ccy", "quantity", "exposure_ccy", "exposure",
        "class_share", "vote_share", "capital_share", "sell_days", "held_days",
        "otc_exposure",
    }
)  # fmt: skip
MOVED_FACTS = frozenset(
    {
        "net_assets_ccy", "total_assets_ccy", "gross_exposure", "net_exposure", "borrowing", "var_99_20d",
        "tracking_error", "turnover_year", "volatility", "product_risk",
    }
)  # fmt: skip
"""Fields and facts that trades change."""
COSTS_MOST_FRAC = 0.01
"""Of net assets: no list of trades is taken to cost more, where a share of them depends on it."""


class Bent(Exception):
    """Raised where a figure is no linear form of what is held; the text says why."""


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """m figures between ``(least @ x) / whole + add_least`` and ``(most @ x) / whole + add_most``.

    `shape` is that of `engine.compliance.meaning`; both matrices have shape (m, n), and are the same object where all
    is known. Without a whole (`over` empty) nothing is divided.
    """

    shape: str
    least: csr_array
    most: csr_array
    add_least: Vector
    add_most: Vector
    over: Over = ""

    @classmethod
    def constant(cls, numbers: Numbers, shape: str, count: int) -> Form:
        """Return figures that do not depend on what is held."""
        least, most = np.atleast_1d(numbers.least).astype(float), np.atleast_1d(numbers.most).astype(float)
        nothing = csr_array((len(least), count))
        return cls(shape, nothing, nothing, least, most)

    @property
    def is_constant(self) -> bool:
        """Whether nothing of it depends on what is held."""
        return bool(self.least.nnz == 0 and self.most.nnz == 0)

    @property
    def is_sure(self) -> bool:
        """Whether what depends on what is held is known."""
        return self.least is self.most

    @property
    def is_proportional(self) -> bool:
        """Whether nothing is added to what depends on what is held."""
        return not (self.add_least.any() or self.add_most.any())

    def negated(self) -> Form:
        """Return the opposite figures."""
        least = -self.least
        most = least if self.is_sure else -self.most
        return Form(self.shape, most, least, -self.add_most, -self.add_least, self.over)

    def plus(self, other: Form) -> Form:
        """Return the sum; both must be over one whole."""
        one, two = _alike(self, other)
        over: Over = two.over if one.is_constant else one.over
        if not two.is_constant and two.over != over:
            raise Bent("it adds shares of different wholes")
        least = one.least + two.least
        most = least if one.is_sure and two.is_sure else one.most + two.most
        return Form(one.shape, least, most, one.add_least + two.add_least, one.add_most + two.add_most, over)

    def times(self, other: Form, signs: Vector) -> Form:
        """Return the product with figures that do not depend on what is held."""
        one, two = _alike(self, other)
        if one.is_constant:
            one, two = two, one
        if not two.is_constant:
            raise Bent("it multiplies what is held with what is held")
        ends = [one.add_least * two.add_least, one.add_least * two.add_most,
                one.add_most * two.add_least, one.add_most * two.add_most]  # fmt: skip
        ends = [np.nan_to_num(end, nan=0.0, posinf=np.inf, neginf=-np.inf) for end in ends]
        low, high = two.add_least, two.add_most
        if bool((low == high).all()) and one.is_sure:
            scaled = csr_array(diags_array(low) @ one.least)
            return Form(one.shape, scaled, scaled, np.minimum.reduce(ends), np.maximum.reduce(ends), one.over)
        if not one.is_sure or not one.is_proportional or not bool(np.isfinite(low).all() and np.isfinite(high).all()):
            raise Bent("it multiplies figures that are not known")
        is_up = row_signs(one.least, signs) >= 0.0
        least = csr_array(diags_array(np.where(is_up, low, high)) @ one.least)
        most = csr_array(diags_array(np.where(is_up, high, low)) @ one.least)
        return Form(one.shape, least, most, one.add_least * 0.0, one.add_most * 0.0, one.over)

    def inverse(self) -> Form:
        """Return one over figures that do not depend on what is held."""
        if not self.is_constant or bool(((self.add_least <= 0.0) & (self.add_most >= 0.0)).any()):
            raise Bent("it divides by what is held")
        return Form(self.shape, self.least, self.most, 1.0 / self.add_most, 1.0 / self.add_least)

    def absolute(self, signs: Vector) -> Form:
        """Return the sizes."""
        if self.is_constant:
            sizes = Numbers(self.add_least, self.add_most).absolute()
            return Form(self.shape, self.least, self.most, sizes.least, sizes.most)
        if not self.is_proportional or not self.is_sure:
            raise Bent("it takes the size of what may have either sign")
        turned = csr_array(diags_array(np.where(row_signs(self.least, signs) >= 0.0, 1.0, -1.0)) @ self.least)
        return Form(self.shape, turned, turned, self.add_least, self.add_most, self.over)

    def picked(self, rows: Mask) -> Form:
        """Return some of the rows."""
        least = csr_array(self.least[rows])
        most = least if self.is_sure else csr_array(self.most[rows])
        return Form(self.shape, least, most, self.add_least[rows], self.add_most[rows], self.over)

    def is_nothing(self, place: int) -> bool:
        """Return whether one row is zero whatever is held."""
        return not bool(self._is_anything()[place])

    def _is_anything(self) -> Mask:
        """Return which rows may be of some size; the others move no sum, whatever group they are of."""
        counts = [np.asarray(csr_array(one != 0.0).sum(axis=1)) > 0 for one in (self.least, self.most)]
        found: Mask = counts[0] | counts[1] | (self.add_least != 0.0) | (self.add_most != 0.0)
        return found

    def spread(self, codes: NDArray[np.int64]) -> Form:
        """Return figures of groups as figures of the positions in them; NaN where the group is not known."""
        unknown = csr_array(diags_array(np.where(codes < 0, np.nan, 0.0)))
        unknown.eliminate_zeros()
        least = csr_array(self.least[codes])
        most = least if self.is_sure else csr_array(self.most[codes])
        if unknown.nnz:
            least = csr_array(least + unknown)
            most = least if self.is_sure else csr_array(most + unknown)
        return Form(ROWS, least, most, self.add_least[codes], self.add_most[codes], self.over)

    def summed(self, sure: Mask, possible: Mask, codes: NDArray[np.int64], names: int, signs: Vector) -> Form:
        """Return sums of rows by group; what possibly belongs counts where that widens the bounds.

        Parameters
        ----------
        sure, possible
            Shape (m,), which rows count.
        codes, names
            Group of each row, -1 for one that may be of any, and how many groups there are.

        """
        loose = (codes < 0) & self._is_anything()
        possible = possible & ~((codes < 0) & ~loose)
        sure = sure & possible
        is_clear = bool((sure == possible).all()) and not bool((loose & possible).any())
        if is_clear:
            pick = _picker(sure, codes, names)
            least = csr_array(pick @ self.least)
            most = least if self.is_sure else csr_array(pick @ self.most)
            return Form(ONE, least, most, pick @ self.add_least, pick @ self.add_most, self.over)
        if not self.is_proportional:
            raise Bent("it is not known what belongs to it")
        low, high = row_signs(self.least, signs), row_signs(self.most, signs)
        certain = _picker(sure & ~loose, codes, names)
        open_rows = possible & ~(sure & ~loose)
        widened = csr_array(np.ones((names, 1))) @ csr_array((open_rows & loose).astype(float)[None, :])
        maybe = _picker(open_rows & ~loose, codes, names) + widened
        least = certain @ self.least + maybe @ csr_array(diags_array((low < 0.0).astype(float)) @ self.least)
        most = certain @ self.most + maybe @ csr_array(diags_array((high > 0.0).astype(float)) @ self.most)
        zero = np.zeros(names)
        return Form(ONE, csr_array(least), csr_array(most), zero, zero, self.over)


def row_signs(matrix: csr_array, signs: Vector) -> Vector:
    """Return the sign of each row's figure for every x of these signs; refuse rows that may have either.

    What is not known (NaN) of a position counts as having the position's sign.
    """
    matrix = csr_array(matrix, copy=True)
    matrix.data = np.nan_to_num(matrix.data, nan=1.0)
    ups = csr_array(matrix.multiply(signs[None, :]))
    positive, negative = csr_array(ups > 0.0).sum(axis=1), csr_array(ups < 0.0).sum(axis=1)
    is_lost = (csr_array(matrix != 0.0).sum(axis=1) > positive + negative) | ((positive > 0) & (negative > 0))
    if bool(np.asarray(is_lost).any()):
        raise Bent("it depends on whether positions are long or short")
    found: Vector = np.where(np.asarray(positive) > 0, 1.0, np.where(np.asarray(negative) > 0, -1.0, 0.0))
    return found


def whole_of(over: Over, signs: Vector) -> Vector:
    """Return the whole that shares are taken of, as a linear form, shape (n,); 0 where there is none."""
    if over == "":
        return np.zeros(len(signs))
    if over == "net":
        return np.ones(len(signs))
    if not bool(signs.all()):
        raise Bent("it depends on whether positions are long or short")
    return (signs > 0.0).astype(float) if over == "total" else signs.copy()


def _picker(rows: Mask, codes: NDArray[np.int64], names: int) -> csr_array:
    places = np.flatnonzero(rows)
    return csr_array((np.ones(len(places)), (codes[places], places)), shape=(names, len(rows)))


def _alike(one: Form, two: Form) -> tuple[Form, Form]:
    """Return both with as many rows: a figure of the portfolio stands beside each position or group."""
    if one.shape == two.shape:
        return one, two
    if one.shape == ONE:
        return _repeated(one, two), two
    if two.shape == ONE:
        return one, _repeated(two, one)
    raise Bent("it joins figures of positions and of groups")


def _repeated(one: Form, like: Form) -> Form:
    count = len(like.add_least)
    least = csr_array(vstack([one.least] * count)) if one.least.nnz else csr_array((count, one.least.shape[1]))
    most = least if one.is_sure else csr_array(vstack([one.most] * count))
    return Form(like.shape, least, most, np.repeat(one.add_least, count), np.repeat(one.add_most, count), one.over)


class Columns:
    """The fields and facts that trades change, as forms of what is held.

    Parameters
    ----------
    state
        Net assets must be known and above zero.
    signs
        Shape (n,): 1 for positions that will be long or nothing, -1 for short or nothing, 0 for either.

    """

    def __init__(self, state: ComplianceState, signs: Vector) -> None:
        whole = state.net_assets_ccy
        if whole is None or whole <= 0:
            raise Bent("net assets are not known, or not above zero")
        self.state, self.signs, self.nav_ccy = state, signs, float(whole)
        self.count = len(state.symbols)
        self.held_frac = np.array([float(value or 0) / self.nav_ccy for value in state.values_ccy])

    def field(self, name: str) -> Form:
        """Return a field of positions."""
        per_unit = self.nav_ccy / np.where(np.isfinite(self.state.prices_ccy), self.state.prices_ccy, np.inf)
        ones = np.ones(self.count)
        match name:
            case "weight":
                return self._plain(ones, "net")
            case "weight_total":
                self._needs_signs()
                return self._plain((self.signs > 0.0).astype(float), "total")
            case "weight_gross":
                self._needs_signs()
                return self._plain(self.signs, "gross")
            case "value_ccy":
                return self._plain(ones * self.nav_ccy, "")
            case "quantity":
                return self._plain(per_unit, "")
            case "active_weight":
                return self._active()
            case "otc_exposure":
                return self._owed()
            case "exposure":
                return self._plain(self._exposures(), "net")
            case "exposure_ccy":
                return self._plain(self._exposures() * self.nav_ccy, "")
            case _ if name in PER_UNIT:
                self._needs_signs()
                return self._plain(self._rates(name) * per_unit * self.signs, "")
        raise Bent("it depends on when something was bought")

    def _owed(self) -> Form:
        """Return what counterparties owe: an amount that no trade moves, over net assets that costs make smaller."""
        owed = self.state.column("otc_exposure")
        if not isinstance(owed, Numbers) or not owed.is_exact:
            raise Bent("it is not known what counterparties owe")
        return Form.constant(Numbers(owed.least, owed.least / (1.0 - COSTS_MOST_FRAC)), ROWS, self.count)

    def fact(self, name: str) -> Form:
        """Return a fact of the portfolio."""
        if name in ("net_assets_ccy", "total_assets_ccy"):
            row = whole_of("net" if name == "net_assets_ccy" else "total", self.signs) * self.nav_ccy
            return self._one(row, "")
        cash = self.state.column("is_cash")
        if name in ("gross_exposure", "net_exposure", "borrowing") and name not in self.state.facts:
            if not cash.is_known:  # type: ignore[union-attr]
                raise Bent("it is not known what is cash")
            is_cash = cash.sure  # type: ignore[union-attr]
            if name == "borrowing":
                self._needs_signs()
                return self._one(np.where(is_cash & (self.signs < 0.0), -1.0, 0.0), "net")
            row = np.where(is_cash, 0.0, self._exposures())
            if name == "gross_exposure":
                self._needs_signs()
                row = np.abs(row) * self.signs
            return self._one(row, "net")
        kind = "what is traded in a year" if name == "turnover_year" else "a figure of risk"
        raise Bent(f"it is {kind}, which is measured after the trades")

    def _needs_signs(self) -> None:
        if not bool(self.signs.all()):
            raise Bent("it depends on whether positions are long or short")

    def _plain(self, diagonal: Vector, over: Over) -> Form:
        """Return one multiple of each position, NaN where it is not known how the figure grows with what is held."""
        matrix = csr_array(diags_array(diagonal))
        nothing = np.zeros(self.count)
        return Form(ROWS, matrix, matrix, nothing, nothing, over)

    def _one(self, row: Vector, over: Over) -> Form:
        matrix = csr_array(row[None, :])
        return Form(ONE, matrix, matrix, np.zeros(1), np.zeros(1), over)

    def _active(self) -> Form:
        given = self.state.given.get("active_weight")
        if given is None or any(value is None or np.isnan(value) for value in given):
            raise Bent("weights in the benchmark are not known")
        base = np.asarray(given, dtype=float) - self.held_frac
        matrix = csr_array(diags_array(np.ones(self.count)))
        return Form(ROWS, matrix, matrix, base, base, "net")

    def _exposures(self) -> Vector:
        """Return the exposure of each position over its value: one where no other is given."""
        given = self.state.given.get("exposure_ccy")
        if given is None:
            return np.ones(self.count)
        if any(value is not None and np.isnan(value) for value in given):
            raise Bent("exposures of derivatives are not known")
        known = np.array([np.nan if value is None else value for value in given], dtype=float)
        prices = np.where(self.state.prices_ccy > 0.0, self.state.prices_ccy, np.nan)
        rates = self._rates("exposure_ccy") / prices
        held = self.held_frac != 0.0
        with np.errstate(divide="ignore", invalid="ignore"):
            found = np.where(held, known / (self.held_frac * self.nav_ccy), rates)
        return np.where(np.isnan(found), 1.0, found)

    def _rates(self, name: str) -> Vector:
        """Return how much one unit of each position is of a field, NaN where that is not known."""
        if name in self.state.per_unit:
            return np.array([np.nan if v is None else v for v in self.state.per_unit[name]], dtype=float)
        given = self.state.given.get(name)
        if given is None:
            return np.full(self.count, np.nan)
        held = np.array([np.nan if value is None else value for value in given], dtype=float)
        units = np.abs(self.state.quantities)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(units == 0.0, np.nan, held / units)
