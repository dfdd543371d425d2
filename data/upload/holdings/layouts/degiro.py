"""How does DEGIRO write the portfolio and the transactions, in English, Dutch and German?"""

from data.upload.holdings.layout import DayOrder, FileKind, FileLayout

_HELD = {
    "name": ("product", "produkt"),
    "symbol": ("symbol isin", "symbool isin"),
    "quantity": ("amount", "aantal", "anzahl", "quantity"),
    "price": ("closing", "slotkoers", "schlusskurs"),
    "currency": ("local value", "lokale waarde", "wert in lokaler wahrung"),
}
_DONE = {
    "date": ("date", "datum"),
    "name": ("product", "produkt"),
    "isin": ("isin",),
    "quantity": ("quantity", "aantal", "anzahl"),
    "price": ("price", "koers", "kurs"),
    "fees": (
        "transaction and or third", "transaction and or third party fees", "transaction costs",
        "transactiekosten en of", "transactiekosten en of kosten van derden", "transaktionsgebuhren",
        "transaction and or", "gebuhren",
    ),
    "amount": ("total", "totaal", "gesamt"),
    "reference": ("order id",),
}  # fmt: skip
_CASH = ("cash cash fund", "cash fund")
LAYOUTS = (
    *(
        FileLayout(
            f"degiro_portfolio_{language}",
            "DEGIRO, portfolio",
            FileKind.HOLDINGS,
            needs,
            _HELD,
            beside={"value": needs[-1]},
            cash_words=_CASH,
            day_order=DayOrder.DAY_FIRST,
            decimal=",",
        )
        for language, needs in (
            ("en", ("product", "symbol isin", "amount", "closing", "local value")),
            ("nl", ("product", "symbool isin", "aantal", "slotkoers", "lokale waarde")),
            ("de", ("produkt", "symbol isin", "anzahl", "schlusskurs", "wert in lokaler wahrung")),
        )
    ),
    *(
        FileLayout(
            f"degiro_transactions_{language}",
            "DEGIRO, transactions",
            FileKind.TRANSACTIONS,
            needs,
            _DONE,
            beside={"price_currency": price, "currency": total},
            day_order=DayOrder.DAY_FIRST,
            decimal=",",
            is_signed=True,
        )
        for language, needs, price, total in (
            ("en", ("date", "product", "isin", "quantity", "price", "local value"), "price", "total"),
            ("nl", ("datum", "product", "isin", "aantal", "koers", "lokale waarde"), "koers", "totaal"),
            ("de", ("datum", "produkt", "isin", "anzahl", "kurs", "wert in lokaler wahrung"), "kurs", "gesamt"),
        )
    ),
)
