"""Which sets of factors did the house bring?"""

from __future__ import annotations

from flask import Response

from api.access import actor, services
from api.answers import answer
from api.routing import Resource, needs
from services.auth.roles import Permission
from services.messages.factor_sets import FactorSetsView

resource = Resource(
    "factor_sets",
    "Factor sets",
    "Returns of factors, such as those of Fama and French, that the house brought as files (`POST /data/imports`). "
    "Their names choose the factors of `/portfolios/{id}/risk` and of `/portfolios/{id}/performance/attribution`.",
)


@resource.route_for("get", "/data/factor-sets", "List the factor sets", answers={200: FactorSetsView})
@needs(Permission.MARKET_READ)
def list_factor_sets() -> Response:
    """Return each set with its factors, the days of which they are known, and the files that they came in."""
    return answer(FactorSetsView(factor_sets=services().factor_sets.list(actor())))
