"""What of some orders is forbidden or worth a word, beside the rules: lists, locates, lots and wash sales?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal
from typing import TYPE_CHECKING, Literal

from services import formatting
from services.compliance.lists import ListedAs, listings, locates
from services.compliance.wash_sale import WashSale, wash_sales
from services.valuation import entries_of
from services.valuation_ledger import ZERO, positions

if TYPE_CHECKING:
    from data.store import tables
    from data.store.unit_of_work import UnitOfWork

NoteKind = Literal["restricted", "blackout", "exclusion", "watch", "locate", "wash_sale", "lot"]
NoteSeverity = Literal["blocked", "warning", "info"]
_RANK = {"blocked": 0, "warning": 1, "info": 2}
_LISTED: tuple[tuple[NoteKind, NoteSeverity, str], ...] = (
    ("restricted", "blocked", "is on the restricted list {lists} and may not be traded"),
    ("blackout", "blocked", "is blacked out by {lists} and may not be traded"),
    ("exclusion", "blocked", "is excluded by {lists} and may not be bought"),
    ("watch", "warning", "is on the watch list {lists}: trades in it are looked at"),
)
US_CURRENCY = "USD"


@dataclass(frozen=True)
class TradingNote:
    """One thing to know about one proposed order.

    Attributes
    ----------
    kind : str
    asset_id, symbol : str
    severity : str
        ``blocked``: the order must not be sent; ``warning`` and ``info`` leave the choice.
    sentence : str
    until : date or None
        The last day on which it holds, where that is known.

    """

    kind: NoteKind
    asset_id: str
    symbol: str
    severity: NoteSeverity
    sentence: str
    until: date | None = None


def trading_notes(
    uow: UnitOfWork,
    portfolio_id: str | None,
    orders: Mapping[str, Decimal],
    on: date,
    *,
    person_id: str | None = None,
    prices_ccy: Mapping[str, Decimal] | None = None,
) -> tuple[TradingNote, ...]:
    """Return what is to be known about orders, the worst first.

    Parameters
    ----------
    uow : UnitOfWork
        Its actor sees the portfolio.
    portfolio_id : str or None
        None for orders of no stored portfolio: lists of the house alone, nothing held.
    orders : mapping of str to Decimal
        Units to buy by asset id, negative to sell.
    on : date
        The day on which they would be traded.
    person_id : str, optional
        Who trades; adds this person's blackouts.
    prices_ccy : mapping of str to Decimal, optional
        What a unit is worth in the asset's currency, by asset id; without it a sale is not known to be at a loss.

    Returns
    -------
    tuple of TradingNote
        Orders of zero units have none.

    """
    wanted = {asset_id: units for asset_id, units in orders.items() if units != ZERO}
    assets = uow.assets.get_many(list(wanted))
    entries = () if portfolio_id is None else entries_of(uow, portfolio_id)
    held = positions(entries, on)
    listed = listings(uow, portfolio_id, on, asset_ids=wanted.keys(), person_id=person_id)
    located = locates(uow, portfolio_id, on)
    lots = uow.trading_lots.of(list(wanted))
    notes: list[TradingNote] = []
    for asset_id, units in wanted.items():
        asset = assets[asset_id]
        after = held.get(asset_id, ZERO) + units
        notes += _list_notes(asset, listed.get(asset_id), units, after)
        notes += _locate_notes(asset, units, after, located.get(asset_id, ZERO))
        notes += _lot_notes(asset, units, after, lots.get(asset_id))
    if entries and uow.portfolios.get(portfolio_id or "").base_currency == US_CURRENCY:
        identical = _identical(uow, assets)
        hints = wash_sales(entries, wanted, on, identical=identical, prices_ccy=prices_ccy or {})
        others = uow.assets.get_many([one.other_asset_id for one in hints])
        notes += [_wash_note(assets[one.asset_id], others[one.other_asset_id], one) for one in hints]
    return tuple(sorted(notes, key=lambda one: (_RANK[one.severity], one.symbol, one.kind)))


def _list_notes(asset: tables.Asset, listed: ListedAs | None, units: Decimal, after: Decimal) -> list[TradingNote]:
    """Return what lists say; values that exclude an asset never hinder its sale, and nothing hinders a watched one."""
    if listed is None:
        return []
    is_reducing = abs(after) < abs(after - units)
    return [
        TradingNote(kind, asset.id, asset.symbol, severity, list_sentence(asset.symbol, listed, kind), listed.until)
        for kind, severity, _ in _LISTED
        if kind in listed.kinds and not (kind == "exclusion" and is_reducing)
    ]


def list_sentence(symbol: str, listed: ListedAs, kind: str) -> str:
    """Return what lists of one kind say of an asset, until when, and why."""
    words = next(words for one, _, words in _LISTED if one == kind)
    said = words.format(lists=" and ".join(repr(name) for name in listed.list_names))
    ends = "" if listed.until is None else f" until {formatting.day(listed.until)}"
    why = listed.reason.strip()
    told = f" Reason: {why}{'' if why.endswith(('.', '!', '?')) else '.'}" if why else ""
    return f"{symbol} {said}{ends}.{told}"


def _locate_notes(asset: tables.Asset, units: Decimal, after: Decimal, located: Decimal) -> list[TradingNote]:
    """Return whether a sale goes short without shares found for it."""
    if units > ZERO or after >= ZERO or located >= -after:
        return []
    only = f"a locate of only {formatting.quantity(located)} is recorded"
    found = "no locate is recorded" if located == ZERO else only
    sentence = (
        f"This order leaves {asset.symbol} short by {formatting.quantity(-after)}, and {found}. "
        "Record the locate before the order is sent, or sell less."
    )
    return [TradingNote("locate", asset.id, asset.symbol, "blocked", sentence)]


def _lot_notes(asset: tables.Asset, units: Decimal, after: Decimal, lot: tables.TradingLot | None) -> list[TradingNote]:
    """Return whether an order is no whole number of lots or too small; the rest of a holding may always be sold."""
    if lot is None or after == ZERO:
        return []
    size = abs(units)
    if size < lot.least_quantity:
        least = formatting.quantity(lot.least_quantity)
        sentence = f"{asset.symbol}: {formatting.quantity(size)} is below the least order of {least}."
        return [TradingNote("lot", asset.id, asset.symbol, "warning", sentence)]
    if size % lot.lot_quantity == ZERO:
        return []
    below = (size / lot.lot_quantity).to_integral_value(ROUND_DOWN) * lot.lot_quantity
    near = " or ".join(
        formatting.quantity(one) for one in (below, below + lot.lot_quantity) if one >= lot.least_quantity
    )
    sentence = (
        f"{asset.symbol} is traded in lots of {formatting.quantity(lot.lot_quantity)}: "
        f"order {near} instead of {formatting.quantity(size)}."
    )
    return [TradingNote("lot", asset.id, asset.symbol, "warning", sentence)]


def _identical(uow: UnitOfWork, assets: Mapping[str, tables.Asset]) -> dict[str, tuple[str, ...]]:
    """Return the other shares of each issuer; funds and bonds of one issuer are not the same thing."""
    issuers = {one.issuer_id for one in assets.values() if one.issuer_id is not None and one.asset_class == "equity"}
    siblings = uow.assets.ids_of_issuers(sorted(issuers)) if issuers else {}
    everything = uow.assets.get_many([asset_id for ids in siblings.values() for asset_id in ids])
    return {
        one.id: tuple(
            other
            for other in siblings.get(one.issuer_id or "", ())
            if other != one.id and everything[other].asset_class == "equity"
        )
        for one in assets.values()
        if one.asset_class == "equity"
    }


def _wash_note(asset: tables.Asset, other: tables.Asset, hint: WashSale) -> TradingNote:
    loss = "a loss" if hint.loss_ccy is None else f"a loss of {formatting.money(hint.loss_ccy, hint.currency)}"
    day = formatting.day(hint.other_on)
    if hint.is_purchase:
        what = f"{other.symbol} was sold at {loss}, last on {day}"
    elif hint.loss_ccy is None:
        what = f"{other.symbol} was bought on {day}; if {asset.symbol} is sold at a loss now"
    else:
        what = f"{other.symbol} was bought on {day}, and {asset.symbol} would be sold at {loss}"
    sentence = (
        f"{what}: in a taxable account in the United States this may be a wash sale, whose loss does not count yet. "
        f"From {formatting.day(hint.free_from)} on it is none. A hint, no tax advice."
    )
    return TradingNote("wash_sale", asset.id, asset.symbol, "info", sentence, None)
