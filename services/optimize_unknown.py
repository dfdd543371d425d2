"""Which assets of a request that cannot be read whole are not known here, or cannot be held?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from services.optimize_inputs import universe_member_problems

if TYPE_CHECKING:
    from services.auth.actor import Actor
    from services.errors import FieldProblem
    from services.ports import Ports

SYMBOLS_MAX_COUNT = 2000


def named_assets(text: str | bytes) -> dict[int, str]:
    """Return the symbols under `asset_ids` by their place, as far as they are texts; none where the text is no JSON."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    named = document.get("asset_ids") if isinstance(document, dict) else None
    if not isinstance(named, list) or len(named) > SYMBOLS_MAX_COUNT:
        return {}
    return {place: one for place, one in enumerate(named) if isinstance(one, str) and one.isprintable() and one}


def unusable_assets(text: str | bytes, actor: Actor, ports: Ports) -> tuple[FieldProblem, ...]:
    """Return a problem for every asset of the request that is not known here or cannot be held."""
    named = named_assets(text)
    if not named:
        return ()
    with ports.store.read(actor) as uow:
        known = uow.assets.by_symbols(tuple(named.values()))
    return tuple(
        problem
        for place, symbol in named.items()
        for problem in universe_member_problems(known.get(symbol), symbol, f"asset_ids[{place}]")
    )
