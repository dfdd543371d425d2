"""Do pages say what is true: how a run ended, whether a limit is checked, what an index did, what a client said?"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from callbacks import (
    present_board_cards,
    present_clients,
    present_home,
    present_portfolio,
    present_runs,
    present_shell,
    runs,
)
from components.ids import Clients
from components.shell import keys_dialog
from services.auth.roles import Role
from services.dashboard_activity import _run
from services.errors import InvalidRequest
from services.messages.alerts import AlertState, AlertView, Severity
from services.messages.clients import ClientProfile, Knowledge
from services.messages.events import NotificationView
from services.messages.portfolios import HouseLimits, PortfolioDetail, ValueHistory
from services.messages.runs import RunOutcome, RunStatus, RunView

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


def run(outcome: RunOutcome | None = None, status: RunStatus = RunStatus.SUCCEEDED) -> RunView:
    return RunView(
        id="r-1", kind="optimization", name="Maximum Sharpe, 9 assets", status=status, stage=None, progress_frac=1.0,
        message="Each may hold at most 10%, together 90%.", owner_id="u-1", portfolio_id=None, created_at_utc=NOW,
        started_at_utc=NOW, finished_at_utc=NOW, seed=7, engine_version="1", request_sha256="0" * 64, row_version=1,
        attempts_count=1, outcome=outcome,
    )  # fmt: skip


def portfolio(**changed: Any) -> PortfolioDetail:
    usual: dict[str, Any] = {
        "id": "p", "name": "Aurora", "client_id": None, "client_name": None, "base_currency": "USD",
        "benchmark_id": "b", "benchmark_name": "S&P 500 Index", "strategy": "long_only", "value_ccy": None,
        "day_pnl_ccy": None, "return_ytd_frac": None, "return_1y_frac": None, "volatility_1y_annual_frac": None,
        "sparkline": (), "as_of": None, "is_historical": False, "holdings_count": 0, "breaches_count": 0,
        "row_version": 1, "is_sample": False, "description": None, "inception_on": None,
        "house_limits": HouseLimits(), "mandate": {}, "target": None, "cash": (), "gross_exposure_frac": None,
        "net_exposure_frac": None, "notes": (), "created_at_utc": NOW,
    }  # fmt: skip
    return PortfolioDetail.model_validate(usual | changed)


@pytest.mark.parametrize("outcome", [one for one in RunOutcome if not one.has_portfolio])
def test_a_run_that_found_no_portfolio_is_nowhere_shown_as_a_success(outcome: RunOutcome) -> None:
    shown = run(outcome)
    line = present_runs.row(shown, {}, "comma")
    assert line["status"] == present_runs.WITHOUT_PORTFOLIO
    assert "Finished" not in line["state_words"]
    told = _run(shown, {}, {})
    tray, feed = str(present_runs.tasks([shown], "comma")), str(present_board_cards.activity((told,), "comma"))
    assert "progress-warn" in tray
    assert "progress-ok" not in tray
    assert "Finished" not in tray
    assert told.tone == "warn"
    assert "found no portfolio" in feed
    assert "finished" not in feed


def test_what_happened_says_of_which_portfolio_a_run_was() -> None:
    of = run(RunOutcome.OPTIMAL).model_copy(update={"portfolio_id": "p", "name": "Spring review"})
    assert " of Growth finished" in _run(of, {}, {"p": "Growth"}).sentence
    assert "Growth" not in _run(of, {}, {}).sentence, "not the reader's to see"
    named = of.model_copy(update={"name": "Growth, spring"})
    assert " of Growth" not in _run(named, {}, {"p": "Growth"}).sentence, "its name says so already"


def test_a_run_with_a_portfolio_stays_a_success() -> None:
    assert present_runs.row(run(RunOutcome.OPTIMAL), {}, "comma")["state_words"] == "Finished"
    assert present_runs.tone(run(RunOutcome.NEAR_OPTIMAL)) == "ok"
    assert present_runs.tone(run(None)) == "ok"


def test_the_pills_of_runs_part_what_found_a_portfolio_from_what_did_not() -> None:
    assert runs.wanted("all") == {}
    assert runs.wanted("succeeded") == {"status": "succeeded", "has_portfolio": True}
    assert runs.wanted("no_portfolio") == {"status": "succeeded", "has_portfolio": False}
    assert runs.wanted("failed") == {"status": "failed"}


def test_an_empty_portfolio_says_one_thing_about_its_limits() -> None:
    one = portfolio()
    assert present_portfolio.finding(one, (), "comma") == "Nothing is held yet."
    limits = str(present_portfolio.limits((), one, "comma"))
    assert "Nothing to measure yet" in limits
    assert "at most 25.0%" in limits
    assert "No limits are set" not in limits
    bare = portfolio(house_limits={"position_max_frac": None})
    assert "No limits are set" in str(present_portfolio.limits((), bare, "comma"))
    assert "\u2014" not in str(present_portfolio.metrics(one, "comma").children[1].children[2])
    row: Any = SimpleNamespace(**vars(one), rules_broken_count=0)
    assert "inside" not in present_home.sentence([row]).lower()


def test_the_index_shows_its_own_year_beside_that_of_the_portfolio_and_says_what_it_is() -> None:
    end = date(2022, 12, 28)
    days = (end - timedelta(days=367), end - timedelta(days=365), end - timedelta(days=100), end)
    year = ValueHistory(
        dates=days, value_ccy=(Decimal(1),) * 4, twr_index=(1.0,) * 4, benchmark_index=(1.0, 1.25, 1.1, 1.0),
        benchmark_name="S&P 500 Index", benchmark_kind="index", flows=(), notes=(),
    )  # fmt: skip
    one = portfolio(as_of=end, return_1y_frac=-0.1065)
    assert present_portfolio.benchmark_words(one, year, "comma") == "S&P 500 Index −20.00% (price index)"
    shown = str(present_portfolio.metrics(one, "comma", year))
    assert "against S&P" not in shown


def test_a_ledger_line_names_its_kind_in_words_and_keeps_every_digit() -> None:
    entry = SimpleNamespace(
        id="t", trade_date=NOW.date(), kind="dividend", symbol="KO", quantity=Decimal("-12.345678"), price=None,
        amount_ccy=Decimal(5), fees_ccy=Decimal(0), currency="USD", note="Released as cash.",
    )  # fmt: skip
    line = present_portfolio.ledger_row(entry, "comma")  # type: ignore[arg-type]
    assert (line["kind"], line["quantity"], line["note"]) == ("Dividend in cash", -12.345678, "Released as cash.")


def test_the_questionnaire_begins_without_answers_and_asks_for_each(nodes: list[dict[str, Any]]) -> None:
    asked = {Clients.PROFILE_TOLERANCE, Clients.PROFILE_HORIZON, Clients.PROFILE_LOSS, Clients.PROFILE_KNOWLEDGE}
    values = {node["props"].get("id"): node["props"].get("value") for node in nodes if "id" in node["props"]
              and isinstance(node["props"]["id"], str)}  # fmt: skip
    assert [values[one] for one in asked] == [None] * 4
    with pytest.raises(InvalidRequest) as refusal:
        present_clients.answers(None, "-5", "", None, None, False, False, None, None)
    told = {problem.path: problem.message for problem in refusal.value.fields}
    assert set(told) == {"risk_tolerance", "horizon_years", "loss_capacity_frac", "knowledge"}
    assert "−5 is below 0" in told["horizon_years"]
    assert "empty" not in told["horizon_years"]
    made = present_clients.answers("4", "12", "20", "basic", None, None, None, "", None)
    assert (made.horizon_years, made.loss_capacity_frac) == (12.0, 0.2)


def test_what_a_client_prefers_reads_as_a_sentence_and_not_as_a_field() -> None:
    answers = ClientProfile(
        version=1, dated_on=NOW.date(), risk_tolerance=3, horizon_years=20, loss_capacity_frac=0.15,
        knowledge=Knowledge.INFORMED, preferences={"spending_annual_frac": 0.03, "excludes": "tobacco"},
        wealth_ccy=None, score=3.5, score_label="balanced", sentence="Balanced.",
    )  # fmt: skip
    shown = str(present_clients.profile([answers], "comma"))
    assert "Spending 3.0% a year; excludes tobacco" in shown
    assert "frac" not in shown


def test_keys_are_offered_only_for_pages_that_the_person_may_open(as_role: Any) -> None:
    assert "Go to Users" not in str(keys_dialog(present_shell.navigation(as_role(Role.PORTFOLIO_MANAGER))))
    assert "Go to Users" in str(keys_dialog(present_shell.navigation(as_role(Role.ADMINISTRATOR))))


def test_the_bell_is_drawn_anew_only_when_what_it_shows_changed() -> None:
    def mark(title: str) -> str:
        told = NotificationView(
            id="n",
            title=title,
            sentence="Look.",
            severity="warning",
            link="/runs",
            created_at_utc=NOW,
            read_at_utc=None,
        )
        return present_shell.mark_of(present_shell.bell([], [told], "point", may_act=False))

    assert mark("A price is old") == mark("A price is old")
    assert mark("A price is old") != mark("Two prices are old")


@pytest.mark.parametrize(
    ("firing", "unread", "number", "label"),
    [
        (0, 0, "", "Notifications"),
        (1, 0, "1", "Notifications: 1 alert needs attention"),
        (2, 3, "5", "Notifications: 2 alerts need attention, 3 notices unread"),
        (0, 1, "1", "Notifications: 1 notice unread"),
    ],
)
def test_the_number_on_the_bell_is_told_in_its_name_and_in_its_list(
    firing: int, unread: int, number: str, label: str
) -> None:
    states = [AlertState.FIRING] * firing + [AlertState.ACKNOWLEDGED]  # which is known, and not counted
    alerts = [
        AlertView(
            id=f"a{n}", key="k", severity=Severity.HARD, state=state, title="A limit", sentence="It is broken.",
            owner_id=None, object_id=None, first_seen_at_utc=NOW, changed_at_utc=NOW, snoozed_until_utc=None,
            row_version=1,
        )
        for n, state in enumerate(states)
    ]  # fmt: skip
    assert present_shell.bubble(alerts, unread) == number
    assert present_shell.bell_label(alerts, unread, "comma") == label
    listed = str(present_shell.bell(alerts, [], "comma", may_act=False, unread=unread))
    assert label.partition(": ")[2] in listed
    assert ("earlier than what is listed" in listed) is (unread > 0)


def test_the_tray_says_how_long_a_run_still_takes_as_a_span() -> None:
    from services.messages.optimize import ExpectedTime

    def words(least_s: float, most_s: float) -> str | None:
        return present_runs.left_words(ExpectedTime(least_s=least_s, most_s=most_s, runs_count=3), "point")

    assert words(2.04, 20.4) == "2,0 to 20 s left"
    assert words(0.0, 0.04) == "0,0 to 0,1 s left"
    assert words(12.2, 12.4) == "About 12 s left"
    assert present_runs.left_words(None, "comma") is None
