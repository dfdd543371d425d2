"""Have a method's forecasts of loss held, by every test?"""

from __future__ import annotations

import numpy as np
from scipy.special import chdtri

from engine.backtests.coverage import (
    Ratio,
    binomial_p_value,
    conditional_coverage,
    exact_test_reach,
    independence,
    kupiec,
)
from engine.backtests.result import BacktestReport, LossTest, TestKind, TrafficLight, VerdictWord
from engine.backtests.shortfall import (
    fissler_ziegel,
    implied_degrees,
    p_value_of,
    z1,
    z1_when_right,
    z2,
    z2_when_right,
)
from engine.backtests.zones import traffic_light
from engine.kernel.errors import InputRefused, Problem
from engine.kernel.forms import Vector

EXACT_BELOW_DAYS = 500
LABELS: dict[TestKind, str] = {
    "kupiec": "Share of exceptions (Kupiec)",
    "independence": "Independence (Christoffersen)",
    "conditional_coverage": "Share and independence (Christoffersen)",
    "binomial": "Share of exceptions, exact binomial",
    "z1": "Size of exceptions (Acerbi–Székely Z1)",
    "z2": "Number and size of exceptions (Acerbi–Székely Z2)",
}


def backtest(
    returns_frac: Vector,
    var_frac: Vector,
    es_frac: Vector | None = None,
    *,
    level: float,
    method: str = "given",
    size_frac: float = 0.05,
    seed: int = 7,
    horizon_days: int = 1,
) -> BacktestReport:
    """Return every test of forecasts against the returns that came.

    Parameters
    ----------
    returns_frac
        Shape (t,), simple returns in time order; NaN where unknown.
    var_frac, es_frac
        Shape (t,), what was forecast for the same day before it began, positive losses; NaN where there was no
        forecast. Days without a return or a value at risk are left out. Without shortfalls their tests are left out.
    level
        Confidence of both.
    method
        Whose forecasts, for the record.
    size_frac
        Level of the tests.
    seed
        Of the drawn distribution of Z1 and Z2.
    horizon_days
        Over how many days each return runs. They must share no day: the tests take them for independent.

    Raises
    ------
    InputRefused
        For shapes that differ or a level out of range.

    """
    returns, var = np.asarray(returns_frac, dtype=float), np.asarray(var_frac, dtype=float)
    es = np.full(len(var), np.nan) if es_frac is None else np.asarray(es_frac, dtype=float)
    if returns.ndim != 1 or returns.shape != var.shape or returns.shape != es.shape or not 0.5 < level < 1.0:
        message = (
            f"Returns {returns.shape}, forecasts {var.shape} and {es.shape}, level {level}: these do not go together."
        )
        raise InputRefused([Problem("forecasts", message, "Give one forecast a day, and a level between 0.5 and 1.")])
    places = np.flatnonzero(np.isfinite(returns) & np.isfinite(var))
    left_out = len(returns) - len(places)
    notes = (f"{left_out} days without a return or a forecast are left out.",) if left_out else ()
    returns, var, es = returns[places], var[places], es[places]
    days_count = len(places)
    if not days_count:
        return _empty(method, level, notes)
    struck = -returns > var
    count = int(struck.sum())
    tests = [*_coverage_tests(struck, level, size_frac), *_shortfall_tests(returns, var, es, level, size_frac, seed)]
    coverage: TestKind = "binomial" if days_count < EXACT_BELOW_DAYS else "kupiec"
    light = traffic_light(count, days_count, level)
    has_score = bool(np.isfinite(es).all() and (es > 0.0).all())
    expected = days_count * (1.0 - level)
    verdict = _verdict(tests, coverage, light, expected)
    what = "days" if horizon_days == 1 else f"stretches of {horizon_days} days"
    if horizon_days > 1:
        notes = (*notes, _reach_of_test(days_count, level, size_frac, what))
    return BacktestReport(
        method=method,
        level_frac=level,
        days_count=days_count,
        exceptions_count=count,
        expected_count=expected,
        exception_places=tuple(int(place) for place in places[struck]),
        coverage=coverage,
        tests=tuple(tests),
        traffic_light=light,
        mean_score=fissler_ziegel(returns, var, es, level) if has_score else None,
        verdict=verdict,
        sentence=_sentence(verdict, count, f"{days_count:,} {what}", expected, level, tests, coverage),
        notes=notes,
    )


def _coverage_tests(struck: np.ndarray, level: float, size: float) -> list[LossTest]:
    count, days_count = int(struck.sum()), len(struck)
    exact = binomial_p_value(count, days_count, level)
    alone = "No two days in a row to compare." if days_count < 2 else None
    never = "Without exceptions nothing is known of what follows one." if not count else alone
    small = (
        f"With fewer than {EXACT_BELOW_DAYS} days the chi-square rejects too often; the exact test decides."
        if days_count < EXACT_BELOW_DAYS
        else None
    )
    return [
        LossTest(
            kind="binomial",
            label=LABELS["binomial"],
            statistic=float(count),
            p_value=exact,
            critical_value=None,
            size_frac=size,
            is_rejected=exact < size,
        ),
        _of_ratio("kupiec", kupiec(count, days_count, level), 1, size, small),
        _of_ratio("independence", independence(struck), 1, size, never),
        _of_ratio("conditional_coverage", conditional_coverage(struck, level), 2, size, small),
    ]


def _of_ratio(kind: TestKind, ratio: Ratio, degrees: int, size: float, note: str | None) -> LossTest:
    return LossTest(
        kind=kind,
        label=LABELS[kind],
        statistic=ratio.statistic,
        p_value=ratio.p_value,
        critical_value=float(chdtri(degrees, size)),
        size_frac=size,
        is_rejected=ratio.p_value < size,
        note=note,
    )


def _shortfall_tests(returns: Vector, var: Vector, es: Vector, level: float, size: float, seed: int) -> list[LossTest]:
    if np.isnan(es).all():
        return []
    if not (np.isfinite(es).all() and (es > 0.0).all() and (var > 0.0).all()):
        why = "A forecast is missing or is no loss, so that losses cannot be measured in it."
        return [_untested(kind, size, why) for kind in ("z1", "z2")]
    degrees = implied_degrees(var, es, level)
    note = f"Critical value by {size:.0%} of drawn histories with Student-t returns ({degrees:.0f} degrees of freedom)."
    own = z1(returns, var, es)
    first = _untested("z1", size, "There was no exception.")
    if own is not None:
        count = int(np.sum(-returns > var))
        first = _of_draws("z1", own, z1_when_right(count, level, degrees, seed=seed), size, note)
    second = z2(returns, var, es, level)
    return [first, _of_draws("z2", second, z2_when_right(len(returns), level, degrees, seed=seed), size, note)]


def _of_draws(kind: TestKind, statistic: float, drawn: Vector, size: float, note: str) -> LossTest:
    p_value = p_value_of(statistic, drawn)
    return LossTest(
        kind=kind,
        label=LABELS[kind],
        statistic=statistic,
        p_value=p_value,
        critical_value=float(np.quantile(drawn, size, method="inverted_cdf")),
        size_frac=size,
        is_rejected=p_value < size,
        note=note,
    )


def _untested(kind: TestKind, size: float, why: str) -> LossTest:
    return LossTest(
        kind=kind,
        label=LABELS[kind],
        statistic=None,
        p_value=None,
        critical_value=None,
        size_frac=size,
        is_rejected=None,
        note=why,
    )


def _verdict(tests: list[LossTest], coverage: TestKind, light: TrafficLight, expected: float) -> VerdictWord:
    rejected = {one.kind for one in tests if one.is_rejected}
    if coverage in rejected or light.zone == "red":
        return "fails"
    if round(expected, 9) < 1.0:
        return "too short"
    if light.zone == "yellow" or rejected & {"independence", "conditional_coverage", "z1", "z2"}:
        return "in doubt"
    return "holds"


def _sentence(
    verdict: VerdictWord,
    count: int,
    days: str,
    expected: float,
    level: float,
    tests: list[LossTest],
    coverage: TestKind,
) -> str:
    told = f"{count} of {days} lost more than the {100 * level:g}% value at risk; {expected:.1f} were expected"
    if verdict == "too short":
        return f"{told}: too few to tell."
    if verdict == "fails":
        return f"{told}: {'losses are underestimated' if count > expected else 'losses are overestimated'}."
    if verdict == "holds":
        return f"{told}: the forecasts hold."
    rejected = {one.kind for one in tests if one.is_rejected}
    if rejected & {"z1", "z2"}:
        return f"{told}; the losses beyond it were larger than the expected shortfall promised."
    if rejected & {"independence", "conditional_coverage"}:
        return f"{told}; they came in clusters." if "independence" in rejected else f"{told}, or too often in a row."
    return f"{told}: more than chance easily explains."


def _reach_of_test(count: int, level: float, size: float, what: str) -> str:
    """Say from how many exceptions on the exact test rejects, and how often it wrongly does."""
    first_count, true_size = exact_test_reach(count, level, size)
    first = "no number of exceptions" if first_count is None else f"from {first_count} exceptions on"
    return (
        f"{count} {what} that share no day: the exact test rejects {first}, and wrongly so in {100 * true_size:.1f}% "
        "of cases. So few tell gross errors only."
    )


def _empty(method: str, level: float, notes: tuple[str, ...]) -> BacktestReport:
    return BacktestReport(
        method=method,
        level_frac=level,
        days_count=0,
        exceptions_count=0,
        expected_count=0.0,
        exception_places=(),
        coverage="binomial",
        tests=(),
        traffic_light=None,
        mean_score=None,
        verdict="too short",
        sentence="No day has both a forecast and a return yet.",
        notes=notes,
    )
