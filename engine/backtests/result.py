"""What says whether forecasts of loss have held: counts, tests, zones, and a sentence?"""

from __future__ import annotations

from typing import Any, Literal

from engine.kernel.frozen import FrozenResult

TestKind = Literal["kupiec", "independence", "conditional_coverage", "binomial", "z1", "z2"]
Zone = Literal["green", "yellow", "red"]
VerdictWord = Literal["holds", "in doubt", "fails", "too short"]


class LossTest(FrozenResult):
    """One test of the forecasts.

    Attributes
    ----------
    kind, label
        `kupiec` (share of exceptions), `independence` and `conditional_coverage` (Christoffersen), `binomial` (exact,
        two-sided), `z1` and `z2` (Acerbi and Székely, expected shortfall).
    statistic
        Likelihood ratio, number of exceptions, or Z; None where it cannot be computed.
    p_value
        Chance of a result at least as extreme if the forecasts are right; None where it cannot be computed.
    critical_value
        Bound of the statistic at `size_frac`: above it (for Z: below it) the forecasts are rejected; None for the exact
        binomial test, which is decided by its p-value.
    size_frac
        Level of the test, such as 0.05.
    is_rejected
        None where the test cannot be made.
    note
        Why there is no result, or what to know when reading it.

    """

    kind: TestKind
    label: str
    statistic: float | None
    p_value: float | None
    critical_value: float | None
    size_frac: float
    is_rejected: bool | None
    note: str | None = None


class TrafficLight(FrozenResult):
    """The zone of a number of exceptions, Basel's rule for any length and level.

    Attributes
    ----------
    zone
        `green` while the cumulative binomial probability of so few or fewer is below 95%, `red` from 99.99%.
    cumulative_probability
        Of at most this many exceptions if the forecasts are right.
    yellow_from_count, red_from_count
        Fewest exceptions of these zones.
    plus_factor, multiplier
        Basel's 1996 addition to the factor 3, and the multiplier of the 2019 rules (MAR32); None unless there are 250
        days at 99%.

    """

    zone: Zone
    cumulative_probability: float
    yellow_from_count: int
    red_from_count: int
    plus_factor: float | None = None
    multiplier: float | None = None


class BacktestReport(FrozenResult):
    """How one method's forecasts for the next day have held at one level.

    Attributes
    ----------
    method
        Whose forecasts.
    level_frac
        Confidence of value at risk and of expected shortfall.
    days_count
        Days with both a forecast and a return.
    exceptions_count, expected_count
        Days whose loss exceeded the value at risk, and how many a right forecast leads one to expect.
    exception_places
        Their places in the given series, first day 0.
    coverage
        The test that decides about the share of exceptions: `binomial` below 500 days, else `kupiec`.
    tests
        All tests, the deciding one included.
    traffic_light
        None where there are no days.
    mean_score
        Mean Fissler–Ziegel score of value at risk and expected shortfall together, lower is better; it compares methods
        over the same days and says nothing alone. None where a forecast of the shortfall is missing or not positive.
    verdict, sentence
        One word and one sentence.
    notes
        What to know when reading it, such as days left out.

    """

    method: str
    level_frac: float
    days_count: int
    exceptions_count: int
    expected_count: float
    exception_places: tuple[int, ...]
    coverage: TestKind
    tests: tuple[LossTest, ...]
    traffic_light: TrafficLight | None
    mean_score: float | None
    verdict: VerdictWord
    sentence: str
    notes: tuple[str, ...] = ()

    def test(self, kind: TestKind) -> LossTest:
        """Return one test; raises `KeyError` for one that was not made."""
        for one in self.tests:
            if one.kind == kind:
                return one
        raise KeyError(kind)

    def to_document(self) -> dict[str, Any]:
        """Return the report as plain values for JSON."""
        return self.model_dump(mode="json")
