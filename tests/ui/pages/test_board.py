"""Do the cards of the dashboard say what was measured, leave out what was not, and stand where the grid finds them?"""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from plotly.utils import PlotlyJSONEncoder

from callbacks import board_shared, present_board, present_board_cards
from callbacks.board import _why
from components.bar_table import Bar, bar_table
from components.board_layout import COLUMNS, board_cards
from components.ids import Board
from services.messages.dashboard import (
    DashboardSummary,
    DayMove,
    OpenBreaches,
    PartProblem,
    RiskUsed,
    Sectors,
    SectorShare,
)
from services.messages.dashboard_views import Card, SharedView

ROOT = Path(__file__).resolve().parents[3]
VIEW = {"value": "all"}


def text_of(part: Any) -> str:
    return json.dumps(part, cls=PlotlyJSONEncoder, ensure_ascii=False)


def summary(**changes: Any) -> DashboardSummary:
    made = {
        "currency": "USD", "currencies": ("EUR", "USD"), "portfolios_count": 3, "counted_count": 2,
        "value_ccy": Decimal("1234567.89"), "day_pnl_ccy": Decimal("-1234.50"), "day_frac": -0.001, "day_count": 2,
        "rates": {"a": Decimal(1), "b": Decimal("1.08")}, "left_out": (), "as_of_first": date(2022, 12, 28),
        "as_of": date(2022, 12, 28), "is_historical": True, "return_ytd_frac": -0.0616, "compared_ytd_frac": -0.05,
        "benchmark_ytd_frac": -0.2, "active_ytd_frac": 0.15, "compared_count": 1, "value_spark": (), "return_spark": (),
        "risk_used": RiskUsed(
            portfolio_id="a", portfolio_name="Growth", limit="Volatility", used_frac=None, is_over=True,
            sentence="Beyond.", link="/risk?portfolio=a",
        ),
        "breaches": OpenBreaches(unsettled_count=3, hard_count=2, late_count=1, sentence="Three."),
        "notes": ("One is in no total.",), "is_sample": False,
    }  # fmt: skip
    return DashboardSummary(**{**made, **changes})


def test_the_strip_says_how_many_count_and_where_each_figure_leads() -> None:
    text = text_of(present_board.summary(summary(), "comma"))
    for words in (
        "1,234,568", "2 of 3 portfolios", "−1,234.50", "+15.0 pp", "benchmarks of 1 of 2", "over",
        "2 of hard rules, 1 late", "Three. Breaches are of rules of compliance; limits that are",
        "One is in no total.", "/risk?portfolio=a", "/compliance?tab=breaches",
    ):  # fmt: skip
        assert words in text, words
    assert json.loads(present_board.summary(summary(), "comma").to_plotly_json()["props"]["data-live-rates"]) == {
        "a": 1.0, "b": 1.08,
    }  # fmt: skip


def test_what_is_not_known_is_a_dash_with_its_reason_and_never_zero() -> None:
    bare = summary(
        value_ccy=None, day_pnl_ccy=None, day_frac=None, return_ytd_frac=None, benchmark_ytd_frac=None,
        active_ytd_frac=None, risk_used=None, breaches=None, counted_count=0, as_of=None,
    )  # fmt: skip
    text = text_of(present_board.summary(bare, "comma"))
    assert text.count("is-missing") == 5
    for reason in ("no limit can be judged", "not yours to see", "no benchmark to compare with", "0 of 3 portfolios"):
        assert reason in text
    assert "live-total" not in text


def test_sectors_have_marks_only_where_a_benchmark_is_known() -> None:
    share = SectorShare(
        sector="Energy",
        weight_frac=0.5,
        value_ccy=Decimal(50),
        compared_frac=None,
        benchmark_frac=None,
        active_frac=None,
    )
    bare = Sectors(currency="USD", sectors=(share,), compared_count=0, portfolios_count=1, sentence="One.", notes=())
    assert "Bench." not in text_of(present_board_cards.sectors(bare, "comma"))
    known = share.model_copy(update={"compared_frac": 0.5, "benchmark_frac": 0.25, "active_frac": 0.25})
    text = text_of(
        present_board_cards.sectors(bare.model_copy(update={"sectors": (known,), "compared_count": 1}), "comma")
    )
    assert "+25.0 pp" in text
    assert '"left": "50.00%"' in text


def test_cash_is_no_filter() -> None:
    cash = SectorShare(
        sector="Cash", weight_frac=1.0, value_ccy=Decimal(50), compared_frac=None, benchmark_frac=None, active_frac=None
    )
    view = Sectors(currency="USD", sectors=(cash,), compared_count=0, portfolios_count=1, sentence="One.", notes=())
    assert "data-board-filter" not in text_of(present_board_cards.sectors(view, "comma"))


@pytest.mark.requirement("5.1.D3")
def test_a_bar_is_a_button_that_says_what_it_filters_and_opens() -> None:
    move = DayMove(
        asset_id="1", symbol="AAPL", name="Apple", sector="Tech", day_pnl_ccy=Decimal(-50), contribution_frac=-0.01,
        portfolios_count=2, is_live=False,
    )  # fmt: skip
    bar = present_board_cards._move(move, 100.0, "comma", is_on=True)
    assert (bar.length_frac, bar.sign, bar.filter, bar.href) == (-0.5, "down", ("symbol", "AAPL"), "/market/AAPL")
    in_column = present_board_cards._move(move, 100.0, "comma", is_on=True, decimals=0)
    assert (bar.cells[0], in_column.cells[0]) == ("\u221250.00", "\u221250")  # a column has its decimals alike
    table = bar_table(
        [bar], heads=("USD", "Share"), caption="Day", name_head="Asset", bar_head="Gain", is_two_sided=True
    )
    text = text_of(table)
    assert '"left": "25.00%", "width": "25.00%"' in text
    assert '"aria-pressed": "true"' in text
    assert '"data-board-open": "/market/AAPL"' in text
    still = Bar(name="x", title="x", length_frac=3.0, cells=())
    assert '"width": "100.00%"' in text_of(bar_table([still], heads=(), caption="c", name_head="n", bar_head="b"))


def test_every_card_that_a_view_may_name_stands_on_the_page_and_has_a_least_size() -> None:
    from typing import get_args

    cards = board_cards(VIEW)
    assert [one.id for one in cards] == [Board.card(key) for key in get_args(Card)]
    script = (ROOT / "assets" / "board.js").read_text("utf-8")
    least = re.search(r"var LEAST = \{(.*?)\};", script, re.DOTALL)
    assert least is not None
    assert set(re.findall(r"(\w+): \[", least[1])) == set(get_args(Card))


def test_the_table_keeps_four_columns_on_a_tablet() -> None:
    kept = [one["field"] for one in COLUMNS if "narrowBelowPx" not in (one["context"]) and not one.get("hide")]
    assert kept == ["name", "value_ccy", "day_pnl_ccy", "breaches_count", "actions"]


def test_a_card_that_is_not_fresh_says_why_since_when_and_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    from callbacks import wording
    from services.messages.preferences import Preferences

    monkeypatch.setattr(wording, "preferences", Preferences)
    problem = PartProblem(part="today", code="x", sentence="The day cannot be read.", advice="Try again.")
    assert _why(problem, None) == "The day cannot be read. Try again."
    assert _why(problem, "5 Jan 2026, 08:00 UTC") == (
        "The day cannot be read. What stands here was read at 5 Jan 2026, 08:00 UTC. Try again."
    )


def test_a_view_that_was_given_twice_is_listed_by_two_names(monkeypatch: pytest.MonkeyPatch) -> None:
    whom = {"owner_name": "Ann", "sharing": "house", "team_id": None, "team_name": None, "cards": ()}
    when = datetime(2026, 1, 5, 8, tzinfo=UTC)
    given = tuple(
        SharedView(id=key, name="Morning", is_mine=key != "d", shared_at_utc=at, **whom)
        for key, at in (("a", when), ("b", when), ("c", when + timedelta(days=1)), ("d", when))
    )
    known = SimpleNamespace(dashboard_shares=SimpleNamespace(list=lambda _who: given))
    monkeypatch.setattr(board_shared, "services", lambda: known)
    monkeypatch.setattr(board_shared, "actor", lambda: None)
    rows = board_shared._mine().children
    assert [row.children[0].children for row in rows] == [
        "Morning, with everybody here, since 5 Jan 2026, 08:00 UTC",
        "Morning, with everybody here, since 5 Jan 2026, 08:00 UTC, 2",
        "Morning, with everybody here, since 6 Jan 2026, 08:00 UTC",
    ]


def test_chips_lead_to_the_asset_and_can_be_taken_away() -> None:
    assert present_board.chips(None, None) is None
    text = text_of(present_board.chips("Energy", "XOM"))
    assert text.count("data-board-clear") == 2
    assert "/market/XOM" in text
