"""Which move would lose that much, and which trades would keep every loss within its limit?"""

from __future__ import annotations

from typing import Literal

from engine.kernel.frozen import FrozenResult


class ReverseMove(FrozenResult):
    """One factor (or asset) in the most plausible scenario of a loss.

    Attributes
    ----------
    name : str
        Factor or asset.
    unit : str
        As in `FactorMove`; "fraction" for assets.
    move : float
        In that unit.
    sigmas : float
        The move over the standard deviation.
    impact_frac : float
        What it alone does to the portfolio, taken as linear; all sum to minus the loss, but for what `notes` name.
    is_at_bound : bool
        Whether the user's bound holds it there.

    """

    name: str
    unit: str
    move: float
    sigmas: float
    impact_frac: float
    is_at_bound: bool


class Nearest(FrozenResult):
    """The past event whose moves point in the most similar direction.

    `cosine` is between the moves in sigmas, from -1 to 1; a move that is not known of the event counts as none, and
    `shared_count` factors are known of both.
    """

    scenario: str
    name: str
    cosine: float
    shared_count: int


class ReverseResult(FrozenResult):
    """The most plausible scenario that loses at least the asked amount.

    Attributes
    ----------
    status : str
        "found", or "impossible" when no scenario within the bounds loses that much (then `loss_frac` is the most that
        can be lost within them and `moves` that scenario).
    basis : str
        "factors" or "assets": the space in which plausibility is measured.
    asked_loss_frac, loss_frac : float
        Asked and reached, positive.
    mahalanobis : float
        Distance in standard deviations; for the free problem the loss over the portfolio's volatility.
    probability_frac : float or None
        Chance of a loss of at least this size under a normal law: the one-sided tail at `loss / volatility`; None where
        nothing that is held reacts, so that no law gives one.
    one_in : float or None
        Its reciprocal; 1e9 stands for that and everything rarer.
    period : str
        "crises", "stressed months" or "days" (with the horizon in the sentence).
    moves : tuple of ReverseMove
        From the largest in sigmas to the smallest.
    nearest : Nearest or None
        None when nothing moves, or fewer than two factors are known of any event.
    sentence : str
        The narrative, from the five largest moves.
    notes : tuple of str

    """

    status: Literal["found", "impossible"]
    basis: Literal["factors", "assets"]
    asked_loss_frac: float
    loss_frac: float
    mahalanobis: float
    probability_frac: float | None
    one_in: float | None
    period: str
    moves: tuple[ReverseMove, ...]
    nearest: Nearest | None
    sentence: str
    notes: tuple[str, ...] = ()


class RepairTrade(FrozenResult):
    """One trade: weights before and after, `trade_frac` positive for a purchase, its one-time cost of value."""

    asset: str
    before_frac: float
    after_frac: float
    trade_frac: float
    cost_frac: float
    is_hedge: bool


class RepairLoss(FrozenResult):
    """One scenario's loss (positive; negative is a gain) before and after, beside its limit."""

    scenario: str
    name: str
    limit_frac: float
    before_frac: float
    after_frac: float
    is_within: bool


class RepairBinding(FrozenResult):
    """A limit that stops the repair from being cheaper or better: kind, name, and its price.

    `price` is what one more unit of the limit would save: cost per fraction of value where the repair succeeds, excess
    loss per fraction where it cannot.
    """

    kind: Literal["scenario", "limit", "turnover", "bounds", "worst"]
    name: str
    price: float


class RepairAlternative(FrozenResult):
    """One way of repair.

    Attributes
    ----------
    kind : str
        "trim" (trade only what is held, the rest to cash), "hedge" (trade only hedge instruments) or "both".
    status : str
        "repaired" (every scenario within its limit), "improved" (the best that can be reached; something is left over
        its limit), "unneeded" (everything is within its limits already) or "unavailable" (with the reason in `notes`).
    trades : tuple of RepairTrade
        Only what is traded, from the largest.
    losses : tuple of RepairLoss
        In the order of the scenarios.
    excess_frac : float
        The largest loss over a limit after the repair; 0 when repaired.
    cost_frac, turnover_frac : float
        One-time cost over value; what is traded one way: half the sum of absolute trades, cash included, and the
        whole of overlays such as futures.
    expected_return_change_annual_frac : float or None
        None where an expected return of something traded is unknown.
    cash_after_frac : float
    binding : tuple of RepairBinding
        From the most expensive.
    optimality_gap : float
        Primal minus dual value of the linear program: a proof that nothing cheaper exists.
    notes : tuple of str

    """

    kind: Literal["trim", "hedge", "both"]
    status: Literal["repaired", "improved", "unneeded", "unavailable"]
    trades: tuple[RepairTrade, ...]
    losses: tuple[RepairLoss, ...]
    excess_frac: float
    cost_frac: float
    turnover_frac: float
    expected_return_change_annual_frac: float | None
    cash_after_frac: float
    binding: tuple[RepairBinding, ...]
    optimality_gap: float
    notes: tuple[str, ...] = ()


class RepairResult(FrozenResult):
    """The three ways beside one another: trim, hedge, both."""

    alternatives: tuple[RepairAlternative, ...]
    notes: tuple[str, ...] = ()
