"""How does Wealthfolio write holdings and activities?"""

from data.upload.holdings.layout import FileKind, FileLayout

LAYOUTS = (
    FileLayout(
        "wealthfolio_holdings",
        "Wealthfolio, holdings",
        FileKind.HOLDINGS,
        ("date", "symbol", "quantity", "avgcost", "currency"),
        {"unit_cost": ("avgcost",)},
        cash_words=("cash",),
        decimal=".",
    ),
    FileLayout(
        "wealthfolio_activities",
        "Wealthfolio, activities",
        FileKind.TRANSACTIONS,
        ("date", "symbol", "quantity", "activitytype", "unitprice", "currency"),
        {"type": ("activitytype",), "price": ("unitprice",), "fees": ("fee",), "amount": ("amount",)},
        words={"transfer in": "transfer_in", "transfer out": "transfer_out", "conversion": "unknown"},
        decimal=".",
    ),
)
