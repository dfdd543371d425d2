"""Does the risk of a portfolio leave the product whole: every figure in the workbook, every part in the PDF?"""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime

import numpy as np
import pytest

from engine.backtests.report import backtest
from services.charts import risk_backtests, risk_losses, risk_rolling, risk_sources, risk_structure
from services.exports_page import PageTable, page_order
from services.exports_page_draw import blocks_of, paged
from services.exports_risk import risk_document, risk_facts, risk_sheets
from services.exports_risk_tables import amount, backtests_table, concentration_table, figures, limits_table
from services.exports_risk_ties import benchmark_table, liquidity_facts
from services.exports_table import csv_bytes, xlsx_bytes
from services.exports_vector import draw_document
from services.messages.portfolios import LimitCheck, LimitState
from services.messages.risk import BacktestRow, BacktestSeries, RiskAnswer, RiskBacktests
from tests.services.charts.risk_worlds import answer_of, facts_of, limit, report_of

NOW = datetime(2026, 3, 3, tzinfo=UTC)
VIEW = {"level": "95", "horizon": "1"}


@pytest.fixture(scope="module")
def answer() -> RiskAnswer:
    return answer_of()


@pytest.fixture(scope="module")
def tests(answer: RiskAnswer) -> RiskBacktests:
    history = answer.report.history
    returns, var = np.array(history.returns_frac), np.full(len(history.dates), 0.012)
    report = backtest(returns, var, 1.3 * var, level=0.95, method="historical")
    series = BacktestSeries(
        method="historical", level_frac=0.95, dates=history.dates, returns_frac=tuple(returns), var_frac=tuple(var),
        es_frac=tuple(1.3 * var),
    )  # fmt: skip
    row = BacktestRow(label="Historical", report=report, series=series)
    return RiskBacktests(
        portfolio_id="p", as_of=answer.report.as_of, stored=(), stored_days_count=0, stored_needed_count=250,
        walk_forward=(row,), notes=(),
    )  # fmt: skip


@pytest.mark.requirement("4.1.D1")
def test_the_whole_page_stands_on_paper_with_every_chart_and_table(answer, tests, tmp_path):
    report = answer.report
    charts = [
        ("sources", risk_sources.risk_sources(report)),
        ("histogram", risk_losses.loss_histogram(report)),
        ("methods", risk_losses.method_intervals(report)),
        ("tests", risk_backtests.exceptions_strip(tests.walk_forward[0], report)),
        ("correlations", risk_structure.correlation_map(report, pick="GAMA")),
        ("underwater", risk_structure.underwater(report)),
        ("rolling", risk_rolling.rolling_risk(report)),
        ("liquidity", risk_structure.liquidity_ladder(report)),
        ("concentration", risk_structure.concentration_bars(report)),
    ]
    order = page_order(risk_document(answer, charts, tests, VIEW, "comma"))
    kinds = [part["kind"] for part in order["parts"]]
    assert kinds.count("chart") == len(charts)
    assert {part["heading"] for part in order["parts"] if part["kind"] == "table"} >= {
        "Key figures", "Is it inside its limits?", "Losses over 1 day at 95%", "Have the forecasts held?",
        "The deepest falls", "Liquidity", "Concentration",
    }  # fmt: skip
    assert len(paged(blocks_of(order))) >= 4
    few = [part for part in order["parts"] if part["kind"] == "chart"][2:5]  # one of each kind: dots, bars, a map
    assert draw_document({**order, "parts": few}, made_at_utc=NOW, cache_dir=tmp_path).startswith(b"%PDF")


def test_what_the_engine_says_beside_a_table_reads_as_the_reader_writes_numbers(answer):
    said = ("The volume of A (96.44% of NAV) is not known.",)
    report = answer.report
    ties = report.benchmark.model_copy(
        update={"dependence": report.benchmark.dependence.model_copy(update={"notes": said})}
    )
    found = report.model_copy(
        update={"liquidity": report.liquidity.model_copy(update={"notes": said}), "benchmark": ties}
    )
    for table in (liquidity_facts(found, "point"), benchmark_table(found, "point")):
        assert "(96,44% of NAV)" in table.note


def test_the_workbook_holds_real_numbers_under_every_name(answer, tests):
    sheets = {sheet.name: sheet for sheet in risk_sheets(answer, tests)}
    assert set(sheets) == {
        "Methods", "Limits", "Where from", "Factors", "Back-tests", "Falls", "Liquidity", "Concentration",
        "Correlations", "Beside benchmark", "Cost of leaving", "Rolling",
    } - ({"Beside benchmark"} if answer.report.active is None else set())  # fmt: skip
    parts = [row for row in sheets["Where from"].rows if row[0] == "Volatility" and row[2] == "Holding"]
    total = answer.report.decompositions[0].of("volatility").total_frac
    assert sum(row[6] for row in parts) == pytest.approx(total)
    data = xlsx_bytes(list(sheets.values()), risk_facts(answer, "comma"), title="x", made_at_utc=NOW)
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        assert sum(name.startswith("xl/worksheets/sheet") for name in book.namelist()) == len(sheets) + 1
    lines = csv_bytes(sheets["Methods"]).decode("utf-8-sig").splitlines()
    assert lines[0].startswith("method,level_frac,horizon_days,value_at_risk_frac")
    assert len(lines) == len(answer.report.tails.figures) + 1


def test_each_figure_is_written_in_the_unit_of_its_metric():
    assert amount(0.0123, "frac", "comma") == "1.23%"
    assert amount(0.0123, "annual_frac", "point") == "1,23%"
    assert amount(2.25, "days", "comma") == "2.3 days"
    assert amount(6.44, "count", "comma") == "6.4"
    assert amount(0.853, "ratio", "comma") == "0.85"
    assert amount(None, "frac", "comma") == "—"


def test_limits_tests_and_concentration_are_told_in_words_and_numbers(answer, tests):
    table = limits_table((limit(), limit("beta", "grey", unit="ratio", measured=None, use_frac=None)), "comma")
    assert table.rows[0] == ["Value at risk 95%, one day", "Breached", "1.23%", "at most 1.00%", "123%", "hard"]
    assert table.rows[1][2:5] == ["—", "at most 0.01", "—"]
    row = backtests_table(tests.walk_forward, "comma").rows[0]
    report = tests.walk_forward[0].report
    assert row[:4] == ["Historical", "95%", "700", str(report.exceptions_count)]
    assert row[5] in ("Green", "Yellow", "Red")
    assert row[-1] == report.verdict
    parts = {line[0]: line for line in concentration_table(answer.report, "comma").rows}
    weights = np.array([0.4, 0.3, 0.2, 0.05]) / 0.95
    assert parts["Holding"][2] == f"{1 / (weights**2).sum():.1f}"
    assert parts["Sector"][3] == "Technology"


def test_without_any_holding_there_is_a_document_of_what_is_known(tmp_path):
    bare = answer_of(report_of(facts_of((), count=15)), limits=())
    assert all("nan" not in " ".join(one).lower() for one in figures(bare.report, "comma"))
    document = risk_document(bare, [], None, VIEW, "comma")
    assert not [part for _, part in document.parts if isinstance(part, PageTable) and not part.rows]
    assert draw_document(page_order(document), made_at_utc=NOW, cache_dir=tmp_path).startswith(b"%PDF")
    assert csv_bytes(risk_sheets(bare, None)[0])


@pytest.mark.requirement("4.1.D1")
def test_a_broken_limit_of_the_house_stands_on_paper_as_on_the_page(answer):
    told = {"kind": "position", "scope": "LLY", "value_frac": 0.275, "max_frac": 0.25}
    checks = (
        LimitCheck(name="Sector", used_frac=0.61, state=LimitState.OK, sentence="Energy is 12.2%.", **told),
        LimitCheck(
            name="Position", used_frac=1.1, state=LimitState.RED,
            sentence="LLY is 27.5%, 2.5 pp above the limit of 25.0%.", **told,
        ),
    )  # fmt: skip
    parts = dict(risk_document(answer, [], None, VIEW, "point", checks).parts)
    assert parts["Are the limits of house and client kept?"].rows == [
        ["Position", "Breach", "110%", "LLY is 27,5%, 2,5 pp above the limit of 25,0%."],
        ["Sector", "OK", "61%", "Energy is 12,2%."],
    ]
    without = dict(risk_document(answer, [], None, VIEW, "comma").parts)
    assert "Are the limits of house and client kept?" not in without
