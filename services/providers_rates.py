"""Which rates of exchange does a house need, and how do they reach its store?

One rate for each pair of a currency in which an asset of the house is priced and a currency in which it keeps a
portfolio. Sources answer them as the daily bars of a pair, such as ``EURUSD=X``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from data.providers.answers import PriceAnswer
from data.providers.questions import PriceQuestion
from data.providers.vocabulary import Field, Frequency
from services.market_ingest import SUCCEEDED, open_batch
from services.messages.providers import Answered
from services.ports import Ports
from services.providers_intake import SAME_FRAC

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork

RATES = "rates"


@dataclass(frozen=True)
class Pair:
    """A rate that is wanted: units of `quote` for one unit of `base`, and the first day to ask for."""

    base: str
    quote: str
    start: date

    @property
    def symbol(self) -> str:
        """The pair as the product writes it."""
        return f"{self.base}{self.quote}=X"


def pairs_of(uow: UnitOfWork, currencies: Sequence[str], far: date, overlap: timedelta) -> list[Pair]:
    """Return the pairs between currencies of assets and of portfolios; those stored go on from their last day."""
    quotes = sorted({row.base_currency for row in uow.portfolios.all()})
    found = []
    for base in sorted(set(currencies)):
        for quote in quotes:
            if base == quote:
                continue
            own = [
                day
                for day, row in uow.fx.series(base, quote).items()
                if row.tenant_scope == uow.actor.tenant_id and not row.is_sample
            ]
            found.append(Pair(base, quote, own[-1] - overlap if own else far))
    return found


def questions_of(pairs: Sequence[Pair], today: date) -> list[PriceQuestion]:
    """Return one question for all pairs that begin on the same day, the longest first."""
    return [
        PriceQuestion(
            tuple(pair.symbol for pair in pairs if pair.start == start),
            start,
            today,
            Frequency.DAILY,
            frozenset({Field.CLOSE}),
        )
        for start in sorted({pair.start for pair in pairs})
    ]


def take_rates(ports: Ports, answered: Answered, tenant_id: str, pairs: Mapping[str, Pair]) -> int:
    """Store the rates of an answer that are new or say another value, for one house; return how many.

    The rate of a day is stored once the day is over in UTC. A stale answer brings nothing.
    """
    answer = answered.answer
    if answered.is_stale or not isinstance(answer, PriceAnswer):
        return 0
    origin, today = answer.provenance, ports.clock.now_utc().date()
    with ports.store.system(tenant_id) as uow:
        news: dict[Pair, dict[date, float]] = {}
        for series in answer.series:
            pair = pairs.get(series.symbol)
            if pair is None or series.currency not in ("", pair.quote):
                continue
            known = uow.fx.own(pair.base, pair.quote, origin.source)
            closes = series.columns[Field.CLOSE]
            rates = {
                day: float(rate)
                for day, rate in zip(series.sessions.astype("datetime64[D]").tolist(), closes, strict=True)
                if np.isfinite(rate) and rate > 0 and day < today
            }
            news[pair] = {
                day: rate for day, rate in rates.items() if abs(known.get(day, 0.0) - rate) > SAME_FRAC * rate
            }
        count = sum(len(rates) for rates in news.values())
        if not count:
            return 0
        batch = open_batch(uow, origin, RATES, {"pairs": [f"{pair.base}/{pair.quote}" for pair in news]}, tenant_id)
        for pair, found in news.items():
            uow.fx.ingest(
                pair.base,
                pair.quote,
                found,
                provider=origin.source,
                knowledge_time_utc=origin.fetched_at_utc,
                batch_id=batch.id,
                is_sample=origin.is_sample,
            )
        uow.ingest_batches.finish(batch.id, SUCCEEDED, rows_count=count)
        uow.commit()
    return count
