"""What becomes of a house's corrections when a file says something about the corrected days again?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from data.store.repositories.series import CORRECTED_CODE, Bars
from data.upload.symbol_figures import SymbolFigures
from services import formatting
from services.providers_corrected import repeats_raw

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork


def stays_corrected(
    uow: UnitOfWork, asset_id: str, provider: str, symbol: str, figures: SymbolFigures
) -> tuple[np.ndarray[Any, Any], list[str]]:
    """Return over which prices of a file a correction stays, and what to say about corrections.

    Parameters
    ----------
    uow : UnitOfWork
    asset_id, provider : str
        Whose stored bars the file is laid beside.
    symbol : str
        For the sentences.
    figures : SymbolFigures
        What the file says; the answer has one entry a bar, by day.

    """
    days = figures.sessions()
    nothing = np.zeros(days.size, dtype=bool)
    mine = uow.prices.series_of([asset_id], (provider,)).get(asset_id)
    if mine is None or mine.provider != provider or mine.flags is None:
        return nothing, []
    place = np.minimum(np.searchsorted(mine.dates, days), len(mine.dates) - 1)
    corrected = (mine.dates[place] == days) & (mine.flags[place] == CORRECTED_CODE)
    if not bool(corrected.any()):
        return nothing, []
    bars = [figures.bars[day] for day in sorted(figures.bars)]
    close = np.array([bar.close for bar in bars], dtype=np.float64)
    adjusted = np.array([bar.close if bar.adjusted_close is None else bar.adjusted_close for bar in bars])
    raw = uow.prices.as_said(mine)
    stays = repeats_raw(mine.flags, raw.dates, raw.close, raw.adjusted_close, Bars(asset_id, days, close, adjusted))
    ends = corrected & ~stays
    sentences = []
    if bool(stays.any()):
        count = int(stays.sum())
        sentences.append(
            f"{symbol}: {formatting.count(count, 'price')} that your house corrected "
            f"{'comes' if count == 1 else 'come'} again as before. "
            f"{'The correction stays' if count == 1 else 'The corrections stay'}."
        )
    if bool(ends.any()):
        count = int(ends.sum())
        sentences.append(
            f"{symbol}: {formatting.count(count, 'price')} that your house corrected "
            f"{'comes' if count == 1 else 'come'} with another figure. The file's counts from then on."
        )
    return stays, sentences
