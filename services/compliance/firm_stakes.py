"""Which share of an issuer's votes do the other portfolios of the house hold, and of its capital are they short of?

Who has to give notice is the firm that decides over the votes, whichever portfolio they lie in, and in whichever class
of the issuer's shares (Directive 2004/109/EC, Articles 9 and 10; DTR 5.2). Net short positions add up over the
portfolios that are short of the issuer; what others hold takes nothing away (Regulation (EU) 918/2012, Article 12).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from data.store import tables
    from data.store.unit_of_work import UnitOfWork
    from services.compliance.state_asked import Asked

VOTES, CAPITAL, SHARES = "votes_outstanding_count", "capital_outstanding_count", "shares_outstanding_count"
STAKES = frozenset({"other_vote_share", "other_short_share"})
NO_SHARES = frozenset({"bond", "etf", "fund", "cash"})


@dataclass(frozen=True, slots=True)
class Stakes:
    """By issuer, or by asset where the issuer is not known.

    Attributes
    ----------
    votes, short
        Share of all votes held long, and of the capital sold short net; NaN where how many there are is not known.
    is_sample
        Whether a count that was used is fictitious.

    """

    votes: Mapping[str, float]
    short: Mapping[str, float]
    is_sample: bool


def issuer_of(asset: tables.Asset) -> str:
    """Return what stakes in an asset add up under."""
    return asset.issuer_id or asset.id


def stakes_of(uow: UnitOfWork, asked: Asked) -> tuple[dict[str, Sequence[float]], bool]:
    """Return the fields `STAKES` of each line, zero for cash, and whether something fictitious was used."""
    keys = ["" if line.asset is None else issuer_of(line.asset) for line in asked.lines]
    found = stakes_elsewhere(uow, asked.portfolio.id, {*keys} - {""}, asked.day, asked.on, asked.known_at_utc)
    made = {"other_vote_share": found.votes, "other_short_share": found.short}
    return {name: [by_issuer.get(key, 0.0) for key in keys] for name, by_issuer in made.items()}, found.is_sample


def stakes_elsewhere(
    uow: UnitOfWork, portfolio_id: str, issuers: Iterable[str], day: date, on: date, known_by_utc: datetime
) -> Stakes:
    """Return the stakes in some issuers over all visible portfolios but one.

    Parameters
    ----------
    issuers
        Keys of `issuer_of`.
    day
        At whose end the positions are counted.
    on, known_by_utc
        The day for which the numbers of shares and votes hold, and until when they had to be known.

    """
    held = uow.ledger.positions(sorted(row.id for row in uow.portfolios.all()), day)
    others = [one.quantities for key, one in held.items() if key != portfolio_id]
    wanted, ids = set(issuers), sorted({asset_id for one in others for asset_id in one})
    found = uow.assets.get_many(ids) if ids and wanted else {}
    assets = {key: row for key, row in found.items() if issuer_of(row) in wanted and row.asset_class not in NO_SHARES}
    if not assets:
        return Stakes({}, {}, False)
    said = uow.assets.attributes_named(sorted(assets), [VOTES, CAPITAL, SHARES], on, known_by_utc)
    votes: dict[str, float] = {}
    short: dict[str, float] = {}
    for quantities in others:
        net: dict[str, float] = {}
        for asset_id in assets.keys() & quantities.keys():
            key, units = issuer_of(assets[asset_id]), quantities[asset_id]
            if units > 0:
                votes[key] = votes.get(key, 0.0) + _share(units, said, asset_id, VOTES)
            net[key] = net.get(key, 0.0) - _share(units, said, asset_id, CAPITAL, SHARES)
        for key, share in net.items():
            if not share <= 0.0:  # what is not known stays so
                short[key] = short.get(key, 0.0) + share
    used = (row.is_sample for name in (VOTES, CAPITAL, SHARES) for row in said.get(name, {}).values())
    return Stakes(votes, short, any(used))


def _share(
    units: Decimal, said: Mapping[str, Mapping[str, tables.AssetAttribute]], asset_id: str, *names: str
) -> float:
    row = next((said[name][asset_id] for name in names if asset_id in said.get(name, {})), None)
    count = 0.0 if row is None else float(row.value)
    return float(units) / count if count > 0.0 else float(np.nan)
