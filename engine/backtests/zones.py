"""Is the number of exceptions green, yellow or red?"""

from __future__ import annotations

from engine.backtests.coverage import at_most
from engine.backtests.result import TrafficLight, Zone

YELLOW_FROM, RED_FROM = 0.95, 0.9999
BASEL_DAYS_COUNT, BASEL_LEVEL = 250, 0.99
PLUS_FACTORS = (0.0, 0.0, 0.0, 0.0, 0.0, 0.4, 0.5, 0.65, 0.75, 0.85, 1.0)
MULTIPLIERS = (1.5, 1.5, 1.5, 1.5, 1.5, 1.7, 1.76, 1.83, 1.88, 1.92, 2.0)


def traffic_light(exceptions_count: int, days_count: int, level: float) -> TrafficLight:
    """Return the zone of a number of exceptions among days at a level.

    References
    ----------
    Basel Committee on Banking Supervision (1996), Supervisory framework for the use of backtesting; (2019), Minimum
    capital requirements for market risk, MAR32 and MAR33.

    """
    reached = at_most(exceptions_count, days_count, level)
    zone: Zone = "green" if reached < YELLOW_FROM else "yellow" if reached < RED_FROM else "red"
    is_basel = days_count == BASEL_DAYS_COUNT and abs(level - BASEL_LEVEL) < 1e-12
    place = min(exceptions_count, len(PLUS_FACTORS) - 1)
    return TrafficLight(
        zone=zone,
        cumulative_probability=reached,
        yellow_from_count=_fewest(days_count, level, YELLOW_FROM),
        red_from_count=_fewest(days_count, level, RED_FROM),
        plus_factor=PLUS_FACTORS[place] if is_basel else None,
        multiplier=MULTIPLIERS[place] if is_basel else None,
    )


def _fewest(days_count: int, level: float, probability: float) -> int:
    """Return the fewest exceptions whose cumulative probability reaches a bound."""
    return next(count for count in range(days_count + 1) if at_most(count, days_count, level) >= probability)
