"""How is it told what mends a portfolio, and what was taken for granted?"""

from __future__ import annotations

from typing import Final

from engine.compliance.repair_result import ComplianceRepair, Way
from engine.kernel.units import listing
from services.formatting import count, percent
from services.messages.compliance_remedies import RemedyWish

WAY_TITLES: Final[dict[Way, str]] = {
    "reduce": "Sales alone",
    "cheapest": "Cheapest trades",
    "nearest": "Cash as it is",
}


def remedy_sentence(name: str, found: ComplianceRepair) -> str:
    """Return what the remedies come to, as one or two sentences."""
    if not found.broken and not found.helpless:
        return f"{name} keeps every rule that binds: nothing is to be mended."
    repaired = [WAY_TITLES[one.way].lower() for one in found.ways if one.outcome == "repaired"]
    parts = []
    if found.broken:
        broken = count(len(found.broken), "broken rule")
        if repaired:
            parts.append(f"{broken} of {name} can be mended by {listing(repaired)}.")
        else:
            parts.append(f"No trades were found that mend the {broken} of {name}.")
    if found.helpless:
        parts.append(f"{count(len(found.helpless), 'rule')} cannot be mended by trades.")
    return " ".join(parts)


def assumptions(unknown: tuple[str, ...], wish: RemedyWish) -> tuple[str, ...]:
    """Return what trades were priced and sized by."""
    said = ["Prices are the last closes; a trade costs half the stated spread."]
    if unknown:
        said.append(
            f"No spread is stated for {listing(list(unknown))}: 0.1% of the trade is taken. Import "
            "quoted_spread_frac to say it."
        )
    if wish.buffer_frac > 0.0:
        said.append(f"Broken limits are kept with {percent(wish.buffer_frac, 2)} of net assets to spare.")
    said.append("Trades are whole units." if wish.whole_shares else "Trades may be parts of a unit.")
    return tuple(said)
