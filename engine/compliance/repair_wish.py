"""What is to be mended of a portfolio, and how?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from engine.compliance.allowances import NOTHING_ALLOWED, Allowances
from engine.compliance.bounds import Mask, Vector
from engine.compliance.state import ComplianceState

FactsAfter = Callable[[ComplianceState], Mapping[str, float | None]]


@dataclass(frozen=True, eq=False)
class RepairWish:
    """What is to be mended, and how.

    Attributes
    ----------
    rule_ids
        Rules to mend; None for every broken one that binds (soft, hard) and that nobody let stand.
    costs_frac
        Shape (n,), cost of a trade over its size, NaN where not known: counts as 0.1%; None for all unknown.
    fixed
        Shape (n,), positions that are not traded; those without a price never are.
    locked, unbought
        Shape (n,), positions that lists forbid to trade, or to buy; None for none.
    lots
        Shape (n,), units per lot; None where fractions may be traded.
    buffer_frac
        How far within their limits broken rules in fractions are brought.
    cash_min_frac
        Least cash afterwards; less only where there is less now.
    turnover_max_frac
        Most that all purchases and sales may come to, over net assets, as half of both.
    allowances
        What somebody let stand.

    """

    rule_ids: tuple[str, ...] | None = None
    costs_frac: Vector | None = None
    fixed: Mask | None = None
    locked: Mask | None = None
    unbought: Mask | None = None
    lots: Vector | None = None
    buffer_frac: float = 0.001
    cash_min_frac: float = 0.0
    turnover_max_frac: float | None = None
    allowances: Allowances = NOTHING_ALLOWED
