"""Is an answer that was kept the answer that was given, and can nothing else be made from what a cache holds?"""

from __future__ import annotations

import dataclasses
import json
import math
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from data.providers import answers as kinds
from data.providers.vocabulary import Adjustment, Field, Flag, Frequency
from services.providers_codec import Unreadable, from_json, to_json

NOW = datetime(2026, 3, 2, 9, 30, 15, tzinfo=UTC)
ORIGIN = kinds.Provenance("x", "set", ("https://example.com",), ("ab" * 32,), NOW, "terms", ("Read.",), (), True)
TIMES = np.array(["2026-03-02T14:30:00", "2026-03-02T14:31:00"], dtype="datetime64[s]")
SERIES = kinds.PriceSeries(
    "A", "USD", TIMES.astype("datetime64[D]"), {Field.CLOSE: np.array([0.1 + 0.2, math.nan])},
    np.array([Flag.OK.value, Flag.MISSING.value]), Adjustment.SPLITS, TIMES,
)  # fmt: skip
ANSWERS = [
    kinds.PriceAnswer((SERIES,), ("B",), Frequency.MINUTE, ORIGIN),
    kinds.QuoteAnswer((kinds.Quote("A", 1.5, "USD", NOW, None, 1.6),), (), ORIGIN),
    kinds.RateAnswer("EUR", "USD", np.array(["2026-03-02"], "datetime64[D]"), (Decimal("1.10"),), ORIGIN),
    kinds.ActionAnswer((kinds.ActionFact("A", "split", date(2020, 8, 31), ratio=Decimal(4)),), (), ORIGIN),
    kinds.MacroAnswer((kinds.MacroObservation("GDP", date(2026, 1, 1), math.nan, date(2026, 2, 1)),), (), (), ORIGIN),
    kinds.ConstituentAnswer("I", "Index", "USD", {date(2026, 1, 1): {"A": Decimal(1)}}, ORIGIN),
]


def same(one: Any, other: Any) -> bool:
    if dataclasses.is_dataclass(one):
        names = [field.name for field in dataclasses.fields(one)]
        return type(one) is type(other) and all(same(getattr(one, name), getattr(other, name)) for name in names)
    if isinstance(one, np.ndarray):
        return one.dtype.kind == other.dtype.kind and np.array_equal(one, other, equal_nan=one.dtype.kind == "f")
    if isinstance(one, tuple):
        return len(one) == len(other) and all(same(a, b) for a, b in zip(one, other, strict=True))
    if isinstance(one, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    if isinstance(one, float) and math.isnan(one):
        return math.isnan(other)
    return type(one) is type(other) and one == other


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda one: type(one).__name__)
def test_an_answer_survives_the_cache_bit_for_bit(answer: Any) -> None:
    assert same(from_json(json.loads(json.dumps(to_json(answer), allow_nan=False))), answer)


@pytest.mark.parametrize(
    "kept",
    [
        None, 7, [], {"$class": "Popen", "with": {"args": "x"}}, {"$class": "Payload", "with": {}},
        {"$class": "Provenance", "with": {}}, {"$array": "|O", "of": ""}, {"$array": "<f8", "of": "!"},
        {"$word": "Style", "is": "x"}, {"$else": 1}, {"$class": "PriceAnswer", "with": {"series": 1}},
    ],
)  # fmt: skip
def test_nothing_else_is_made_of_what_a_cache_holds(kept: Any) -> None:
    with pytest.raises(Unreadable):
        from_json(kept)
