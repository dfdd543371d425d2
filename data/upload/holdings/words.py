"""Which kind of entry does the word of a transaction mean?"""

from __future__ import annotations

from data.upload.holdings.headings import plain
from data.upload.holdings.layout import FileLayout

KINDS: dict[str, str] = {
    "buy": "Purchase",
    "sell": "Sale",
    "dividend": "Dividend",
    "interest": "Interest received",
    "interest_paid": "Interest paid",
    "fee": "Fee",
    "fee_refund": "Fee returned",
    "tax": "Tax",
    "tax_refund": "Tax returned",
    "deposit": "Deposit of cash",
    "withdrawal": "Withdrawal of cash",
    "cash_transfer": "Cash in or out, by its sign",
    "transfer_in": "Shares that came in",
    "transfer_out": "Shares that went out",
    "transfer": "Shares in or out, by their sign",
    "split": "Shares from a split",
    "ignore": "Leave out",
}
"""What a type may mean, in words; the cash or shares of the last few follow the sign in the file."""
OF_SHARES = frozenset({"buy", "sell", "transfer_in", "transfer_out", "transfer", "split"})
OF_CASH = frozenset({"deposit", "withdrawal", "cash_transfer", "fee", "fee_refund", "tax", "tax_refund", "interest",
                     "interest_paid"})  # fmt: skip
_GENERAL = {
    "buy": "buy bought purchase kauf achat compra acquisto koop aankoop b bot reinvest",
    "sell": "sell sold sale verkauf vente venta vendita verkoop s sld redemption",
    "dividend": "dividend dividends div dividende dividendo",
    "interest": "interest zinsen zins interet interets interes interessi rente",
    "fee": "fee fees gebuhr gebuhren frais comision commissione kosten commission",
    "tax": "tax taxes steuer steuern impot impuesto tassa belasting withholding",
    "deposit": "deposit einlage einzahlung depot ingreso deposito storting contribution",
    "withdrawal": "withdrawal entnahme auszahlung retrait retirada prelievo opname removal",
    "transfer_in": "einlieferung inbound",
    "transfer_out": "auslieferung outbound",
    "transfer": "transfer opening correction",
    "split": "split",
}
_BY_WORD = {word: kind for kind, words in _GENERAL.items() for word in words.split()}


def kind_of(text: str, layout: FileLayout, own: dict[str, str]) -> str | None:
    """Return the kind of entry that a type means; None where nobody knows.

    What the person said comes first, then the layout's words, then the first word in general.
    """
    found = plain(text)
    if found in own:
        return own[found]
    for beginning in sorted(layout.words, key=len, reverse=True):
        if found == beginning or found.startswith(beginning + " "):
            kind = layout.words[beginning]
            return None if kind == "unknown" else kind
    first = found.partition(" ")[0]
    return _BY_WORD.get(found) or _BY_WORD.get(first)
