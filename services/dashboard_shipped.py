"""Which views of the dashboard come with the product, for which moments of a day or month?

Morning: what happened over night, and what is to be done. Rebalance: who stands away from the target, and where. Close:
what the day brought, which limits and rules are broken. Month end: returns beside benchmarks, sectors, what was done.
"""

from __future__ import annotations

from typing import Final

from services.messages.dashboard_views import Card, CardPlace

_Row = tuple[Card, int, int, int, int]

_MORNING: Final[tuple[_Row, ...]] = (
    ("summary", 0, 0, 12, 2),
    ("portfolios", 0, 2, 12, 8),
    ("today", 0, 10, 5, 9),
    ("sectors", 5, 10, 4, 9),
    ("tasks", 9, 10, 3, 9),
    ("holdings", 0, 19, 5, 8),
    ("activity", 5, 19, 4, 8),
    ("attention", 9, 19, 3, 3),
    ("actions", 9, 22, 3, 5),
)
_REBALANCE: Final[tuple[_Row, ...]] = (
    ("summary", 0, 0, 12, 2),
    ("portfolios", 0, 2, 12, 10),
    ("sectors", 0, 12, 4, 8),
    ("holdings", 4, 12, 5, 8),
    ("actions", 9, 12, 3, 5),
    ("tasks", 9, 17, 3, 3),
)
_CLOSE: Final[tuple[_Row, ...]] = (
    ("summary", 0, 0, 12, 2),
    ("attention", 0, 2, 4, 9),
    ("today", 4, 2, 5, 9),
    ("tasks", 9, 2, 3, 9),
    ("portfolios", 0, 11, 12, 9),
)
_MONTH_END: Final[tuple[_Row, ...]] = (
    ("summary", 0, 0, 12, 2),
    ("portfolios", 0, 2, 12, 10),
    ("sectors", 0, 12, 6, 8),
    ("holdings", 6, 12, 6, 8),
    ("activity", 0, 20, 8, 7),
    ("tasks", 8, 20, 4, 7),
)


def _placed(rows: tuple[_Row, ...]) -> tuple[CardPlace, ...]:
    return tuple(CardPlace(card=card, x=x, y=y, w=w, h=h) for card, x, y, w, h in rows)


SHIPPED: Final[dict[str, tuple[CardPlace, ...]]] = {
    "Morning": _placed(_MORNING),
    "Rebalance": _placed(_REBALANCE),
    "Close": _placed(_CLOSE),
    "Month end": _placed(_MONTH_END),
}
FIRST: Final = "Morning"
