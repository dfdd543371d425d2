"""Does everything that a page shows of engine and services stand in the number format of whoever reads it?

Each part of a page is drawn from messages whose every sentence is a marker, for somebody who prefers 1.234,5. A marker
that comes out as it went in was forgotten.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from plotly.utils import PlotlyJSONEncoder

from callbacks import (
    optimize_show,
    present_board,
    present_board_cards,
    present_clients,
    present_errors,
    present_home,
    present_portfolio,
    present_runs,
    present_settings,
    present_shell,
    run_limits,
    run_present,
    run_words,
    wording,
)
from callbacks.jobs_view import progress_view
from callbacks.optimize_numbers import TypedProblem
from callbacks.optimize_summary import Checked
from services.charts.frontier import efficient_frontier
from services.errors import Conflict, FieldProblem, InvalidRequest
from services.formatting import Style
from services.messages.alerts import AlertState, AlertView, Severity
from services.messages.clients import ClientProfile, Knowledge
from services.messages.dashboard import DashboardRow, Happening, Task, Tasks
from services.messages.events import NotificationView
from services.messages.market import ProviderStatus, SamplePackStatus
from services.messages.optimize import OptimizationRequest, OptimizationResult, Preview, Problem
from services.messages.portfolios import HouseLimits, LimitCheck, LimitState, PortfolioDetail, PortfolioSummary
from services.messages.preferences import Preferences
from services.messages.runs import RunOutcome, RunStatus, RunView

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
MARKER = "Took 1,234.5 of 98.7% (“1,5” on 2022-12-28)."
TURNED = "Took 1.234,5 of 98,7% (“1,5” on 2022-12-28)."
STYLE: Style = "point"


def text_of(part: Any) -> str:
    """Return everything of a part of a page as one text."""
    return json.dumps(part, cls=PlotlyJSONEncoder, ensure_ascii=False, default=str)


def run(status: RunStatus = RunStatus.SUCCEEDED, outcome: RunOutcome | None = None) -> RunView:
    return RunView(
        id="r-1", kind="optimization", name="One", status=status, stage=MARKER, progress_frac=0.5, message=MARKER,
        owner_id="u-1", portfolio_id=None, created_at_utc=NOW, started_at_utc=NOW, finished_at_utc=NOW, seed=1234,
        engine_version="0.1.0", request_sha256="0" * 64, row_version=1, attempts_count=1, outcome=outcome,
    )  # fmt: skip


def result(*, is_found: bool) -> OptimizationResult:
    metrics = {
        "return_annual_frac": 0.1, "volatility_annual_frac": 0.156, "sharpe": 0.98, "var_95_1d_frac": 0.015,
        "var_99_1d_frac": 0.02, "cvar_95_1d_frac": 0.02, "cvar_99_1d_frac": 0.03, "var_method": "historical",
        "var_note": MARKER, "max_drawdown_frac": 0.3, "max_drawdown_note": MARKER,
    }  # fmt: skip
    lines = [{"name": MARKER, "kind": "new", "scope": "Portfolio", "value_frac": 0.5, "min_frac": None,
              "max_frac": 1.0, "slack_frac": 0.5, "is_binding": False}]  # fmt: skip
    proof = {"is_proven": True, "limits": lines, "kkt": {"stationarity": 1.5e-9, "primal": 0.0, "dual": 0.0,
             "complementarity": 2.5e-9}, "gap_frac": 3.5e-9, "solver": "daqp", "solver_chain": ["daqp"],
             "iterations_count": 1234, "weight_sum_frac": 1.0}  # fmt: skip
    found = {"weights": [{"asset": "AAPL", "weight_frac": 1.0}], "metrics": metrics, "certificate": proof}
    lineage = {"engine_version": "0.1.0", "request_sha256": None, "data": {"sample_notes": [MARKER]},
               "as_of": "2022-12-28", "observations_count": 1250, "window_start": None, "window_end": None}  # fmt: skip
    return OptimizationResult.model_validate_json(
        json.dumps(
            {
                "status": "optimal" if is_found else "infeasible",
                "message": MARKER,
                "advice": MARKER,
                "notes": [MARKER],
                "lineage": lineage,
                "elapsed_ms": {"total": 1234.5},
                **(found if is_found else {}),
            }
        )
    )


def request() -> OptimizationRequest:
    limits = [{"kind": "position_bounds", "min_frac": 0.015, "max_frac": 0.255}]
    asked = {"asset_ids": ["AAPL"], "objective": {"kind": "max_return", "volatility_max_annual_frac": 0.125},
             "constraints": limits, "risk_free_annual_frac": 0.015}  # fmt: skip
    return OptimizationRequest.model_validate_json(json.dumps(asked))


def portfolio() -> PortfolioDetail:
    return PortfolioDetail.model_validate(
        {
            "id": "p", "name": "Aurora", "client_id": None, "client_name": None, "base_currency": "USD",
            "benchmark_id": None, "benchmark_name": None, "strategy": "long_only", "value_ccy": Decimal("1234567"),
            "day_pnl_ccy": Decimal("15432"), "return_ytd_frac": 0.1, "return_1y_frac": 0.1,
            "volatility_1y_annual_frac": 0.1, "sparkline": (), "as_of": date(2022, 12, 28), "is_historical": False,
            "holdings_count": 1234, "breaches_count": 1, "checks_count": 1, "row_version": 1, "is_sample": False,
            "description": None, "inception_on": None, "house_limits": HouseLimits(position_max_frac=0.255),
            "mandate": {}, "target": None, "cash": (), "gross_exposure_frac": 1.0, "net_exposure_frac": 1.0,
            "notes": (MARKER,), "created_at_utc": NOW,
        }
    )  # fmt: skip


def alert() -> AlertView:
    return AlertView(
        id="a", key="k", severity=Severity.HARD, state=AlertState.FIRING, title=MARKER, sentence=MARKER,
        owner_id=None, object_id=None, first_seen_at_utc=NOW, changed_at_utc=NOW, snoozed_until_utc=None,
        row_version=1,
    )  # fmt: skip


def news() -> NotificationView:
    return NotificationView(
        id="n", title=MARKER, sentence=MARKER, severity="info", link=None, created_at_utc=NOW, read_at_utc=None
    )


def profile() -> ClientProfile:
    return ClientProfile(
        version=1, dated_on=date(2022, 12, 28), risk_tolerance=3, horizon_years=5, loss_capacity_frac=0.2,
        knowledge=Knowledge.BASIC, preferences={}, wealth_ccy=None, score=2.5, score_label="balanced", sentence=MARKER,
    )  # fmt: skip


def provider() -> ProviderStatus:
    return ProviderStatus.model_construct(
        name="embedded", label="Embedded", licence="Free", state="loaded", sentence=MARKER, is_sample=False,
        rows_count=123456, assets_count=26, last_session=date(2022, 12, 28), lacks=(),
    )  # fmt: skip


def check() -> LimitCheck:
    return LimitCheck(
        name="Largest position", kind="position_max_frac", scope="AAPL", value_frac=0.3, max_frac=0.255, used_frac=1.2,
        state=LimitState.RED, sentence=MARKER,
    )  # fmt: skip


def preview() -> Checked:
    seen = Preview(
        sentence=MARKER, problems=(), warnings=(MARKER,), is_feasible=False, assets_count=1, observations_count=1250,
        obstacle=Problem(path="constraints", message=MARKER, advice=MARKER), as_of=date(2022, 12, 28), is_ready=True,
    )  # fmt: skip
    return Checked(request(), seen, ())


def refused() -> Checked:
    return Checked(None, None, (TypedProblem("risk_max", MARKER, MARKER), TypedProblem("min", MARKER, MARKER)))


DRAFT = {"assets": ["AAPL"], "turn": 1}
PLACES = ("risk_max", "min")
HOLDING = SimpleNamespace(
    asset_id="a", symbol="AAPL", name="Apple", note=MARKER, is_sample=False, weight_frac=0.3, target_weight_frac=None,
    drift_frac=None, value_ccy=None, day_pnl_ccy=None, unrealized_pnl_ccy=None, quantity=None, price=None,
    price_date=None, sector="Technology", asset_class="equity",
)  # fmt: skip
ENTRY = SimpleNamespace(
    id="e", trade_date=date(2022, 12, 28), kind="fee", symbol=None, quantity=None, price=None, amount_ccy=None,
    fees_ccy=None, currency="USD", note=MARKER,
)  # fmt: skip
SAMPLE = SamplePackStatus.model_construct(sentence=MARKER, loaded_at_utc=None, is_loaded=True)


def happening() -> Happening:
    return Happening(kind="run", at_utc=NOW, who=None, title=MARKER, sentence=MARKER, tone="ok", link=None)


def task() -> Task:
    return Task(kind="run", title=MARKER, sentence=MARKER, since_utc=NOW, link="/runs", is_decision=False)


def board_row() -> DashboardRow:
    known = {name: getattr(portfolio(), name) for name in PortfolioSummary.model_fields}
    return DashboardRow(
        **known, return_mtd_frac=None, benchmark_ytd_frac=None, active_ytd_frac=None, drift=None, limit_light="ok",
        limit_name=None, limit_used_frac=None, rules=None, rules_broken_count=0, share_frac=None,
    )  # fmt: skip


PARTS: dict[str, Any] = {
    "runs: a line": lambda: present_runs.row(run(), {}, STYLE),
    "runs: a line that runs": lambda: present_runs.row(
        run(RunStatus.RUNNING).model_copy(update={"message": None}), {}, STYLE
    ),
    "tray": lambda: present_runs.tasks([run(), run(RunStatus.RUNNING)], STYLE),
    "progress": lambda: progress_view(run(RunStatus.RUNNING), STYLE),
    "home: what happened": lambda: present_board_cards.activity([happening()], STYLE),
    "home: what waits": lambda: present_board_cards.tasks(
        Tasks(tasks=(task(),), decisions_count=0, sentence=MARKER), STYLE
    ),
    "home: attention": lambda: present_home.attention([portfolio()], [alert()], STYLE),
    "bell": lambda: present_shell.bell([alert()], [news()], STYLE, may_act=True),
    "result: failed": lambda: run_present.without_result(run(RunStatus.FAILED), None, STYLE),
    "result: cancelled": lambda: run_present.without_result(run(RunStatus.CANCELLED), None, STYLE),
    "result: impossible": lambda: run_present.without_result(run(), result(is_found=False), STYLE),
    "result: finding": lambda: run_words.finding(result(is_found=False), STYLE),
    "result: notes": lambda: run_words.notes_of(result(is_found=True), STYLE),
    "result: limits": lambda: list(
        run_limits._Reading(request(), result(is_found=True), STYLE)._other(SimpleNamespace(kind="new"))
    ),
    "result: lineage": lambda: run_present.lineage_facts(run(), result(is_found=True), STYLE),
    "result: chart": lambda: efficient_frontier(result(is_found=False).model_dump(mode="json"), style=STYLE),
    "wizard: review": lambda: optimize_show.show_preview(preview(), DRAFT, PLACES),
    "wizard: refused": lambda: optimize_show.show_preview(refused(), DRAFT, PLACES),
    "wizard: not started": lambda: optimize_show.failed_to_start(refused().problems),
    "wizard: not taken": lambda: optimize_show.failed_to_start(Conflict(MARKER, MARKER)),
    "portfolio: notes": lambda: present_portfolio.notes(portfolio(), STYLE),
    "portfolio: limits": lambda: present_portfolio.limits([check()], portfolio(), STYLE),
    "portfolio: a holding": lambda: present_portfolio.holding_row(HOLDING, STYLE),  # type: ignore[arg-type]
    "portfolio: an entry": lambda: present_portfolio.ledger_row(ENTRY, STYLE),  # type: ignore[arg-type]
    "client: profile": lambda: present_clients.profile([profile()], STYLE),
    "settings: sources": lambda: present_settings.providers([provider()], STYLE),
    "settings: sample pack": lambda: present_settings.sample(SAMPLE, STYLE),
    "settings: audit": lambda: present_settings.verified(
        SimpleNamespace(is_intact=True, sentence=MARKER),  # type: ignore[arg-type]
        STYLE,
    ),
    "a refusal in its place": lambda: present_errors.in_its_place(Conflict(MARKER, MARKER)),
}


@pytest.fixture(autouse=True)
def reader(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody who prefers 1.234,5, and who may see no portfolio."""
    monkeypatch.setattr(wording, "preferences", lambda: Preferences(number_format=STYLE))


@pytest.mark.parametrize("part", PARTS)
def test_no_sentence_reaches_a_page_in_the_canonical_style(part: str) -> None:
    shown = text_of(PARTS[part]())
    assert TURNED in shown
    assert "1,234.5" not in shown
    assert "98.7" not in shown


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (lambda: present_portfolio.finding(portfolio(), [HOLDING], STYLE), ("1,27%", "30,0%")),  # type: ignore[list-item]
        (lambda: present_portfolio.limits((), portfolio(), STYLE), ("25,5%",)),
        (lambda: present_clients.profile([profile(), profile()], STYLE), ("2,5",)),
        (lambda: present_settings.data_summary([provider()], date(2022, 12, 28), True, STYLE), ("123.456 daily",)),
        (lambda: present_settings.providers([provider()], STYLE), ("123.456 prices",)),
        (lambda: present_board.rows([board_row()], "all", STYLE, may_run=True, may_export=True), ("1.234 holdings",)),
        (lambda: run_present.certificate_facts(result(is_found=True), STYLE), ("1,5e−09", "100,000000%", "1.234")),
        (lambda: run_present.lineage_facts(run(), result(is_found=True), STYLE), ("1.250 daily returns", "0.1.0")),
        (lambda: optimize_show.show_preview(preview(), DRAFT, PLACES), ("12,5%", "25,5%", "1,50%")),
        (lambda: run_words.finding(result(is_found=True), STYLE), ("Sharpe 0,98 at 15,6%",)),
    ],
)
def test_figures_within_sentences_of_the_pages_follow_too(shown: Any, expected: tuple[str, ...]) -> None:
    text = text_of(shown())
    assert [words for words in expected if words not in text] == []


def test_a_form_and_a_message_tell_a_refusal_in_the_readers_format(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Any] = []
    monkeypatch.setattr(present_errors, "put", lambda component_id, **properties: told.append(properties))
    monkeypatch.setattr(present_errors, "say", lambda *words, **_: told.append(words))
    fields = (FieldProblem("name", MARKER, MARKER), FieldProblem("elsewhere", MARKER, MARKER))

    @present_errors.form("slot", {"name": ("The name", "field")})
    def refuse() -> None:
        raise InvalidRequest(MARKER, MARKER, fields=fields)

    @present_errors.form("slot", {})
    def refuse_whole() -> None:
        raise InvalidRequest(MARKER, MARKER)

    refuse()
    refuse_whole()
    present_errors.on_error(InvalidRequest(MARKER, MARKER, fields=fields))
    shown = text_of(told)
    assert shown.count(TURNED) >= 8
    assert "1,234.5" not in shown


def test_whoever_has_no_session_any_more_reads_the_usual_format(monkeypatch: pytest.MonkeyPatch) -> None:
    def ended() -> Any:
        raise Conflict("Gone.")

    monkeypatch.setattr(wording, "preferences", ended)
    assert wording.told(MARKER) == MARKER
    monkeypatch.setattr(wording, "preferences", lambda: pytest.fail("A sentence without figures needs no preference."))
    assert wording.told("All 8 are held.") == "All 8 are held."
