"""Are the weights of a benchmark read as they stand, fractions told from percent, and everything wrong told at once?"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from data.errors import ProviderRefused
from data.providers.protocol import ProviderContext
from data.providers.questions import ConstituentQuestion
from data.providers.upload import UploadedFiles
from tests.data.upload.test_reading import read, told

HEAD = "benchmark,symbol,date,weight\n"
FIRST, SECOND = date(2022, 6, 30), date(2022, 9, 30)


def test_fractions_and_percent_are_told_apart_day_by_day() -> None:
    rows = "MINE,AAA,2022-06-30,0.25\nMINE,BBB,2022-06-30,0.75\nMINE,AAA,2022-09-30,40\nMINE,BBB,2022-09-30,60\n"
    found = read(HEAD + rows)
    assert (found.problems, found.content, found.symbols) == ((), "benchmark weights", {})
    assert found.baskets["MINE"].weights == {
        FIRST: {"AAA": Decimal("0.25"), "BBB": Decimal("0.75")},
        SECOND: {"AAA": Decimal("0.4"), "BBB": Decimal("0.6")},
    }
    assert found.notes == ("The weights of 1 of 2 days sum to 100 and are read as percent.",)


def test_a_rounded_day_is_scaled_to_exactly_one_and_nothing_weighs_nothing() -> None:
    found = read(HEAD + "M,A,2022-06-30,33.3\nM,B,2022-06-30,33.3\nM,C,2022-06-30,33.3\nM,D,2022-06-30,0\n")
    (weights,) = found.baskets["M"].weights.values()
    assert (set(weights), sum(weights.values())) == ({"A", "B", "C"}, 1)
    assert "scaled" in found.notes[-1]


@pytest.mark.parametrize(("total", "is_good"), [(0.995, True), (0.9949, False), (1.005, True), (1.0051, False),
                                                (99.5, True), (99.49, False), (100.5, True), (100.51, False),
                                                (50.0, False), (0.0, False)])  # fmt: skip
def test_half_a_percent_is_the_edge(total: float, is_good: bool) -> None:
    found = read(f"{HEAD}M,A,2022-06-30,{total:g}\n")
    assert (found.problems_count == 0) is is_good
    if not is_good:
        (problem,) = found.problems
        assert (problem.line, problem.column) == (2, "weight")
        assert "neither to 1 nor to 100" in problem.message


def test_every_problem_is_told_at_once_with_its_place() -> None:
    rows = (
        "M,A,2022-06-30,-0.5\nM,B,2022-06-30,NaN\nM,C,2022-06-30,0.5\nM,C,2022-06-30,0.5\n"
        "M,A,2024-06-30,1\nM,,2022-05-30,1\nM,A,2022-04-30,\nM,A,2022-03-30,0.7\n,A,2022-03-31,1\n"
    )
    assert told(HEAD + rows) == [
        (2, "weight"), (3, "weight"), (5, "date"), (6, "date"), (7, "symbol"), (8, "weight"), (9, "weight"),
        (10, "benchmark"),
    ]  # fmt: skip


def test_name_and_currency_may_stand_once_and_not_differ() -> None:
    head = "benchmark,symbol,date,weight,name,currency\n"
    found = read(head + "M,A,2022-06-30,0.5,Mine,eur\nM,B,2022-06-30,0.5,,\n")
    assert found.baskets["M"].facts == {"name": "Mine", "currency": "EUR"}
    assert told(head + "M,A,2022-06-30,0.5,Mine,EUR\nM,B,2022-06-30,0.5,Other,XXX1\n") == [
        (3, "currency"), (3, "name"),
    ]  # fmt: skip


def test_weights_have_a_file_of_their_own() -> None:
    assert told("benchmark,symbol,date,weight,close\nM,A,2022-06-30,1,5\n") == [(1, "close")]
    assert told("benchmark,date,weight\nM,2022-06-30,1\n") == [(1, None)]
    assert told("benchmark,symbol,date\nM,A,2022-06-30\n") == [(1, None)]
    plain = read("symbol,date,close,weight\nA,2022-06-30,5,1\n")
    assert (plain.problems_count, plain.baskets) == (0, {})
    assert "“weight”" in plain.notes[0]


def test_a_decimal_comma_is_understood() -> None:
    found = read("benchmark;symbol;date;weight\nM;A;30.06.2022;0,5\nM;B;30.06.2022;0,5\n")
    assert found.baskets["M"].weights[FIRST] == {"A": Decimal("0.5"), "B": Decimal("0.5")}


def test_the_provider_answers_with_weights() -> None:
    head = "benchmark,symbol,date,weight,name,currency\n"
    file = read(head + "M,A,2022-09-30,1,Mine,USD\nM,A,2022-06-30,100,,\n")
    provider = UploadedFiles(ProviderContext(file=file))
    answer = provider.constituents(ConstituentQuestion("M"))
    assert (answer.name, answer.currency, list(answer.weights)) == ("Mine", "USD", [FIRST, SECOND])
    assert "scaled to sum to 1" in answer.provenance.transformations[0]
    with pytest.raises(ProviderRefused, match="no weights of OTHER"):
        provider.constituents(ConstituentQuestion("OTHER"))
