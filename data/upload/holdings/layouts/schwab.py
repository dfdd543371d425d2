"""How does Charles Schwab write positions and transactions?"""

from data.upload.holdings.layout import DayOrder, FileKind, FileLayout

_HELD = {
    "name": ("description",),
    "quantity": ("qty quantity", "quantity"),
    "price": ("price",),
    "value": ("mkt val market value", "market value"),
    "cost": ("cost basis",),
    "asset_class": ("security type",),
}
_ACCOUNT = r"Positions for (?:account )?(.+?) as of"
_DAY = r"as of .*?(\d{4}/\d{2}/\d{2}|\d{2}/\d{2}/\d{4})"
_CASH = ("cash cash investments", "cash and cash investments", "cash and money market")
LAYOUTS = (
    FileLayout(
        "schwab_positions",
        "Charles Schwab, positions",
        FileKind.HOLDINGS,
        ("symbol", "description", "qty quantity", "mkt val market value"),
        _HELD,
        cash_words=_CASH,
        account_line=_ACCOUNT,
        day_line=_DAY,
        day_order=DayOrder.MONTH_FIRST,
        decimal=".",
    ),
    FileLayout(
        "schwab_positions_older",
        "Charles Schwab, positions",
        FileKind.HOLDINGS,
        ("symbol", "description", "quantity", "market value", "security type"),
        _HELD,
        cash_words=_CASH,
        account_line=_ACCOUNT,
        day_line=_DAY,
        day_order=DayOrder.MONTH_FIRST,
        decimal=".",
    ),
    FileLayout(
        "schwab_transactions",
        "Charles Schwab, transactions",
        FileKind.TRANSACTIONS,
        ("date", "action", "symbol", "description", "fees comm", "amount"),
        {"type": ("action",), "name": ("description",), "fees": ("fees comm",), "amount": ("amount",)},
        words={
            "buy": "buy", "reinvest shares": "buy", "sell": "sell", "sell short": "sell",
            "cash dividend": "dividend", "qualified dividend": "dividend", "non qualified div": "dividend",
            "special qual div": "dividend", "pr yr cash div": "dividend", "reinvest dividend": "dividend",
            "qual div reinvest": "dividend", "long term cap gain": "dividend", "short term cap gain": "dividend",
            "credit interest": "interest", "bank interest": "interest", "bond interest": "interest",
            "margin interest": "interest_paid", "adr mgmt fee": "fee", "service fee": "fee",
            "foreign tax paid": "tax", "nra tax adj": "tax", "moneylink deposit": "deposit",
            "funds received": "deposit", "wire received": "deposit", "wire funds received": "deposit",
            "wire sent": "withdrawal", "wire funds": "withdrawal", "journaled shares": "transfer",
            "security transfer": "transfer", "stock split": "split", "moneylink transfer": "cash_transfer",
            "journal": "cash_transfer",
        },
        skip_words=("transactions total",),
        day_order=DayOrder.MONTH_FIRST,
        decimal=".",
    ),
)  # fmt: skip
