"""Which cells stand in a Parquet file, and how much would it unpack to?

Its own account of rows, columns and unpacked size is looked at before anything is unpacked. Repeated texts stay
unpacked once, so that a small file cannot grow to a thousand times its size. A row has the number that it would have
in a sheet: the names of the columns are line 1.
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from typing import Any

from data.upload.cells import COLUMNS_MAX_COUNT, EMPTY, Cell, Limits, Line, Sheet, gather, line_of
from data.upload.problems import Problems, shown

UNPACKED_MAX_BYTES = 64 * 1024 * 1024
ROWS_AT_ONCE = 10_000
NAMES_MAX_BYTES = 1024 * 1024
FLAT_ADVICE = "Keep columns of texts, numbers and dates, and leave out the others."


def read_parquet(raw: bytes, limits: Limits, problems: Problems) -> Sheet:
    """Return the cells of a Parquet file; columns that are no texts, numbers or dates are problems."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(
            io.BytesIO(raw), thrift_string_size_limit=NAMES_MAX_BYTES, thrift_container_size_limit=100_000
        )
        facts, schema = file.metadata, file.schema_arrow
        if not _is_small(facts, limits, problems) or not _is_flat(schema, problems):
            return Sheet()
        texts = [one.name for one in schema if _is_text(one.type)]
        file = pq.ParquetFile(io.BytesIO(raw), read_dictionary=texts, memory_map=False)
        readers = [_reader(one.type) for one in schema]
        header = line_of(1, [Cell(one.strip()) for one in schema.names], problems)
        sheet = gather(_lines(file, header, readers, limits, problems), "Parquet", limits, problems)
    except (pa.ArrowException, OSError, ValueError, KeyError, OverflowError, MemoryError):
        problems.add(None, None, "The Parquet file is damaged, or encrypted.", limits.save_as)
        return Sheet()
    return sheet


def _is_small(facts: Any, limits: Limits, problems: Problems) -> bool:
    """Return whether rows, columns and unpacked size are within what can be handled."""
    unpacked = sum(
        max(facts.row_group(group).column(place).total_uncompressed_size, 0)
        for group in range(facts.num_row_groups)
        for place in range(facts.num_columns)
    )
    before = problems.total_count
    if facts.num_columns > COLUMNS_MAX_COUNT:
        message = f"The file has {facts.num_columns:,} columns, more than the {COLUMNS_MAX_COUNT} allowed."
        problems.add(None, None, message, "Keep the columns that are described, and leave out the others.")
    if facts.num_rows > limits.max_rows:
        message = f"The file has {facts.num_rows:,} rows, more than the {limits.max_rows:,} allowed."
        problems.add(None, None, message, limits.split)
    if unpacked > UNPACKED_MAX_BYTES:
        message = f"The file unpacks to {unpacked / 1024 / 1024:.0f} MiB, more than can be handled."
        problems.add(None, None, message, limits.split)
    return problems.total_count == before


def _is_flat(schema: Any, problems: Problems) -> bool:
    """Return whether each column holds texts, numbers or dates; name every other with what it holds."""
    before = problems.total_count
    for one in schema:
        if _reader(one.type) is None:
            message = f"The column {shown(one.name)} holds {_words(one.type)}."
            problems.add(1, one.name[:40], message, FLAT_ADVICE)
    return problems.total_count == before


def _words(kind: Any) -> str:
    """Return what a column holds, in words."""
    import pyarrow.types as types

    if types.is_nested(kind):
        return "values within values (lists, maps or structures)"
    return "bytes" if types.is_binary(kind) or types.is_large_binary(kind) else f"values of the kind {kind}"


def _is_text(kind: Any) -> bool:
    import pyarrow.types as types

    return bool(types.is_string(kind) or types.is_large_string(kind))


def _reader(kind: Any) -> Callable[[Any], Cell] | None:
    """Return how a value of a kind becomes a cell; None for a kind that no table of figures needs."""
    import pyarrow.types as types

    if types.is_dictionary(kind):
        return _text if _is_text(kind.value_type) else None
    if _is_text(kind) or types.is_null(kind):
        return _text
    if types.is_floating(kind) or types.is_integer(kind):
        return _number
    if types.is_date(kind) or types.is_timestamp(kind):
        return _moment
    return _plain if types.is_decimal(kind) or types.is_boolean(kind) else None


def _text(value: str) -> Cell:
    return Cell(value.strip())


def _number(value: float) -> Cell:
    """Return a number; what is not one is how many programs write that nothing is there."""
    return EMPTY if math.isnan(value) else Cell(repr(value), is_native=True)


def _moment(value: date | datetime) -> Cell:
    if isinstance(value, datetime):
        at_midnight = value.time() == time(0)
        return Cell(value.date().isoformat() if at_midnight else value.isoformat(sep=" "), is_native=at_midnight)
    return Cell(value.isoformat(), is_native=True)


def _plain(value: object) -> Cell:
    return Cell(str(value), is_native=True)


def _lines(
    file: Any, header: Line, readers: list[Callable[[Any], Cell] | None], limits: Limits, problems: Problems
) -> Iterator[Line]:
    """Yield the header and every row."""
    yield header
    number = 1
    for batch in file.iter_batches(batch_size=ROWS_AT_ONCE, use_threads=False):
        columns = [_cells(column, read, limits) for column, read in zip(batch.columns, readers, strict=True)]
        for cells in zip(*columns, strict=True):
            number += 1
            yield line_of(number, list(cells), problems, limits.cell_max_length)


def _cells(column: Any, read: Callable[[Any], Cell] | None, limits: Limits) -> list[Cell]:
    """Return the cells of one column; each distinct text becomes one cell."""
    import pyarrow as pa

    assert read is not None
    if isinstance(column, pa.DictionaryArray):
        longest = limits.cell_max_length + 1
        texts = [EMPTY if one is None else read(one[:longest]) for one in column.dictionary.to_pylist()]
        return [EMPTY if place is None else texts[place] for place in column.indices.to_pylist()]
    if pa.types.is_timestamp(column.type) and column.type.unit == "ns":
        column = column.cast(pa.timestamp("us", tz=column.type.tz), safe=False)
    return [EMPTY if one is None else read(one) for one in column.to_pylist()]
