"""What does a column's heading mean, in English, German, French, Spanish, Italian or Dutch?"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from data.reference.currencies import CURRENCIES
from data.upload.holdings.layout import FileKind

_SIGNS = re.compile(r"[^a-z0-9%]+")


@dataclass(frozen=True)
class ColumnField:
    """One thing that a column may hold.

    Parameters
    ----------
    name, label : str
        For programs, and for people.
    kinds : frozenset of FileKind
        In which files it makes sense.
    is_number : bool
    words : tuple of str
        Plain headings that mean it.

    """

    name: str
    label: str
    kinds: frozenset[FileKind]
    is_number: bool
    words: tuple[str, ...]


BOTH = frozenset(FileKind)
HELD = frozenset({FileKind.HOLDINGS})
DONE = frozenset({FileKind.TRANSACTIONS})


def plain(text: str) -> str:
    """Return a text in lower case, without accents, signs and double spaces: "No. of Shares" -> "no of shares"."""
    return _plain(text)


@lru_cache(maxsize=20_000)
def _plain(text: str) -> str:
    bare = "".join(one for one in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(one))
    return _SIGNS.sub(" ", bare.replace("ß", "ss")).strip()


def _field(name: str, label: str, kinds: frozenset[FileKind], words: str, *, is_number: bool = False) -> ColumnField:
    return ColumnField(name, label, kinds, is_number, tuple(one.strip() for one in words.split(",")))


_ALL = (
    _field(
        "symbol",
        "Symbol",
        BOTH,
        "symbol, ticker, ticker symbol, code, symbol isin, symbool isin, symbool, kurzel, simbolo, "
        "symbole, instrument symbol, security id, id, asset, security symbol, bloomberg ticker, ric",
    ),
    _field(
        "isin",
        "ISIN",
        BOTH,
        "isin, isin code, codigo isin, code isin, codice isin, isin nummer",
    ),
    _field(
        "wkn",
        "WKN",
        BOTH,
        "wkn, wertpapierkennnummer",
    ),
    _field(
        "cusip",
        "CUSIP",
        BOTH,
        "cusip",
    ),
    _field(
        "sedol",
        "SEDOL",
        BOTH,
        "sedol",
    ),
    _field(
        "figi",
        "FIGI",
        BOTH,
        "figi, composite figi, share class figi",
    ),
    _field(
        "name",
        "Name",
        BOTH,
        "name, security name, description, product, producto, produit, prodotto, bezeichnung, wertpapier, "
        "wertpapiername, investment name, fund name, instrument, security, company, company name, "
        "omschrijving, libelle, descripcion, descrizione, titel, titre, issuer, security description",
    ),
    _field(
        "quantity",
        "Quantity",
        BOTH,
        "quantity, qty, shares, units, position, qty quantity, no of shares, number of shares, stuck, "
        "anzahl, bestand, aantal, quantite, cantidad, quantita, nombre, menge, amount held, share "
        "quantity, nominal, nominale, holding, holdings, quantity held",
        is_number=True,
    ),
    _field(
        "weight",
        "Weight",
        HELD,
        "weight, weight %, weight frac, gewicht, gewichtung, poids, peso, gewogen, % weight, portfolio "
        "weight, allocation, target weight, percent, anteil",
        is_number=True,
    ),
    _field(
        "price",
        "Price",
        BOTH,
        "price, last price, share price, market price, mark price, close, closing, closing price, quote, "
        "kurs, preis, slotkoers, koers, prix, cours, precio, precio de cierre, prezzo, unit price, price "
        "share, tradeprice, trade price, nav, latest price, price per share, stuckpreis",
        is_number=True,
    ),
    _field(
        "value",
        "Market value",
        HELD,
        "value, market value, mkt val market value, current value, total value, position value, "
        "marktwert, wert, waarde, valeur, valor, valore, kurswert, gegenwert, mkt val, market value ccy, "
        "value ccy",
        is_number=True,
    ),
    _field(
        "unit_cost",
        "Cost per unit",
        HELD,
        "unit cost, avgcost, avg cost, average cost, average cost basis, cost basis price, average price, "
        "purchase price, avg price, einstandskurs, einstandspreis, kaufkurs, cost share, cost per share, "
        "gak, prix de revient, pru, precio medio, prezzo medio, unit cost ccy",
        is_number=True,
    ),
    _field(
        "cost",
        "Cost in all",
        HELD,
        "cost, cost basis, cost basis total, total cost, book value, book cost, einstandswert, kaufwert, "
        "cost basis money, cost value, invested",
        is_number=True,
    ),
    _field(
        "date",
        "Date",
        BOTH,
        "date, trade date, tradedate, as of, as of date, asof, run date, time, datum, datum tijd, "
        "handelsdatum, buchungstag, fecha, data, datum uhrzeit, date time, datetime, report date, "
        "reportdate, valuation date, transaction date, activity date, price date, day",
    ),
    _field(
        "type",
        "Type",
        DONE,
        "type, action, transaction type, transactiontype, activity, activity type, buy sell, typ, art, "
        "side, operation, tipo, soort, aktion, vorgang, umsatzart, kind, transaction",
    ),
    _field(
        "amount",
        "Amount",
        DONE,
        "amount, net amount, total, total amount, net cash, netcash, proceeds, wert, value, betrag, "
        "totaal, montant, importe, importo, buchungswert, amount usd, net proceeds, total eur, amount "
        "ccy, cash",
        is_number=True,
    ),
    _field(
        "fees",
        "Fees",
        DONE,
        "fees, fee, commission, commissions, fees comm, ibcommission, gebuhren, gebuhr, kosten, "
        "commission fees, transaction costs, transactiekosten, frais, comision, commissioni, provision, "
        "spesen, fees ccy",
        is_number=True,
    ),
    _field(
        "taxes",
        "Taxes",
        DONE,
        "taxes, tax, steuern, steuer, withholding tax, taxe, impuestos, tasse, belasting, stamp duty",
        is_number=True,
    ),
    _field(
        "currency",
        "Currency",
        BOTH,
        "currency, ccy, currencyprimary, currency primary, transaction currency, wahrung, "
        "buchungswahrung, devise, divisa, valuta, moneda, currency code, price currency, base currency, "
        "curr",
    ),
    _field(
        "price_currency",
        "Currency of the price",
        DONE,
        "currency price share, currency of price",
    ),
    _field(
        "account",
        "Account",
        BOTH,
        "account, account number, account name, client account id, clientaccountid, account id, "
        "portfolio, portfolio name, depot, konto, compte, cuenta, conto, rekening, wertpapierdepot, fund "
        "account number, account no, depotname",
    ),
    _field(
        "asset_class",
        "Kind of asset",
        BOTH,
        "asset class, assetclass, security type, asset type, instrument type, assetkind, asset category, wertpapiertyp",
    ),
    _field(
        "reference",
        "Reference",
        DONE,
        "reference, order id, orderid, transaction id, transactionid, trade id, tradeid, external ref, "
        "confirmation number, ibexecid, ordernummer, uuid",
    ),
    _field(
        "note",
        "Note",
        DONE,
        "note, notes, notiz, notizen, comment, memo, remark, remarks, bemerkung, transaction description",
    ),
)
FIELDS: dict[str, ColumnField] = {one.name: one for one in _ALL}
"""Everything that a column may hold, by name."""
IDENTIFIERS = ("symbol", "isin", "wkn", "cusip", "sedol", "figi", "name")
"""The fields that say which security a row is about, in the order in which they are believed."""


def without_currency(heading: str) -> tuple[str, str]:
    """Return a plain heading without a currency at its end, and that currency: "value in eur" -> ("value", "EUR")."""
    head, _, last = heading.rpartition(" ")
    if head and last.upper() in CURRENCIES:
        return head.removesuffix(" in"), last.upper()
    return heading, ""


def general_meaning(heading: str, kind: FileKind) -> str | None:
    """Return the field that a plain heading means in any file of a kind, or None."""
    for column in _ALL:
        if kind in column.kinds and heading in column.words:
            return column.name
    return None
