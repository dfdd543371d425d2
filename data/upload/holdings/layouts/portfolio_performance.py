"""How does Portfolio Performance write holdings and transactions, in English and in German?"""

from data.upload.holdings.layout import FileKind, FileLayout

_DONE = {
    "amount": ("value", "wert", "net transaction value", "buchungswert"),
    "quantity": ("shares", "stuck"),
    "fees": ("fees", "gebuhren"),
    "taxes": ("taxes", "steuern"),
    "symbol": ("ticker symbol", "ticker"),
    "name": ("security name", "wertpapiername", "security", "wertpapier"),
    "currency": ("transaction currency", "buchungswahrung"),
    "account": ("securities account", "wertpapierdepot", "depot"),
    "note": ("note", "notiz"),
}
_HELD = {
    "quantity": ("shares held", "shares", "bestand", "stuck"),
    "price": ("quote", "kurs", "latest quote"),
    "value": ("market value", "marktwert", "value", "wert"),
    "unit_cost": ("purchase price", "einstandskurs", "einstandspreis"),
    "cost": ("purchase value", "einstandswert"),
    "symbol": ("ticker symbol", "ticker", "symbol"),
    "name": ("name", "security name", "wertpapiername"),
}
_WORDS = {
    "buy": "buy", "kauf": "buy", "sell": "sell", "verkauf": "sell",
    "delivery inbound": "transfer_in", "einlieferung": "transfer_in",
    "delivery outbound": "transfer_out", "auslieferung": "transfer_out",
    "dividend": "dividend", "dividende": "dividend",
    "deposit": "deposit", "einlage": "deposit", "removal": "withdrawal", "entnahme": "withdrawal",
    "interest charge": "interest_paid", "zinsbelastung": "interest_paid", "interest": "interest", "zinsen": "interest",
    "fees refund": "fee_refund", "gebuhrenerstattung": "fee_refund", "fees": "fee", "gebuhren": "fee",
    "tax refund": "tax_refund", "steuerruckerstattung": "tax_refund", "taxes": "tax", "steuern": "tax",
    "transfer inbound": "deposit", "umbuchung eingang": "deposit",
    "transfer outbound": "withdrawal", "umbuchung ausgang": "withdrawal",
}  # fmt: skip
LAYOUTS = (
    FileLayout(
        "pp_transactions_en",
        "Portfolio Performance, transactions",
        FileKind.TRANSACTIONS,
        ("date", "type", "value", "transaction currency"),
        _DONE,
        words=_WORDS,
    ),
    FileLayout(
        "pp_transactions_de",
        "Portfolio Performance, Buchungen",
        FileKind.TRANSACTIONS,
        ("datum", "typ", "wert", "buchungswahrung"),
        _DONE,
        words=_WORDS,
        decimal=",",
    ),
    FileLayout(
        "pp_holdings_en",
        "Portfolio Performance, holdings",
        FileKind.HOLDINGS,
        ("shares held", "name", "quote", "market value"),
        _HELD,
    ),
    FileLayout(
        "pp_holdings_de",
        "Portfolio Performance, Bestand",
        FileKind.HOLDINGS,
        ("bestand", "name", "kurs", "marktwert"),
        _HELD,
        decimal=",",
    ),
)
