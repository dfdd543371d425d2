"""Which ids has the part of a result that says why: each weight, what limits cost, how they lead to the portfolio?"""

from __future__ import annotations

from typing import Final

from components.ids_base import Frozen


class Why(metaclass=Frozen):
    """Why a result is what it is."""

    CARD: Final = "why-card"
    CHOICE: Final = "why-choice"  # asset and wanted weight; hidden where no weight has reasons
    ASSET: Final = "why-asset"  # the asset that is explained; assets/why.js sets it from table and chart
    ASKING: Final = "why-asking"  # the wanted weight; hidden where no return plays a part
    WANTED: Final = "why-wanted"
    FIND: Final = "why-find"
    NEEDED: Final = "why-needed"  # the return that the wanted weight requires
    BODY: Final = "why-body"  # terms and steps of the chosen asset
    NOTES: Final = "why-notes"  # what holds for all assets, or stands in the place of reasons
    PRICES: Final = "why-prices"
