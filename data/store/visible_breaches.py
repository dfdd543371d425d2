"""Who sees and changes breaches, the wishes to let them stand, and proposals of trades?

Whoever sees a portfolio sees its breaches and its proposals. Whoever sees it as one who works in it may write about
them, and compliance too, which changes nothing else of a portfolio; what exactly each may do is the service's to say.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, and_, false

from data.store import tables as t
from data.store.actor import Actor

Condition = ColumnElement[bool]
LOOKERS = frozenset({"viewer", "researcher"})


def breach(model: Any, ids: Callable[..., Any]) -> Callable[[Actor, bool], Condition]:
    """Return the rule of a table of breaches, which names the portfolio.

    Parameters
    ----------
    model : type
        `Breach`, `BreachOverride` or `Rebalancing`.
    ids : callable
        `data.store.visibility.visible_ids`.
    """

    def rule(actor: Actor, write: bool) -> Condition:
        if write and actor.role in LOOKERS:
            return false()
        is_other_work = write and actor.role != "compliance"
        return and_(
            model.tenant_id == actor.tenant_id,
            model.portfolio_id.in_(ids(t.Portfolio, actor, write=is_other_work)),
        )

    return rule
