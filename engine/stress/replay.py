"""What would a past event do to today's weights, at once and day by day?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal
from zlib import crc32

import numpy as np

from engine.kernel.errors import InputRefused, Problem
from engine.kernel.estimates import Matrix, Vector
from engine.kernel.units import percent, plural
from engine.stress.path import path_of, walk
from engine.stress.positions import StressedPortfolio, groups_of, uncovered_of
from engine.stress.result import PositionImpact, ReplayPath, ReplayResult
from engine.stress.stand_ins import (
    GAPS_MAX_FRAC,
    Fit,
    History,
    Standing,
    StandIns,
    best_fit,
    by_fit,
    by_peers,
    by_recorded_move,
    compounded,
    refuse_uneven,
)

Mode = Literal["instant", "buy_and_hold", "daily_rebalanced"]
PROXIED_MAX_FRAC = 0.2


@dataclass(frozen=True, slots=True)
class Window:
    """An event to replay: from the close of `start` to the close of `end`.

    `index_move_frac` is the recorded move of the broad index over these days, or None where it is not known.
    """

    id: str
    name: str
    start: date
    end: date
    sessions_count: int
    index_move_frac: float | None = None


class Replayer:
    """Replays events on one portfolio; regressions are fitted once for all events.

    Parameters
    ----------
    portfolio
        n positions.
    history
        Returns (t, n) of the same positions in the same order.
    stand_ins
        What may stand in where own history ends.
    seed
        Of the bootstrapped residuals.

    """

    def __init__(
        self, portfolio: StressedPortfolio, history: History, stand_ins: StandIns | None = None, seed: int = 7
    ) -> None:
        if history.returns_frac.shape != (len(history.dates), portfolio.count):
            raise InputRefused(
                [
                    Problem(
                        "returns_frac",
                        f"The returns have shape {history.returns_frac.shape} for {len(history.dates)} dates and "
                        f"{portfolio.count} positions.",
                        "Give one row for each date and one column for each position.",
                    )
                ]
            )
        refuse_uneven((stand_ins or StandIns()).series, len(history.dates), "stand_ins")
        self._portfolio, self._history = portfolio, history
        self._stand_ins = stand_ins or StandIns()
        self._seed = seed
        self._fits: dict[int, Fit | None] = {}
        self._broad: dict[int, Fit | None] = {}

    def replay(self, window: Window, mode: Mode = "instant") -> ReplayResult:
        """Return what the event would do; positions that nothing covers are named, never taken as zero."""
        rows = self._rows(window)
        standings, reasons, notes = self._standings(window, rows)
        if mode != "instant" and (rows is None or any(one.daily_frac is None for one in standings.values())):
            notes.append("The event lies outside the stored history: the move is shown at once, without a path.")
            mode = "instant"
        impacts, path = self._impacts(standings, rows, mode)
        return self._told(window, mode, standings, impacts, reasons, path, notes)

    def _rows(self, window: Window) -> slice | None:
        """Return the rows of the window, or None where the history does not reach from its start to its end."""
        dates = self._history.dates
        start, end = np.datetime64(window.start, "D"), np.datetime64(window.end, "D")
        if not dates.size or dates[-1] < end:
            return None
        first = int(np.searchsorted(dates, start, side="right"))
        last = int(np.searchsorted(dates, end, side="right"))
        is_reached = first > 0 or (first == 0 and last - first >= window.sessions_count)
        return slice(first, last) if is_reached and last > first else None

    def _fit(self, place: int) -> Fit | None:
        if place not in self._fits:
            name, group = self._portfolio.assets[place], self._portfolio.groups[place]
            self._fits[place] = best_fit(name, group, self._history.returns_frac[:, place], self._stand_ins)
        return self._fits[place]

    def _standings(self, window: Window, rows: slice | None) -> tuple[dict[int, Standing], dict[int, str], list[str]]:
        """Return what stands for each position, why some have nothing, and notes."""
        found: dict[int, Standing] = {}
        reasons: dict[int, str] = {}
        notes: list[str] = []
        own = self._own(rows)
        for place in range(self._portfolio.count):
            standing = own.get(place) or self._instead(place, window, rows)
            if standing is None and rows is not None:
                mates = [at for at in own if self._is_mate(place, at)]
                standing = by_peers(self._history.returns_frac[rows][:, mates], self._seed, self._stream(place))
            if standing is not None:
                found[place] = standing
            else:
                reasons[place] = self._reason(place, rows)
        filled = [self._portfolio.assets[at] for at, one in own.items() if one.proxy]
        if filled:
            notes.append(f"Missing days of {', '.join(filled)} were filled by beta times the index.")
        return found, reasons, notes

    def _is_mate(self, place: int, other: int) -> bool:
        group = self._portfolio.groups[place]
        return other != place and bool(group) and self._portfolio.groups[other] == group

    def _own(self, rows: slice | None) -> dict[int, Standing]:
        """Return the positions with own history; up to 5% of missing days are filled by what stands in."""
        if rows is None:
            return {}
        window = self._history.returns_frac[rows]
        missing = ~np.isfinite(window)
        whole = ~missing.any(axis=0)
        moves = np.prod(1.0 + window[:, whole], axis=0) - 1.0
        found = {
            int(place): Standing("own", None, None, window[:, place], float(move), None)
            for place, move in zip(np.flatnonzero(whole), moves, strict=True)
        }
        for place in np.flatnonzero(~whole & (missing.sum(axis=0) <= GAPS_MAX_FRAC * len(window))):
            standing = self._instead(int(place), None, rows)
            if standing is not None and standing.daily_frac is not None:
                daily = np.where(missing[:, place], standing.daily_frac, window[:, place])
                found[int(place)] = Standing("own", standing.proxy, None, daily, compounded(daily), None)
        return found

    def _instead(self, place: int, window: Window | None, rows: slice | None) -> Standing | None:
        """Return an index or factors in the asset's place: day by day, else by the recorded move of the broad index."""
        stream = self._stream(place)
        broad = self._broad_fit(place)
        for fitted in (self._fit(place), broad):
            if fitted is None or rows is None:
                continue
            series = np.column_stack([self._stand_ins.series[name][rows] for name in fitted.names])
            if np.isfinite(series).all():
                return by_fit(fitted, series, self._seed, stream)
        if window is None or window.index_move_frac is None or broad is None:
            return None
        return by_recorded_move(broad, window.index_move_frac, window.sessions_count, self._seed, stream)

    def _broad_fit(self, place: int) -> Fit | None:
        """Return the fit on the broad index itself."""
        if place not in self._broad:
            only = StandIns(self._stand_ins.series, self._stand_ins.default_index)
            self._broad[place] = best_fit(self._portfolio.assets[place], "", self._history.returns_frac[:, place], only)
        return self._broad[place]

    def _stream(self, place: int) -> int:
        """Return a number for the asset's draws that its place among the others does not change."""
        return crc32(self._portfolio.assets[place].encode())

    def _reason(self, place: int, rows: slice | None) -> str:
        known = int(np.isfinite(self._history.returns_frac[:, place]).sum())
        when = "the event lies outside the stored history" if rows is None else "it has no history in the event"
        return (
            f"{when[0].upper()}{when[1:]}, and with {plural(known, 'return')} of its own nothing can stand in for it."
        )

    def _impacts(
        self, standings: dict[int, Standing], rows: slice | None, mode: Mode
    ) -> tuple[dict[int, float], ReplayPath | None]:
        """Return the impact of each covered position, and the path day by day where asked."""
        weights = self._portfolio.weights_frac
        if mode == "instant" or rows is None:
            return {place: float(weights[place]) * one.return_frac for place, one in standings.items()}, None
        places = list(standings)
        daily = _table([one.daily_frac for one in standings.values()], rows.stop - rows.start)
        values, gains = walk(weights[places], daily, is_rebalanced=mode == "daily_rebalanced")
        before = self._history.dates[rows.start - 1] if rows.start else self._history.dates[rows.start] - 1
        dates = np.concatenate([[before], self._history.dates[rows]])
        benchmark = self._history.benchmark_frac
        path = path_of(dates, values, None if benchmark is None else benchmark[rows])
        return dict(zip(places, gains.tolist(), strict=True)), path

    def _told(
        self,
        window: Window,
        mode: Mode,
        standings: dict[int, Standing],
        impacts: dict[int, float],
        reasons: dict[int, str],
        path: ReplayPath | None,
        notes: list[str],
    ) -> ReplayResult:
        """Put the answer together."""
        portfolio = self._portfolio
        positions = PositionImpact.trusted(
            _line(portfolio, place, standings.get(place), impacts.get(place)) for place in range(portfolio.count)
        )
        total = float(sum(impacts.values()))
        low, high = _band(portfolio.weights_frac, standings, total)
        proxied = np.array([place in standings and standings[place].tier != "own" for place in range(portfolio.count)])
        lost = np.array([place in reasons for place in range(portfolio.count)])
        proxied_frac = portfolio.share_frac(proxied.astype(bool))
        covered_frac = 1.0 - portfolio.share_frac(lost.astype(bool))
        if proxied_frac > PROXIED_MAX_FRAC:
            notes.append(
                f"{percent(proxied_frac, 0)} of what is held rests on proxies: read the total as a rough figure."
            )
        if reasons:
            notes.append(f"{percent(1.0 - covered_frac, 1)} of what is held is not covered and not part of the total.")
        if path is not None and path.is_ruined:
            notes.append("On the way the value falls to zero or below: the portfolio would not have lived to the end.")
        return ReplayResult(
            scenario=window.id,
            name=window.name,
            start=window.start,
            end=window.end,
            sessions_count=window.sessions_count,
            mode=mode,
            total_frac=total,
            low_frac=low,
            high_frac=high,
            benchmark_frac=self._benchmark(window),
            event_index_frac=window.index_move_frac,
            covered_frac=covered_frac,
            proxied_frac=proxied_frac,
            is_mostly_proxied=proxied_frac > PROXIED_MAX_FRAC,
            positions=positions,
            groups=groups_of(positions),
            uncovered=uncovered_of(portfolio, reasons),
            path=path,
            notes=tuple(notes),
        )

    def _benchmark(self, window: Window) -> float | None:
        rows = self._rows(window)
        if rows is None or self._history.benchmark_frac is None:
            return None
        daily = self._history.benchmark_frac[rows]
        return compounded(daily) if np.isfinite(daily).all() else None


def _table(columns: Sequence[Vector | None], height: int) -> Matrix:
    """Return daily returns as one table, shape (d, m), also for no position."""
    return np.column_stack([one for one in columns if one is not None]) if columns else np.zeros((height, 0))


def _line(
    portfolio: StressedPortfolio, place: int, standing: Standing | None, impact_frac: float | None
) -> dict[str, object]:
    """Return the fields of one position in their order."""
    weight = float(portfolio.weights_frac[place])
    low = high = impact_frac
    if standing is not None and impact_frac is not None:
        ends = [impact_frac + weight * (end - standing.return_frac) for end in standing.band()]
        low, high = min(ends), max(ends)
    return {
        "asset": portfolio.assets[place],
        "group": portfolio.group_name(place),
        "weight_frac": weight,
        "return_frac": None if standing is None else standing.return_frac,
        "impact_frac": impact_frac,
        "low_frac": low,
        "high_frac": high,
        "tier": "none" if standing is None else standing.tier,
        "proxy": None if standing is None else standing.proxy,
        "r2_frac": None if standing is None else standing.r2_frac,
        "is_weak": standing is not None and standing.is_weak,
    }


def _band(weights_frac: Vector, standings: dict[int, Standing], total_frac: float) -> tuple[float, float]:
    """Return 5% and 95% of the total over independent draws of all residuals."""
    spread = [
        float(weights_frac[place]) * (one.draws_frac - one.return_frac)
        for place, one in standings.items()
        if one.draws_frac is not None
    ]
    if not spread:
        return total_frac, total_frac
    low, high = np.quantile(np.sum(spread, axis=0), (0.05, 0.95))
    return total_frac + min(float(low), 0.0), total_frac + max(float(high), 0.0)


def replay_all(
    portfolio: StressedPortfolio,
    history: History,
    windows: Sequence[Window],
    stand_ins: StandIns | None = None,
    *,
    mode: Mode = "instant",
    seed: int = 7,
) -> tuple[ReplayResult, ...]:
    """Replay several events on today's weights, in the order given.

    Parameters
    ----------
    portfolio, history, stand_ins, seed
        As for `Replayer`.
    windows
        The events.
    mode
        "instant", "buy_and_hold" or "daily_rebalanced".

    """
    replayer = Replayer(portfolio, history, stand_ins, seed)
    return tuple(replayer.replay(window, mode) for window in windows)
