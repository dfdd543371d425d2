"""Which figures do the stored data lack, and how can somebody get them?

What lacks is counted from what is stored, whatever its source: an imported score closes a gap as a loaded one does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.providers.protocol import Capabilities
from data.providers.questions import AttributeQuestion, ConstituentQuestion, RateQuestion
from data.providers.vocabulary import Field
from services import formatting
from services.messages.market import DataGap

if TYPE_CHECKING:
    from data.store import tables
    from data.store.unit_of_work import UnitOfWork
    from services.market_series import SeriesReader

VOLUMES, ESG, RATES, WEIGHTS = "volumes", "ESG scores", "exchange rates", "benchmark weights"
PRICES = "prices"
ESG_SCORE = "esg_score"
ASSETS_MAX_COUNT = 5000
NAMED_MAX_COUNT = 5
IMPORT_WAY = "Import a file with them."
SAMPLE_WAY = "The sample pack has fictitious ones, to try what needs them."


def lacks_of(capabilities: Capabilities) -> tuple[str, ...]:
    """Return the kinds of figures that a source cannot deliver."""
    has = {
        VOLUMES: Field.VOLUME in capabilities.fields,
        ESG: AttributeQuestion in capabilities.questions and ESG_SCORE in capabilities.attributes,
        RATES: RateQuestion in capabilities.questions,
        WEIGHTS: ConstituentQuestion in capabilities.questions,
    }
    return tuple(name for name, is_there in has.items() if not is_there)


def find_gaps(uow: UnitOfWork, reader: SeriesReader) -> tuple[DataGap, ...]:
    """Return what the data lack that the unit's actor can see; nothing while there are no assets at all."""
    found_rows = uow.assets.search(limit=ASSETS_MAX_COUNT).rows
    rows = [row for row in found_rows if row.asset_class != "index" and not row.is_sample]
    if not rows:
        return ()
    priced = frozenset(uow.prices.summaries([row.id for row in rows], reader.preference))
    found = [
        _of_assets(PRICES, "Prices", rows, priced, "They cannot be optimized or valued.", IMPORT_WAY),
        _of_assets(
            VOLUMES, "Volumes", rows, uow.prices.with_volume(), "How fast they can be traded is not known.",
            f"{IMPORT_WAY} {SAMPLE_WAY}",
        ),
        _of_assets(
            ESG, "ESG scores", rows, uow.assets.with_attribute(ESG_SCORE), "What needs a score leaves them out.",
            f"{IMPORT_WAY} {SAMPLE_WAY}",
        ),
    ]  # fmt: skip
    foreign = sorted({row.currency for row in rows} - {main_currency(rows)})
    unrated = [one for one in foreign if reader.rates(uow, one, main_currency(rows)) is None]
    if unrated or not uow.fx.has_any():
        named = f"Of {', '.join(unrated)} to {main_currency(rows)}. " if unrated else ""
        sentence = f"{named}Assets in different currencies cannot be used together."
        found.append(_of_none(RATES, "Exchange rates", sentence))
    if not uow.benchmarks.has_weights():
        sentence = "Portfolios can be measured against an index, not against its members."
        found.append(_of_none(WEIGHTS, "Benchmark weights", sentence))
    return tuple(gap for gap in found if gap is not None)


def main_currency(rows: list[tables.Asset]) -> str:
    """Return the currency that most assets have."""
    counts: dict[str, int] = {}
    for row in rows:
        counts[row.currency] = counts.get(row.currency, 0) + 1
    return max(sorted(counts), key=lambda one: counts[one])


def _of_assets(
    kind: str, title: str, rows: list[tables.Asset], having: frozenset[str], sentence: str, way_out: str
) -> DataGap | None:
    """Return the gap of those assets that lack a kind of figures; None where none does."""
    lacking = [row.symbol for row in rows if row.id not in having]
    if not lacking:
        return None
    if len(lacking) == len(rows):
        who = f"None of the {formatting.count(len(rows), 'asset')} has any." if len(rows) > 1 else "It has none."
    else:
        named = ", ".join(lacking[:NAMED_MAX_COUNT])
        more = len(lacking) - NAMED_MAX_COUNT
        who = (
            f"Missing for {len(lacking):,} of {len(rows):,} assets: {named}{f' and {more:,} more' if more > 0 else ''}."
        )
    return DataGap(
        kind=kind,
        title=title,
        sentence=f"{who} {sentence}",
        way_out=way_out,
        lacking_count=len(lacking),
        assets_count=len(rows),
        can_import=True,
    )


def _of_none(kind: str, title: str, sentence: str) -> DataGap:
    """Return the gap of figures that belong to no single asset."""
    return DataGap(
        kind=kind,
        title=title,
        sentence=sentence,
        way_out=f"{IMPORT_WAY} {SAMPLE_WAY}",
        lacking_count=None,
        assets_count=None,
        can_import=True,
    )
