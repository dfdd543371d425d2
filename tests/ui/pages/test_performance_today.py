"""Do the day's result, the way of the money and the form of a blend read as they should?"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from dash.exceptions import PreventUpdate

from callbacks import present_performance_today as present
from callbacks.performance_blend import WORDS, _parts, measure_again
from callbacks.present_performance_money import money_cards
from components.performance_layout import OWN, page_layout, view_of
from services.errors import InvalidRequest
from services.exports_performance_paper import day_parts
from services.messages.live import FeedMode, FeedState, FeedView
from services.messages.performance import PerformanceView
from services.messages.performance_today import HoldingToday, TodayView
from services.performance_report import report_parts
from services.performance_words import bridge_lines
from tests.services.performance_records import parts_of, record_of, report_request

NOW = datetime(2026, 1, 5, 15, 0, tzinfo=UTC)


def text_of(component: object) -> str:
    return json.dumps(component, default=lambda one: one.to_plotly_json(), ensure_ascii=False)


def today(*, is_live: bool = True, holdings: int = 1) -> TodayView:
    state, mode = (FeedState.REPLAY, FeedMode.REPLAY) if is_live else (FeedState.OFF, FeedMode.OFF)
    one = HoldingToday(
        asset_id="a", symbol="AAA", name="AAA Inc.", currency="EUR", price=Decimal("103"), change_frac=0.03,
        value_ccy=Decimal("1030"), day_pnl_ccy=Decimal("30"), contribution_frac=0.03, fx_pnl_ccy=Decimal("4"),
        is_price_live=is_live, is_rate_live=is_live, priced_at_utc=NOW if is_live else None, session=date(2026, 1, 5),
    )  # fmt: skip
    return TodayView(
        portfolio_id="p", portfolio_name="Core", base_currency="USD", as_of=date(2026, 1, 2), is_live=is_live,
        start_ccy=Decimal("1000"), value_ccy=Decimal("1030"), day_pnl_ccy=Decimal("30"), return_frac=0.03,
        fx_pnl_ccy=Decimal("4") if is_live else None, other_pnl_ccy=None if is_live else Decimal("-2"),
        live_count=int(is_live), holdings_count=holdings, sentence="", notes=("A replay.",), holdings=(one,) * holdings,
        feed=FeedView(mode=mode, state=state, words="Replay 60x", sentence="", at_utc=NOW),
    )  # fmt: skip


@pytest.mark.requirement("5.1.F2")
def test_the_day_follows_live_prices_by_itself() -> None:
    line, body = (
        text_of(present.line(today(), "comma")),
        text_of(present.body(today(), "comma", is_other_currency=True)),
    )
    for figure in ("day_pnl_ccy", "day_frac", "words"):
        assert f'"data-live-field": "{figure}"' in line
    for figure in ("fx_pnl_ccy", "value_ccy", "start_ccy"):
        assert f'"data-live-field": "{figure}"' in body
    assert '"data-live-of": "p"' in body
    assert "Replay 60x" in line
    assert "told in USD, the portfolio's own currency" in body


def test_the_last_session_says_that_it_is_one_and_what_else_moved_it() -> None:
    line = text_of(present.line(today(is_live=False), "comma"))
    body = text_of(present.body(today(is_live=False), "comma", is_other_currency=False))
    assert "last stored session, 2 Jan 2026" in line
    assert "Cash, trades and fees added −2.00 USD" in body


def test_without_holdings_nothing_moves() -> None:
    assert "Nothing moves" in text_of(present.body(today(holdings=0), "comma", is_other_currency=False))


def test_the_way_of_the_money_adds_up_line_by_line() -> None:
    report = PerformanceView(**parts_of(record_of(), report_request(), report_parts))
    lines = bridge_lines(report)
    steps = sum(one.amount_ccy for one in lines if one.is_step)
    assert lines[0].amount_ccy + steps == lines[-1].amount_ccy
    words = text_of(money_cards(report, "comma"))
    for one in lines:
        assert one.label in words
    assert words.count("Money-weighted") == 1


def test_the_address_chooses_the_currency_and_the_page_offers_blends() -> None:
    page = text_of(page_layout(view_of({"portfolio": "abc", "currency": "EUR"})))
    assert '"value": "EUR"' in page
    assert "Own blend" in page
    assert "at the last close of each month" in page


def test_parts_of_a_blend_are_read_and_half_filled_ones_are_named() -> None:
    found = _parts(("one", "symbol:AGG", "", ""), ("60", "40", "", None))
    assert [(part.benchmark_id, part.symbol, part.share_frac) for part in found] == [
        ("one", None, 0.6), (None, "AGG", 0.4),
    ]  # fmt: skip
    with pytest.raises(InvalidRequest) as caught:
        _parts(("one", "", "two", ""), ("sixty", "40", "140", ""))
    assert {one.path for one in caught.value.fields} == {
        "parts[0].share_frac", "parts[1].benchmark_id", "parts[2].share_frac",
    }  # fmt: skip
    with pytest.raises(InvalidRequest, match="blend") as caught:
        _parts(("",) * 4, ("",) * 4)
    assert {one.path for one in caught.value.fields} <= set(WORDS), "told beside the field"


@pytest.mark.requirement("2.3.D5")
@pytest.mark.parametrize("is_live", [True, False])
def test_the_day_stands_on_the_paper_of_the_whole_page(is_live: bool) -> None:
    look = {"theme": "light", "style": "comma", "signs": "blue_orange"}
    (question, said), (_, chart), (_, table) = day_parts(today(is_live=is_live), "comma", look)
    assert question == "What is the day's result?"
    assert said[0] == "+30.00 USD (+3.00%): " + ("Replay 60x." if is_live else "the last stored session, 2 Jan 2026.")
    assert said[1:] == ["A replay."] + ([] if is_live else ["Cash, trades and fees added −2.00 USD."])
    assert chart.data[0].x == (0.03,)
    assert table.rows == [["AAA", "+3.00%", "+30.00", "+3.00%"]]
    assert day_parts(today(holdings=0), "comma", look) == []


def test_a_blend_that_comes_back_is_measured_by_again_unless_another_benchmark_was_chosen() -> None:
    news = {"reason": "blend restored", "made_id": "b-2"}
    assert measure_again(news, OWN) == "b-2"
    for said, chosen in ((news, "b-1"), ({**news, "reason": "note restored"}, OWN), ({**news, "made_id": None}, OWN)):
        with pytest.raises(PreventUpdate):
            measure_again(said, chosen)
