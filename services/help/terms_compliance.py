"""What do the words of compliance and records mean?"""

from __future__ import annotations

from typing import Final

from services.help.entry import term
from services.messages.help import Term

TERMS: Final[tuple[Term, ...]] = (
    term(
        "rule",
        "Rule",
        "A sentence about portfolios that is judged by figures: kept, near its limit, broken, or cannot be judged.",
        "compliance",
        also=("Rule and portfolio", "Rules broken", "Keep the portfolio's rules"),
    ),
    term(
        "rule-pack",
        "Pack",
        "Rules of one law or convention, ready to be taken in with the house's own figures.",
        "compliance",
    ),
    term(
        "severity",
        "Severity",
        "Hard: must not be broken, and blocks trades. Soft: may be let stand with a reason. Else it warns or informs.",
        "compliance",
    ),
    term(
        "breach",
        "Breach",
        "One rule, one portfolio and one group beyond the limit, with everything that happened to it.",
        "compliance home",
        also=("Open breaches", "What breaks it", "Broken rule"),
    ),
    term(
        "passive-breach",
        "Active and passive",
        "Active: trades brought the breach about. Passive: prices or flows did, and there is time to mend it.",
        "compliance",
    ),
    term(
        "cure",
        "Days to cure",
        "How long a breach may stand until it has to be mended; beyond that day it is late.",
        "compliance",
        also=("Mend by", "Late"),
        unit="days",
    ),
    term(
        "indeterminate",
        "Cannot be judged",
        "Data are missing. It never counts as kept, and a hard rule that cannot be judged blocks trades.",
        "compliance",
    ),
    term(
        "override",
        "Override",
        "A soft rule's breach that is let stand until a day, with a reason, decided by a second person.",
        "compliance",
    ),
    term(
        "pre-trade",
        "Before a trade",
        "Orders judged together against all rules, before anything is booked.",
        "compliance result",
        also=("Orders", "One order a line"),
    ),
    term(
        "dry-run",
        "Dry run",
        "What a rule would have said on past days, before it is in force.",
        "compliance",
    ),
    term(
        "restricted-list",
        "Restricted list",
        "Names that must not be traded, or only after a look: restricted, watch, exclusion and blackout lists.",
        "compliance",
        also=("List",),
    ),
    term(
        "locate",
        "Locate",
        "Shares found for lending before a short sale, with broker, number and day.",
        "compliance",
        also=("Broker",),
    ),
    term(
        "four-eyes",
        "Four eyes",
        "A change that counts only when a second person has agreed.",
        "compliance",
    ),
    term(
        "legal-hold",
        "Legal hold",
        "Records that must be kept beyond their usual time while a matter is open.",
        "compliance",
        also=("Hold",),
    ),
    term(
        "retention",
        "Kept for",
        "How long records are kept before they may go; a legal hold comes before it.",
        "compliance",
        also=("Keeps the records of",),
    ),
    term(
        "fact",
        "Fact",
        "What a rule needs to know of an asset, a client or the firm, with its source and the day from which it holds.",
        "compliance providers",
    ),
)
