"""What says how concentrated a portfolio is? Herfindahl sums, effective numbers and the largest shares."""

from __future__ import annotations

from engine.kernel.frozen import FrozenResult


class ConcentrationLine(FrozenResult):
    """One group: its net weight, its gross weight and its share.

    `share_frac` is the gross weight over the gross weight of the portfolio, cash left out: the figure that the
    Herfindahl sum squares. For a long-only portfolio it is the weight among what is invested.
    """

    name: str
    weight_frac: float
    gross_weight_frac: float
    share_frac: float
    assets_count: int


class DimensionConcentration(FrozenResult):
    """Concentration by sector, country, currency or issuer.

    Attributes
    ----------
    dimension
        ``"sector"``, ``"country"``, ``"currency"``, ``"issuer"`` or another that was given.
    herfindahl, effective_count
        Σ share², and its inverse. Assets of a group that is not known count as one group each, so that what nobody
        knows makes nothing look concentrated; `not_known_share_frac` says how much that is.
    largest_name, largest_share_frac, largest_weight_frac
        The largest known group, its share and its net weight as a fraction of NAV; None where no group is known.
    lines
        Every group, largest share first, ``"Not known"`` last.

    """

    dimension: str
    herfindahl: float
    effective_count: float
    largest_name: str | None
    largest_share_frac: float | None
    largest_weight_frac: float | None
    not_known_share_frac: float
    lines: tuple[ConcentrationLine, ...]


class ConcentrationResult(FrozenResult):
    """How concentrated a portfolio is.

    Attributes
    ----------
    assets_count
        Assets with a weight other than zero.
    gross_weight_frac, net_weight_frac, cash_weight_frac
        Σ|w|, Σw and 1 - Σw, fractions of NAV.
    herfindahl, effective_count
        Σ(|w|/gross)² and its inverse; None where nothing is invested.
    largest_share_frac, top_5_share_frac, top_10_share_frac
        Of the gross weight, by size; None where nothing is invested.
    largest_weight_frac
        Largest |weight| as a fraction of NAV; None where nothing is invested.
    dimensions
        One for each dimension given, in its order; empty where nothing is invested.
    sentence
        The state in words.

    """

    assets_count: int
    gross_weight_frac: float
    net_weight_frac: float
    cash_weight_frac: float
    herfindahl: float | None
    effective_count: float | None
    largest_share_frac: float | None
    top_5_share_frac: float | None
    top_10_share_frac: float | None
    largest_weight_frac: float | None
    dimensions: tuple[DimensionConcentration, ...]
    sentence: str

    def of(self, dimension: str) -> DimensionConcentration | None:
        """Return one dimension, None where it is absent."""
        return next((one for one in self.dimensions if one.dimension == dimension), None)
