"""What do lists and overrides mean for an optimization, or for trades that are to mend a portfolio?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from engine.compliance.allowances import Allowances
from engine.compliance.list_limit import TradingLists
from services.compliance.breach_allowed import overrides_in_force
from services.compliance.breach_grandfather import wording_of
from services.compliance.lists import listings
from services.compliance.trading import list_sentence

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork
    from services.compliance.in_force import RuleInForce
    from services.compliance.state import SeenState


def lists_of(uow: UnitOfWork, seen: SeenState, person_id: str | None) -> TradingLists:
    """Return what lists say of every position of a portfolio as seen, with a sentence by symbol.

    Parameters
    ----------
    uow : UnitOfWork
        Its actor sees the portfolio.
    seen : SeenState
        Also with what may be bought.
    person_id : str or None
        Who trades; adds this person's blackouts.
    """
    assets = {line.asset.id: line.asset for line in seen.lines if line.asset is not None}
    held: dict[str, str] = {}
    unbought: dict[str, str] = {}
    watched: dict[str, str] = {}
    found = listings(uow, seen.portfolio_id, seen.on, asset_ids=assets.keys(), person_id=person_id)
    for asset_id, listed in found.items():
        symbol = assets[asset_id].symbol
        if listed.is_restricted:
            kind = "restricted" if "restricted" in listed.kinds else "blackout"
            held[symbol] = list_sentence(symbol, listed, kind)
        elif listed.is_excluded:
            unbought[symbol] = list_sentence(symbol, listed, "exclusion")
        if listed.is_watched and not listed.is_restricted:
            watched[symbol] = list_sentence(symbol, listed, "watch")
    return TradingLists(held, unbought, watched)


def allowances_of(uow: UnitOfWork, portfolio_id: str, rules: Sequence[RuleInForce], at_utc: datetime) -> Allowances:
    """Return what somebody let stand, by the codes of rules: of soft rules, in the wording that is in force."""
    known = {one.rule_id: one for one in rules if one.rule.severity == "soft"}
    return Allowances(
        {
            (known[rule_id].rule.id, group): one.level
            for (rule_id, group), one in overrides_in_force(uow, portfolio_id, at_utc).items()
            if rule_id in known and wording_of(known[rule_id]) == one.wording_sha256
        }
    )


def has_lists(uow: UnitOfWork, portfolio_id: str, at_utc: datetime, person_id: str | None) -> bool:
    """Return whether anything at all is listed for a portfolio on the day of an instant."""
    return bool(listings(uow, portfolio_id, at_utc.date(), person_id=person_id))


def among(symbols: Iterable[str], named: Iterable[str]) -> list[bool]:
    """Return which symbols are among the named ones."""
    wanted = set(named)
    return [one in wanted for one in symbols]
