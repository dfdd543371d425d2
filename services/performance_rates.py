"""What did cash earn over a portfolio's history: a stored series of short rates, one given rate, or nothing?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.kernel.risk_free import PLAUSIBLE_ANNUAL_FRAC, RiskFree
from services.errors import FieldProblem, InvalidRequest

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork

SERIES = {
    "USD": ("DGS3MO", "TB3MS", "DTB3", "DFF", "FEDFUNDS"),
    "EUR": ("IR3TIB01EZM156N",),
    "GBP": ("IR3TIB01GBM156N",),
    "JPY": ("IR3TIB01JPM156N",),
    "CHF": ("IR3TIB01CHM156N",),
}
"""Currency -> series of short rates in percent a year, the first one that is stored counts."""
PERCENT = 100.0


def risk_free_of(uow: UnitOfWork, currency: str, given_annual_frac: float | None = None) -> RiskFree:
    """Return the risk-free rate of a currency.

    Parameters
    ----------
    given_annual_frac
        A rate that somebody asked for; it counts alone.

    Raises
    ------
    InvalidRequest
        The given rate is beyond plausible bounds.

    """
    if given_annual_frac is not None:
        if abs(given_annual_frac) > PLAUSIBLE_ANNUAL_FRAC:
            problem = FieldProblem(
                "risk_free_annual_frac", f"{given_annual_frac:g} is no plausible rate a year.", "Give 0.02 for 2%."
            )
            raise InvalidRequest("The risk-free rate cannot be used.", "Give a fraction a year.", fields=(problem,))
        return RiskFree.constant(given_annual_frac, currency)
    for series_id in SERIES.get(currency, ()):
        series = uow.macro.find_series(series_id)
        if series is None:
            continue
        rows = [row for row in uow.macro.observations(series_id, series.provider) if row.value is not None]
        rates = [float(row.value or 0.0) / PERCENT for row in rows]
        if rows and max(abs(rate) for rate in rates) <= PLAUSIBLE_ANNUAL_FRAC:
            return RiskFree.dated([row.event_date for row in rows], rates, currency, series.title)
    return RiskFree.not_set()
