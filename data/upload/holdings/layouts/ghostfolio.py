"""How does Ghostfolio write activities?"""

from data.upload.holdings.layout import FileKind, FileLayout

LAYOUTS = (
    FileLayout(
        "ghostfolio",
        "Ghostfolio, activities",
        FileKind.TRANSACTIONS,
        ("date", "code", "datasource", "currency", "price", "quantity", "action", "fee"),
        {"symbol": ("code",), "type": ("action",), "fees": ("fee",), "note": ("note",)},
        words={"item": "buy", "liability": "unknown"},
        decimal=".",
    ),
)
