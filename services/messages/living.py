"""In which shape does a frontier travel whose limits are moved by hand: problem, handles, certified answer?"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from engine.compliance.along_result import RulesAlong
from engine.kernel.status import SolveStatus
from engine.result import Lineage
from services.messages.frozen import Message
from services.messages.optimize import OptimizationRequest

HandleKind = Literal["position_max", "row_max", "row_min", "rule_max", "rule_min"]
Owner = Literal["request", "house", "added", "rule"]
Unit = Literal["share", "score"]


class LivingWish(Message):
    """An optimization whose frontier is to be moved; its goal plays no part."""

    request: OptimizationRequest


class MovedWish(Message):
    """Where its limits stand now: the key of each moved handle to its value.

    `claimed` are the corners that somebody else found, weights in the order of the assets; they are compared. `seq`
    comes back, so that an answer can be told from the one before.
    """

    request: OptimizationRequest
    moves: dict[str, float] = Field(default_factory=dict)
    claimed: tuple[tuple[float, ...], ...] = ()
    seq: int = Field(0, ge=0)


class LivingSlope(Message):
    """How a row follows a rule: by how much its upper side moves with each unit of the rule's limit."""

    row: int
    slope: float


class LivingBound(Message):
    """How the largest weight of an asset follows a rule: where it stands, and how it moves with the rule's limit."""

    asset: int
    value: float
    slope: float


class LivingHandle(Message):
    """A limit that can be moved.

    `value` is where it stands; `low` and `high` are the ends of its track, `step` one step of a key: shares of the
    capital, or points of a score. `row` is its place among the problem's rows, None for the largest position; `name` is
    that of the limit in results.
    `owner` says whose limit it is: of the request, of the house for this portfolio, a rule of compliance, or none yet
    (`added`, at the loose end of its track). `clause` is the limit as a sentence.

    A rule moves several `rows` and `bounds` at once. Moved beyond `value` to the loose side it is a what-if that breaks
    the rule; moved to the tight side, `goes_along` tells whether an optimization can be asked for the same.
    """

    key: str
    label: str
    group: Literal["positions", "sectors", "groups", "esg", "rules"]
    kind: HandleKind
    unit: Unit
    value: float
    low: float
    high: float
    step: float
    row: int | None = None
    name: str = ""
    owner: Owner = "request"
    clause: str = ""
    rows: tuple[LivingSlope, ...] = ()
    bounds: tuple[LivingBound, ...] = ()
    goes_along: bool = True


class LivingRow(Message):
    """A row of the problem; a side of None is open. `average` is the score that an average's side of 0 stands for."""

    name: str
    kind: str
    coefficients: tuple[float, ...]
    lower: float | None
    upper: float | None
    average: float | None = None


class LivingWalk(Message):
    """The problem as a browser walks it: min ½ wᵀPw - λ gᵀw under `lower` ≤ w ≤ `upper` and the rows, the budget first.

    `covariance` is P row by row: annual variances are P times `variance_scale`, annual excess returns g times
    `gain_scale`. `open_upper` is what the upper bounds would be without a largest position, and `is_capped` tells where
    that counts.
    """

    covariance: tuple[float, ...]
    variance_scale: float
    gains: tuple[float, ...]
    gain_scale: float
    lower: tuple[float, ...]
    upper: tuple[float, ...]
    open_upper: tuple[float, ...]
    is_capped: tuple[bool, ...]
    rows: tuple[LivingRow, ...]
    net_frac: float


class LivingPrice(Message):
    """What a limit costs from each corner on: the change of the variance for each unit its binding side moves up."""

    name: str
    kind: str
    variances_annual: tuple[float, ...]


class LivingFrontier(Message):
    """The certified frontier under the limits as they stand.

    `corners` are weights in the order of the assets, `crosses` the covariance between each and the next, and
    `drawdowns_frac` the maximum drawdown of each over the history, None without one. `gap_frac` is the largest
    difference of a weight from what was claimed, None where nothing was. Where there is no portfolio, `blockers` say
    which limits stand in the way and `advice` what helps. `request` has the limits as they stand.

    `rules` tells how the portfolio's rules of compliance stand along it, None where none are kept; `looser` names those
    that were moved to allow more than they do: then it is a what-if, and no run is asked for it.
    """

    seq: int
    status: SolveStatus
    is_exact: bool
    message: str
    advice: str = ""
    blockers: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    corners: tuple[tuple[float, ...], ...] = ()
    returns_annual_frac: tuple[float, ...] = ()
    volatilities_annual_frac: tuple[float, ...] = ()
    crosses: tuple[float, ...] = ()
    drawdowns_frac: tuple[float, ...] | None = None
    prices: tuple[LivingPrice, ...] = ()
    gap_frac: float | None = None
    rules: RulesAlong | None = None
    looser: tuple[str, ...] = ()
    request: OptimizationRequest
    lineage: Lineage


class LivingPortfolio(Message):
    """A portfolio beside the frontier; weights in the order of the assets, None where only its place is known."""

    volatility_annual_frac: float
    return_annual_frac: float
    weights_frac: tuple[float, ...] | None = None


class LivingTarget(Message):
    """What suits the client of the portfolio; `volatility_max_annual_frac` is where the capacity for loss ends."""

    volatility_annual_frac: float
    return_annual_frac: float
    volatility_max_annual_frac: float | None
    sentence: str


class LivingProblem(Message):
    """Everything that a page needs to move limits by itself.

    `walk` is None where a browser cannot follow, and `why_not` says why: then each move is answered by the server.
    `half_spreads_frac` is what a trade of each asset costs over its amount, in the order of the assets, None where
    nothing is held that one could trade from; `costs_note` says what of it is assumed.
    `still` are rules of compliance that are kept and cannot be moved by hand: title to why not.
    """

    request: OptimizationRequest
    assets: tuple[str, ...]
    sectors: dict[str, str]
    esg_scores: tuple[float, ...] | None
    risk_free_annual_frac: float
    handles: tuple[LivingHandle, ...]
    walk: LivingWalk | None
    why_not: str = ""
    still: dict[str, str] = Field(default_factory=dict)
    half_spreads_frac: tuple[float, ...] | None = None
    costs_note: str = ""
    asset_points: tuple[LivingPortfolio, ...]
    current: LivingPortfolio | None
    benchmark: LivingPortfolio | None
    benchmark_name: str | None = None
    client: LivingTarget | None
    frontier: LivingFrontier
