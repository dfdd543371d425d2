"""Which figures can a limit be put on, in which unit, and on which side is the breach?"""

from __future__ import annotations

from engine.kernel.frozen import FrozenResult
from engine.risk_limits.result import Direction, Unit


class Metric(FrozenResult):
    """A figure that limits are put on.

    Attributes
    ----------
    name
        How limits name it.
    label
        How people name it.
    unit
        ``"frac"`` (fraction of NAV or a share), ``"annual_frac"``, ``"ratio"``, ``"count"``, ``"days"``.
    direction
        The usual side of the breach; a limit may state the other one where `directions` allows it.
    directions
        The sides that make sense.
    explain
        What the figure says, as a sentence.
    is_scalable
        The figure grows in proportion with the weights, cash taking the difference.

    """

    name: str
    label: str
    unit: Unit
    direction: Direction = "max"
    directions: tuple[Direction, ...] = ("max",)
    explain: str
    is_scalable: bool = False


_BOTH: tuple[Direction, ...] = ("max", "min")

_ALL = (
    Metric(
        name="volatility_annual",
        label="Volatility",
        unit="annual_frac",
        directions=_BOTH,
        explain="The standard deviation of returns, a year.",
        is_scalable=True,
    ),
    Metric(
        name="var_95_1d",
        label="Value at risk 95%, one day",
        unit="frac",
        explain="The loss that one day in twenty exceeds.",
        is_scalable=True,
    ),
    Metric(
        name="var_99_1d",
        label="Value at risk 99%, one day",
        unit="frac",
        explain="The loss that one day in a hundred exceeds.",
        is_scalable=True,
    ),
    Metric(
        name="var_95_10d",
        label="Value at risk 95%, ten days",
        unit="frac",
        explain="The loss over ten days that one stretch in twenty exceeds.",
    ),
    Metric(
        name="var_99_10d",
        label="Value at risk 99%, ten days",
        unit="frac",
        explain="The loss over ten days that one stretch in a hundred exceeds.",
    ),
    Metric(
        name="es_95_1d",
        label="Expected shortfall 95%, one day",
        unit="frac",
        explain="The average loss on the worst 5% of days.",
        is_scalable=True,
    ),
    Metric(
        name="es_99_1d",
        label="Expected shortfall 99%, one day",
        unit="frac",
        explain="The average loss on the worst 1% of days.",
        is_scalable=True,
    ),
    Metric(
        name="es_95_10d",
        label="Expected shortfall 95%, ten days",
        unit="frac",
        explain="The average loss over ten days on the worst 5% of stretches.",
    ),
    Metric(
        name="es_99_10d",
        label="Expected shortfall 99%, ten days",
        unit="frac",
        explain="The average loss over ten days on the worst 1% of stretches.",
    ),
    Metric(
        name="liquidity_var_99_1d",
        label="Value at risk with the cost of leaving, 99%",
        unit="frac",
        explain="The loss that one day in a hundred exceeds, plus the cost of crossing the spread in bad times.",
    ),
    Metric(
        name="max_drawdown",
        label="Maximum drawdown",
        unit="frac",
        explain="The deepest fall from a peak that today's holdings would have had.",
    ),
    Metric(
        name="current_drawdown",
        label="Current drawdown",
        unit="frac",
        explain="How far below its peak the portfolio stands.",
    ),
    Metric(
        name="beta",
        label="Beta",
        unit="ratio",
        directions=_BOTH,
        explain="How far the portfolio moves when the benchmark moves by one.",
        is_scalable=True,
    ),
    Metric(
        name="tracking_error_annual",
        label="Tracking error",
        unit="annual_frac",
        directions=_BOTH,
        explain="The standard deviation of the difference to the benchmark, a year.",
    ),
    Metric(
        name="herfindahl",
        label="Concentration of positions",
        unit="ratio",
        explain="The sum of squared shares: 1 is one position, 0.02 is fifty equal ones.",
    ),
    Metric(
        name="effective_positions",
        label="Effective number of positions",
        unit="count",
        direction="min",
        directions=("min",),
        explain="How many equal positions would be as concentrated.",
    ),
    Metric(
        name="effective_bets",
        label="Effective number of bets",
        unit="count",
        direction="min",
        directions=("min",),
        explain="How many equal, separate sources of risk the portfolio has.",
    ),
    Metric(
        name="largest_position",
        label="Largest position",
        unit="frac",
        explain="The largest weight, long or short.",
    ),
    Metric(
        name="largest_sector",
        label="Largest sector",
        unit="frac",
        explain="The largest sector's share of what is invested.",
    ),
    Metric(
        name="largest_country",
        label="Largest country",
        unit="frac",
        explain="The largest country's share of what is invested.",
    ),
    Metric(
        name="largest_currency",
        label="Largest currency",
        unit="frac",
        explain="The largest currency's share of what is invested.",
    ),
    Metric(
        name="largest_issuer",
        label="Largest issuer",
        unit="frac",
        explain="The largest issuer's share of what is invested.",
    ),
    Metric(
        name="largest_risk_share",
        label="Largest share of risk",
        unit="frac",
        explain="The largest part of the volatility that one position brings.",
    ),
    Metric(
        name="gross_exposure",
        label="Gross exposure",
        unit="frac",
        explain="Long and short weights added up by size.",
        is_scalable=True,
    ),
    Metric(
        name="days_to_95",
        label="Days to sell 95%",
        unit="days",
        explain="Trading days until 95% of what is held is cash at the usual participation.",
    ),
    Metric(
        name="stressed_days_to_95",
        label="Days to sell 95% in a stressed market",
        unit="days",
        explain="The same when only half of the usual volume trades.",
    ),
    Metric(
        name="illiquid_share",
        label="Illiquid share",
        unit="frac",
        explain="Share of what is held that cannot be sold within seven calendar days.",
    ),
)

METRICS: dict[str, Metric] = {one.name: one for one in _ALL}
