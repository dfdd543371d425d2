"""Which packs are there?"""

from __future__ import annotations

from collections.abc import Mapping

from engine.compliance.packs.erisa import ERISA
from engine.compliance.packs.house import HOUSE
from engine.compliance.packs.irc_851 import IRC_851
from engine.compliance.packs.marketing import MARKETING
from engine.compliance.packs.mifid import MIFID
from engine.compliance.packs.notices import NOTICES
from engine.compliance.packs.pack import Pack
from engine.compliance.packs.ucits import UCITS
from engine.compliance.packs.us_1940 import US_1940

PACKS: Mapping[str, Pack] = {one.id: one for one in (HOUSE, UCITS, US_1940, IRC_851, NOTICES, MARKETING, MIFID, ERISA)}
