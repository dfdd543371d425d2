"""Can people bring the weights of a benchmark, use them in optimizations and comparisons, and take them back?"""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import numpy as np
import pytest

from services.errors import Conflict, InvalidRequest
from services.imports import Imports
from services.market_series import SeriesReader
from services.messages.imports import ImportState
from services.messages.portfolios import NewPortfolio, PositionsInput
from services.optimize import Optimize
from services.optimize_parse import parse

HEAD = "benchmark,symbol,date,weight\n"
OWN = b"""benchmark,symbol,date,weight,name,currency
HOUSE,AAPL,2022-06-30,40,House benchmark,USD
HOUSE,KO,2022-06-30,60,,
HOUSE,AAPL,2022-09-30,0.5,,
HOUSE,KO,2022-09-30,0.5,,
"""
INDEX = (HEAD + "SP500,AAPL,2022-12-28,0.3\nSP500,KO,2022-12-28,0.3\nSP500,XOM,2022-12-28,0.4\n").encode()


def marks(house: Any, actor: Any) -> dict[str, Any]:
    return {one.name: one for one in house.market.benchmarks(actor)}


def read_facts(house: Any, benchmark_id: str) -> Any:
    optimize = Optimize(house.ports, runs=None, market=house.market, portfolios=house.portfolios)  # type: ignore[arg-type]
    asked = {
        "asset_ids": ["AAPL", "KO", "XOM"],
        "objective": {"kind": "min_volatility"},
        "estimates": {"lookback_days": 250},
        "benchmark_id": benchmark_id,
        "constraints": [{"kind": "tracking_error", "max_annual_frac": 0.5}],
    }
    return optimize.inputs.read(parse(json.dumps(asked)), house.manager)


def test_a_check_says_what_would_come_and_writes_nothing(house: Any, imports: Imports) -> None:
    found = imports.check(OWN, "w.csv", house.manager)
    assert found.can_import, found.problems
    assert (found.content, found.symbols_count) == ("benchmark weights", 2)
    assert (found.first_day, found.last_day) == (date(2022, 6, 30), date(2022, 9, 30))
    assert "Benchmark weights: 4 new" in found.sentence
    assert "New benchmark: HOUSE (House benchmark, USD)." in found.notes
    assert "House benchmark" not in marks(house, house.manager)


def test_the_gap_closes_and_another_house_sees_nothing(house: Any, imports: Imports) -> None:
    gap = next(one for one in house.market.gaps(house.manager) if one.kind == "benchmark weights")
    assert gap.can_import
    assert gap.way_out.startswith("Import a file with them.")
    made = imports.run(OWN, "w.csv", house.manager).imported
    assert (made.rows_count, made.symbols, made.content) == (4, ("HOUSE",), "benchmark weights")
    assert "benchmark weights" not in {one.kind for one in house.market.gaps(house.manager)}
    assert "benchmark weights" in {one.kind for one in house.market.gaps(house.stranger)}
    assert "House benchmark" not in marks(house, house.stranger)
    imports.run(INDEX, "sp.csv", house.manager)
    index = marks(house, house.stranger)["S&P 500 Index"]
    with house.ports.store.read(house.stranger) as uow:
        assert uow.benchmarks.all_weights(index.id) == {}


def test_an_optimization_uses_the_own_weights_of_an_index_and_names_the_import(house: Any, imports: Imports) -> None:
    index = marks(house, house.manager)["S&P 500 Index"]
    assert read_facts(house, index.id).facts.benchmark_weights is None
    check = imports.check(INDEX, "sp.csv", house.manager)
    assert any("stays measured by its own closes" in one for one in check.notes)
    made = imports.run(INDEX, "sp.csv", house.manager).imported
    inputs = read_facts(house, index.id)
    assert inputs.facts.benchmark_weights == pytest.approx({"AAPL": 0.3, "KO": 0.3, "XOM": 0.4})
    (origin,) = inputs.lineage["imports"]
    assert (origin["batch_id"], origin["symbols"], origin["file_name"]) == (made.id, ["S&P 500 Index"], "sp.csv")


def test_a_run_keeps_its_weights_and_scores_from_being_undone(house: Any, imports: Imports) -> None:
    from data.store.tables import Run

    made = imports.run(INDEX, "sp.csv", house.manager).imported
    lineage = read_facts(house, marks(house, house.manager)["S&P 500 Index"].id).lineage
    with house.ports.store.work(house.manager) as uow:
        values = {"kind": "optimization", "request_json": "{}", "request_sha256": "0" * 64, "seed": 7}
        run = uow.runs.add(Run(**values, owner_id=house.manager.user_id, lineage_json={"data": lineage}))
        uow.commit()
    with pytest.raises(Conflict, match="1 run was computed from this import") as refusal:
        imports.undo(made.id, house.manager)
    assert refusal.value.code == "import_in_use"
    with house.ports.store.work(house.manager) as uow:
        uow.runs.delete(run.id)
        uow.commit()
    assert imports.undo(made.id, house.manager).state is ImportState.UNDONE
    assert read_facts(house, marks(house, house.manager)["S&P 500 Index"].id).facts.benchmark_weights is None


def test_scores_that_a_run_rests_on_are_named_too(house: Any, imports: Imports) -> None:
    scores = b"symbol,date,esg_score\nAAPL,2022-06-30,71\nKO,2022-06-30,60\nXOM,2022-06-30,50\n"
    made = imports.run(scores, "scores.csv", house.manager).imported
    optimize = Optimize(house.ports, runs=None, market=house.market, portfolios=house.portfolios)  # type: ignore[arg-type]
    asked = {
        "asset_ids": ["AAPL", "KO", "XOM"],
        "objective": {"kind": "min_volatility"},
        "constraints": [{"kind": "esg_floor", "min_score": 55.0}],
    }
    lineage = optimize.inputs.read(parse(json.dumps(asked)), house.manager).lineage
    assert [(one["batch_id"], one["symbols"]) for one in lineage["imports"]] == [(made.id, ["AAPL", "KO", "XOM"])]


def test_a_portfolio_is_measured_by_the_members_and_keeps_the_benchmark(house: Any, imports: Imports) -> None:
    made = imports.run(OWN, "w.csv", house.manager).imported
    benchmark = marks(house, house.manager)["House benchmark"]
    portfolio = house.portfolios.create(NewPortfolio(name="Measured", benchmark_id=benchmark.id), house.manager)
    wanted = PositionsInput.model_validate_json(
        '{"positions": [{"symbol": "KO", "quantity": "10"}], "cash_ccy": "0", "as_of": "2022-10-03"}'
    )
    house.portfolios.set_positions(portfolio.id, wanted, house.manager, portfolio.row_version)
    history = house.portfolios.history(portfolio.id, house.manager)
    assert history.benchmark_name == "House benchmark"
    with house.ports.store.read(house.manager) as uow:
        ids = [row.id for row in uow.assets.by_symbols(["AAPL", "KO"]).values()]
        members = SeriesReader(house.ports).series(uow, ids).values()

    def grown(day: date) -> float:
        start, end = np.datetime64("2022-09-30"), np.datetime64(day, "D")
        closes = [one.adjusted_closes[np.searchsorted(one.sessions, [start, end])] for one in members]
        return sum(0.5 * float(pair[1] / pair[0]) for pair in closes)

    first, last = history.dates[0], history.dates[-1]
    levels = history.benchmark_index
    assert levels is not None
    assert first >= date(2022, 9, 30)
    assert levels[-1] / levels[0] == pytest.approx(grown(last) / grown(first))
    with pytest.raises(Conflict, match="measured against a benchmark") as refusal:
        imports.undo(made.id, house.manager)
    assert refusal.value.code == "import_in_use"


def test_undo_takes_back_exactly_what_the_import_wrote(house: Any, imports: Imports) -> None:
    first = imports.run(OWN, "w.csv", house.manager).imported
    benchmark_id = marks(house, house.manager)["House benchmark"].id
    house.ports.clock.advance(seconds=1)
    corrected = (HEAD + "HOUSE,AAPL,2022-09-30,1\n").encode()
    assert any("1 day will be other" in one for one in imports.check(corrected, "c.csv", house.manager).changes)
    second = imports.run(corrected, "c.csv", house.manager).imported

    def members() -> dict[date, int]:
        with house.ports.store.read(house.manager) as uow:
            return {day: len(weights) for day, weights in uow.benchmarks.all_weights(benchmark_id).items()}

    assert members() == {date(2022, 6, 30): 2, date(2022, 9, 30): 1}
    house.ports.clock.advance(seconds=1)
    imports.undo(second.id, house.manager)
    assert members() == {date(2022, 6, 30): 2, date(2022, 9, 30): 2}
    house.ports.clock.advance(seconds=1)
    assert imports.undo(first.id, house.manager).state is ImportState.UNDONE
    assert "House benchmark" not in marks(house, house.manager)
    with pytest.raises(Conflict):
        imports.undo(first.id, house.manager)


def test_unknown_symbols_are_named_all_at_once_and_nothing_is_written(house: Any, imports: Imports) -> None:
    raw = (HEAD + "SP500,NOBODY,2022-06-30,0.5\nSP500,NOONE,2022-06-30,0.5\nOTHER,AAPL,2022-06-30,1\n").encode()
    raw += b"AAPL,KO,2022-06-30,1\n"
    found = imports.check(raw, "bad.csv", house.manager)
    assert [(one.line, one.column) for one in found.problems] == [(2, "symbol"), (4, "benchmark"), (5, "benchmark")]
    assert "NOBODY, NOONE" in found.problems[0].message
    assert "no name and no currency" in found.problems[1].message
    assert "an asset here" in found.problems[2].message
    with pytest.raises(InvalidRequest) as refusal:
        imports.run(raw, "bad.csv", house.manager)
    assert refusal.value.code == "file_has_problems"
    with house.ports.store.read(house.manager) as uow:
        assert not uow.benchmarks.has_weights()


def test_a_known_benchmark_keeps_its_currency_and_the_invented_one_its_weights(packed_house: Any) -> None:
    imports = Imports(packed_house.ports)
    raw = b"benchmark,symbol,date,weight,currency\nSP500,AAPL,2022-06-30,1,EUR\nSAMPLE_LARGE_CAP,KO,2022-06-30,1,USD\n"
    found = imports.check(raw + b"SP500,ALDM.X,2022-07-29,1,\n", "x.csv", packed_house.manager)
    assert [(one.line, one.column) for one in found.problems] == [(2, "currency"), (3, "benchmark"), (4, "symbol")]


def test_an_index_of_the_house_becomes_a_benchmark(house: Any, imports: Imports) -> None:
    closes = b"symbol,date,close,name,currency,asset_class\nOWNX,2022-12-27,100,Own index,USD,index\n"
    imports.run(closes + b"OWNX,2022-12-28,101,,,\n", "i.csv", house.manager)
    made = imports.run((HEAD + "OWNX,AAPL,2022-12-27,100\n").encode(), "w.csv", house.manager).imported
    assert marks(house, house.manager)["Own index"].kind == "index"
    imports.undo(made.id, house.manager)
    assert "Own index" not in marks(house, house.manager)
