"""How does Trading 212 write the history of an account?"""

from data.upload.holdings.layout import FileKind, FileLayout

LAYOUTS = (
    FileLayout(
        "trading_212",
        "Trading 212, history",
        FileKind.TRANSACTIONS,
        ("action", "time", "isin", "ticker", "no of shares", "price share"),
        {
            "type": ("action",),
            "date": ("time",),
            "symbol": ("ticker",),
            "quantity": ("no of shares",),
            "price": ("price share",),
            "price_currency": ("currency price share",),
            "amount": ("total",),
            "currency": ("currency total",),
            "fees": ("currency conversion fee", "charge amount", "transaction fee"),
            "taxes": ("stamp duty reserve tax", "french transaction tax", "stamp duty"),
            "reference": ("id",),
            "note": ("notes",),
        },
        words={
            "market buy": "buy", "limit buy": "buy", "stop buy": "buy", "stop limit buy": "buy",
            "market sell": "sell", "limit sell": "sell", "stop sell": "sell", "stop limit sell": "sell",
            "dividend": "dividend", "interest": "interest", "lending interest": "interest", "deposit": "deposit",
            "withdrawal": "withdrawal", "stock split open": "transfer_in", "stock split close": "transfer_out",
            "currency conversion": "ignore", "card debit": "withdrawal", "card credit": "deposit",
        },
        decimal=".",
    ),
)  # fmt: skip
