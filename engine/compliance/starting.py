"""With which limits does a search within rules begin, and what of the rules gives way from the start?

Rules on cash alone say how much may be invested. What lists forbid to trade stays as it is. A rule that no portfolio of
the assets keeps by itself, or that what lists hold breaks, is kept no worse than it is now where that can be; where not
even that can be, it is left out, and told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from engine.compliance.bound import Bound
from engine.compliance.bounds import Vector
from engine.compliance.evaluate import evaluate
from engine.compliance.limit import on_weights
from engine.compliance.linear import UNREACHABLE, UNTOUCHED, CountRule, LeastRule, LinearRule, NotLinear
from engine.compliance.list_limit import ListLimit
from engine.compliance.reachable import Reach, no_worse
from engine.compliance.state import ComplianceState
from engine.compliance.unknown import unknown_of
from engine.constraints import Constraint
from engine.constraints.budget import Budget
from engine.constraints.holdings_count import HoldingsCount
from engine.constraints.tracking_error import TrackingError
from engine.constraints.volatility_ceiling import VolatilityCeiling
from engine.kernel.units import agree, listing, percent
from engine.spec import OptimizationRequest

RISKS = {"volatility": VolatilityCeiling, "tracking_error": TrackingError}
LEAST_NET = 1e-6


@dataclass(eq=False)
class Start:
    """The request's own limits as they are to hold beside the rules, and what is to be said of them.

    Parameters
    ----------
    bound
        The rules that bind; what each is may be changed here.
    x
        Shape (n,), what is held now over net assets, cash first.
    reach
        The assets, and what may be held of each.
    given_up
        Ids of rules that are not kept even no worse than now, because the limits leave nothing with them.
    for_cash, cash_note
        Titles of the rules for which less is invested than the whole, and what is said of it.

    """

    request: OptimizationRequest
    bound: Sequence[Bound]
    state: ComplianceState
    x: Vector
    reach: Reach
    assets: tuple[str, ...]
    given_up: frozenset[str] = frozenset()
    own: list[Constraint] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    ceilings: list[Constraint] = field(default_factory=list)
    for_cash: list[str] = field(default_factory=list)
    cash_note: str = ""

    def __post_init__(self) -> None:
        self.own = list(self.request.constraints)
        self._invest_less_for_cash()
        self._cap_risk()
        self.own += self.ceilings
        self._count_once()
        self._leave_held()
        for one in self.bound:
            self._ease(one)

    @property
    def net_frac(self) -> float:
        """How much of the capital is invested."""
        return next((one.net_frac for one in self.own if isinstance(one, Budget)), 1.0)

    @property
    def is_free(self) -> bool:
        """Whether the request says no more of the budget than that the whole capital is invested, or nothing."""
        budgets = [one for one in self.request.constraints if isinstance(one, Budget)]
        return all(one.net_frac == 1.0 and not one.is_soft for one in budgets)

    def _invest(self, net_frac: float) -> float:
        """Put a smaller budget in place of the whole; return how much that is, on the grid of weights."""
        less = Budget(net_frac=float(np.floor(net_frac * 1e8 + 1e-4) / 1e8))
        has_one = any(isinstance(one, Budget) for one in self.own)
        self.own = [less if isinstance(one, Budget) else one for one in self.own] if has_one else [*self.own, less]
        return less.net_frac

    def _invest_less_for_cash(self) -> None:
        """Invest no more than rules on cash leave."""
        most = min([1.0, *(_most_by_cash(one, self.reach.places) for one in self.bound)])
        if self.is_free and 0.0 < most < 1.0:
            self._say_of_cash(1.0 - self._invest(most), "as the rules demand")

    def _say_of_cash(self, cash_frac: float, why: str) -> None:
        """Say how much stays in cash: in one sentence, since only the last and greatest of the figures holds."""
        self.notes[:] = [one for one in self.notes if one != self.cash_note]
        self.cash_note = f"{percent(cash_frac)} stays in cash, {why}."
        self.notes.append(self.cash_note)

    def _cap_risk(self) -> None:
        """Add ceilings by the run's own estimates for rules on volatility and tracking error."""
        facts = self.request.facts
        for one in self.bound:
            measure = one.rule.measure.strip()
            if measure not in RISKS or one.rule.operator not in ("<=", "<"):
                continue
            has_risk = measure == "volatility" or (facts is not None and bool(facts.benchmark_weights))
            limit = evaluate([one.rule], self.state).results[0].limit
            if limit is not None and limit > 0.0 and has_risk:
                self.ceilings.append(RISKS[measure](max_annual_frac=limit))
                one.kept = NotLinear(one.rule, UNTOUCHED, "ceiling")

    def _count_once(self) -> None:
        """Put the counts of rules into the request's own count of holdings, where there is one."""
        counts = [one.kept for one in self.bound if isinstance(one.kept, CountRule)]
        asked = next((one for one in self.own if isinstance(one, HoldingsCount)), None)
        if asked is None or not counts:
            return
        least = max([one.min_count or 0 for one in counts] + [asked.min_count or 0]) or None
        most_count = min(one for one in [*(c.max_count for c in counts), asked.max_count, 2000] if one is not None)
        changed = asked.model_copy(update={"min_count": least, "max_count": most_count})
        self.own = [changed if one is asked else one for one in self.own]

    def _leave_held(self) -> None:
        """Add what lists forbid to trade; a least holding is not asked of it."""
        held = self.reach.held
        limit = ListLimit.of(held, self.assets)
        self.own += [] if limit is None else [limit]
        stuck = np.zeros(len(self.x), dtype=bool)
        stuck[self.reach.places[held.is_held]] = True
        for one in self.bound:
            if isinstance(one.kept, LeastRule):
                one.kept = replace(one.kept, mask=one.kept.mask & ~stuck)

    def _ease(self, one: Bound) -> None:
        """Keep a rule no worse than now, or leave it out, where no portfolio of the assets keeps it."""
        one.unknown = unknown_of(one.rule, one.kept, self.state)
        reach, kept, net = self.reach, one.kept, self.net_frac
        if not reach.is_out(kept, net):
            return
        is_by_lists = bool(reach.held.is_held.any()) and not reach.is_out(kept, net, is_free=True)
        if one.rule.severity != "soft" and not is_by_lists:
            return  # it leaves no answer, and the doctor says why
        with_cash = reach.most_invested(kept, net) if self.is_free and not is_by_lists else None
        eased = None if one.rule.id in self.given_up else no_worse(kept, self.x, reach.held, reach.places)
        if eased is not None and reach.is_out(eased, net) and self.is_free:
            most = reach.most_invested(eased, net)
            if most is not None and LEAST_NET < most < net:
                titles = self.for_cash = [*self.for_cash, one.rule.title]
                rules = f"the {agree(titles, 'rule', 'rules')} {listing(titles)} {agree(titles, 'is', 'are')}"
                self._say_of_cash(1.0 - self._invest(most), f"so that {rules} no worse than today")
        if eased is not None and not reach.is_out(eased, self.net_frac):
            one.note = self._why(one, net, with_cash, is_by_lists=is_by_lists, is_left_out=False)
            one.kept, one.how = eased, "held" if is_by_lists else "no_worse"
            return
        one.note = self._why(one, net, with_cash, is_by_lists=is_by_lists, is_left_out=True)
        one.kept = NotLinear(one.rule, UNREACHABLE, "unreachable")

    def _why(
        self, one: Bound, net_frac: float, with_cash: float | None, *, is_by_lists: bool, is_left_out: bool
    ) -> str:
        """Return why a rule is not kept, what was done instead, and the way out."""
        done = "it was left out, and may be worse than today" if is_left_out else "it is kept no worse than today"
        if one.rule.id in self.given_up:
            done = "it was left out, and may be worse than today: the limits do not leave even today's figure"
        if is_by_lists:
            held = self.reach.held
            places = np.flatnonzero(held.is_held & (held.weights_frac != 0.0)).tolist()
            names = [self.assets[place] for place in places if self._is_of(one, place)]
            return (
                f"{listing(names)} {agree(names, 'stands', 'stand')} on a list that forbids trades, and the rule "
                f"cannot be kept without one: {done}. Have {agree(names, 'it', 'them')} taken off the list for the "
                "trade, which takes two people, or have the rule changed for this portfolio."
            )
        if with_cash is not None and LEAST_NET < with_cash < 1.0:
            return (
                f"No portfolio of these assets that is {percent(net_frac)} invested keeps it, so {done}. To keep "
                f"it, leave {percent(1.0 - with_cash)} in cash (a budget of {percent(with_cash)}), add other assets, "
                "or ask for an override."
            )
        return f"No portfolio of these assets keeps it, so {done}. Add other assets, or ask for an override."

    def _is_of(self, one: Bound, place: int) -> bool:
        """Return whether a rule says anything of an asset, so that holding it may stand in the rule's way."""
        if not isinstance(one.kept, LinearRule):
            return True
        at = int(self.reach.places[place])
        return bool(one.kept.nothing[at]) or any(row.part[at] != 0.0 for row in one.kept.rows)


def _most_by_cash(one: Bound, places: np.ndarray) -> float:
    """Return how much a rule that is about cash alone leaves to be invested; infinite where it is about more."""
    most = np.inf
    if isinstance(one.kept, LinearRule):
        for row in one.kept.rows:
            coefficients, upper = on_weights(row, places)
            is_cash = row.part[0] != 0.0 and not bool(row.part[places].any())
            if is_cash and len(coefficients) and coefficients[0] > 0.0:
                most = min(most, upper / coefficients[0])
    return most
