"""From which sizes on must somebody be told: owners, managers of large books, short sellers, clients?"""

from __future__ import annotations

from engine.compliance.packs.notices_europe import NOTICES_EUROPE
from engine.compliance.packs.notices_us import NOTICES_US
from engine.compliance.packs.pack import Pack

NOTICES = Pack(
    id="notices",
    title="Notices and filings",
    about="Thresholds from which a notice or a filing is due; none of them forbids a trade.",
    caveat="Stakes and the short positions of Form SHO count all portfolios of the house, net short positions those "
    "that are short of the issuer. Of the rows on Schedules 13D and 13G adopt those of the filer's kind. Options are "
    "not among the trades of Form 13H, and the 13(f) and private fund figures are stated. The thresholds of Form PF "
    "proposed in 2026 stand beside those in force: adopt one set.",
    rules=(*NOTICES_US, *NOTICES_EUROPE),
)
