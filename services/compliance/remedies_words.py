"""How is it told what mends a portfolio, and what was taken for granted?"""

from __future__ import annotations

from typing import Final

from engine.compliance.repair_result import ComplianceRepair, RepairWay, Way
from engine.compliance.repair_words import WHAT
from engine.kernel.units import listing
from services.formatting import count, money, percent
from services.messages.compliance_remedies import RemedyWish

WAY_TITLES: Final[dict[Way, str]] = {
    "reduce": "Reduce positions",
    "cheapest": "Cheapest trades",
    "nearest": "Cash as it is",
}


def remedy_sentence(name: str, found: ComplianceRepair) -> str:
    """Return what the remedies come to, as one or two sentences."""
    standing = f"Overrides in force let {listing(list(found.let_stand))} stand."
    if not found.broken and not found.helpless:
        if found.let_stand:
            return f"{name} keeps every other rule that binds: nothing is to be mended. {standing}"
        return f"{name} keeps every rule that binds: nothing is to be mended."
    repaired = [WHAT[one.way].lower() for one in found.ways if one.outcome == "repaired"]
    partial = [WHAT[one.way].lower() for one in found.ways if one.outcome == "partial"]
    parts = []
    if found.broken:
        broken = count(len(found.broken), "broken rule")
        if repaired:
            parts.append(f"{broken} of {name} can be mended by {listing(repaired)}.")
        elif partial:
            parts.append(f"Some of the {broken} of {name} can be mended by {listing(partial)}, not all together.")
        else:
            parts.append(f"No trades were found that mend the {broken} of {name}.")
    if found.helpless:
        parts.append(f"{count(len(found.helpless), 'rule')} cannot be mended by trades.")
    if found.let_stand:
        parts.append(standing)
    return " ".join(parts)


def told_sentence(way: RepairWay, currency: str) -> str:
    """Return what a way takes, with its turnover and its costs in money, and what comes of it."""
    if not way.orders:
        return way.sentence
    moved = sum(abs(one.value_ccy) for one in way.orders)
    size = f"{money(moved, currency)} traded, turnover {percent(way.turnover_frac, 2)}"
    cost = f"cost {money(way.cost_ccy, currency)} ({way.cost_frac * 1e4:.2f} basis points of net assets)"
    return f"{WHAT[way.way]}: {count(len(way.orders), 'trade')}, {size}, {cost}. {way.verified}"


def assumptions(unknown: tuple[str, ...], wish: RemedyWish) -> tuple[str, ...]:
    """Return what trades were priced and sized by."""
    said = ["Prices are the last closes; a trade costs half the stated spread."]
    if unknown:
        said.append(
            f"No spread is stated for {listing(list(unknown))}: 0.1% of the trade is taken. Import quoted spreads to "
            "say it."
        )
    if wish.buffer_frac > 0.0:
        said.append(f"Broken limits are kept with {percent(wish.buffer_frac, 2)} of net assets to spare.")
    said.append("Trades are whole units." if wish.whole_shares else "Trades may be parts of a unit.")
    return tuple(said)
