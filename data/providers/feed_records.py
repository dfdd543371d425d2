"""Which bars stand in the answer of a feed, before anything of them is read as a date or a number?"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from data.errors import ProviderChanged
from data.http.answer import HttpAnswer
from data.http.json_body import read_json
from data.providers.feed_mapping import FeedMapping
from data.upload.encodings import decoded, kind_of, kind_of_text
from data.upload.problems import Problems, shown

BARS_MAX_COUNT = 300_000
NAMES_SHOWN_MAX_COUNT = 12
ABSENT = object()
"""What stands where a bar has no such key or column."""


@dataclass(frozen=True)
class Record:
    """One bar as it came: its number, counted from 1 (in CSV its line), and what stands for each mapped column."""

    number: int
    values: Mapping[str, Any]


def read_records(answer: HttpAnswer, mapping: FeedMapping, problems: Problems) -> list[Record]:
    """Return the bars of an answer; what keeps them from being found is added to ``problems``."""
    found: list[Record] = []
    if not answer.body.strip():
        problems.add(None, None, "The answer is empty.", "Check the address and the key.")
        return found
    for record in _csv(answer, mapping, problems) if mapping.kind == "csv" else _json(answer, mapping, problems):
        if len(found) >= BARS_MAX_COUNT:
            message = f"The answer has more than the {BARS_MAX_COUNT:,} bars that are read."
            problems.add(None, None, message, "Ask for a shorter time, with {start} and {end} in the address.")
            break
        found.append(record)
    if found:
        _look_for_columns(found[0], mapping, problems)
    return found


def _json(answer: HttpAnswer, mapping: FeedMapping, problems: Problems) -> Iterator[Record]:
    """Yield the bars of a JSON answer in the form that the mapping names."""
    try:
        whole = read_json(answer.body, provider=mapping.provider_name, label=mapping.label, charset=answer.charset)
    except ProviderChanged as error:
        problems.add(None, None, error.message, "Check the address, the key and the format.")
        return
    bars, so_far = whole, ""
    for step in [one for one in mapping.rows.split(".") if one]:
        inner = _step(bars, step)
        if inner is ABSENT:
            where = f"under {shown(so_far)}" if so_far else "at its top"
            message = f"The answer has no {shown(step)} {where}; there {_names(bars)}."
            problems.add(None, None, message, "Correct where the bars stand.")
            return
        bars, so_far = inner, f"{so_far}.{step}" if so_far else step
    wanted = list if mapping.shape == "rows" else dict
    if not isinstance(bars, wanted):
        kind = "a list" if wanted is list else "an object"
        message = f"Where the bars should stand is not {kind}; there {_names(bars)}."
        problems.add(None, None, message, "Correct where the bars stand, or the form of the bars.")
        return
    yield from _FORMS[mapping.shape](bars, mapping, problems)


def _of_rows(bars: list[Any], mapping: FeedMapping, problems: Problems) -> Iterator[Record]:
    columns = mapping.places
    for number, bar in enumerate(bars, start=1):
        if not isinstance(bar, list | dict):
            problems.add(number, None, f"This bar is {shown(str(bar))}, not an object or a list.", "Correct the form.")
            return
        yield Record(number, {name: _at(bar, place) for name, place in columns.items()})


def _of_dates(bars: dict[str, Any], mapping: FeedMapping, problems: Problems) -> Iterator[Record]:
    columns = {name: place for name, place in mapping.places.items() if name != "date"}
    for number, (day, bar) in enumerate(bars.items(), start=1):
        yield Record(number, {"date": day} | {name: _at(bar, place) for name, place in columns.items()})


def _of_columns(bars: dict[str, Any], mapping: FeedMapping, problems: Problems) -> Iterator[Record]:
    """Yield bars whose columns are lists; a single value counts for all bars."""
    found = {name: _at(bars, place) for name, place in mapping.places.items()}
    lists = {name: values for name, values in found.items() if isinstance(values, list)}
    lengths = {len(values) for values in lists.values()}
    for name in ("date", "close") if mapping.columns is not None else ():
        if name not in lists:
            message = f"There is no list for the {name}; there {_names(bars)}."
            problems.add(None, mapping.places[name], message, "Correct the column, or the form of the bars.")
    if len(lengths) > 1:
        told = ", ".join(f"{name} {len(values):,}" for name, values in lists.items())
        problems.add(None, None, f"The columns are not of one length: {told}.", "Ask the feed's operator.")
    if problems.total_count or not lengths:
        return
    for place in range(lengths.pop()):
        yield Record(place + 1, {n: v[place] if isinstance(v, list) else v for n, v in found.items()})


def _of_one(found: dict[str, Any], mapping: FeedMapping, problems: Problems) -> Iterator[Record]:
    yield Record(1, {name: _at(found, place) for name, place in mapping.places.items()})


_FORMS: dict[str, Callable[[Any, FeedMapping, Problems], Iterator[Record]]] = {
    "rows": _of_rows,
    "by_date": _of_dates,
    "columns": _of_columns,
    "one": _of_one,
}


def _csv(answer: HttpAnswer, mapping: FeedMapping, problems: Problems) -> Iterator[Record]:
    """Yield the lines of a CSV answer; blank ones are left out."""
    found = None if kind_of(answer.body) else decoded(answer.body)
    what = kind_of(answer.body) or (None if found is None else kind_of_text(found.text))
    if found is None or what is not None:
        message = "The answer is no CSV" + (f", but {what}." if what else ": its bytes are no text.")
        problems.add(None, None, message, "Check the address, the key and the format.")
        return
    lines = found.text.splitlines(keepends=True)[mapping.skip_lines_count :]
    reader = csv.reader(io.StringIO("".join(lines), newline=""), delimiter=mapping.separator, strict=True)
    heads: list[str] | None = None
    columns = mapping.places
    try:
        for row in reader:
            number = mapping.skip_lines_count + reader.line_num
            if not any(cell.strip() for cell in row):
                continue
            if mapping.has_header and heads is None:
                heads = [cell.strip() for cell in row]
                continue
            places = heads if heads is not None else [str(place) for place in range(len(row))]
            cells = dict(zip(places, (cell.strip() for cell in row), strict=False))
            yield Record(number, {name: cells.get(place, _Lacking(places)) for name, place in columns.items()})
    except csv.Error:
        message = "A quotation mark is not closed, or something follows a closed one."
        problems.add(mapping.skip_lines_count + reader.line_num, None, message, "Ask the feed's operator.")


class _Lacking:
    """A column that is not there, with those that are."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = names


def is_absent(value: Any) -> bool:
    """Return whether a bar has no such key or column."""
    return value is ABSENT or isinstance(value, _Lacking)


def _look_for_columns(first: Record, mapping: FeedMapping, problems: Problems) -> None:
    """Name every column that the first bar lacks, once; an asset may lack some facts, and no feed all of them."""
    facts = () if mapping.facts is None else tuple(one.value for one in mapping.facts.facts())
    has_facts = any(not is_absent(first.values.get(name, ABSENT)) for name in facts)
    for name, place in mapping.places.items():
        value = first.values.get(name, ABSENT)
        if has_facts and name in facts:
            continue
        if is_absent(value):
            there = f" There are: {_list(value.names)}." if isinstance(value, _Lacking) else ""
            label = name.replace("_", " ")
            message = f"The first bar has nothing at {shown(place)}, where the {label} should stand.{there}"
            problems.add(first.number, place, message, f"Correct the column of the {label}, or leave it empty.")


def _at(bar: Any, place: str) -> Any:
    """Return what stands at a dotted path of a bar; a key that itself holds dots is found as a whole."""
    if isinstance(bar, dict) and place in bar:
        return bar[place]
    value = bar
    for step in place.split("."):
        value = _step(value, step)
        if value is ABSENT:
            return _Lacking([str(one) for one in bar]) if isinstance(bar, dict) else ABSENT
    return value


def _step(value: Any, step: str) -> Any:
    if isinstance(value, dict):
        return value.get(step, ABSENT)
    if isinstance(value, list) and step.isascii() and step.isdigit() and len(step) < 10 and int(step) < len(value):
        return value[int(step)]
    return ABSENT


def _names(value: Any) -> str:
    """Return what stands at a place, for a sentence that follows "there"."""
    if isinstance(value, dict):
        return f"are {_list([str(one) for one in value])}" if value else "is an empty object"
    if isinstance(value, list):
        return f"is a list of {len(value):,}"
    return f"is {shown(str(value))}"


def _list(names: Sequence[str]) -> str:
    listed = ", ".join(shown(one) for one in names[:NAMES_SHOWN_MAX_COUNT])
    return listed + (f" and {len(names) - NAMES_SHOWN_MAX_COUNT:,} more" if len(names) > NAMES_SHOWN_MAX_COUNT else "")
