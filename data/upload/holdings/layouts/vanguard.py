"""How does Vanguard write holdings and transactions, both in one file?"""

from data.upload.holdings.layout import DayOrder, FileKind, FileLayout

_HELD = {
    "account": ("account number", "fund account number"),
    "name": ("investment name", "fund name"),
    "quantity": ("shares",),
    "price": ("share price", "price"),
    "value": ("total value",),
}
LAYOUTS = (
    FileLayout(
        "vanguard_holdings",
        "Vanguard, holdings",
        FileKind.HOLDINGS,
        ("account number", "investment name", "symbol", "shares", "share price", "total value"),
        _HELD,
        day_order=DayOrder.MONTH_FIRST,
        decimal=".",
    ),
    FileLayout(
        "vanguard_funds",
        "Vanguard, funds",
        FileKind.HOLDINGS,
        ("fund account number", "fund name", "price", "shares", "total value"),
        _HELD,
        day_order=DayOrder.MONTH_FIRST,
        decimal=".",
    ),
    FileLayout(
        "vanguard_transactions",
        "Vanguard, transactions",
        FileKind.TRANSACTIONS,
        ("account number", "trade date", "transaction type", "investment name", "shares", "net amount"),
        {
            "account": ("account number",),
            "date": ("trade date",),
            "type": ("transaction type",),
            "name": ("investment name",),
            "quantity": ("shares",),
            "price": ("share price",),
            "amount": ("net amount",),
            "fees": ("commission fees", "commission"),
            "note": ("transaction description",),
        },
        words={
            "buy": "buy", "reinvestment": "buy", "sell": "sell", "dividend": "dividend",
            "capital gain lt": "dividend", "capital gain st": "dividend", "interest": "interest",
            "funds received": "deposit", "contribution": "deposit", "funds withdrawn": "withdrawal",
            "distribution": "withdrawal", "transfer incoming": "transfer", "transfer outgoing": "transfer",
            "stock split": "split", "fee": "fee", "sweep in": "ignore", "sweep out": "ignore",
        },
        day_order=DayOrder.MONTH_FIRST,
        decimal=".",
        is_signed=True,
    ),
)  # fmt: skip
