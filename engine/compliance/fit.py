"""Can rules be held against an optimization of these assets at all: is everything known, and nothing held in vain?"""

from __future__ import annotations

from engine.compliance.list_limit import TradingLists
from engine.compliance.state import ComplianceState
from engine.kernel.errors import InputRefused, Problem
from engine.kernel.units import agree, listing
from engine.spec import OptimizationRequest


def refuse_unfit(
    request: OptimizationRequest, state: ComplianceState, assets: tuple[str, ...], lists: TradingLists
) -> None:
    """Refuse what cannot be looked at, with the way out.

    Raises
    ------
    InputRefused
        Assets that are not in the state or have no price, a value that is not known or not positive, holdings that
        lists forbid to trade and that are no assets of the request, or short in one that allows no shorts.

    """
    at = {symbol: place for place, symbol in enumerate(state.symbols)}
    missing = [asset for asset in assets if asset not in at]
    if missing:
        message = f"{missing[0]} is not in the state that the rules are held against."
        raise InputRefused([Problem("state.symbols", message, "Add it with quantity 0 and its price.")])
    if state.net_assets_ccy is None or state.net_assets_ccy <= 0:
        message = "The value of the portfolio is not known, or not above zero, so no rule on weights can be kept."
        raise InputRefused([Problem("keep_rules", message, "Bring the missing prices, or leave the rules out.")])
    bare = [asset for asset in assets if not state.prices_ccy[at[asset]] > 0.0]
    if bare:
        message = f"{listing(bare)} {agree(bare, 'has', 'have')} no price, so rules cannot be held against trades."
        raise InputRefused([Problem("keep_rules", message, "Import prices, or leave the rules or the assets out.")])
    beyond = [one for one in lists.held if one in at and state.quantities[at[one]] and one not in assets]
    if beyond:
        message = f"{lists.held[beyond[0]]} It is held and is no asset of this optimization, which would sell it."
        raise InputRefused([Problem("asset_ids", message, f"Add {listing(beyond)} to the assets.")])
    short = [asset for asset in assets if asset in lists.held and state.quantities[at[asset]] < 0.0]
    if short and not any(getattr(one, "kind", "") == "long_short" for one in request.constraints):
        message = f"{lists.held[short[0]]} It is held short, which this request does not allow."
        advice = f"Allow shorts, or have {listing(short)} taken off the list, which takes two people."
        raise InputRefused([Problem("constraints", message, advice)])
