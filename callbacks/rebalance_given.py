"""Which weights that stand in no list of the product can trades lead to: a point's, a proposal's?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from callbacks.actor import actor, services
from callbacks.living_subject import request_of
from components.rebalance_layout import FRONTIER, GIVEN, POINT
from services.living_address import moves_of, number_of
from services.messages.living import MovedWish
from services.tradeoffs import CHOSEN

View = Mapping[str, str]


def offered(view: View, portfolio_id: str) -> list[dict[str, str]]:
    """Return what the address names for this portfolio: a point of frontier or trade-offs, a proposal's weights."""
    found = []
    if _is_of_frontier(view) and view["portfolio"] in ("", portfolio_id):
        found.append({"value": FRONTIER, "label": "The point of the frontier"})
    if _is_of_tradeoffs(view) and view["portfolio"] in ("", portfolio_id):
        found.append({"value": POINT, "label": "The point of the trade-offs"})
    if view["proposal"]:
        kept = services().rebalancings.get(view["proposal"], actor())
        if kept.portfolio_id == portfolio_id and kept.wish.source == GIVEN:
            found.append({"value": GIVEN, "label": "Weights as given"})
    return found


def led(view: View) -> str | None:
    """Return what of it the address leads to."""
    return FRONTIER if _is_of_frontier(view) else POINT if _is_of_tradeoffs(view) else None


def weights(source: str | None, view: View, proposal: Mapping[str, Any] | None) -> dict[str, float] | None:
    """Return the weights of a source that is not looked up by its name, by asset; None for every other.

    Raises
    ------
    services.errors.ServiceError
        The point is not there, or breaks a rule; the proposal is not for this reader.
    """
    if source == FRONTIER:
        base = {"run": view["run"]} if view["run"] else {"portfolio": view["portfolio"]}
        wish = MovedWish(request=request_of(base), moves=moves_of(view[FRONTIER]))
        return services().living.point(wish, number_of(view["at"]) or 0.0, actor())
    if source == POINT:
        place: Any = CHOSEN if view[POINT] == CHOSEN else int(view[POINT])
        return services().tradeoffs.weights(view["tradeoffs"], place, actor())
    key = (proposal or {}).get("id") or view["proposal"]
    return services().rebalancings.get(key, actor()).wish.weights_frac if source == GIVEN and key else None


def _is_of_tradeoffs(view: View) -> bool:
    return bool(view["tradeoffs"]) and (view[POINT] == CHOSEN or view[POINT].isdecimal())


def _is_of_frontier(view: View) -> bool:
    return number_of(view["at"]) is not None and bool(view["run"] or view["portfolio"])
