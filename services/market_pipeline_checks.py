"""Which rows of a delivery cannot be stored, and why?

A row is refused for the first reason that applies. Good rows of the same delivery go in; nothing is corrected here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from services.market_pipeline_rows import DAY, MOMENT, PRICES, SYMBOL, RowPiece

FAR_PAST = np.datetime64("1800-01-01", "D")


@dataclass(frozen=True)
class Refusal:
    """One row that is not taken in: its place in the piece, the column, and the reason as a sentence."""

    place: int
    field: str
    reason: str


class RowChecks:
    """Checks the pieces of one delivery, one after the other, and remembers which bars came already.

    Parameters
    ----------
    asset_ids : mapping of symbol to asset id
    today : date
        Bars of later days are refused.
    is_minute : bool
        Whether a session has several bars, each with a moment of its own.

    """

    def __init__(self, asset_ids: Mapping[str, str], today: date, *, is_minute: bool = False) -> None:
        self._is_minute = is_minute
        self._asset_ids = asset_ids
        self._last_day = np.datetime64(today, "D") + 1  # it is tomorrow already in the east
        self._seen: dict[str, NDArray[np.int64]] = {}

    @property
    def seen_asset_ids(self) -> list[str]:
        """The assets of which good rows came, in order."""
        return sorted(self._seen)

    def refusals(self, piece: RowPiece) -> list[Refusal]:
        """Return the rows of a piece that cannot be stored, in their order; the others count as seen from now on."""
        reasons: dict[int, Refusal] = {}

        def refuse(which: NDArray[np.bool_], field: str, reason: str) -> None:
            for place in np.flatnonzero(which).tolist():
                if place not in reasons:
                    reasons[place] = Refusal(place, field, reason.format(symbol=piece.symbols[place]))

        is_unknown = np.array([symbol not in self._asset_ids for symbol in piece.symbols], dtype=bool)
        refuse(is_unknown, SYMBOL, "There is no asset with the symbol {symbol!r}.")
        refuse(np.isnat(piece.days), DAY, "The date is missing, or is not written as YYYY-MM-DD.")
        if piece.moments is None and self._is_minute:
            refuse(np.ones(piece.rows_count, dtype=bool), MOMENT, "A bar of a minute needs the moment of its end.")
        if piece.moments is not None:
            refuse(np.isnat(piece.moments), MOMENT, "The end of the bar is missing, or is not an ISO moment in UTC.")
        with np.errstate(invalid="ignore"):
            refuse(piece.days > self._last_day, DAY, "The day lies in the future.")
            refuse(piece.days < FAR_PAST, DAY, "The day lies before 1800.")
        close = piece.numbers.get("close", np.full(piece.rows_count, np.nan))
        refuse(np.isnan(close), "close", "The close is missing.")
        for name in (*(one for one in PRICES if one in piece.numbers), "volume"):
            values = piece.numbers.get(name)
            if values is None:
                continue
            refuse(np.isinf(values), name, f"The {_word(name)} is not a finite number.")
            if name == "volume":
                refuse(values < 0, name, "The volume is negative.")
            else:
                refuse(values == 0, name, f"The {_word(name)} is zero.")
                refuse(values < 0, name, f"The {_word(name)} is negative.")
        high, low = piece.numbers.get("high"), piece.numbers.get("low")
        if high is not None and low is not None:
            refuse(high < low, "high", "The high lies below the low.")
        is_bad = np.zeros(piece.rows_count, dtype=bool)
        is_bad[list(reasons)] = True
        refuse(
            self._repeated(piece, ~is_bad), DAY, "The delivery has this bar of {symbol} already; the first one counts."
        )
        return [reasons[place] for place in sorted(reasons)]

    def _repeated(self, piece: RowPiece, is_good: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Return which good rows name a bar that came before, in this piece or in an earlier one."""
        moments = piece.moments if self._is_minute else None
        keys = (piece.days if moments is None else moments).astype(np.int64)
        repeated = np.zeros(piece.rows_count, dtype=bool)
        for asset_id, places in places_of(piece, is_good, self._asset_ids).items():
            mine = keys[places]
            first = np.zeros(mine.size, dtype=bool)
            first[np.unique(mine, return_index=True)[1]] = True
            known = self._seen.get(asset_id)
            if known is not None:
                first &= ~np.isin(mine, known)
            repeated[places[~first]] = True
            fresh = mine[first]
            self._seen[asset_id] = fresh if known is None else np.concatenate([known, fresh])
        return repeated


def places_of(
    piece: RowPiece, is_wanted: NDArray[np.bool_], asset_ids: Mapping[str, str]
) -> dict[str, NDArray[np.int64]]:
    """Return the places of the wanted rows by asset id."""
    wanted = np.flatnonzero(is_wanted)
    if wanted.size == 0:
        return {}
    names, groups = np.unique(np.array(piece.symbols, dtype=object)[wanted].astype(str), return_inverse=True)
    order = np.argsort(groups, kind="stable")
    cuts = np.flatnonzero(np.diff(groups[order])) + 1
    return {asset_ids[str(name)]: wanted[part] for name, part in zip(names, np.split(order, cuts), strict=True)}


def _word(name: str) -> str:
    return name.replace("_", " ")
