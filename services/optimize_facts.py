"""What does the house know of the assets besides their returns, as of a day, and where is that from?

Nothing after the day is used. What is not known stays unknown: a limit that needs it says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.kernel.facts import MONEY_MAX, Facts
from services import formatting
from services.limit_regions import region_of
from services.market_marks import facts_note, named
from services.market_origins import origin_of
from services.market_series import SeriesReader
from services.market_volumes import VOLUME_SESSIONS_COUNT, stated_volumes, usual_volumes
from services.optimize_needs import Needs
from services.portfolios_benchmark import (
    benchmark_currencies,
    benchmark_index,
    benchmark_weights,
    weight_deliveries,
)

if TYPE_CHECKING:
    from data.store import tables
    from data.store.unit_of_work import UnitOfWork
    from engine.kernel.frames import ReturnsPanel

ESG_SCORE = "esg_score"
BETA_RETURNS_MIN_COUNT = 20
LOWER_IS_BETTER = "lower is better"
GROUPS = ("country", "currency", "asset_class", "industry", "exchange")
SCORES_WORD, VOLUMES_WORD, WEIGHTS_WORD, RATES_WORD = "ESG scores", "volumes", "benchmark weights", "exchange rates"


@dataclass(frozen=True)
class Subject:
    """What the facts are asked about.

    Parameters
    ----------
    assets : mapping of symbol to asset
    panel : ReturnsPanel
        Their returns; its last day is the day of the facts.
    currency : str
        Of the panel.
    base_currency : str
        In which prices and volumes are given.
    benchmark_id : str or None
    capital_ccy : Decimal or None
        Value of the whole portfolio in the base currency.

    """

    assets: Mapping[str, tables.Asset]
    panel: ReturnsPanel
    currency: str
    base_currency: str
    benchmark_id: str | None = None
    capital_ccy: Decimal | None = None


@dataclass
class Found:
    """What was found, in sentences for the lineage.

    Parameters
    ----------
    fields : dict
        Parts of the facts.
    sources : list of str
        Where each fact is from.
    lacks : list of str
        What was looked for and not found.
    samples : list of str
        Kinds of facts of which some are invented.
    marks : list of str
        Sentences about those.
    deliveries : dict of str to set of str
        The house's own deliveries that facts were taken from, each with the symbols or benchmarks that it speaks of.
    imports : list of dict
        The same with file, person and time, JSON-native.
    benchmark_name : str or None
        Of the benchmark that was looked at.

    """

    fields: dict[str, Any] = field(default_factory=dict)
    sources: list[str] = field(default_factory=list)
    lacks: list[str] = field(default_factory=list)
    samples: list[str] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)
    deliveries: dict[str, set[str]] = field(default_factory=dict)
    imports: list[dict[str, Any]] = field(default_factory=list)
    benchmark_name: str | None = None

    @property
    def facts(self) -> Facts:
        """The facts in the engine's form."""
        return Facts(**self.fields)

    def note_deliveries(self, rows: Mapping[str, tables.AssetAttribute]) -> None:
        """Note of which own deliveries values are, by symbol."""
        for symbol, row in rows.items():
            if row.batch_id is not None and row.tenant_id is not None:
                self.deliveries.setdefault(row.batch_id, set()).add(symbol)

    def mark(self, what: str, of: list[str]) -> None:
        """Note that figures of this kind are invented."""
        self.samples.append(what)
        self.marks.append(facts_note(what, of))


def read_facts(uow: UnitOfWork, reader: SeriesReader, subject: Subject, needs: Needs) -> Found:
    """Return what the store knows of the assets on the panel's last day, as far as it is needed.

    Groups are always given; the reference table that they come from holds no dates.
    """
    found = Found()
    found.fields["groups"] = _groups(uow, subject.assets)
    if needs.has_scores:
        _scores(uow, subject, found)
    if needs.has_benchmark or needs.has_betas:
        _benchmark(uow, reader, subject, needs, found)
    if needs.has_prices or needs.has_volumes:
        if subject.capital_ccy is not None and 0 < subject.capital_ccy <= Decimal(MONEY_MAX):
            found.fields["capital_money"] = float(subject.capital_ccy)
        _money(uow, reader, subject, needs, found)
    batches = uow.ingest_batches.get_many(sorted(found.deliveries))
    origins = {key: origin_of(batch) for key, batch in batches.items()}
    found.imports = [
        {**origin.as_document(), "symbols": sorted(found.deliveries[key])}
        for key, origin in sorted(origins.items())
        if origin is not None
    ]
    return found


def _groups(uow: UnitOfWork, assets: Mapping[str, tables.Asset]) -> dict[str, dict[str, str]]:
    """Return dimension to symbol to group, from the reference table; regions follow from countries."""
    groups = {
        dimension: {symbol: str(getattr(row, dimension)) for symbol, row in assets.items() if getattr(row, dimension)}
        for dimension in GROUPS
    }
    groups["region"] = {
        symbol: region for symbol, row in assets.items() if (region := region_of(row.country)) is not None
    }
    issuers = uow.issuers.get_many(sorted({row.issuer_id for row in assets.values() if row.issuer_id is not None}))
    groups["issuer"] = {
        symbol: issuers[row.issuer_id].name for symbol, row in assets.items() if row.issuer_id in issuers
    }
    return {dimension: labels for dimension, labels in groups.items() if labels}


def _scores(uow: UnitOfWork, subject: Subject, found: Found) -> None:
    """Add ESG scores with their direction; scores of another direction than most are left out."""
    day = subject.panel.end
    symbols = {row.id: symbol for symbol, row in subject.assets.items()}
    rows = uow.assets.attributes(list(symbols), ESG_SCORE, day, known_by_utc=datetime.combine(day, time.max, UTC))
    if not rows:
        found.lacks.append("No ESG scores are stored. Import them, load the sample pack, or give `facts.esg_scores`.")
        return
    lower = {key for key, row in rows.items() if LOWER_IS_BETTER in (row.unit or "")}
    is_higher_better = 2 * len(lower) <= len(rows)
    kept = {key: row for key, row in rows.items() if (key in lower) != is_higher_better}
    found.fields["esg_scores"] = {symbols[key]: float(row.value) for key, row in kept.items()}
    found.fields["is_esg_higher_better"] = is_higher_better
    providers = named(sorted({row.provider for row in kept.values()}))
    better = "higher" if is_higher_better else "lower"
    latest = formatting.day(max(row.valid_on for row in kept.values()))
    found.sources.append(
        f"ESG scores of {formatting.count(len(kept), 'asset')}, the latest of {latest}, {better} is better, from "
        f"{providers}."
    )
    if len(kept) < len(rows):
        others = named(sorted(symbols[key] for key in rows if key not in kept))
        found.lacks.append(f"The ESG scores of {others} run the other way and are left out.")
    found.note_deliveries({symbols[key]: row for key, row in kept.items()})
    invented = sorted(symbols[key] for key, row in kept.items() if row.is_sample)
    if invented:
        found.mark(SCORES_WORD, invented)


def _benchmark(uow: UnitOfWork, reader: SeriesReader, subject: Subject, needs: Needs, found: Found) -> None:
    """Add the benchmark's weights at the close of the day, and betas to it from the returns of the window."""
    wanted = subject.benchmark_id
    row = None if wanted is None else uow.benchmarks.get_many([wanted]).get(wanted)
    if row is None:
        return
    found.benchmark_name = row.name
    if needs.has_benchmark:
        weights = benchmark_weights(uow, reader, row, subject.panel.end)
        names = {key: asset.symbol for key, asset in uow.assets.get_many(sorted(weights)).items()}
        if weights and len(names) == len(weights):
            found.fields["benchmark_weights"] = {names[key]: weight for key, weight in weights.items()}
            count = formatting.count(len(weights), "constituent")
            found.sources.append(
                f"Weights of {count} of the benchmark {row.name} at the close of {formatting.day(subject.panel.end)}."
            )
        else:
            found.lacks.append(
                f"The weights of the constituents of the benchmark {row.name} are not stored. Choose a benchmark with "
                "weights, or give `facts.benchmark_weights`."
            )
    if needs.has_betas:
        _betas(uow, reader, row, subject, found)
    used = {"benchmark_weights", "betas"} & set(found.fields)
    for batch_id in sorted(weight_deliveries(uow, row, subject.panel.end)) if used else ():
        found.deliveries.setdefault(batch_id, set()).add(row.symbol or row.name)
    if row.is_sample and used:
        found.mark(WEIGHTS_WORD, [row.name])


def _betas(uow: UnitOfWork, reader: SeriesReader, row: tables.Benchmark, subject: Subject, found: Found) -> None:
    """Add betas: covariance with the benchmark's returns over their variance, in the panel's currency."""
    panel = subject.panel
    days = panel.dates.astype("datetime64[D]")
    levels = benchmark_index(uow, reader, row, days.astype(object).tolist(), subject.currency)
    for foreign in sorted(benchmark_currencies(uow, reader, row) - {subject.currency}):
        rates = reader.rates(uow, foreign, subject.currency)
        if rates is None:
            found.lacks.append(f"There are no rates from {foreign} to {subject.currency}, so no betas to {row.name}.")
            return
        if rates.is_sample:
            found.mark(RATES_WORD, [foreign])
    moves = levels[1:] / levels[:-1] - 1.0
    known = np.isfinite(moves)
    count = int(known.sum())
    if count < BETA_RETURNS_MIN_COUNT or float(moves[known].std()) == 0.0:
        found.lacks.append(f"The history of the benchmark {row.name} is too short for betas in this window.")
        return
    away = moves[known] - moves[known].mean()
    betas = away @ panel.returns_frac[1:][known] / float(away @ away)
    found.fields["betas"] = dict(zip(panel.assets, np.clip(betas, -1000.0, 1000.0).tolist(), strict=True))
    found.sources.append(
        f"Betas to {row.name} from {formatting.count(count, 'daily return')} to {formatting.day(panel.end)}: "
        "covariance with its returns over their variance."
    )


def _money(uow: UnitOfWork, reader: SeriesReader, subject: Subject, needs: Needs, found: Found) -> None:
    """Add closes, and average daily traded values, in the base currency where there are rates to it."""
    ids = {symbol: row.id for symbol, row in subject.assets.items()}
    day = subject.panel.end
    book = reader.book(
        uow, subject.base_currency, list(ids.values()), [row.currency for row in subject.assets.values()]
    )
    prices: dict[str, float] = {}
    for symbol, row in subject.assets.items():
        quote, rate = book.quote(row.id, day), book.rate(row.currency, day)
        if quote is not None and rate is not None and quote.price > 0:
            prices[symbol] = float(quote.price * rate)
    if not prices:
        found.lacks.append(f"No closes in {subject.base_currency} are stored for {formatting.day(day)}.")
        return
    if needs.has_prices:
        found.fields["prices_money"] = prices
        found.sources.append(
            f"Closes of {formatting.count(len(prices), 'asset')} in {subject.base_currency} at or before "
            f"{formatting.day(day)}; shares trade singly."
        )
    foreign = {row.currency for symbol, row in subject.assets.items() if symbol in prices} - {subject.base_currency}
    invented = sorted(one for one in foreign if book.rates[one].is_sample)
    if invented:
        found.mark(RATES_WORD, invented)
    if needs.has_volumes:
        _volumes(uow, reader, subject, prices, found)


def _volumes(
    uow: UnitOfWork, reader: SeriesReader, subject: Subject, prices: Mapping[str, float], found: Found
) -> None:
    """Add average daily volumes times the close: the house's own figures first, else means of the last sessions."""
    day = subject.panel.end
    ids = {subject.assets[symbol].id: symbol for symbol in prices}
    rows = stated_volumes(uow, list(ids), day)
    found.note_deliveries({ids[key]: row for key, row in rows.items()})
    stated = {key: float(row.value) for key, row in rows.items()}
    measured = usual_volumes(uow, reader, [key for key in ids if key not in stated], day, np.mean)
    units = stated | {key: mean for key, (mean, _) in measured.items()}
    if not units:
        found.lacks.append("No volumes are stored. Import them, or load the sample pack to try what needs them.")
        return
    found.fields["daily_volumes_money"] = {ids[key]: value * prices[ids[key]] for key, value in units.items()}
    found.sources.append(
        f"Average daily volumes of {formatting.count(len(units), 'asset')} at {formatting.day(day)}'s closes: "
        f"{len(stated)} as stored, {len(measured)} as means of {VOLUME_SESSIONS_COUNT} sessions."
    )
    invented = sorted(ids[key] for key, (_, is_sample) in measured.items() if is_sample)
    if invented:
        found.mark(VOLUMES_WORD, invented)
