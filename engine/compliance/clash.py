"""Can a request and the rules of its portfolio hold together, before anything is solved?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.compliance.allowances import NOTHING_ALLOWED, Allowances
from engine.compliance.linear import CountRule, LeastRule, NotLinear
from engine.compliance.list_limit import NO_LISTS, TradingLists
from engine.compliance.optimize import Search
from engine.compliance.rule import Rule
from engine.compliance.state import ComplianceState
from engine.compliance.tell import without_places
from engine.diagnosis import Diagnosis
from engine.doctor.diagnose import diagnose_limits
from engine.kernel.facts import KnownUniverse
from engine.kernel.forms import Estimates
from engine.kernel.units import agree, listing
from engine.objectives import Objective
from engine.spec import OptimizationRequest


@dataclass(frozen=True, eq=False)
class Aims:
    """What a request wants of returns, risk and losses: its goal, and the annual figures by which that is judged."""

    objective: Objective
    estimates: Estimates
    risk_free_annual_frac: float


def clash_with_rules(
    request: OptimizationRequest,
    rules: Sequence[Rule],
    state: ComplianceState,
    universe: KnownUniverse,
    *,
    effort_s: float,
    allowances: Allowances = NOTHING_ALLOWED,
    lists: TradingLists = NO_LISTS,
    aims: Aims | None = None,
) -> Diagnosis:
    """Return which rules, lists and limits clash, or that they can hold together.

    Rules of which a choice is made, curves and figures of risk are left out: they are looked at when it is solved, and
    are named in the notes. Without `aims` the request's own limits on returns, risk and losses are left out too.

    Parameters
    ----------
    request, rules, state, allowances, lists
        As for `engine.compliance.optimize.optimize_within_rules`.
    universe
        The assets with what is known of each.
    effort_s
        As for `engine.doctor.diagnose.diagnose_limits`.
    aims
        The goal and the figures that the limits on returns, risk and losses need, of the same assets in their order.

    Raises
    ------
    InputRefused
        As from `optimize_within_rules`.

    """
    search = Search.of(request, rules, state, universe.assets, allowances, lists)
    wanted = (None, None, 0.0) if aims is None else (aims.objective, aims.estimates, aims.risk_free_annual_frac)
    found = diagnose_limits(search.limits(), universe, *wanted, effort_s=effort_s)
    if not found.is_feasible and search.eased:
        search.give_up(search.eased)
        again = diagnose_limits(search.limits(), universe, *wanted, effort_s=effort_s)
        found = again if again.is_feasible else found
    notes = (*search.notes, *lists.notes(search.assets, ()), *_out_of_reach(search), *_unlooked(search))
    told = without_places(found, len(request.constraints), search.bound)
    return told.model_copy(update={"notes": (*told.notes, *notes)})


def _out_of_reach(search: Search) -> tuple[str, ...]:
    """Return which rules that bind no portfolio of these assets keeps, as a sentence; nothing where none is."""
    titles = [
        one.rule.title for one in search.bound if isinstance(one.kept, NotLinear) and one.kept.how == "unreachable"
    ]
    if not titles:
        return ()
    return (f"No portfolio of these assets keeps the {agree(titles, 'rule', 'rules')} {listing(titles)}.",)


def _unlooked(search: Search) -> tuple[str, ...]:
    """Return which rules that bind are looked at only when it is solved, as a sentence; nothing where none is."""
    titles = [
        one.rule.title
        for one in search.bound
        if isinstance(one.kept, NotLinear)
        and not isinstance(one.kept, LeastRule | CountRule)
        and one.kept.how in ("checked", "ceiling")
    ]
    if not titles:
        return ()
    return (f"Not looked at before it is solved: the {agree(titles, 'rule', 'rules')} {listing(titles)}.",)
