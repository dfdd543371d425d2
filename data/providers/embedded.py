"""Which daily closes come with the product itself, so that it works without a key or a network?

The files belong to the installed library skfolio. They are read where they lie: importing the library to find them
would cost seconds and hundreds of megabytes.
"""

from __future__ import annotations

import gzip
import importlib.util
import io
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from data.errors import ProviderChanged, ProviderRefused, ProviderUnavailable
from data.providers.answers import Answer, Payload, PriceAnswer, PriceSeries, Provenance, ReferenceAnswer
from data.providers.protocol import Capabilities, Provider
from data.providers.questions import PriceQuestion, Question, ReferenceQuestion
from data.providers.vocabulary import Adjustment, AssetClass, Field, Flag, Frequency
from data.reference.assets import asset_table

if TYPE_CHECKING:
    import pandas as pd

LIBRARY = "skfolio"
FILES = ("sp500_dataset.csv.gz", "sp500_index.csv.gz", "factors_dataset.csv.gz")
TABLE = "us_large_caps"
PRICE_INDICES = frozenset({"SP500"})


@dataclass(frozen=True)
class _Asked:
    """The files to read and the question that they answer."""

    question: PriceQuestion | ReferenceQuestion
    files: tuple[Path, ...]


class EmbeddedHistory(Provider):
    """Daily closes of 20 large US stocks and an index since 1990, and of five factor funds since 2014."""

    name: ClassVar[str] = "embedded"
    label: ClassVar[str] = "Embedded history"
    licence: ClassVar[str] = "Distributed with the library skfolio (BSD-3-Clause); the quotes remain their source's"
    test_symbol: ClassVar[str] = "AAPL"
    capabilities: ClassVar[Capabilities] = Capabilities(
        questions=frozenset({PriceQuestion, ReferenceQuestion}),
        frequencies=frozenset({Frequency.DAILY}),
        asset_classes=frozenset({AssetClass.EQUITY, AssetClass.ETF, AssetClass.INDEX}),
        fields=frozenset({Field.CLOSE}),
        is_static=True,
    )

    def can_handle(self, symbol: str) -> bool:
        """Return whether the symbol is in the product's own table of this set."""
        return symbol in self.universe()

    def universe(self) -> tuple[str, ...]:
        """Return all symbols of the set."""
        return tuple(facts.symbol for facts in asset_table(TABLE))

    def version(self) -> str:
        """Return the library's version with the size of each file: cheap, and different when the data is."""
        sizes = ",".join(str(path.stat().st_size) for path in _paths())
        return f"{LIBRARY} {metadata.version(LIBRARY)} ({sizes} bytes)"

    def ask(self, question: Question) -> _Asked:
        """Check frequency and fields; the whole of each file is always read."""
        if isinstance(question, ReferenceQuestion):
            return _Asked(question, ())
        if not isinstance(question, PriceQuestion):
            raise ProviderRefused(f"{self.label} has prices and names only.", provider=self.name)
        if question.frequency is not Frequency.DAILY:
            raise ProviderRefused(
                f"{self.label} has daily closes only, not {question.frequency.value} bars.", provider=self.name
            )
        absent = sorted(question.fields - self.capabilities.fields)
        if absent:
            raise ProviderRefused(
                f"{self.label} has closes only; it lacks {', '.join(absent)}. Import them, or load the sample pack.",
                provider=self.name,
            )
        return _Asked(question, _paths())

    def fetch(self, asked: Any) -> tuple[Payload, ...]:
        """Return the files' bytes, still compressed."""
        now_utc = self.context.now_utc()
        return tuple(
            Payload(path.read_bytes(), "application/gzip", f"{LIBRARY}/datasets/data/{path.name}", now_utc)
            for path in asked.files
        )

    def shape(self, asked: Any, payloads: tuple[Payload, ...]) -> Answer:
        """Return closes or names, with provenance."""
        question = asked.question
        if isinstance(question, ReferenceQuestion):
            return self._names(question)
        tables = [_table(payload) for payload in payloads]
        found: list[PriceSeries] = []
        missing: list[str] = []
        for symbol in question.symbols:
            table = next((table for table in tables if symbol in table.columns), None)
            if table is None:
                missing.append(symbol)
            else:
                found.append(_series(symbol, table[symbol], question))
        return PriceAnswer(tuple(found), tuple(missing), Frequency.DAILY, self._provenance(payloads))

    def _names(self, question: ReferenceQuestion) -> ReferenceAnswer:
        """Return the product's own table, or the rows asked for."""
        table = {facts.symbol: facts for facts in asset_table(TABLE)}
        wanted = question.symbols or tuple(table)
        provenance = Provenance(
            source=self.name,
            dataset=f"reference table {TABLE}",
            endpoints=(f"data/reference/{TABLE}.csv",),
            payload_sha256=(),
            fetched_at_utc=self.context.now_utc(),
            licence="The product's own table",
        )
        return ReferenceAnswer(
            tuple(table[s] for s in wanted if s in table), tuple(s for s in wanted if s not in table), provenance
        )

    def _provenance(self, payloads: tuple[Payload, ...]) -> Provenance:
        """Say where the closes come from and what they contain."""
        return Provenance(
            source=self.name,
            dataset=f"{LIBRARY} {metadata.version(LIBRARY)} datasets",
            endpoints=tuple(payload.endpoint for payload in payloads),
            payload_sha256=tuple(payload.sha256 for payload in payloads),
            fetched_at_utc=payloads[0].fetched_at_utc if payloads else self.context.now_utc(),
            licence=self.licence,
            transformations=("Decompressed and read as CSV; no value was changed, filled or dropped.",),
            notes=(
                "Closes of stocks and funds contain splits and dividends, so a change of price is a total return.",
                "The index is a price index: its dividends are not included.",
                "The set has no volume, no ESG scores, no currencies and no benchmark weights.",
            ),
        )


def _table(payload: Payload) -> pd.DataFrame:
    """Read one file.

    Raises
    ------
    ProviderChanged
        The file no longer has a date and one numeric column per symbol.

    """
    import pandas as pd  # only ingesting needs it, and the serving process does not ingest

    try:
        table = pd.read_csv(
            io.BytesIO(gzip.decompress(payload.raw)), index_col=0, parse_dates=[0], date_format="%Y-%m-%d"
        )
    except (OSError, EOFError, ValueError) as error:
        raise ProviderChanged(
            f"The file {payload.endpoint} cannot be read as a table of closes.", provider=EmbeddedHistory.name
        ) from error
    if not isinstance(table.index, pd.DatetimeIndex) or any(kind.kind != "f" for kind in table.dtypes):
        raise ProviderChanged(
            f"The file {payload.endpoint} is not a table of dates and closes.", provider=EmbeddedHistory.name
        )
    return table.sort_index()


def _series(symbol: str, closes: pd.Series[float], question: PriceQuestion) -> PriceSeries:
    """Cut one column to the window; absent closes stay absent and are flagged."""
    sessions = closes.index.to_numpy().astype("datetime64[D]")
    keep = np.ones(sessions.size, dtype=bool)
    if question.start is not None:
        keep &= sessions >= np.datetime64(question.start, "D")
    if question.end is not None:
        keep &= sessions <= np.datetime64(question.end, "D")
    values: NDArray[np.float64] = np.array(closes.to_numpy()[keep], dtype=np.float64)
    usable = np.isfinite(values) & (values > 0)
    flags = np.where(usable, Flag.OK.value, np.where(np.isfinite(values), Flag.SUSPECT.value, Flag.MISSING.value))
    return PriceSeries(
        symbol=symbol,
        currency=next(facts.currency for facts in asset_table(TABLE) if facts.symbol == symbol),
        sessions=sessions[keep],
        columns={Field.CLOSE: values},
        flags=flags.astype(np.str_),
        adjustment=Adjustment.SPLITS if symbol in PRICE_INDICES else Adjustment.SPLITS_AND_DIVIDENDS,
    )


@cache
def _paths() -> tuple[Path, ...]:
    """Find the files beside the library, without importing it.

    Raises
    ------
    ProviderUnavailable
        The library or one of its files is absent.

    """
    spec = importlib.util.find_spec(LIBRARY)
    if spec is None or spec.origin is None:
        raise ProviderUnavailable(
            f"The library {LIBRARY} is not installed, so its price history is absent.", provider=EmbeddedHistory.name
        )
    folder = Path(spec.origin).parent / "datasets" / "data"
    paths = tuple(folder / name for name in FILES)
    absent = [path.name for path in paths if not path.is_file()]
    if absent:
        raise ProviderUnavailable(f"The installed {LIBRARY} lacks {', '.join(absent)}.", provider=EmbeddedHistory.name)
    return paths


PROVIDER = EmbeddedHistory
