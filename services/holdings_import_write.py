"""How are the portfolios, assets and entries of a file written, inside one unit of work?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from data.store import tables
from services.auth.actor import Actor
from services.holdings_import_entries import EntryDraft
from services.holdings_import_plan import AccountPlan, HoldingsPlan, with_ids
from services.holdings_import_symbols import Meaning, alias_texts
from services.holdings_import_views import rejects_of
from services.messages.holdings_import import NewAsset
from services.messages.portfolios import NewPortfolio
from services.portfolios_changes import Changes
from services.valuation import Valuator
from services.valuation_prices import PriceBook

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork

TICKER = "ticker"


class Writer:
    """Books plans; whoever calls has checked permission and plan, and commits.

    Parameters
    ----------
    changes : Changes
    valuator : Valuator

    """

    def __init__(self, changes: Changes, valuator: Valuator) -> None:
        self._changes = changes
        self._valuator = valuator

    def write(self, uow: UnitOfWork, draft: tables.HoldingsImport, plan: HoldingsPlan, actor: Actor) -> dict[str, Any]:
        """Write everything that a file brings; return what is kept of it."""
        ids = _make_assets(uow, plan)
        _remember(uow, plan, ids)
        booked = [self._book(uow, draft, one, ids, actor) for one in plan.accounts if one.drafts]
        return {
            "by_name": actor.name,
            "portfolios": booked,
            "entries_count": sum(one["entries_count"] for one in booked),
            "new_assets": sorted(ids),
            "unpriced": sorted({symbol for one in plan.accounts for symbol in one.unpriced}),
            "rejects": rejects_of(plan),
        }

    def rejects(self, plan: HoldingsPlan) -> dict[str, Any]:
        """Return the rows of a plan that are not booked, with their reasons."""
        return rejects_of(plan)

    def _book(
        self, uow: UnitOfWork, draft: tables.HoldingsImport, one: AccountPlan, ids: dict[str, str], actor: Actor
    ) -> dict[str, Any]:
        is_new = one.row is None
        row = one.row if one.row is not None else self._changes.insert(uow, _new_portfolio(one), actor)
        drafts = with_ids(one.drafts, ids)
        book = self._valuator.book_of(uow, row, [each.as_entry() for each in drafts])
        entries = uow.ledger.append(row.id, [_entry(each, draft.id, n, book) for n, each in enumerate(drafts)])
        before = row.inception_on
        first = min(each.day for each in drafts)
        if row.inception_on is None or first < row.inception_on:
            uow.portfolios.update(row.id, {"inception_on": first})
        else:
            uow.portfolios.touch(row.id)
        self._valuator.revalue(uow, row)
        return {
            "id": row.id,
            "name": row.name,
            "is_new": is_new,
            "inception_before": None if before is None else before.isoformat(),
            "entries_count": len(entries),
            "first_entry": entries[0].entry_number,
            "last_entry": entries[-1].entry_number,
        }


def _new_portfolio(one: AccountPlan) -> NewPortfolio:
    target = one.target
    return NewPortfolio(
        name=(target.name or "").strip(),
        client_id=target.client_id,
        base_currency=target.base_currency,
        strategy=target.strategy,
    )


def _entry(draft: EntryDraft, import_id: str, number: int, book: PriceBook) -> tables.LedgerTransaction:
    rate = None if draft.currency == book.base_currency else book.rate(draft.currency, draft.day)
    return tables.LedgerTransaction(
        kind=draft.kind,
        trade_date=draft.day,
        settle_date=draft.day,
        asset_id=draft.asset_id,
        quantity=draft.quantity,
        price=draft.price,
        amount_ccy=draft.amount_ccy,
        fees_ccy=draft.fees_ccy,
        currency=draft.currency,
        fx_rate=rate,
        note=draft.note,
        external_ref=f"import:{import_id}:{number}",
    )


def _make_assets(uow: UnitOfWork, plan: HoldingsPlan) -> dict[str, str]:
    """Insert the assets that are new; return their ids by symbol."""
    made: dict[str, str] = {}
    for meaning in plan.meanings.values():
        if meaning.new is None:
            continue
        new: NewAsset = meaning.new
        if new.symbol not in made:
            asset = uow.assets.add(
                tables.Asset(
                    tenant_id=uow.actor.tenant_id,
                    symbol=new.symbol,
                    name=new.name,
                    asset_class=new.asset_class,
                    currency=new.currency,
                    is_active=True,
                    is_sample=False,
                )
            )
            made[new.symbol] = asset.id
            uow.assets.add_many([tables.AssetIdentifier(asset_id=asset.id, scheme=TICKER, value=new.symbol)])
        uow.assets.add_many(
            [
                tables.AssetIdentifier(asset_id=made[new.symbol], scheme=scheme, value=value)
                for scheme, value in meaning.security.identifiers
            ]
        )
    return made


def _remember(uow: UnitOfWork, plan: HoldingsPlan, ids: dict[str, str]) -> None:
    """Keep what the names of the file mean, so that the next file asks nothing."""
    meanings: dict[str, str] = {}
    for meaning in plan.meanings.values():
        asset_id = _asset_id(meaning, ids)
        if asset_id is None or meaning.caution or (meaning.status == "known" and not meaning.security.identifiers):
            continue  # what the symbol alone told and nobody accepted is told again with the next file
        meanings |= dict.fromkeys(alias_texts(meaning.security), asset_id)
    if meanings:
        uow.import_aliases.remember(meanings)


def _asset_id(meaning: Meaning, ids: dict[str, str]) -> str | None:
    if meaning.asset is not None:
        return meaning.asset.id
    return None if meaning.new is None else ids.get(meaning.new.symbol)
