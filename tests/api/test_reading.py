"""Is what is no JSON, or looser than JSON, refused with its place?"""

from __future__ import annotations

import pytest

from api.characters import path_of
from api.reading import MalformedBody, check_json
from services.errors import InvalidRequest


@pytest.mark.parametrize("text", ['{"a": 1,}', "{", "[1 2]", '{"a": 01}', "nul", '{"a": "\x01"}', "\ufeff{}"])
def test_what_is_not_json_is_refused_with_line_and_column(text: str) -> None:
    with pytest.raises(MalformedBody) as caught:
        check_json(text)
    assert "Line 1, column" in caught.value.message
    assert caught.value.status == 400


def test_a_field_that_appears_twice_is_refused_by_name() -> None:
    with pytest.raises(MalformedBody, match="'weight'") as caught:
        check_json('{"assets": [{"weight": 1, "weight": 2}]}')
    assert caught.value.code == "duplicate_field"


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_every_number_that_is_not_finite_is_named_by_its_place(number: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        check_json(f'{{"problem": {{"covariance": [[1, {number}], [{number}, 1]]}}}}')
    assert [one.path for one in caught.value.fields] == ["problem.covariance[0][1]", "problem.covariance[1][0]"]
    assert caught.value.status == 422


def test_a_document_that_would_exhaust_the_stack_is_refused() -> None:
    with pytest.raises(MalformedBody, match="nested"):
        check_json("[" * 200_000)


def test_a_number_with_too_many_digits_is_refused() -> None:
    with pytest.raises(MalformedBody, match="digits"):
        check_json("1" * 10_000)


def test_ordinary_documents_pass_unchanged() -> None:
    assert check_json('{"a": [1, 2.5, "x", null, true, {"b": {}}]}') == {"a": [1, 2.5, "x", None, True, {"b": {}}]}


def test_places_are_written_in_the_words_of_the_request() -> None:
    assert path_of(("constraints", 0, "max_frac")) == "constraints[0].max_frac"
