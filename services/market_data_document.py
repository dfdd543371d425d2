"""How does a table of market data read as JSON and as CSV?"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.market_data_size import refuse_too_large
from services.messages.market_data import FLAGS, DataPanel

CELLS_MAX_COUNT = 1_000_000


def _check(panel: DataPanel) -> None:
    """Refuse a table that is too large for one answer."""
    refuse_too_large(len(panel.symbols), panel.sessions.size, len(panel.values), CELLS_MAX_COUNT)


def as_document(panel: DataPanel) -> dict[str, Any]:
    """Return the table column by column, JSON-native: one list of sessions, and one list a symbol and field.

    A figure that is not there is null. `flags` of a symbol is null where all its bars are ok and none is missing.
    """
    _check(panel)
    events = panel.event_times_utc
    return {
        "frequency": panel.request.frequency,
        "fields": list(panel.values),
        "flag_words": list(FLAGS),
        "sessions": np.datetime_as_string(panel.sessions, unit="D").tolist(),
        "event_times_utc": None if events is None else [f"{text}Z" for text in np.datetime_as_string(events, unit="s")],
        "columns": [
            {
                **_source(panel, number),
                "values": {name: values[:, number].tolist() for name, values in panel.values.items()},
                "flags": _codes(panel.flags[:, number]),
            }
            for number in range(len(panel.symbols))
        ],
        "missing": [{"symbol": one.symbol, "reason": one.reason} for one in panel.missing],
        "notes": list(panel.notes),
    }


def as_csv(panel: DataPanel) -> bytes:
    """Return the table with one line a session and symbol; lines without a bar are left out.

    Columns: symbol, session, event_time_utc for bars of minutes, the fields, flag, currency, source.
    """
    _check(panel)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    moments = panel.event_times_utc
    extra = () if moments is None else ("event_time_utc",)
    writer.writerow(("symbol", "session", *extra, *panel.values, "flag", "currency", "source"))
    sessions = np.datetime_as_string(panel.sessions, unit="D").tolist()
    ends = None if moments is None else [f"{one}Z" for one in np.datetime_as_string(moments, unit="s").tolist()]
    for number, source in enumerate(panel.sources):
        columns = [_texts(values[:, number]) for values in panel.values.values()]
        codes = panel.flags[:, number].tolist()
        for place, code in enumerate(codes):
            if FLAGS[code] == "missing":
                continue
            moment = () if ends is None else (ends[place],)
            figures = (column[place] for column in columns)
            writer.writerow(
                (source.symbol, sessions[place], *moment, *figures, FLAGS[code], source.currency, source.provider)
            )
    return text.getvalue().encode()


def _source(panel: DataPanel, number: int) -> dict[str, Any]:
    source = panel.sources[number]
    batches: Mapping[str, int] = source.batches
    return {
        "symbol": source.symbol,
        "provider": source.provider,
        "currency": source.currency,
        "stored_currency": source.stored_currency,
        "adjustment": source.adjustment,
        "first_session": source.first_session,
        "last_session": source.last_session,
        "bars_count": source.bars_count,
        "knowledge_time_utc": source.knowledge_time_utc,
        "content_sha256": source.content_sha256,
        "age_days": source.age_days,
        "is_sample": source.is_sample,
        "batches": dict(batches),
        "notes": list(source.notes),
    }


def _codes(flags: NDArray[np.int8]) -> list[int] | None:
    return flags.tolist() if bool(flags.any()) else None


def _texts(values: NDArray[np.float64]) -> list[str]:
    return ["" if value != value else repr(value) for value in values.tolist()]
