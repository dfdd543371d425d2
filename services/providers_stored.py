"""What does the store know of a question that no source answers now?"""

from __future__ import annotations

from datetime import datetime

import numpy as np

from data.providers.answers import Answer, PriceAnswer, PriceSeries, Provenance
from data.providers.questions import PriceQuestion, Question
from data.providers.vocabulary import Field, Flag, Frequency
from services.ports import Ports

STORE = "store"


def stored_answer(ports: Ports, question: Question, tenant_id: str) -> Answer | None:
    """Return daily bars that the house may see, from whichever source they came; None where there are none.

    Other questions are not answered from here: what was fetched before is kept by `providers_kept`.
    """
    if not isinstance(question, PriceQuestion) or question.frequency is not Frequency.DAILY:
        return None
    found: list[PriceSeries] = []
    sources: set[str] = set()
    hashes: list[str] = []
    times: list[datetime] = []
    is_sample = False
    with ports.store.system(tenant_id, read_only=True) as uow:
        assets = uow.assets.by_symbols(list(question.symbols))
        stored = uow.prices.series_of([row.id for row in assets.values()])
        for symbol, row in assets.items():
            known = stored.get(row.id)
            if known is None:
                continue
            days = np.asarray(known.dates, dtype="datetime64[D]")
            keep = np.ones(days.size, dtype=bool)
            if question.start is not None:
                keep &= days >= np.datetime64(question.start)
            if question.end is not None:
                keep &= days <= np.datetime64(question.end)
            if not keep.any():
                continue
            columns = {Field.CLOSE: known.close[keep].copy(), Field.ADJUSTED_CLOSE: known.adjusted_close[keep].copy()}
            flags = np.full(int(keep.sum()), Flag.OK.value)
            found.append(PriceSeries(symbol, row.currency, days[keep].copy(), columns, flags))
            sources.add(known.provider)
            hashes.append(known.content_sha256)
            times.append(known.knowledge_time_utc)
            is_sample = is_sample or known.is_sample
    if not found:
        return None
    have = {series.symbol for series in found}
    provenance = Provenance(
        source=sources.pop() if len(sources) == 1 else STORE,
        dataset=STORE,
        endpoints=tuple(STORE for _ in hashes),
        payload_sha256=tuple(hashes),
        fetched_at_utc=max(times),
        licence="",
        transformations=("Read from the store, because no source answered.",),
        is_sample=is_sample,
    )
    missing = tuple(symbol for symbol in question.symbols if symbol not in have)
    return PriceAnswer(tuple(found), missing, Frequency.DAILY, provenance)
