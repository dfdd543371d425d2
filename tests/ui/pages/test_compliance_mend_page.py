"""Do the ways to mend a portfolio read as they were found, and are only orders taken along that may be traded?"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from callbacks import compliance_mend as page
from callbacks import present_compliance_mend as present
from callbacks import wording
from callbacks.typed_orders import read_orders
from components import compliance_mend as component
from components.compliance_layout import page_layout, view_of
from components.ids_compliance_mend import ComplianceMend, ComplianceMendBreach
from services.errors import InvalidRequest
from services.formatting import day
from services.messages.compliance_breaches import BreachStatus
from services.messages.compliance_remedies import RemedyAnswer, RemedyReport, RemedyWay, RemedyWish

WHEN = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)


def words(component: Any) -> str:
    return json.dumps(component, default=lambda one: one.to_plotly_json(), ensure_ascii=False)


def a_trade(**changed: Any) -> dict[str, Any]:
    usual: dict[str, Any] = {
        "symbol": "AAA", "side": "sell", "quantity": -5.0, "price_ccy": 50.0, "value_ccy": Decimal("-250.00"),
        "cost_ccy": Decimal("0.25"), "weight_before_frac": 0.3, "weight_after_frac": 0.27501,
    }  # fmt: skip
    return usual | changed


def a_rule(**changed: Any) -> dict[str, Any]:
    usual: dict[str, Any] = {
        "rule_id": "own.cap", "title": "No position above 28%", "severity": "hard", "unit": "frac", "limit": 0.28,
        "before": "failed", "before_value": 0.3, "after": "passed", "after_value": 0.27501, "is_target": True,
    }  # fmt: skip
    return usual | changed


def a_way(**changed: Any) -> RemedyWay:
    usual: dict[str, Any] = {
        "way": "reduce", "title": "Reduce positions", "outcome": "repaired", "sentence": "Reductions alone: 1 trade.",
        "trades": (a_trade(),), "rules": (a_rule(),), "verdict": "pass", "turnover_frac": 0.025,
        "turnover_ccy": Decimal("250.00"), "cost_ccy": Decimal("0.25"), "cost_frac": 0.000025,
        "cash_before_frac": 0.45, "cash_after_frac": 0.475, "clash": (), "is_proven": False,
    }  # fmt: skip
    return RemedyWay.model_validate(usual | changed)


def none(way: str, title: str, outcome: str = "impossible", **changed: Any) -> RemedyWay:
    """Return a way without trades."""
    without = {
        "trades": (), "rules": (), "verdict": None, "turnover_frac": 0.0, "cost_ccy": Decimal(0), "cost_frac": 0.0,
        "turnover_ccy": Decimal(0), "cash_after_frac": 0.45,
    }  # fmt: skip
    return a_way(way=way, title=title, outcome=outcome, sentence=f"{title} does not do.", **(without | changed))


def an_answer(*ways: RemedyWay, **changed: Any) -> RemedyAnswer:
    report = RemedyReport(
        portfolio_id="p-1", name="One", base_currency="USD", as_of=date(2026, 11, 27), net_assets_ccy=Decimal(10000),
        broken=("No position above 28%",), helpless=("Good scores: it is open.",), ways=ways,
        sentence="1 broken rule of One can be mended by reductions alone.",
        assumptions=("Prices are the last closes.",),
        is_sample=False, engine_version="0.1.0", inputs_sha256="0" * 64, computed_at_utc=WHEN,
    )  # fmt: skip
    usual: dict[str, Any] = {"state": "ready", "is_current": True, "report": report}
    return RemedyAnswer.model_validate(usual | changed)


@pytest.fixture(autouse=True)
def reads_usual(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wording, "preferences", lambda: SimpleNamespace(number_format="comma"))


def drawn(answer: RemedyAnswer, *, ticks: int = 0, may_optimize: bool = True, style: Any = "comma") -> str:
    return words(present.shown(answer, ticks, style, may_optimize=may_optimize))


def taken(text: str) -> list[dict[str, str]]:
    """Return what the buttons of an answer hand to the check before a trade."""
    found: list[dict[str, str]] = []

    def walk(node: Any) -> None:
        if isinstance(node, dict):
            if "data-mend-take" in node:
                found.append(json.loads(node["data-mend-take"]))
            for child in node.values():
                walk(child)
        elif isinstance(node, list):
            for child in node:
                walk(child)

    walk(json.loads(text))
    return found


@pytest.mark.requirement("4.3.A5")
def test_three_ways_stand_beside_one_another_with_cost_and_verdict() -> None:
    clash = ("No position above 28%", "At most 45% in cash")
    text = drawn(
        an_answer(
            a_way(),
            none("cheapest", "Cheapest trades", clash=clash),
            a_way(way="nearest", title="Cash as it is", outcome="unverified", verdict="blocked", worse=("Sectors",)),
        )
    )
    for said in (
        "Verified", "Impossible", "Not verified", "Cheapest trades does not do.", *clash, "Worse than before",
        "Sectors", "2.50%", "0.25", "27.50%", "−250.00", "Good scores: it is open.", "Prices are the last closes.",
        "May be traded", "Blocked", "Orders beside one another", "Cash as it is: units", day(date(2026, 11, 27)),
    ):  # fmt: skip
        assert said in text, said


@pytest.mark.requirement("4.3.A5")
@pytest.mark.parametrize(
    ("outcome", "is_taken"), [("repaired", True), ("partial", True), ("unverified", False), ("impossible", False)]
)
def test_only_orders_that_pass_are_taken_along(outcome: str, is_taken: bool) -> None:
    way = none("reduce", "Reduce positions") if outcome == "impossible" else a_way(outcome=outcome)
    text = drawn(an_answer(way))
    expected = [{"portfolio": "p-1", "orders": "AAA sell 5", "from": "Reduce positions, One"}]
    assert taken(text) == (expected if is_taken else [])
    assert ("/optimize?portfolio=p-1" in text) is is_taken


def test_the_way_to_the_optimizer_is_hidden_from_who_may_start_no_run() -> None:
    text = drawn(an_answer(a_way()), may_optimize=False)
    assert "/optimize" not in text
    assert taken(text)


@pytest.mark.parametrize("mark", ["comma", "point", "space"])
def test_orders_are_read_back_to_the_same_units(mark: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wording, "preferences", lambda: SimpleNamespace(number_format=mark))
    sizes = [-5.0, 1234567.0, 0.125, -1.234, 1000.5, -1.23456789, 12.0]
    way = a_way(
        trades=tuple(
            a_trade(symbol=f"S{n}", side="buy" if size > 0 else "sell", quantity=size) for n, size in enumerate(sizes)
        )
    )
    read = read_orders(present.typed_orders(way.trades))
    assert [float(one.quantity or 0) for one in read] == sizes
    assert [one.symbol for one in read] == [f"S{n}" for n in range(len(sizes))]


def test_what_is_of_earlier_data_is_told_and_not_taken_along() -> None:
    for changed in ({"state": "working", "is_current": False}, {"is_current": False}):
        text = drawn(an_answer(a_way(), **changed))
        assert "Of earlier data" in text
        assert taken(text) == []


def test_a_search_under_way_says_what_is_done_and_that_it_goes_on() -> None:
    working = RemedyAnswer(state="working", is_current=False, report=None)
    assert "every way is judged again" in drawn(working)
    assert "longer than usual" in drawn(working, ticks=present.SLOW_TICKS)


def test_a_failed_search_says_why_and_the_way_out() -> None:
    text = drawn(RemedyAnswer(state="failed", is_current=True, report=None, message="No price.", advice="Bring it."))
    assert "No price. Bring it." in text


def test_where_nothing_is_broken_there_are_no_ways_to_compare() -> None:
    text = drawn(an_answer(none("reduce", "Reduce positions", "unneeded")))
    assert "can be mended" in text
    assert "beside one another" not in text


def test_a_continental_reader_gets_every_figure_in_their_own_format() -> None:
    text = drawn(an_answer(a_way(rules=())), style="point")
    assert "2,50%" in text
    assert "−250,00" in text
    assert "2.50%" not in text


def test_a_wish_is_read_in_percent_and_every_bad_field_told_at_once() -> None:
    assert present.wish("0.1", "", "0", whole=True) == RemedyWish()
    made = present.wish("0", "25%", "2.5", whole=False, breach_id="b-1")
    assert made.turnover_max_frac == pytest.approx(0.25)
    assert made.cash_min_frac == pytest.approx(0.025)
    assert (made.buffer_frac, made.whole_shares, made.breach_id) == (0.0, False, "b-1")
    with pytest.raises(InvalidRequest) as refusal:
        present.wish("11", "0", "much", whole=True)
    assert [one.path for one in refusal.value.fields] == ["buffer_frac", "turnover_max_frac", "cash_min_frac"]


@pytest.mark.parametrize(
    ("status", "is_hidden"),
    [
        (BreachStatus.OPEN, False),
        (BreachStatus.OVERRIDDEN, False),
        (BreachStatus.CURED, True),
        (BreachStatus.CLOSED, True),
    ],
)
def test_a_settled_breach_offers_no_search(status: BreachStatus, is_hidden: bool) -> None:
    hidden, said = present.offered(SimpleNamespace(status=status))  # type: ignore[arg-type]
    assert hidden is is_hidden
    assert bool(said) is is_hidden
    assert present.offered(None) == (True, "Choose a breach of the list.")


class Asked:
    """A service of remedies that keeps what it was asked for."""

    def __init__(self, answer: RemedyAnswer) -> None:
        self.answer, self.asked = answer, []  # type: ignore[var-annotated]

    def find(self, _actor: object, portfolio_id: str, wish: RemedyWish, *, wait_s: float) -> RemedyAnswer:
        self.asked.append((portfolio_id, wish))
        return self.answer


def test_the_answer_is_followed_until_it_is_there_and_put_away_when_another_is_chosen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    service = Asked(RemedyAnswer(state="working", is_current=False, report=None))
    monkeypatch.setattr(page, "services", lambda: SimpleNamespace(compliance_remedies=service))
    monkeypatch.setattr(page, "actor", lambda: None)
    monkeypatch.setattr(page, "may", lambda _permission: True)
    monkeypatch.setattr(page, "reader_style", lambda: "comma")
    asked = page._asked("b-1", "p-1", RemedyWish(breach_id="b-1"), 3, 1)
    text, more = page._answer(asked, 4, "b-1")
    assert more == 4 + page.ENOUGH_TICKS
    assert service.asked == [("p-1", RemedyWish(breach_id="b-1"))]
    service.answer = an_answer(a_way())
    text, more = page._answer(asked, 5, "b-1")
    assert more == 0
    assert "Verified" in words(text)
    assert page._answer(asked, 5, "b-2") == (None, 0)
    assert page._answer(None, 5, "b-2") == (None, 0)
    assert len(service.asked) == 2


@pytest.mark.parametrize("ids", [ComplianceMend, ComplianceMendBreach])
def test_both_places_stand_on_the_page_once(ids: Any) -> None:
    text = words(page_layout(view_of({})))
    for name in component.MendPlace.__annotations__:
        assert text.count(f'"id": "{getattr(ids, name)}"') == 1, name
