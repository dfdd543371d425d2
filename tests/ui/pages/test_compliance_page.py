"""Which orders are read from what somebody types, and how do the tabs of compliance read?"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from callbacks import compliance_breach_deeds as breach_deeds
from callbacks import present_compliance_status as status
from callbacks import present_compliance_trade as trade
from callbacks.present_compliance_breaches import chosen_id
from callbacks.typed_orders import read_orders
from components.compliance_layout import TABS, view_of
from components.compliance_status import WORDS, MatrixColumn, MatrixLine, legend, matrix
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
        ("JPM buy -5", "line 1", "is below 0"),
        ("JPM sell 0", "line 1", "is not above 0"),
        ("JPM 1e400%", "line 1", "is above 10,000"),
        ("JPM buy 1e300", "line 1", "is above 1,000,000,000,000"),
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


def test_a_head_above_pasted_rows_is_no_order() -> None:
    (found,) = read_orders("Symbol\tSide\tQuantity\nAAPL\tbuy\t100")
    assert (found.symbol, found.quantity) == ("AAPL", 100)
    with pytest.raises(InvalidRequest):
        read_orders("Symbol\tSide\tQuantity")


def test_an_address_opens_its_tab_and_a_breach_that_of_breaches() -> None:
    assert view_of({})["tab"] == TABS[0].key
    assert view_of({"tab": "trade"})["tab"] == "trade"
    assert view_of({"tab": "nonsense"})["tab"] == TABS[0].key
    assert view_of({"breach": "b-1", "portfolio": "p-1"}) == {"breach": "b-1", "portfolio": "p-1", "tab": "breaches"}
    assert len(view_of({"cell": "x" * 5000})["cell"]) == 400


def test_a_selection_comes_as_rows_or_as_ids() -> None:
    assert chosen_id({"ids": ["b-1"]}) == chosen_id([{"id": "b-1"}]) == "b-1"
    assert chosen_id([]) is chosen_id(None) is chosen_id({"ids": []}) is None


def test_a_verdict_that_stops_orders_tells_the_way_on() -> None:
    asked = {
        verdict: json.dumps(trade._next(SimpleNamespace(verdict=verdict, portfolio_id="p-1")), default=as_json)  # type: ignore[arg-type]
        for verdict in trade.VERDICTS
    }
    assert [verdict for verdict, said in asked.items() if said != "[]"] == ["needs_override", "blocked"]
    assert "/compliance?tab=breaches&portfolio=p-1" in asked["needs_override"]
    assert "/compliance?portfolio=p-1" in asked["blocked"]


def test_figures_before_and_after_have_as_many_places_as_tell_them_apart() -> None:
    worst = SimpleNamespace(before=0.96442, value=0.96438)
    moved = trade._moved(SimpleNamespace(groups=[worst], limit=0.6, unit="frac"), "USD")  # type: ignore[arg-type]
    assert moved == ["96.442%", "96.438%", "60.00%"]


def test_one_cell_of_the_matrix_is_a_stop_of_the_tab_key() -> None:
    columns = [MatrixColumn("r-1", "One", "Hard"), MatrixColumn("r-2", "Two", "Soft")]
    lines = [MatrixLine("p-1", "First", "/portfolios/p-1", "", is_old=False, states=[None, "passed"])]
    for chosen, stops in (("", 1), ("p-1|r-2", 1), ("p-9|r-9", 1)):
        drawn = json.dumps(matrix([*columns], [*lines, replace(lines[0], key="p-2")], chosen), default=as_json)
        assert drawn.count('"data-choose"') - drawn.count('"tabIndex": "-1"') == stops


def test_who_sees_no_portfolio_is_not_told_that_no_rule_is_in_force() -> None:
    none = SimpleNamespace(rules=())
    seen = {
        has_rules: json.dumps(status.nothing(none, may_write=True, has_rules=has_rules), default=as_json)  # type: ignore[arg-type]
        for has_rules in (True, False)
    }
    assert "No rule is in force yet" not in seen[True]
    assert "Rules are in force" in seen[True]
    assert "No rule is in force yet" in seen[False]


def test_the_legend_names_every_state_and_what_an_empty_cell_means() -> None:
    drawn = json.dumps(legend(), default=as_json)
    assert all(word in drawn for word in WORDS.values())
    assert "Empty: the rule is not for this portfolio" in drawn


def test_evidence_names_what_an_override_lets_stand_until_when_and_why() -> None:
    let = SimpleNamespace(group="LLY", allowed_until=date(2026, 12, 20), allowed_reason="Agreed with the client")
    other = SimpleNamespace(group="KO", allowed_until=None, allowed_reason=None)
    drawn = json.dumps(status._let_stand(SimpleNamespace(groups=(let, other))), default=as_json)  # type: ignore[arg-type]
    assert "LLY: let stand by an override until 20 December 2026: Agreed with the client" in drawn
    assert "KO" not in drawn
    assert status._let_stand(SimpleNamespace(groups=(other,))) == []  # type: ignore[arg-type]


def test_the_currency_of_orders_stands_once_above_their_amounts() -> None:
    order = {
        "symbol": "KO", "quantity": 10.0, "value_ccy": Decimal("-9519.47"), "weight_before_frac": 0.1,
        "weight_after_frac": 0.2,
    }  # fmt: skip
    big = {**order, "symbol": "JPM", "value_ccy": Decimal("2414320.11")}
    report = SimpleNamespace(base_currency="USD", orders=[SimpleNamespace(**order), SimpleNamespace(**big)])
    drawn = json.dumps(trade._orders(report, "comma"), default=as_json, ensure_ascii=False)  # type: ignore[arg-type]
    assert drawn.count("USD") == 1
    assert "Amount in USD" in drawn
    assert "−9,519" in drawn
    assert "9,519.47" not in drawn, "all amounts of a column have as many decimals"


@pytest.mark.parametrize(
    ("deed", "paths"), [("plan", ["due_on", "comment"]), ("request_override", ["expires_on", "reason"])]
)
def test_a_wish_without_day_and_reason_names_both(monkeypatch: pytest.MonkeyPatch, deed: str, paths: list[str]) -> None:
    known = SimpleNamespace(get=lambda *_: SimpleNamespace(id="b-1", row_version=1))
    monkeypatch.setattr(breach_deeds, "services", lambda: SimpleNamespace(breaches=known))
    monkeypatch.setattr(breach_deeds, "actor", lambda: None)
    with pytest.raises(InvalidRequest) as refusal:
        breach_deeds.do_deed("b-1", deed, "", None, None)
    assert [one.path for one in refusal.value.fields] == paths
    assert all("empty" in one.message for one in refusal.value.fields)


def as_json(component: Any) -> Any:
    return component.to_plotly_json()
