"""Which assets of a request that cannot be read whole are not known here?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from services.errors import FieldProblem

if TYPE_CHECKING:
    from services.auth.actor import Actor
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


def unknown_assets(text: str | bytes, actor: Actor, ports: Ports) -> tuple[FieldProblem, ...]:
    """Return a problem for every asset of the request that is not known here."""
    named = named_assets(text)
    if not named:
        return ()
    with ports.store.read(actor) as uow:
        known = uow.assets.by_symbols(tuple(named.values()))
    return tuple(
        FieldProblem(
            f"asset_ids[{place}]",
            f"There is no asset with the symbol {symbol!r}.",
            "Choose one from the list of assets.",
        )
        for place, symbol in named.items()
        if symbol not in known
    )
