"""What is the answer to several objectives at once: axes, points, and the one that the weights choose?"""

from __future__ import annotations

from typing import Literal

from engine.compliance.along_result import RulesAlong
from engine.diagnosis import Diagnosis
from engine.kernel.frozen import FrozenResult
from engine.kernel.status import SolveStatus
from engine.pareto.spec import ParetoKind
from engine.result import AssetPoint, Lineage

ParetoUnit = Literal["annual_frac", "period_frac", "frac", "score", "ratio", "count"]
ParetoRoad = Literal["critical_line", "convex", "evolutionary"]


class ParetoAxis(FrozenResult):
    """One objective of the answer.

    Attributes
    ----------
    kind, label, is_maximized
        Which one, its name, and whether more is better.
    unit
        ``annual_frac`` fractions a year (return, volatility, tracking error, yield); ``period_frac`` fractions per
        period of the history (CVaR, semi-deviation); ``frac`` plain fractions (drawdowns, CDaR, turnover, trading cost
        once); ``score``, ``ratio``, ``count``.
    share_frac
        The user's weight; those of all axes sum to 1.
    ideal, nadir
        Best and worst value among all points found, in the axis' own unit; those shown include them. What counts is
        normalized with them: 0 at the ideal, 1 at the nadir; an axis on which all points are equal counts as 0.
    reference
        Where the hypervolume is measured from, in the axis' own unit: 10% of the range beyond the nadir.

    """

    kind: ParetoKind
    label: str
    is_maximized: bool
    unit: ParetoUnit
    share_frac: float
    ideal: float
    nadir: float
    reference: float


class ParetoPoint(FrozenResult):
    """One portfolio.

    Attributes
    ----------
    values
        In the order of the axes and in their units, as they are read: more return is more, not less.
    weights_frac
        In the order of the answer's assets.
    return_annual_frac, volatility_annual_frac
        Also where they are none of the objectives; the return is what the axis counts, see `pareto`.
    is_exact
        Whether a convex method proved that no portfolio within the limits is better in every objective. Where no tail
        of the history is sought, none is better in one without being worse in another either: ties are broken, see
        `engine.pareto.ties`. Else it was found by search, and only those found do not dominate it.
    kkt_worst
        Greatest violation of the optimality conditions, free of scale: at most 1e-8 on a critical line and 1e-6 of
        points solved for one by one. None where the solver has no multipliers, and for what was found by search.

    """

    values: tuple[float, ...]
    weights_frac: tuple[float, ...]
    return_annual_frac: float
    volatility_annual_frac: float
    is_exact: bool
    kkt_worst: float | None = None


class ParetoChoice(FrozenResult):
    """The portfolio that the user's weights choose, and how.

    `sentence` names the rule and the figures. `nearest_point` is the place of the closest of the points shown, by the
    same rule.
    """

    point: ParetoPoint
    nearest_point: int
    sentence: str


class ParetoPair(FrozenResult):
    """How two objectives go together over the points.

    `conflict_correlation` is the rank correlation of the two, each read as the better the higher: -1 where every
    gain in one is a loss in the other, 1 where they rise together. None where one of them does not change.
    """

    first: ParetoKind
    second: ParetoKind
    conflict_correlation: float | None
    is_in_conflict: bool
    sentence: str


class ParetoResult(FrozenResult):
    """The whole answer, stored as JSON.

    Attributes
    ----------
    status, message, advice, notes
        How it ended. ``optimal``: every point is exact. ``near_optimal``: some or all were found by search, or the
        sweep left some out, which `message` says. ``infeasible``, ``unsuitable``, ``failed``: no points.
    assets, axes, points
        Points rise from worst to best in the first objective; none dominates another by more than 1e-9 of the ranges.
    road
        How they were found.
    chosen, current
        The portfolio for the user's weights; the current one in the same figures (None where nothing is held).
    hypervolume_frac
        Share of the box from reference to ideal that all points found dominate, after normalizing each axis so that
        ideal is 0 and reference 1.1, divided by 1.1 to the number of axes that change. Between 0 and 1, more is
        better. None where fewer than two axes change.
    exact_count, searched_count
        Points shown of either kind.
    solves_count, generations_count
        Counted effort: programs solved (traces of a critical line count one each) and generations of a search.
    pairs
        Which objectives conflict.
    has_conflict
        False where one portfolio is best in every objective.
    rules
        How rules of compliance stand at each point, where they were to be kept.

    """

    schema_version: Literal[1] = 1
    status: SolveStatus
    message: str
    advice: str | None = None
    notes: tuple[str, ...] = ()
    assets: tuple[str, ...] = ()
    axes: tuple[ParetoAxis, ...] = ()
    points: tuple[ParetoPoint, ...] = ()
    road: ParetoRoad | None = None
    chosen: ParetoChoice | None = None
    current: ParetoPoint | None = None
    asset_points: tuple[AssetPoint, ...] = ()
    hypervolume_frac: float | None = None
    exact_count: int = 0
    searched_count: int = 0
    solves_count: int = 0
    generations_count: int = 0
    pairs: tuple[ParetoPair, ...] = ()
    has_conflict: bool = True
    diagnosis: Diagnosis | None = None
    rules: RulesAlong | None = None
    lineage: Lineage
    elapsed_ms: dict[str, float]
