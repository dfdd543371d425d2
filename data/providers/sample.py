"""Which invented figures does the sample pack offer, so that every feature can be tried before real data is imported?

Everything here is fictitious, drawn with a fixed seed, and says so: assets, volumes, ESG scores, euro rates and the
weights of a benchmark. Histories follow the sessions of the stored market index, so that they share its calendar.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from data.errors import ProviderRefused, ProviderUnavailable
from data.providers.answers import (
    Answer,
    AttributeAnswer,
    AttributeValue,
    ConstituentAnswer,
    Payload,
    PriceAnswer,
    PriceSeries,
    Provenance,
    RateAnswer,
    ReferenceAnswer,
)
from data.providers.protocol import Capabilities, Provider
from data.providers.questions import (
    AttributeQuestion,
    ConstituentQuestion,
    PriceQuestion,
    Question,
    RateQuestion,
    ReferenceQuestion,
)
from data.providers.sample_series import SEED, closes, euro_in_dollars, score, stream, volumes
from data.providers.vocabulary import Adjustment, AssetClass, Field, Flag, Frequency
from data.reference.assets import FOLDER, asset_table
from data.reference.sample_assets import TABLE, SampleAsset, sample_assets

FIRST_SESSION = date(2010, 1, 4)
BENCHMARK = "SAMPLE_LARGE_CAP"
BENCHMARK_NAME = "Sample large cap benchmark (sample, fictitious)"
BENCHMARK_TABLE = "us_large_caps"
ESG_SCORE = "esg_score"
UNIT = Decimal("0.00000001")


@dataclass(frozen=True)
class _Market:
    """The sessions and closes that the invented histories follow."""

    sessions: NDArray[np.datetime64]
    closes: NDArray[np.float64]

    def position(self, start: date | None, end: date | None) -> NDArray[np.bool_]:
        """Return which sessions lie in the window."""
        keep = np.ones(self.sessions.size, dtype=bool)
        if start is not None:
            keep &= self.sessions >= np.datetime64(start, "D")
        if end is not None:
            keep &= self.sessions <= np.datetime64(end, "D")
        return keep


class SamplePack(Provider):
    """Fictitious assets, volumes, scores, rates and benchmark weights."""

    name: ClassVar[str] = "sample"
    label: ClassVar[str] = "Sample pack"
    licence: ClassVar[str] = "Invented by the project; free to use"
    test_symbol: ClassVar[str] = "ALDM.X"
    capabilities: ClassVar[Capabilities] = Capabilities(
        questions=frozenset({PriceQuestion, ReferenceQuestion, AttributeQuestion, RateQuestion, ConstituentQuestion}),
        frequencies=frozenset({Frequency.DAILY}),
        asset_classes=frozenset({AssetClass.EQUITY, AssetClass.ETF, AssetClass.BOND, AssetClass.COMMODITY}),
        fields=frozenset({Field.CLOSE, Field.VOLUME}),
        attributes=frozenset({ESG_SCORE}),
        is_sample=True,
        is_static=True,
        is_on_demand=True,
    )

    def can_handle(self, symbol: str) -> bool:
        """Return whether the symbol is one of the fictitious assets."""
        return any(asset.facts.symbol == symbol for asset in sample_assets())

    def universe(self) -> tuple[str, ...]:
        """Return all fictitious symbols."""
        return tuple(asset.facts.symbol for asset in sample_assets())

    def version(self) -> str:
        """Return the seed with the hash of the table."""
        table = hashlib.sha256((FOLDER / f"{TABLE}.csv").read_bytes()).hexdigest()
        return f"seed {SEED}, table {table[:16]}"

    def ask(self, question: Question) -> Question:
        """Refuse what even invention does not cover."""
        if isinstance(question, PriceQuestion):
            if question.frequency is not Frequency.DAILY:
                raise ProviderRefused(f"{self.label} has daily bars only.", provider=self.name)
            absent = sorted(question.fields - self.capabilities.fields)
            if absent:
                raise ProviderRefused(
                    f"{self.label} has closes and volumes, not {', '.join(absent)}.", provider=self.name
                )
        if isinstance(question, RateQuestion) and {question.base, question.quote} != {"EUR", "USD"}:
            raise ProviderRefused(f"{self.label} has rates between EUR and USD only.", provider=self.name)
        if isinstance(question, ConstituentQuestion) and question.benchmark != BENCHMARK:
            raise ProviderRefused(f"{self.label} has weights of {BENCHMARK} only.", provider=self.name)
        return question

    def fetch(self, asked: Any) -> tuple[Payload, ...]:
        """Return what the figures are drawn from: the seed, the table of assets, and the market's sessions."""
        market = self._market()
        seed = json.dumps({"seed": SEED, "first_session": FIRST_SESSION.isoformat()}).encode()
        parts = (
            ("seed", "application/json", seed),
            ("assets", "text/csv", (FOLDER / f"{TABLE}.csv").read_bytes()),
            ("sessions", "application/octet-stream", market.sessions.astype("datetime64[D]").astype("<i8").tobytes()),
            ("market", "application/octet-stream", market.closes.astype("<f8").tobytes()),
        )
        now_utc = self.context.now_utc()
        return tuple(Payload(raw, media_type, f"generator/{name}", now_utc) for name, media_type, raw in parts)

    def shape(self, asked: Any, payloads: tuple[Payload, ...]) -> Answer:
        """Draw the figures."""
        market = _Market(
            np.frombuffer(payloads[2].raw, "<i8").astype("datetime64[D]"), np.frombuffer(payloads[3].raw, "<f8")
        )
        provenance = self._provenance(payloads)
        if isinstance(asked, PriceQuestion):
            return _prices(asked, market, provenance)
        if isinstance(asked, ReferenceQuestion):
            return _names(asked, provenance)
        if isinstance(asked, AttributeQuestion):
            return _scores(asked, market, provenance)
        if isinstance(asked, RateQuestion):
            return _rates(asked, market, provenance)
        return _weights(market, provenance)

    def _market(self) -> _Market:
        """Return the stored index from the first session on.

        Raises
        ------
        ProviderUnavailable
            No market history is stored that the invented ones could follow.

        """
        stored = self.context.market_series()
        if stored is None:
            raise ProviderUnavailable(
                "The sample pack follows the sessions of a stored market index, and none is stored yet. "
                "Load the market history first.",
                provider=self.name,
            )
        sessions, values = stored
        keep = sessions >= np.datetime64(FIRST_SESSION, "D")
        if int(keep.sum()) < 2:
            raise ProviderUnavailable(
                f"The stored market index has no sessions from {FIRST_SESSION.isoformat()} on.", provider=self.name
            )
        return _Market(sessions[keep], values[keep])

    def _provenance(self, payloads: tuple[Payload, ...]) -> Provenance:
        """Say that everything is invented."""
        return Provenance(
            source=self.name,
            dataset=f"sample pack, seed {SEED}",
            endpoints=tuple(payload.endpoint for payload in payloads),
            payload_sha256=tuple(payload.sha256 for payload in payloads),
            fetched_at_utc=payloads[0].fetched_at_utc,
            licence=self.licence,
            transformations=("Drawn by the project's own generator with a fixed seed.",),
            notes=("Sample, fictitious: no figure of this pack describes a real company, price or rate.",),
            is_sample=True,
        )


def _prices(question: PriceQuestion, market: _Market, provenance: Provenance) -> PriceAnswer:
    """Draw closes and volumes; of other assets than the fictitious ones there are invented volumes only."""
    table = {asset.facts.symbol: asset for asset in sample_assets()}
    found = [
        _series(symbol, table.get(symbol), question, market)
        for symbol in question.symbols
        if symbol in table or question.fields == {Field.VOLUME}
    ]
    names = {series.symbol for series in found}
    missing = tuple(symbol for symbol in question.symbols if symbol not in names)
    return PriceAnswer(tuple(found), missing, Frequency.DAILY, provenance)


def _series(symbol: str, asset: SampleAsset | None, question: PriceQuestion, market: _Market) -> PriceSeries:
    """Draw one asset's whole history, then cut the window, so that a window shows the same figures as the whole."""
    keep = market.position(question.start, question.end)
    path = closes(asset, market.closes) if asset is not None else market.closes
    units = asset.daily_volume_units if asset is not None else float(stream("units", symbol).integers(20, 400)) * 1e5
    columns: dict[Field, NDArray[np.float64]] = {}
    if Field.CLOSE in question.fields:
        columns[Field.CLOSE] = path[keep]
    if Field.VOLUME in question.fields:
        columns[Field.VOLUME] = volumes(symbol, units, path)[keep]
    return PriceSeries(
        symbol=symbol,
        currency=asset.facts.currency if asset is not None else "USD",
        sessions=market.sessions[keep],
        columns=columns,
        flags=np.full(int(keep.sum()), Flag.OK.value, dtype="U9"),
        adjustment=Adjustment.SPLITS_AND_DIVIDENDS,
    )


def _names(question: ReferenceQuestion, provenance: Provenance) -> ReferenceAnswer:
    """Return the fictitious companies and funds."""
    table = {asset.facts.symbol: asset.facts for asset in sample_assets()}
    wanted = question.symbols or tuple(table)
    return ReferenceAnswer(
        tuple(table[symbol] for symbol in wanted if symbol in table),
        tuple(symbol for symbol in wanted if symbol not in table),
        provenance,
    )


def _scores(question: AttributeQuestion, market: _Market, provenance: Provenance) -> AttributeAnswer:
    """Draw one score a year; a year's score is known on the first session of the following April."""
    table = {asset.facts.symbol: asset for asset in sample_assets()}
    years = sorted({int(str(session)[:4]) for session in market.sessions})
    last = market.sessions[-1].astype("datetime64[D]").astype(object)
    values: list[AttributeValue] = []
    missing: list[str] = []
    for symbol in question.symbols or tuple(table):
        asset = table.get(symbol)
        if ESG_SCORE not in question.names or (asset is not None and asset.esg_score is None):
            missing.append(symbol)
            continue
        path = score(symbol, asset.esg_score if asset is not None else None, len(years))
        values.extend(
            AttributeValue(symbol, ESG_SCORE, float(value), "0 to 100, higher is better", date(year, 12, 31), known)
            for year, value in zip(years, path, strict=True)
            if (known := date(year + 1, 4, 1)) <= last
        )
    return AttributeAnswer(tuple(values), tuple(missing), provenance)


def _rates(question: RateQuestion, market: _Market, provenance: Provenance) -> RateAnswer:
    """Draw dollars per euro; the other direction is its exact reciprocal to ten decimals."""
    keep = market.position(question.start, question.end)
    dollars = [Decimal(repr(float(value))) for value in euro_in_dollars(market.sessions.size)[keep]]
    if question.base == "USD":
        dollars = [(1 / value).quantize(Decimal("0.0000000001")) for value in dollars]
    return RateAnswer(question.base, question.quote, market.sessions[keep], tuple(dollars), provenance)


def _weights(market: _Market, provenance: Provenance) -> ConstituentAnswer:
    """Draw weights that drift from quarter to quarter and sum to exactly 1."""
    symbols = [facts.symbol for facts in asset_table(BENCHMARK_TABLE) if facts.asset_class is AssetClass.EQUITY]
    sizes = stream("benchmark").gamma(2.0, 1.0, len(symbols)) + 0.4
    dated: dict[date, dict[str, Decimal]] = {}
    for session in _quarter_starts(market.sessions):
        sizes = sizes * np.exp(stream("benchmark", session.isoformat()).normal(0.0, 0.06, len(symbols)))
        rounded = [Decimal(repr(float(size))) for size in sizes / sizes.sum()]
        weights = {symbol: weight.quantize(UNIT) for symbol, weight in zip(symbols, rounded, strict=True)}
        largest = max(weights, key=lambda symbol: weights[symbol])
        weights[largest] += 1 - sum(weights.values(), Decimal(0))
        dated[session] = weights
    return ConstituentAnswer(BENCHMARK, BENCHMARK_NAME, "USD", dated, provenance)


def _quarter_starts(sessions: NDArray[np.datetime64]) -> list[date]:
    """Return the first session of each quarter."""
    months = sessions.astype("datetime64[M]").astype(int)
    quarters = months // 3
    first = np.concatenate(([True], quarters[1:] != quarters[:-1]))
    return [session.astype("datetime64[D]").astype(object) for session in sessions[first]]


PROVIDER = SamplePack
