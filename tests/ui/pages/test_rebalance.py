"""Is the wish read as it was typed, is a choice of a row what was meant, and is waiting told?"""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from callbacks import present_rebalance as present
from callbacks import rebalance
from callbacks import rebalance_given as given_weights
from callbacks.rebalance import FIELDS
from callbacks.rebalance_proposal import _typed
from components.ids_rebalance import Rebalance as Ids
from components.rebalance_layout import COLUMNS, USUAL, page_layout, part_of, view_of
from services.errors import InvalidRequest
from services.messages.rebalancing import RebalancingAnswer, RebalancingWish, WayPoint
from tests.services.core.test_living_handles import BOUNDS
from tests.services.core.test_living_handles import asked as asked_for

EMPTY: dict[str, Any] = {name: None for name, _ in FIELDS}
ROW = {"symbol": "AAA", "typed": "20", "proposed": "20", "limit_price": None, "note": None, "is_held": False}

ASSETS = Path(__file__).parents[3] / "assets"


def test_the_form_is_read_in_percent_money_and_units() -> None:
    typed = EMPTY | {
        "band_frac": "2.5", "band_goal": "edge", "reserve_frac": "3", "least_trade_ccy": "1,500", "lot_units": "10",
        "keeps_others": True, "commission_ccy": "4.95", "commission_frac": "0.02", "spread_frac": "0.1",
        "impact_coefficient": "0.5",
    }  # fmt: skip
    wish = present.wish("run:r-1", 35.0, typed)
    assert (wish.source, wish.run_id, wish.part_frac, wish.band_frac, wish.band_goal) == (
        "run", "r-1", 0.35, 0.025, "edge",
    )  # fmt: skip
    assert (wish.least_trade_ccy, wish.lot_units, wish.commission_frac) == (Decimal(1500), 10, 0.0002)
    assert present.wish(None, None, EMPTY) == RebalancingWish()
    assert present.source_word(wish) == "run:r-1"
    assert dict(zip((name for name, _ in FIELDS), _typed(wish), strict=True))["band_frac"] == "2.5"


def test_weights_without_a_name_are_those_of_the_frontier_or_of_the_proposal(monkeypatch: pytest.MonkeyPatch) -> None:
    weights = {"AAA": 0.6, "BBB": 0.4}
    wish = present.wish("frontier", 100.0, EMPTY, weights)
    assert (wish.source, wish.weights_frac) == ("weights", weights)
    assert present.source_word(wish) == "weights"
    assert given_weights.led(view_of({"portfolio": "p-1", "at": "0.1", "frontier": "max:0.2"})) == "frontier"
    assert given_weights.led(view_of({"portfolio": "p-1", "at": "none"})) is None

    asked: list[Any] = []
    kept = SimpleNamespace(portfolio_id="p-1", wish=wish)
    living = SimpleNamespace(point=lambda *given: asked.append(given) or weights, request_of_portfolio=_request)
    found = SimpleNamespace(living=living, rebalancings=SimpleNamespace(get=lambda *_: kept))
    for module in ("callbacks.rebalance_given", "callbacks.living_subject"):
        monkeypatch.setattr(f"{module}.services", lambda: found)
        monkeypatch.setattr(f"{module}.actor", lambda: "somebody")
    view = view_of({"portfolio": "p-1", "at": "0.1", "frontier": "max:0.2"})
    assert [one["value"] for one in given_weights.offered(view, "p-1")] == ["frontier"]
    assert given_weights.offered(view, "p-2") == []
    assert given_weights.weights("frontier", view, None) == weights
    ((moved, at, who),) = asked
    assert (moved.moves, at, who) == ({"max": 0.2}, 0.1, "somebody")
    proposal = view_of({"portfolio": "p-1", "proposal": "r-1"})
    assert [one["value"] for one in given_weights.offered(proposal, "p-1")] == ["weights"]
    assert given_weights.weights("weights", proposal, None) == weights
    assert given_weights.weights("target", proposal, {"id": "r-1"}) is None


def test_a_point_of_trade_offs_is_a_target_and_an_address_without_one_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    found = SimpleNamespace(tradeoffs=SimpleNamespace(weights=lambda *given: asked.append(given) or {"AAA": 1.0}))
    monkeypatch.setattr("callbacks.rebalance_given.services", lambda: found)
    monkeypatch.setattr("callbacks.rebalance_given.actor", lambda: "somebody")
    for word, place in (("7", 7), ("chosen", "chosen")):
        view = view_of({"portfolio": "p-1", "tradeoffs": "r-1", "point": word})
        assert given_weights.led(view) == "point"
        assert [one["value"] for one in given_weights.offered(view, "p-1")] == ["point"]
        assert given_weights.offered(view, "p-2") == []
        assert given_weights.weights("point", view, None) == {"AAA": 1.0}
        assert asked.pop() == ("r-1", place, "somebody")
    for query in ({"tradeoffs": "r-1", "point": "-1"}, {"tradeoffs": "r-1", "point": "x"}, {"point": "7"}):
        assert given_weights.led(view_of({"portfolio": "p-1", **query})) is None
    wish = present.wish("point", 100.0, EMPTY, {"AAA": 1.0})
    assert (wish.source, wish.weights_frac) == ("weights", {"AAA": 1.0})


def _request(_portfolio_id: str, _actor: Any) -> Any:
    return asked_for(BOUNDS)


def test_every_field_that_cannot_be_read_is_named() -> None:
    typed = EMPTY | {"band_frac": "many", "reserve_frac": "300", "lot_units": "0", "impact_coefficient": "x"}
    with pytest.raises(InvalidRequest) as refused:
        present.wish("target", 100, typed)
    paths = {one.path for one in refused.value.fields}
    assert paths == {"band_frac", "reserve_frac", "lot_units", "impact_coefficient"}


def test_a_row_without_a_trade_has_no_light() -> None:
    def row(quantity: int, standing: str) -> Any:
        return SimpleNamespace(
            symbol="AAA", rules=(), notes=(), reason=None, standing=standing, quantity=Decimal(quantity), is_held=False,
            proposed=Decimal(quantity), is_custom=False, value_ccy=Decimal(0), price=Decimal(1), cost_ccy=Decimal(0),
            price_on=date(2022, 12, 28), weight_before_frac=0.1, target_frac=0.1, weight_after_frac=0.1,
            limit_price=None, note=None, is_sample=False,
        )  # fmt: skip

    report: Any = SimpleNamespace(rows=(row(0, "clear"), row(5, "clear"), row(-5, "blocked")))
    assert [one["standing"] for one in present.rows(report, is_open=True)] == ["", "ok", "red"]


def test_where_the_slider_stands_it_says_what_the_trades_come_to() -> None:
    def at(part: float) -> WayPoint:
        return WayPoint(part_frac=part, volatility_annual_frac=0.1, tracking_error_annual_frac=0.01,
                        cost_ccy=Decimal(398), turnover_frac=0.02, cash_ccy=Decimal(5000))  # fmt: skip

    after = SimpleNamespace(volatility_annual_frac=0.11, tracking_error_annual_frac=0.02, cash_ccy=Decimal(5010))
    report: Any = SimpleNamespace(
        points=(at(0.0), at(0.5), at(1.0)), after=after, cost_ccy=Decimal(399), turnover_frac=0.03, base_currency="USD"
    )
    way = {one["part"]: (one["cash"], one["cost"], one["risk"]) for one in present.points(report, 0.5)}
    assert way == {0.0: (5000, 398, 0.1), 0.5: (5010, 399, 0.11), 1.0: (5000, 398, 0.1)}
    assert [one["part"] for one in present.points(report, 0.55)] == [0.0, 0.5, 0.55, 1.0]
    assert present.points(None, 1.0) == []


def test_a_row_as_proposed_is_no_choice() -> None:
    assert present.choice(ROW) is None
    assert present.choice(ROW | {"typed": ""}) is None
    assert present.choice(ROW | {"typed": "20.0"}) is None


def test_what_is_chosen_of_a_row_is_taken_over() -> None:
    custom = present.choice(ROW | {"typed": "-1,250", "note": " Call first "})
    assert custom is not None
    assert (custom.quantity, custom.note, custom.is_held) == (Decimal(-1250), "Call first", False)
    held = present.choice(ROW | {"typed": "99", "is_held": True})
    assert held is not None
    assert (held.quantity, held.is_held) == (None, True)
    limited = present.choice(ROW | {"limit_price": "50.25"})
    assert limited is not None
    assert limited.limit_price == Decimal("50.25")


@pytest.mark.parametrize("wrong", [{"typed": "lots"}, {"limit_price": "-1"}, {"limit_price": "NaN"}])
def test_what_is_no_number_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(InvalidRequest):
        present.choice(ROW | wrong)


def test_waiting_failing_and_no_target_are_told() -> None:
    waiting = str(present.said(RebalancingAnswer(state="working", report=None), "p"))
    assert "being computed" in waiting
    failed = RebalancingAnswer(state="failed", report=None, message="No price.", advice="Import it.")
    assert "No price. Import it." in str(present.said(failed, "p"))
    untargeted = RebalancingAnswer(state="failed", report=None, code="no_target", message="x")
    assert "/optimize?portfolio=p" in str(present.said(untargeted, "p"))


def test_units_leave_as_numbers_of_shares_which_are_masked_while_amounts_are_hidden() -> None:
    kinds = {one["field"]: one["context"]["kind"] for one in COLUMNS}
    assert kinds["typed"] == "shares"
    masked = (ASSETS / "take.js").read_text(encoding="utf-8").partition("AMOUNTS = [")[2].partition("]")[0]
    for field in ("typed", "value_ccy", "cost_ccy"):
        assert f'"{kinds[field]}"' in masked


def test_the_address_names_portfolio_and_source() -> None:
    view = view_of({"portfolio": "p", "wish": "w", "other": "x"})
    rest = dict.fromkeys(("run", "proposal", "at", "frontier", "tradeoffs", "point"), "")
    assert view == {"portfolio": "p", "wish": "w", **rest, **USUAL}
    assert page_layout(view)


def test_the_form_says_what_the_address_says() -> None:
    asked = {
        "part": "50", "band": "2.5", "goal": "edge", "cash": "3", "least": "1500", "lot": "10", "keep": "1",
        "commission": "4.95", "rate": "0.02", "spread": "0.2", "impact": "0.5",
    }  # fmt: skip
    assert set(asked) == set(USUAL)
    page = json.loads(json.dumps(page_layout(view_of(asked)), default=lambda one: one.to_plotly_json()))
    found: dict[str, Any] = {}

    def walk(one: Any) -> None:
        if isinstance(one, dict) and "id" in one and "value" in one and isinstance(one["id"], str):
            found[one["id"]] = one["value"]
        for part in one.values() if isinstance(one, dict) else one if isinstance(one, list) else ():
            walk(part)

    walk(page)
    assert found[Ids.PART] == 50
    typed = {name: found[control] for name, control in FIELDS}
    wish = present.wish("target", found[Ids.PART], typed)
    assert (wish.part_frac, wish.band_frac, wish.band_goal, wish.reserve_frac) == (0.5, 0.025, "edge", 0.03)
    assert (wish.least_trade_ccy, wish.lot_units, wish.keeps_others) == (Decimal(1500), 10, True)
    costs = (wish.commission_ccy, wish.commission_frac, wish.spread_frac, wish.impact_coefficient)
    assert costs == (Decimal("4.95"), 0.0002, 0.002, 0.5)
    assert [part_of(text) for text in ("", "0", "101", "-5", "x")] == [100, 0, 100, 100, 100]


@pytest.mark.parametrize("found", [(), ("one",)])
def test_without_a_portfolio_the_page_says_so_and_leads_to_an_import(
    monkeypatch: pytest.MonkeyPatch, found: tuple[str, ...]
) -> None:
    monkeypatch.setattr("callbacks.rebalance.choosable.portfolios", lambda: found)
    monkeypatch.setattr("callbacks.rebalance.reader_style", lambda: "comma")
    monkeypatch.setattr("callbacks.present_errors.put", lambda *_, **__: None)
    said = rebalance.show(None, None)[0]
    assert (said is None) is bool(found)
    if not found:
        assert "There are no portfolios yet" in str(said)
        assert "/imports" in str(said)
