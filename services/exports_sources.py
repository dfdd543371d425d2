"""Which deliveries stand on the sheet that says where the figures of a file come from?"""

from __future__ import annotations

from collections.abc import Sequence

from services import formatting
from services.exports_table import Cell, Column, Sheet
from services.formatting import Style
from services.messages.lineage import DeliveryMark
from services.number_style import in_style

SYMBOLS_SHOWN_COUNT = 40
COLUMNS = (
    Column("symbols", "Assets"),
    Column("source", "Source"),
    Column("dataset", "Data set"),
    Column("fetched_at_utc", "Fetched"),
    Column("stored_at_utc", "Stored"),
    Column("licence", "Licence"),
    Column("read_from", "Read from"),
    Column("what_was_done", "What was done"),
    Column("brought_by", "Brought by"),
    Column("delivery_id", "Delivery"),
    Column("payload_sha256", "Bytes (SHA-256)"),
    Column("note", "Note"),
)


def sources_sheet(sources: Sequence[tuple[Sequence[str], DeliveryMark]], style: Style) -> Sheet:
    """Return one row a delivery: which assets it brought, from where, when, and what was done to it.

    Parameters
    ----------
    sources : sequence of (symbols, delivery)
    style : Style
        Number format of the sentences.

    """
    rows: list[Sequence[Cell]] = []
    for symbols, one in sources:
        more = len(symbols) - SYMBOLS_SHOWN_COUNT
        named = ", ".join(symbols[:SYMBOLS_SHOWN_COUNT]) + (f" and {more:,} more" if more > 0 else "")
        brought = " ".join(part for part in (one.by, f"({one.file_name})" if one.file_name else None) if part)
        rows.append(
            [
                in_style(named, style),
                one.provider_label,
                one.dataset,
                formatting.moment(one.fetched_at_utc or one.stored_at_utc),
                formatting.moment(one.stored_at_utc),
                one.licence,
                "; ".join(one.endpoints) or None,
                in_style(" ".join((*one.transformations, *one.notes)), style) or None,
                brought or None,
                one.batch_id,
                "; ".join(payload.sha256 for payload in one.payloads) or None,
                "Sample data: these figures are fictitious." if one.is_sample else None,
            ]
        )
    return Sheet("Sources", COLUMNS, rows)
