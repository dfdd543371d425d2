"""Are the places of fields told to people in words, and words left as they are?"""

from __future__ import annotations

import pytest

from services.errors import InvalidRequest
from services.field_problems import place_words
from services.runs_kind_price_refresh import KIND as PRICE_REFRESH
from services.runs_kind_uncertainty import KIND as UNCERTAINTY
from services.runs_kinds import RunKind


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("units", "Units"),
        ("limit_price", "Limit price"),
        ("parts[0].benchmark_id", "Parts 1, benchmark"),
        ("parts.2.share_frac", "Parts 3, share"),
        ("constraints[turnover].max_frac", "Constraints, turnover, max"),
        ("volatility_max_annual_frac", "Volatility max"),
        ("Row 3, most", "Row 3, most"),
        ("AAPL", "AAPL"),
        ("", ""),
    ],
)
def test_a_technical_path_is_told_in_words(path: str, words: str) -> None:
    assert place_words(path) == words


@pytest.mark.parametrize(
    ("kind", "text", "said"),
    [
        (UNCERTAINTY, '{"optimization_id": "a", "resamples_count": -4}', "-4 is not allowed here."),
        (UNCERTAINTY, '{"optimization_id": "a", "x": 1}', "`x` is not a field here."),
        (PRICE_REFRESH, '{"what": "x"}', "`x` is not known here."),
    ],
)
def test_a_request_of_each_kind_is_refused_in_the_words_of_the_house(kind: RunKind, text: str, said: str) -> None:
    with pytest.raises(InvalidRequest) as refusal:
        kind.parse(text)
    (field,) = refusal.value.fields
    assert field.message == said
    assert field.advice
