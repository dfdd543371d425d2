"""Which investment limits does the UCITS directive set? Articles 50 to 56, 83 and 89 of Directive 2009/65/EC."""

from __future__ import annotations

from engine.compliance.packs.pack import Pack
from engine.compliance.packs.ucits_assets import ASSETS
from engine.compliance.packs.ucits_issuers import ISSUERS

UCITS = Pack(
    id="ucits",
    title="UCITS",
    about="For funds under Directive 2009/65/EC.",
    caveat="Options that a member state grants are parameters. Of the three ways to count global exposure the "
    "commitment is switched on. Index funds take the two rules of Article 53 in place of those on issuers, and funds "
    "with a permission under Article 54 set that on public issuers to 100%. Look-through of funds and derivatives, "
    "netting and hedging, and the collateral behind a stated exposure are not judged here.",
    rules=(*ISSUERS, *ASSETS),
)
