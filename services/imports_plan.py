"""What would a file change in what this house sees, and which of its problems show only beside the stored data?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from data.store import tables
from data.upload.problems import FileProblem
from data.upload.reading import FileReading
from data.upload.symbol_figures import SymbolFigures
from services import formatting
from services.imports_corrected import stays_corrected
from services.market_series import SeriesReader, StoredSeries
from services.messages.imports import FigureCounts, NewSymbol

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork

Key = TypeVar("Key")
CHANGES_MAX_COUNT = 50
STOCK = "equity"


@dataclass
class ImportPlan:
    """What importing a file would do.

    Parameters
    ----------
    known : dict of str to Asset
        The symbols of the file that exist.
    new_symbols : list of NewSymbol
    counts : list of FigureCounts
    changes, notes : list of str
        Whose shown figures would be others; what to look at.
    problems : list of FileProblem
        What shows only beside the stored data.
    members, indices : dict of str to Asset
        The members of the file's benchmarks that exist, and the indices that become benchmarks.
    benchmarks : dict of str to Benchmark
        The benchmarks of the file that exist.

    """

    known: dict[str, tables.Asset] = field(default_factory=dict)
    new_symbols: list[NewSymbol] = field(default_factory=list)
    counts: list[FigureCounts] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    problems: list[FileProblem] = field(default_factory=list)
    members: dict[str, tables.Asset] = field(default_factory=dict)
    indices: dict[str, tables.Asset] = field(default_factory=dict)
    benchmarks: dict[str, tables.Benchmark] = field(default_factory=dict)


def make_plan(
    uow: UnitOfWork, reading: FileReading, reader: SeriesReader, provider: str, labels: Mapping[str, str]
) -> ImportPlan:
    """Return what importing a file would do.

    Parameters
    ----------
    uow : UnitOfWork
        For the person who imports.
    reading : FileReading
    reader : SeriesReader
    provider : str
        The name under which imports are stored.
    labels : mapping
        Provider's name to the words that people read.

    """
    plan = ImportPlan(known=uow.assets.by_symbols(sorted(reading.symbols)))
    for symbol, figures in sorted(reading.symbols.items()):
        _look_at_asset(plan, reading, symbol, figures)
    _note_new_sectors(uow, plan)
    _compare_prices(uow, plan, reading, reader, provider, labels)
    _compare_values(uow, plan, reading, provider)
    _compare_rates(uow, plan, reading, provider)
    left_out = len(plan.changes) - CHANGES_MAX_COUNT
    if left_out > 0:
        plan.changes = [*plan.changes[:CHANGES_MAX_COUNT], f"{formatting.count(left_out, 'further symbol')} likewise."]
    return plan


def _look_at_asset(plan: ImportPlan, reading: FileReading, symbol: str, figures: SymbolFigures) -> None:
    """Note what keeps a symbol from being taken in, or that it is new."""
    heading = reading.headings.get("symbol", "symbol")
    asset, said = plan.known.get(symbol), figures.facts
    if asset is None:
        missing = [name for name in ("name", "currency") if name not in said]
        if missing:
            message = f"{symbol} is not known here, and the file gives it no {' and no '.join(missing)}."
            advice = (
                f"Correct the symbol, or fill in the {'columns' if len(missing) > 1 else 'column'} "
                f"{' and '.join(missing)} for it; sector, country and asset_class are welcome too."
            )
            plan.problems.append(FileProblem(figures.first_line, heading, message, advice))
            return
        plan.new_symbols.append(
            NewSymbol(
                symbol=symbol,
                name=said["name"],
                currency=said["currency"],
                asset_class=said.get("asset_class", STOCK),
                sector=said.get("sector"),
                country=said.get("country"),
            )
        )
        return
    if asset.is_sample:
        message = f"{symbol} is one of the sample pack's fictitious assets."
        plan.problems.append(FileProblem(figures.first_line, heading, message, "Use another symbol for a real one."))
    if said.get("currency", asset.currency) != asset.currency:
        message = f"{symbol} is quoted in {asset.currency} here, and in {said['currency']} in the file."
        advice = f"Give its prices in {asset.currency}, or use another symbol for this listing."
        plan.problems.append(FileProblem(figures.first_line, reading.headings.get("currency"), message, advice))
    differing = [
        name.replace("_", " ")
        for name in ("name", "sector", "country", "asset_class")
        if name in said and said[name] != (getattr(asset, name) or said[name])
    ]
    if differing:
        plan.notes.append(f"{symbol} keeps its {' and '.join(differing)}: the file says otherwise.")


def _note_new_sectors(uow: UnitOfWork, plan: ImportPlan) -> None:
    """Name sectors that no asset has yet: a limit on a sector counts only what is spelled the same."""
    known = set(uow.assets.sectors())
    new = sorted({one.sector for one in plan.new_symbols if one.sector is not None} - known)
    if new and known:
        named = ", ".join(f"“{one}”" for one in new)
        plan.notes.append(f"New sectors: {named}. So far there are {', '.join(sorted(known))}.")


def _compare_prices(
    uow: UnitOfWork,
    plan: ImportPlan,
    reading: FileReading,
    reader: SeriesReader,
    provider: str,
    labels: Mapping[str, str],
) -> None:
    """Count prices, and say where another history would be shown than now."""
    priced = {symbol: one for symbol, one in reading.symbols.items() if one.bars}
    if not priced:
        return
    stored = reader.series(uow, [plan.known[symbol].id for symbol in priced if symbol in plan.known])
    total = np.zeros(3, dtype=int)
    for symbol, figures in sorted(priced.items()):
        asset = plan.known.get(symbol)
        series = None if asset is None else stored.get(asset.id)
        own = series if series is not None and series.provider == provider else None
        stays, sentences = (None, []) if own is None else stays_corrected(uow, own.asset_id, provider, symbol, figures)
        plan.notes.extend(sentences)
        new, changed, same = _against(figures, own, stays)
        total += (new, changed, same)
        if changed:
            plan.changes.append(f"{symbol}: {formatting.count(changed, 'price')} will be other than imported before.")
        elif series is not None and own is None:
            label = labels.get(series.provider, series.provider)
            plan.changes.append(_replaced(symbol, figures, series, label))
    plan.counts.append(
        FigureCounts(kind="prices", new_count=int(total[0]), changed_count=int(total[1]), same_count=int(total[2]))
    )


def _against(
    figures: SymbolFigures, own: StoredSeries | None, stays: np.ndarray[Any, Any] | None
) -> tuple[int, int, int]:
    """Return how many prices of a symbol are new, other, and the same as the house's own stored ones.

    Where a correction stays over what the file says, nothing becomes other.
    """
    if own is None:
        return len(figures.bars), 0, 0
    days = figures.sessions()
    bars = [figures.bars[day] for day in sorted(figures.bars)]
    close = np.array([bar.close for bar in bars])
    adjusted = np.array([bar.close if bar.adjusted_close is None else bar.adjusted_close for bar in bars])
    volume = np.array([bar.volume for bar in bars])
    place = np.minimum(np.searchsorted(own.sessions, days), own.sessions.size - 1)
    known = own.sessions[place] == days
    stored = np.full(days.size, np.nan) if own.volumes is None else own.volumes[place]
    same = known & (own.closes[place] == close) & (own.adjusted_closes[place] == adjusted)
    same = same if stays is None else same | stays
    same &= (stored == volume) | np.isnan(volume)
    return int((~known).sum()), int((known & ~same).sum()), int(same.sum())


def _replaced(symbol: str, figures: SymbolFigures, series: StoredSeries, label: str) -> str:
    """Say that the file's history of a symbol is shown instead of another source's, with both spans."""
    days = sorted(figures.bars)
    first, last = (edge.astype("datetime64[D]").astype(object) for edge in (series.sessions[0], series.sessions[-1]))
    sentence = (
        f"{symbol}: the {_span(len(days), days[0], days[-1])} of the file will count instead of the "
        f"{_span(series.sessions.size, first, last)} of “{label}”."
    )
    if len(days) < series.sessions.size:
        sentence += " A history comes from one source; import the whole of it if you need the earlier days too."
    return sentence


def _span(count: int, first: date, last: date) -> str:
    return f"{formatting.count(count, 'price')} from {formatting.day(first)} to {formatting.day(last)}"


def _compare_values(uow: UnitOfWork, plan: ImportPlan, reading: FileReading, provider: str) -> None:
    """Count figures beside prices, and name those dated later than most prices."""
    names = sorted({name for one in reading.symbols.values() for name, _ in one.values})
    ids = [asset.id for asset in plan.known.values()]
    stored = uow.assets.own_attributes(ids, names, provider) if names else {}
    for name in names:
        incoming = {
            (plan.known[symbol].id if symbol in plan.known else symbol, name, day): value
            for symbol, one in reading.symbols.items()
            for (field_name, day), value in one.values.items()
            if field_name == name
        }
        plan.counts.append(_counted(name, incoming, stored))


def _compare_rates(uow: UnitOfWork, plan: ImportPlan, reading: FileReading, provider: str) -> None:
    """Count rates of exchange."""
    if not reading.rates:
        return
    for base, quote in sorted(reading.rates):
        known = (*uow.fx.series(base, quote).values(), *uow.fx.series(quote, base).values())
        if any(row.is_sample for row in known):
            plan.notes.append(
                f"The sample pack's fictitious rates between {base} and {quote} no longer count once these are "
                "imported, on no day: days before the first real rate have none."
            )
    parts = [
        _counted("exchange rates", days, uow.fx.own(base, quote, provider))
        for (base, quote), days in reading.rates.items()
    ]
    plan.counts.append(
        FigureCounts(
            kind="exchange rates",
            new_count=sum(part.new_count for part in parts),
            changed_count=sum(part.changed_count for part in parts),
            same_count=sum(part.same_count for part in parts),
        )
    )


def _counted(kind: str, incoming: Mapping[Key, float], stored: Mapping[Key, float]) -> FigureCounts:
    """Count which of the incoming figures are new, other, and the same."""
    known = [key for key in incoming if key in stored]
    same_count = sum(float(stored[key]) == incoming[key] for key in known)
    return FigureCounts(
        kind=kind,
        new_count=len(incoming) - len(known),
        changed_count=len(known) - same_count,
        same_count=same_count,
    )
