"""What may not be traded in a portfolio on a day, and for what short sales were shares found?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from data.store import tables
    from data.store.unit_of_work import UnitOfWork

ListKind = Literal["restricted", "watch", "exclusion", "blackout"]
EVERYTHING = ""
"""The key in `listings` of blackouts that name no asset: they stand for every asset."""


@dataclass(frozen=True)
class ListedAs:
    """How an asset is listed on a day.

    Attributes
    ----------
    kinds : frozenset of str
        Of ``restricted``, ``watch``, ``exclusion`` and ``blackout``.
    until : date or None
        The last day on which any of it counts; None where one entry has no end.
    reason : str
        The reasons of all entries, each once, in the order of their first day.
    list_names : tuple of str
        The lists on which it stands.
    entry_ids : tuple of str

    """

    kinds: frozenset[ListKind]
    until: date | None
    reason: str
    list_names: tuple[str, ...] = ()
    entry_ids: tuple[str, ...] = ()

    @property
    def is_restricted(self) -> bool:
        """Whether it may not be bought or sold: on a restricted list, or blacked out."""
        return bool(self.kinds & {"restricted", "blackout"})

    @property
    def is_watched(self) -> bool:
        """Whether trades in it are looked at."""
        return "watch" in self.kinds

    @property
    def is_excluded(self) -> bool:
        """Whether the client's values exclude it."""
        return "exclusion" in self.kinds


def listings(
    uow: UnitOfWork,
    portfolio_id: str | None,
    on: date,
    *,
    asset_ids: Collection[str] | None = None,
    person_id: str | None = None,
    known_at_utc: datetime | None = None,
) -> dict[str, ListedAs]:
    """Return how assets are listed for a portfolio on a day.

    Parameters
    ----------
    uow : UnitOfWork
        Its actor sees the portfolio.
    portfolio_id : str or None
        None asks for the lists of the house alone.
    on : date
    asset_ids : collection of str, optional
        The assets asked about; needed for issuer-wide entries to reach assets beyond those of the issuer's that the
        product knows, and to let a blackout of everything be told of each. All listed assets when None; a blackout of
        everything then stands under `EVERYTHING`.
    person_id : str, optional
        Who trades: adds the blackouts of this person.
    known_at_utc : datetime, optional
        As it was known at this instant.

    Returns
    -------
    dict
        By asset id; assets that are on no list are absent.

    """
    client_id = None if portfolio_id is None else uow.portfolios.get(portfolio_id).client_id
    lists = uow.restriction_lists.in_force(on, portfolio_id=portfolio_id, client_id=client_id, person_id=person_id)
    by_list = {row.id: row for row in lists}
    entries = uow.restriction_entries.on_day(list(by_list), on, known_at_utc)
    found: dict[str, list[tables.RestrictionEntry]] = defaultdict(list)
    reached = _reach(uow, entries)
    for entry in entries:
        if entry.asset_id is None and entry.issuer_id is None and entry.issuer_group_id is None:
            names: Collection[str] = (EVERYTHING,) if asset_ids is None else asset_ids
        else:
            names = reached[entry.id]
        for asset_id in names:
            if asset_ids is None or asset_id in asset_ids:
                found[asset_id].append(entry)
    return {asset_id: _listed(rows, by_list) for asset_id, rows in found.items()}


def locates(uow: UnitOfWork, portfolio_id: str | None, on: date) -> dict[str, Decimal]:
    """Return how many units of each asset were located for short sales of a portfolio on a day; never negative."""
    found: dict[str, Decimal] = defaultdict(Decimal)
    for row in uow.short_locates.valid(on, portfolio_id):
        found[row.asset_id] += row.quantity
    return dict(found)


def has_locate(uow: UnitOfWork, portfolio_id: str | None, asset_id: str, quantity: Decimal | float, on: date) -> bool:
    """Return whether at least as many units of an asset were located as are short.

    Parameters
    ----------
    uow : UnitOfWork
    portfolio_id : str or None
    asset_id : str
    quantity : Decimal or float
        Units short after the trade; the sign does not count.
    on : date

    """
    return locates(uow, portfolio_id, on).get(asset_id, Decimal(0)) >= abs(Decimal(quantity))


def _reach(uow: UnitOfWork, entries: Sequence[tables.RestrictionEntry]) -> dict[str, tuple[str, ...]]:
    """Return which assets each entry names, those of the issuer or of its group included."""
    group_ids = {one.issuer_group_id for one in entries if one.issuer_group_id is not None}
    of_group = uow.issuers.ids_of_groups(sorted(group_ids)) if group_ids else {}
    issuer_ids = {one.issuer_id for one in entries if one.issuer_id is not None}
    issuer_ids |= {issuer_id for ids in of_group.values() for issuer_id in ids}
    of_issuer = uow.assets.ids_of_issuers(sorted(issuer_ids)) if issuer_ids else {}
    found: dict[str, tuple[str, ...]] = {}
    for one in entries:
        if one.asset_id is not None:
            found[one.id] = (one.asset_id,)
            continue
        issuers = of_group.get(one.issuer_group_id or "", ()) if one.issuer_id is None else (one.issuer_id,)
        found[one.id] = tuple(asset_id for issuer_id in issuers for asset_id in of_issuer.get(issuer_id, ()))
    return found


def _listed(entries: Sequence[tables.RestrictionEntry], by_list: Mapping[str, tables.RestrictionList]) -> ListedAs:
    ends = [_last_day(one, by_list[one.list_id]) for one in entries]
    known = [end for end in ends if end is not None]
    return ListedAs(
        kinds=frozenset(by_list[one.list_id].kind for one in entries),  # type: ignore[misc]
        until=max(known) if len(known) == len(ends) else None,
        reason=" ".join(dict.fromkeys(one.reason for one in entries)),
        list_names=tuple(dict.fromkeys(by_list[one.list_id].name for one in entries)),
        entry_ids=tuple(one.id for one in entries),
    )


def _last_day(entry: tables.RestrictionEntry, of_list: tables.RestrictionList) -> date | None:
    """Return the last day on which an entry counts, as far as it is known: a removal or closing may be to come."""
    ends = [entry.until_on]
    ends += [None if day is None else day - timedelta(days=1) for day in (entry.removed_on, of_list.closed_on)]
    return min((end for end in ends if end is not None), default=None)
