"""Can a request and the rules of its portfolio hold together, before anything is solved?"""

from __future__ import annotations

from collections.abc import Sequence

from engine.compliance.optimize import Search
from engine.compliance.rule import Rule
from engine.compliance.state import ComplianceState
from engine.compliance.tell import without_places
from engine.diagnosis import Diagnosis
from engine.doctor.diagnose import diagnose_limits
from engine.kernel.facts import KnownUniverse
from engine.spec import OptimizationRequest


def clash_with_rules(
    request: OptimizationRequest,
    rules: Sequence[Rule],
    state: ComplianceState,
    universe: KnownUniverse,
    *,
    effort_s: float,
) -> Diagnosis | None:
    """Return which rules and limits clash; None where those on weights can hold together.

    Rules of which a choice is made, curves and figures of risk are left out: they are looked at when it is solved.

    Parameters
    ----------
    request, rules, state
        As for `engine.compliance.optimize.optimize_within_rules`.
    universe
        The assets with what is known of each.
    effort_s
        As for `engine.doctor.diagnose.diagnose_limits`.

    Raises
    ------
    InputRefused
        As from `optimize_within_rules`.

    """
    search = Search.of(request, rules, state, universe.assets)
    found = diagnose_limits(search.limits(), universe, effort_s=effort_s)
    return None if found.is_feasible else without_places(found, len(request.constraints))
