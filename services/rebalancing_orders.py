"""Which file of orders does an order system read, and how is one that nobody approved marked?

Columns as order systems name them: symbol, side, quantity, order type, limit, account, currency. Until somebody
approved the trades the file says ``draft`` in its name and in every row.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from services.auth.actor import Actor
from services.auth.policy import authorize
from services.auth.roles import Permission
from services.exports import MEDIA_TYPES, file_stem
from services.exports_table import Cell, Column, Fact, Sheet, csv_bytes, xlsx_bytes
from services.messages.exports import Export

if TYPE_CHECKING:
    from services.messages.rebalancing import RebalancingRow, RebalancingView
    from services.ports import Ports
    from services.rebalancing import Rebalancings

OrderFormat = Literal["csv", "xlsx"]
SENDABLE = frozenset({"approved", "recorded"})
COLUMNS = (
    Column("Symbol", "Symbol"),
    Column("Side", "Side"),
    Column("OrderQty", "Quantity", "quantity"),
    Column("OrdType", "Order type"),
    Column("Price", "Limit", "price"),
    Column("Account", "Account"),
    Column("Currency", "Currency"),
    Column("TimeInForce", "Time in force"),
    Column("ClOrdID", "Order id"),
    Column("Text", "Note"),
    Column("Status", "Status"),
)


class RebalancingOrders:
    """Writes the orders of proposals into files.

    Parameters
    ----------
    ports : Ports
    rebalancings : Rebalancings

    """

    def __init__(self, ports: Ports, *, rebalancings: Rebalancings) -> None:
        self._ports = ports
        self._rebalancings = rebalancings

    def export(self, rebalancing_id: str, order_format: OrderFormat, actor: Actor) -> Export:
        """Return the file of a proposal's orders.

        Raises
        ------
        NotAllowed, NotFound

        """
        authorize(actor, Permission.EXPORTS_MAKE)
        view = self._rebalancings.get(rebalancing_id, actor)
        word = status_word(view)
        sheet = Sheet("Orders", COLUMNS, [_order(view, one, word) for one in view.report.rows if one.quantity != 0])
        mark = "" if word == "approved" else f" {word}"
        title = f"{view.portfolio_name} orders {view.number} {view.prices_on.isoformat()}{mark}"
        if order_format == "csv":
            data = csv_bytes(sheet)
        else:
            data = xlsx_bytes([sheet], _facts(view, word), title=title, made_at_utc=self._ports.clock.now_utc())
        return Export(data=data, filename=f"{file_stem(title)}.{order_format}", media_type=MEDIA_TYPES[order_format])


def status_word(view: RebalancingView) -> str:
    """Return what stands in every row: ``approved``, or ``draft`` while nobody approved it or it is out of date."""
    return "approved" if view.state in SENDABLE and view.stale is None else "draft"


def _order(view: RebalancingView, row: RebalancingRow, word: str) -> list[Cell]:
    limit = None if row.limit_price is None else Decimal(row.limit_price)
    return [
        row.symbol,
        "BUY" if row.quantity > 0 else "SELL",
        abs(Decimal(row.quantity)),
        "MARKET" if limit is None else "LIMIT",
        limit,
        view.portfolio_name,
        row.currency,
        "DAY",
        f"{view.id[-8:]}-{view.number}-{row.symbol}",  # an id begins with the time: its end is what differs
        row.note,
        word,
    ]


def _facts(view: RebalancingView, word: str) -> list[tuple[str, Fact]]:
    return [
        ("Portfolio", view.portfolio_name),
        ("Proposal", view.number),
        ("Status", word),
        ("Target", view.source_name),
        ("Prices of", view.prices_on),
        ("Made by", view.made_by_name),
        ("Hash of the inputs", view.report.inputs_sha256),
        *((f"Step {number}", f"{one.verb} by {one.by_name}") for number, one in enumerate(view.deeds, start=1)),
    ]
