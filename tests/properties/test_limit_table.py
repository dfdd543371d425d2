"""Do limits of every kind go into a table, into a file, and back with nothing lost?"""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.constraints import CONSTRAINTS
from services.limit_cells import Mark
from services.limit_files import csv_of, read_file
from services.limit_kinds import FORMS, form_of_words, span_of
from services.limit_rows import rows_of
from services.limit_table import read_rows

NAMES = st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=24)
TEXTS = {"dimension": NAMES, "group": NAMES, "sector": NAMES, "factor": NAMES}
SIDES = ("min_frac", "max_frac", "min_beta", "max_beta", "min_exposure", "max_exposure", "min_count", "max_count")


def number_in(kind: str, name: str, *, is_whole: bool) -> st.SearchStrategy[Any]:
    low, high, is_open = span_of(kind, name)
    if is_whole:
        return st.integers(int(low), int(high))
    return st.floats(low, high, exclude_min=is_open, allow_nan=False)


@st.composite
def limit_of(draw: Any, kind: str) -> dict[str, Any]:
    """Draw a limit with every field of its kind; what the engine refuses is put right first."""
    made: dict[str, Any] = {"kind": kind, "is_soft": draw(st.booleans()), "priority": draw(st.integers(1, 9))}
    for name, field in CONSTRAINTS.get(kind).model_fields.items():
        if name in made:
            continue
        if name in TEXTS:
            made[name] = draw(TEXTS[name])
        elif name == "assets":
            made[name] = draw(st.none() | st.lists(NAMES, min_size=1, max_size=5))
        elif name == "relative_to":
            choices = ("absolute", "current", "benchmark") if kind == "position_bounds" else ("absolute", "benchmark")
            made[name] = draw(st.sampled_from(choices))
        elif name == "unknown":
            made[name] = draw(st.sampled_from(("refuse", "exclude")))
        elif name == "short_max_frac" and made.get("relative_to", "absolute") != "absolute":
            made[name] = None
        else:
            number = number_in(kind, name, is_whole=name.endswith("_count"))
            if kind == "position_bounds" and made["relative_to"] == "absolute":
                number = st.floats(0.0, 1.0)
            made[name] = draw(st.none() | number if not field.is_required() and field.default is None else number)
    return in_order(made)


def in_order(made: dict[str, Any]) -> dict[str, Any]:
    """Give a limit a side where it has none, and put its sides into order."""
    low, high = (
        next((name for name in SIDES if name in made and name.startswith(side)), "") for side in ("min", "max")
    )
    if not (low and high):
        return made
    if made[low] is None and made[high] is None:
        made[high] = 1 if low.endswith("count") else 0.5
    if made[low] is not None and made[high] is not None and made[low] > made[high]:
        made[low], made[high] = made[high], made[low]
    if made.get("relative_to", "absolute") != "absolute" and made["kind"] == "position_bounds":
        made[high] = 1.5 if made[low] <= -2.0 and made[high] >= 2.0 else made[high]  # open on both sides is no limit
    return made


def whole(limit: dict[str, Any]) -> dict[str, Any]:
    model = CONSTRAINTS.get(limit["kind"]).model_validate_json(json.dumps(limit))
    return model.model_dump(mode="json")


def test_every_kind_has_its_words_and_every_field_its_column() -> None:
    assert {form.kind for form in FORMS} == set(CONSTRAINTS.kinds())
    for kind in CONSTRAINTS.kinds():
        stated = {"kind", "is_soft", "priority", "relative_to"}
        for form in FORMS:
            if form.kind == kind:
                stated |= {form.of, form.least, form.most, *form.fixed, *(one.name for one in form.details)}
        assert set(CONSTRAINTS.get(kind).model_fields) <= stated, kind


@pytest.mark.parametrize("kind", [kind for kind in CONSTRAINTS.kinds() if kind != "group_limit"])
def test_the_api_s_names_are_words_of_the_table_too(kind: str) -> None:
    for words in (kind, kind.upper(), kind.replace("_", " ")):
        form = form_of_words(words)
        assert form is not None
        assert form.kind == kind


@pytest.mark.requirement("1.3.F1")
@pytest.mark.requirement("1.3.F6")
@pytest.mark.requirement("1.3.F7")
@pytest.mark.parametrize("kind", CONSTRAINTS.kinds())
@settings(max_examples=60, deadline=None)
@given(data=st.data(), mark=st.sampled_from(("point", "comma")))
def test_limits_of_every_kind_come_back_from_table_and_file_as_they_were(kind: str, data: Any, mark: Mark) -> None:
    limit = whole(data.draw(limit_of(kind)))
    rows = rows_of([limit], mark)
    reading = read_rows(rows)
    assert not reading.problems
    assert not reading.warnings
    assert reading.documents == [limit]
    read = read_file(csv_of([limit], mark))
    assert not read.table.problems
    assert read.table.documents == [limit]


@settings(max_examples=40, deadline=None)
@given(
    limits=st.lists(
        st.sampled_from(("group_limit", "sector_limit", "position_bounds", "cvar_ceiling")).flatmap(limit_of),
        max_size=9,
    ),
    once=st.lists(st.sampled_from(("long_short", "budget", "round_lots", "min_trade")), unique=True),
    data=st.data(),
)
def test_a_whole_list_comes_back_in_its_order(limits: list[dict[str, Any]], once: list[str], data: Any) -> None:
    given_limits = [whole(one) for one in [*limits, *(data.draw(limit_of(kind)) for kind in once)]]
    read = read_file(csv_of(given_limits)) if given_limits else None
    assert read is None or (not read.table.problems and read.table.documents == given_limits)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: text.encode("utf-8", "replace")))
def test_no_bytes_break_the_reading_and_every_fault_has_a_way_out(raw: bytes) -> None:
    read = read_file(raw)
    assert read.table.problems or read.table.limits or not read.rows_count
    assert all(one.message.endswith(".") and one.advice.endswith(".") for one in read.table.problems)
