"""How does Fidelity write positions and the history of an account?"""

from data.upload.holdings.layout import DayOrder, FileKind, FileLayout

LAYOUTS = (
    FileLayout(
        "fidelity_positions",
        "Fidelity, positions",
        FileKind.HOLDINGS,
        ("account number", "symbol", "description", "quantity", "last price", "current value"),
        {
            "account": ("account name", "account number"),
            "name": ("description",),
            "price": ("last price",),
            "value": ("current value",),
            "unit_cost": ("average cost basis", "cost basis per share"),
            "cost": ("cost basis total",),
        },
        cash_words=("held in money market", "held in fcash", "fcash", "spaxx", "fdrxx", "core"),
        skip_words=("pending activity", "date downloaded", "brokerage services", "the data and information"),
        day_order=DayOrder.MONTH_FIRST,
        decimal=".",
    ),
    FileLayout(
        "fidelity_history",
        "Fidelity, history",
        FileKind.TRANSACTIONS,
        ("run date", "action", "symbol", "quantity"),
        {
            "date": ("run date",),
            "type": ("action",),
            "name": ("description", "security description"),
            "price": ("price",),
            "amount": ("amount",),
            "fees": ("commission", "fees"),
            "account": ("account", "account name", "account number"),
        },
        words={
            "you bought": "buy", "reinvestment": "buy", "you sold": "sell", "dividend received": "dividend",
            "long term cap gain": "dividend", "short term cap gain": "dividend", "interest earned": "interest",
            "electronic funds transfer received": "deposit", "electronic funds transfer paid": "withdrawal",
            "direct deposit": "deposit", "direct debit": "withdrawal", "fee charged": "fee", "foreign tax paid": "tax",
            "distribution": "split", "transferred from": "transfer", "transferred to": "transfer",
        },
        skip_words=("date downloaded", "brokerage services", "the data and information"),
        day_order=DayOrder.MONTH_FIRST,
        decimal=".",
        is_signed=True,
    ),
)  # fmt: skip
