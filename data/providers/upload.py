"""Which figures did somebody bring in a file of their own?

The provider answers from one file, which whoever asks hands in through the context; without one it has nothing. What it
brings belongs to the house of the person who brought it, and counts before what other sources say of the same asset.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any, ClassVar

import numpy as np

from data.errors import ProviderRefused
from data.providers.answers import (
    Answer,
    AssetFacts,
    AttributeAnswer,
    AttributeValue,
    ConstituentAnswer,
    FactorAnswer,
    FactorSeries,
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
    FactorQuestion,
    PriceQuestion,
    Question,
    RateQuestion,
    ReferenceQuestion,
    is_within,
)
from data.providers.vocabulary import Adjustment, AssetClass, Field, Flag, Frequency
from data.upload.layout import FIELDS
from data.upload.reading import FileReading
from data.upload.symbol_figures import SymbolFigures


class UploadedFiles(Provider):
    """Prices, scores, names, rates, benchmark weights and factor returns from CSV files, workbooks or Parquet."""

    name: ClassVar[str] = "upload"
    label: ClassVar[str] = "Imported files"
    licence: ClassVar[str] = "Brought by your house; seen by your house only"
    test_symbol: ClassVar[str] = ""
    absence: ClassVar[str] = "Nothing has been imported yet."
    capabilities: ClassVar[Capabilities] = Capabilities(
        questions=frozenset(
            {
                PriceQuestion,
                ReferenceQuestion,
                AttributeQuestion,
                RateQuestion,
                ConstituentQuestion,
                FactorQuestion,
            }
        ),
        frequencies=frozenset({Frequency.DAILY}),
        asset_classes=frozenset(AssetClass),
        fields=frozenset(Field),
        attributes=frozenset(FIELDS),
        is_static=True,
        is_on_demand=True,
        is_own=True,
    )

    def can_handle(self, symbol: str) -> bool:
        """Return whether the file names the symbol."""
        return self.context.file is not None and symbol in self.context.file.symbols

    def universe(self) -> tuple[str, ...]:
        """Return the symbols that the file names, in alphabetical order."""
        return () if self.context.file is None else tuple(sorted(self.context.file.symbols))

    def version(self) -> str | None:
        """Return the hash of the file."""
        return None if self.context.file is None else self.context.file.sha256

    def ask(self, question: Question) -> Question:
        """Refuse what no file of this kind holds, and every question while there is no file, or one with problems."""
        if isinstance(question, PriceQuestion) and question.frequency is not Frequency.DAILY:
            raise ProviderRefused(f"{self.label} hold daily prices only.", provider=self.name)
        if self._file().problems_count:
            raise ProviderRefused(f"The file {self._file().name} has problems.", provider=self.name)
        return question

    def fetch(self, asked: Any) -> tuple[Payload, ...]:
        """Return the file's bytes."""
        file = self._file()
        return (Payload(file.raw, file.kind, file.name, self.context.now_utc()),)

    def shape(self, asked: Any, payloads: tuple[Payload, ...]) -> Answer:
        """Return what the file says."""
        provenance = self._provenance(payloads)
        if isinstance(asked, RateQuestion):
            return self._rates(asked, provenance)
        if isinstance(asked, ConstituentQuestion):
            return self._constituents(asked, provenance)
        if isinstance(asked, FactorQuestion):
            return self._factors(asked, provenance)
        symbols = self._file().symbols
        wanted = asked.symbols or self.universe()
        found = {symbol: symbols[symbol] for symbol in wanted if symbol in symbols}
        missing = tuple(symbol for symbol in wanted if symbol not in symbols)
        if isinstance(asked, PriceQuestion):
            series = tuple(_series(symbol, one, asked) for symbol, one in found.items() if one.bars)
            return PriceAnswer(series, missing, Frequency.DAILY, provenance)
        if isinstance(asked, ReferenceQuestion):
            return ReferenceAnswer(tuple(_facts(symbol, one) for symbol, one in found.items()), missing, provenance)
        today = payloads[0].fetched_at_utc.date()
        values = tuple(
            AttributeValue(symbol, name, value, FIELDS[name].unit, day, today)
            for symbol, one in found.items()
            for (name, day), value in sorted(one.values.items())
            if name in asked.names
        )
        return AttributeAnswer(values, missing, provenance)

    def _rates(self, asked: RateQuestion, provenance: Provenance) -> RateAnswer:
        """Return the rates of one pair in the window."""
        rates = self._file().rates.get((asked.base, asked.quote), {})
        days = [day for day in sorted(rates) if is_within(day, asked)]
        exact = tuple(Decimal(repr(rates[day])) for day in days)
        return RateAnswer(asked.base, asked.quote, np.array(days, dtype="datetime64[D]"), exact, provenance)

    def _constituents(self, asked: ConstituentQuestion, provenance: Provenance) -> ConstituentAnswer:
        """Return the weights of one benchmark by day."""
        basket = self._file().baskets.get(asked.benchmark)
        if basket is None:
            raise ProviderRefused(f"The file has no weights of {asked.benchmark}.", provider=self.name)
        name, currency = basket.facts.get("name", asked.benchmark), basket.facts.get("currency", "")
        scaled = replace(
            provenance,
            transformations=(f"Read as {self._file().kind}; the weights of each day are scaled to sum to 1.",),
            notes=(),
        )
        return ConstituentAnswer(asked.benchmark, name, currency, dict(sorted(basket.weights.items())), scaled)

    def _factors(self, asked: FactorQuestion, provenance: Provenance) -> FactorAnswer:
        """Return the returns of one factor set."""
        table = self._file().factors.get(asked.factor_set)
        if table is None:
            raise ProviderRefused(f"The file has no factor set {asked.factor_set}.", provider=self.name)
        series = tuple(
            FactorSeries(
                factor,
                np.array(sorted(days), dtype="datetime64[D]"),
                np.array([days[day] for day in sorted(days)], dtype=np.float64),
            )
            for factor, days in table.returns.items()
        )
        read = f"Read as {self._file().kind}; days without a return are left out, none is filled."
        return FactorAnswer(
            asked.factor_set, series, replace(provenance, transformations=(read,), notes=tuple(table.notes))
        )

    def _file(self) -> FileReading:
        """Return the file.

        Raises
        ------
        ProviderRefused
            There is none.

        """
        if self.context.file is None:
            raise ProviderRefused("There is no file to read from.", provider=self.name)
        return self.context.file

    def _provenance(self, payloads: tuple[Payload, ...]) -> Provenance:
        """Say from which file the figures come."""
        return Provenance(
            source=self.name,
            dataset=self._file().name,
            endpoints=tuple(payload.endpoint for payload in payloads),
            payload_sha256=tuple(payload.sha256 for payload in payloads),
            fetched_at_utc=payloads[0].fetched_at_utc,
            licence=self.licence,
            transformations=(f"Read as {self._file().kind}; no value was changed, filled or dropped.",),
            notes=(
                "Where a symbol has no adjusted closes, its closes count as they are: splits and dividends that they "
                "do not contain show as losses.",
            ),
        )


def _series(symbol: str, figures: SymbolFigures, question: PriceQuestion) -> PriceSeries:
    """Return the bars of one symbol in the window."""
    days = [day for day in sorted(figures.bars) if is_within(day, question)]
    bars = [figures.bars[day] for day in days]
    adjusted = [bar.adjusted_close for bar in bars if bar.adjusted_close is not None]
    columns = {Field.CLOSE: np.array([bar.close for bar in bars])}
    if adjusted:
        columns[Field.ADJUSTED_CLOSE] = np.array(adjusted)
    for name in (Field.OPEN, Field.HIGH, Field.LOW, Field.VOLUME):
        values = np.array([getattr(bar, name.value) for bar in bars])
        if not bool(np.isnan(values).all()):
            columns[name] = values
    return PriceSeries(
        symbol=symbol,
        currency=figures.facts.get("currency", ""),
        sessions=np.array(days, dtype="datetime64[D]"),
        columns=columns,
        flags=np.full(len(days), Flag.OK.value, dtype="U9"),
        adjustment=Adjustment.SPLITS_AND_DIVIDENDS if adjusted else Adjustment.RAW,
    )


def _facts(symbol: str, figures: SymbolFigures) -> AssetFacts:
    """Return who a symbol is; a kind of asset that is not named is a stock."""
    said = figures.facts
    return AssetFacts(
        symbol=symbol,
        name=said.get("name", symbol),
        asset_class=AssetClass(said.get("asset_class", AssetClass.EQUITY.value)),
        sector=said.get("sector"),
        industry=said.get("industry"),
        country=said.get("country"),
        currency=said.get("currency", ""),
        exchange_mic=None,
        issuer=said.get("issuer"),
        is_investable=said.get("asset_class") != AssetClass.INDEX.value,
    )


PROVIDER = UploadedFiles
