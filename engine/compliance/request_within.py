"""Under which limits was the best portfolio within rules of compliance found?

Whatever is said of that portfolio afterwards, why its weights and how sure they are, has to be said under the same
limits: under those of the request alone another portfolio is the best.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engine.compliance.limit import RuledRequest
from engine.compliance.optimize import search_of
from engine.compliance.rule import Rule
from engine.compliance.state import ComplianceState
from engine.spec import OptimizationRequest


def request_within_rules(
    request: OptimizationRequest, rules: Sequence[Rule], state: ComplianceState, **given: Any
) -> RuledRequest | None:
    """Return the request with the limits under which its answer within rules is the best.

    Parameters
    ----------
    request, rules, state, **given
        As for `engine.compliance.optimize.optimize_within_rules`. It is solved as there, but for its frontier.

    Returns
    -------
    RuledRequest or None
        Its limits are those of the request and of the rules, with the choices that were made where a rule leaves some.
        Solved by itself it has the same weights, unless they were looked for inside curved rules. None where no
        portfolio was found that keeps limits and rules.

    Raises
    ------
    InputRefused
        As from `optimize_within_rules`.

    """
    asked = request.model_copy(update={"frontier_points_count": 0})
    search = search_of(asked, rules, state, **given)
    return RuledRequest.of(asked, search.limits()) if search.run().weights else None
