"""Which orders are read from what somebody types, and how do the tabs of compliance read?"""

from __future__ import annotations

from decimal import Decimal

import pytest

from callbacks.present_compliance_breaches import chosen_id
from callbacks.typed_orders import read_orders
from components.compliance_layout import TABS, view_of
from services.errors import InvalidRequest


@pytest.mark.parametrize(
    ("line", "symbol", "size"),
    [
        ("AAPL buy 100", "AAPL", {"quantity": Decimal(100)}),
        ("aapl\tsell\t1,500", "AAPL", {"quantity": Decimal(-1500)}),
        ("MSFT;short;20", "MSFT", {"quantity": Decimal(-20)}),
        ("KO buy 10 000 USD", "KO", {"value_ccy": Decimal(10000)}),
        ("KO SELL 250.50 eur", "KO", {"value_ccy": Decimal("-250.50")}),
        ("JPM 5%", "JPM", {"weight_frac": 0.05}),
        ("BRK.B -12", "BRK.B", {"quantity": Decimal(-12)}),
    ],
)
@pytest.mark.requirement("4.3.F5")
def test_a_line_is_an_order(line: str, symbol: str, size: dict[str, object]) -> None:
    (found,) = read_orders(f"\n{line}\n\n")
    assert found.symbol == symbol
    given = {name: getattr(found, name) for name in ("quantity", "value_ccy", "weight_frac")}
    assert {name: value for name, value in given.items() if value is not None} == size


@pytest.mark.parametrize(
    ("text", "where", "words"),
    [
        ("", "orders", "There is no order"),
        ("AAPL", "line 1", "is no order"),
        ("AAPL buy", "line 1", "is no order"),
        ("KO buy 5\nMSFT buy ten", "line 2", "MSFT"),
        ("MSFT sell 5%", "line 1", "neither a purchase nor a sale"),
        ("MSFT buy nan", "line 1", "MSFT"),
        ("X" * 41 + " buy 1", "line 1", "is no order"),
        ("\n".join(f"A{n} buy 1" for n in range(501)), "orders", "at most 500"),
    ],
)
def test_what_is_no_order_is_named_with_its_line(text: str, where: str, words: str) -> None:
    with pytest.raises(InvalidRequest) as refusal:
        read_orders(text)
    (problem,) = refusal.value.fields
    assert problem.path == where
    assert words in problem.message


def test_every_bad_line_is_told_at_once() -> None:
    with pytest.raises(InvalidRequest) as refusal:
        read_orders("AAPL buy x\nKO buy 1\nMSFT")
    assert [one.path for one in refusal.value.fields] == ["line 1", "line 3"]


def test_an_address_opens_its_tab_and_a_breach_that_of_breaches() -> None:
    assert view_of({})["tab"] == TABS[0].key
    assert view_of({"tab": "trade"})["tab"] == "trade"
    assert view_of({"tab": "nonsense"})["tab"] == TABS[0].key
    assert view_of({"breach": "b-1", "portfolio": "p-1"}) == {"breach": "b-1", "portfolio": "p-1", "tab": "breaches"}
    assert len(view_of({"cell": "x" * 5000})["cell"]) == 400


def test_a_selection_comes_as_rows_or_as_ids() -> None:
    assert chosen_id({"ids": ["b-1"]}) == chosen_id([{"id": "b-1"}]) == "b-1"
    assert chosen_id([]) is chosen_id(None) is chosen_id({"ids": []}) is None
