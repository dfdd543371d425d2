"""Do the columns of a table that are shown at a width find room there, so that nothing is cut or scrolled sideways?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from callbacks.present_performance_today import COLUMNS
from components.ids import Wizard
from components.ids_account import Users
from components.ids_market import Market
from components.ids_portfolios import Clients, Runs
from components.ids_quality import Quality

PHONE_BELOW_PX = 620
TICKS_PX = 46
"""Width of the column of ticks, where rows are chosen by them."""


def taken_px(columns: Sequence[dict[str, Any]], width_px: int) -> int:
    """Return the least width of the columns that assets/aggrid.js shows in a table of a width."""
    total = 0
    for one in columns:
        context = one["context"]
        if context.get("narrow") is False and width_px < context.get("narrowBelowPx", PHONE_BELOW_PX):
            continue
        is_phone = width_px < PHONE_BELOW_PX
        total += context["narrowPx"] if is_phone and "narrowPx" in context else one["minWidth"]
    return total


@pytest.mark.parametrize(
    ("table_id", "width_px"),
    [
        (Users.TABLE, 364),
        (Users.TABLE, 718),
        (Clients.TABLE, 364),
        (Clients.TABLE, 586),
        (Runs.TABLE, 364),
        (Runs.TABLE, 720),
        (Runs.TABLE, 1174),
        (Market.TABLE, 364),
        (Market.TABLE, 720),
        (Market.TABLE, 1174),
        (Quality.SERIES, 364),
        (Quality.SERIES, 720),
        (Quality.SERIES, 1174),
        (Quality.QUEUE, 332 - TICKS_PX),
        (Quality.QUEUE, 690 - TICKS_PX),
        (Wizard.ASSETS, 688 - TICKS_PX),
        (Wizard.ASSETS, 818 - TICKS_PX),
    ],
)
def test_columns_find_room_on_a_phone_a_tablet_and_a_desk(
    nodes: list[dict[str, Any]], table_id: str, width_px: int
) -> None:
    (table,) = [one for one in nodes if one["type"] == "AgGrid" and one["props"].get("id") == table_id]
    assert taken_px(table["props"]["columnDefs"], width_px) <= width_px


@pytest.mark.parametrize("width_px", [364, 720, 1080, 1174])
def test_the_table_of_today_finds_room_too(width_px: int) -> None:
    assert taken_px(COLUMNS, width_px) <= width_px
