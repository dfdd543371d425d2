"""Can people bring their own prices, scores and rates, see beforehand what changes, use them, and take them back?"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from services.auth.actor import Actor
from services.auth.policy import PERMISSIONS
from services.auth.roles import Permission, Role
from services.errors import Conflict, InvalidRequest, NotAllowed, NotFound
from services.imports import Imports
from services.market_facts import MarketFacts
from services.messages.imports import ImportState

LAST = date(2022, 12, 28)
NEW = b"""symbol,date,close,name,currency,sector,country
NEWCO,2022-12-27,10,New Co,USD,Technology,US
NEWCO,2022-12-28,11,,,,
"""
SCORES = b"symbol,date,esg_score\nAAPL,2022-06-30,71.5\nKO,2022-06-30,60\n"
RATES = b"base,quote,date,rate\nEUR,USD,2022-12-27,1.06\nEUR,USD,2022-12-28,1.07\n"


def prices(symbol: str = "NEWCO", count: int = 300, end: date = LAST, start: float = 50.0, extra: str = "") -> bytes:
    """A file with a wavy history on weekdays."""
    days = [end - timedelta(days=n) for n in range(count * 2) if (end - timedelta(days=n)).weekday() < 5][:count]
    lines = [
        f"{symbol},{day},{start * (1 + 0.1 * np.sin(n / 3)) + n / 50:.4f},{1000 + n},New Co,USD,Technology"
        for n, day in enumerate(reversed(days))
    ]
    return ("symbol,date,close,volume,name,currency,sector\n" + "\n".join(lines) + extra + "\n").encode()


def later(house: Any) -> None:
    house.ports.clock.advance(seconds=1)


def symbols(house: Any, actor: Actor) -> set[str]:
    return {one.symbol for one in house.market.assets(actor, limit=500).items}


def test_a_check_says_what_would_come_and_writes_nothing(house: Any, imports: Imports) -> None:
    found = imports.check(NEW, "new.csv", house.manager)
    assert found.can_import
    assert (found.rows_count, found.symbols_count, found.first_day, found.last_day) == (2, 1, date(2022, 12, 27), LAST)
    (new,) = found.new_symbols
    assert (new.symbol, new.name, new.currency, new.asset_class) == ("NEWCO", "New Co", "USD", "equity")
    assert "Prices: 2 new" in found.sentence
    assert "NEWCO" not in symbols(house, house.manager)
    assert imports.list(house.manager) == ()


def test_imported_prices_show_in_the_list_with_file_person_and_time(house: Any, imports: Imports) -> None:
    done = imports.run(NEW, "C:\\fakepath\\new.csv", house.manager)
    assert done.is_new
    assert (done.imported.file_name, done.imported.rows_count, done.imported.by) == ("new.csv", 2, house.manager.name)
    asset = house.market.asset("NEWCO", house.manager)
    assert (asset.last_price, asset.sector, asset.last_date, asset.is_sample) == (11.0, "Technology", LAST, False)
    shown = house.market.prices("NEWCO", house.manager)
    assert [point.close for point in shown.points] == [10.0, 11.0]
    assert shown.source == "upload"
    assert shown.fetched_at_utc == house.ports.clock.now_utc()
    assert any("“new.csv” by Portfolio manager" in one for one in shown.notes)
    assert house.ports.bus.topics == ["market"]


def test_another_house_sees_nothing_of_it(house: Any, imports: Imports) -> None:
    made = imports.run(NEW, "new.csv", house.manager).imported
    imports.run(SCORES, "scores.csv", house.manager)
    imports.run(RATES, "rates.csv", house.manager)
    assert "NEWCO" not in symbols(house, house.stranger)
    assert imports.list(house.stranger) == ()
    for ask in (imports.get, imports.undo):
        with pytest.raises(NotFound):
            ask(made.id, house.stranger)
    assert not house.market.asset("AAPL", house.stranger).attributes
    assert {gap.kind for gap in house.market.gaps(house.stranger)} >= {"ESG scores", "exchange rates"}
    assert house.market.providers(house.stranger)[-1].state == "not_loaded"
    stranger_own = imports.run(NEW, "new.csv", house.stranger)
    assert stranger_own.is_new  # that somebody else imported the same bytes is not told
    assert house.market.last_day() == LAST


def test_the_same_file_again_is_told_and_changes_nothing(house: Any, imports: Imports) -> None:
    first = imports.run(NEW, "new.csv", house.manager)
    later(house)
    again = imports.run(NEW, "renamed.csv", house.manager)
    assert not again.is_new
    assert again.imported == first.imported
    check = imports.check(NEW, "renamed.csv", house.manager)
    assert (check.can_import, check.already) == (False, first.imported)
    assert "already imported" in check.sentence
    assert len(imports.list(house.manager)) == 1


def test_nothing_is_written_while_there_are_problems_and_all_are_told_at_once(house: Any, imports: Imports) -> None:
    raw = b"symbol,date,close,currency\nAAPL,2022-12-28,0,USD\nNOBODY,2022-12-28,5,\n"
    raw += b"KO,2023-05-01,x,EUR\nPEP,2022-12-27,5,USD\n"
    found = imports.check(raw, "bad.csv", house.manager)
    told = {(one.line, one.column) for one in found.problems}
    assert told == {(2, "close"), (3, "symbol"), (4, "date"), (4, "close"), (4, "currency")}
    assert all(one.message and one.advice for one in found.problems)
    with pytest.raises(InvalidRequest) as refusal:
        imports.run(raw, "bad.csv", house.manager)
    assert refusal.value.code == "file_has_problems"
    assert {field.path for field in refusal.value.fields} >= {"line 2, close", "line 3, symbol"}
    assert imports.list(house.manager) == ()
    assert house.market.asset("PEP", house.manager).last_price != 5


def test_a_symbol_that_nobody_knows_needs_a_name_and_a_currency(house: Any, imports: Imports) -> None:
    (problem,) = imports.check(b"symbol,date,close\nNEWCO,2022-12-28,5\n", "x.csv", house.manager).problems
    assert "no name and no currency" in problem.message
    assert "columns name and currency" in problem.advice


def test_the_own_history_counts_before_others_and_the_check_says_so(house: Any, imports: Imports) -> None:
    raw = b"symbol,date,close\nAAPL,2022-12-27,100\nAAPL,2022-12-28,101\n"
    (change,) = imports.check(raw, "aapl.csv", house.manager).changes
    assert "2 prices from 27 December 2022" in change
    assert "instead of the 8,313 prices from 2 January 1990 to 28 December 2022 of “Embedded history”" in change
    made = imports.run(raw, "aapl.csv", house.manager).imported
    assert house.market.asset("AAPL", house.manager).last_price == 101
    assert house.market.asset("AAPL", house.stranger).last_price != 101
    later(house)
    imports.undo(made.id, house.manager)
    assert house.market.asset("AAPL", house.manager).observations_count == 8313


def test_a_later_file_changes_and_adds_and_can_be_taken_back_by_itself(house: Any, imports: Imports) -> None:
    imports.run(prices(count=300), "first.csv", house.manager)
    later(house)
    longer = prices(count=300, extra="\nNEWCO,2022-12-29,77,,,,")
    check = imports.check(longer.replace(b"2022-12-28,", b"2022-12-28,1"), "second.csv", house.manager)
    (counts,) = check.counts
    assert (counts.new_count, counts.changed_count, counts.same_count) == (1, 1, 299)
    assert "1 price will be other" in check.changes[0]
    second = imports.run(longer, "second.csv", house.manager).imported
    assert house.market.asset("NEWCO", house.manager).observations_count == 301
    later(house)
    imports.undo(second.id, house.manager)
    assert house.market.asset("NEWCO", house.manager).observations_count == 300


def test_undoing_the_first_of_two_leaves_the_second_whole(house: Any, imports: Imports) -> None:
    first = imports.run(prices(count=300), "first.csv", house.manager).imported
    later(house)
    imports.run(prices(count=300, extra="\nNEWCO,2022-12-29,77,,,,"), "second.csv", house.manager)
    later(house)
    imports.undo(first.id, house.manager)
    assert house.market.asset("NEWCO", house.manager).observations_count == 301


def test_undone_imports_stay_in_the_list_and_may_come_again(house: Any, imports: Imports) -> None:
    made = imports.run(NEW, "new.csv", house.manager).imported
    later(house)
    undone = imports.undo(made.id, house.actors[Role.RESEARCHER])
    assert (undone.state, undone.undone_by) == (ImportState.UNDONE, "Researcher")
    assert "NEWCO" not in symbols(house, house.manager)
    with pytest.raises(NotFound):
        house.market.asset("NEWCO", house.manager)
    with pytest.raises(Conflict, match="undone already"):
        imports.undo(made.id, house.manager)
    later(house)
    assert imports.run(NEW, "new.csv", house.manager).is_new
    assert [one.state for one in imports.list(house.manager)] == [ImportState.IMPORTED, ImportState.UNDONE]


def test_scores_and_rates_show_and_what_the_data_lack_shrinks(house: Any, imports: Imports) -> None:
    before = {gap.kind: gap for gap in house.market.gaps(house.manager)}
    assert set(before) == {"volumes", "ESG scores", "exchange rates", "benchmark weights"}
    assert (before["ESG scores"].lacking_count, before["ESG scores"].assets_count) == (25, 25)
    imports.run(SCORES, "scores.csv", house.manager)
    later(house)
    imports.run(RATES, "rates.csv", house.manager)
    later(house)
    imports.run(prices(), "prices.csv", house.manager)
    after = {gap.kind: gap for gap in house.market.gaps(house.manager)}
    assert set(after) == {"volumes", "ESG scores", "benchmark weights"}
    assert after["ESG scores"].lacking_count == 24  # of 26: the new symbol has none
    assert after["volumes"].lacking_count == 25
    score = house.market.asset("AAPL", house.manager).attributes["esg_score"]
    assert (score.value, score.valid_on, score.provider) == (71.5, date(2022, 6, 30), "upload")
    own = next(one for one in house.market.providers(house.manager) if one.name == "upload")
    assert (own.state, own.is_own) == ("loaded", True)


def test_a_check_says_that_own_rates_shut_the_fictitious_ones_out(packed_house: Any) -> None:
    imports = Imports(packed_house.ports)
    inverse = b"base,quote,date,rate\nUSD,EUR,2022-12-28,0.95\n"
    (said,) = [one for one in imports.check(inverse, "rates.csv", packed_house.manager).notes if "fictitious" in one]
    assert said.startswith("The sample pack's fictitious rates between USD and EUR no longer count once these are")
    imports.run(RATES, "rates.csv", packed_house.manager)
    assert not [one for one in imports.check(inverse, "rates.csv", packed_house.manager).notes if "fictitious" in one]


def test_own_scores_count_before_invented_ones(packed_house: Any) -> None:
    imports = Imports(packed_house.ports)
    imports.run(b"symbol,date,field,value\nAAPL,2015-06-30,esg_score,12.5\n", "old.csv", packed_house.manager)
    assert packed_house.market.asset("AAPL", packed_house.manager).attributes["esg_score"].value == 12.5
    (problem,) = imports.check(b"symbol,date,close\nALDM.X,2022-12-28,5\n", "x.csv", packed_house.manager).problems
    assert "fictitious" in problem.message


def test_a_panel_with_imported_prices_names_file_person_and_hash(house: Any, imports: Imports) -> None:
    made = imports.run(prices(), "own.csv", house.manager).imported
    panel, lineage = house.market.returns_panel(["NEWCO", "AAPL"], actor=house.manager)
    assert panel.observations_count > 200
    (origin,) = lineage["imports"]
    assert (origin["batch_id"], origin["sha256"], origin["symbols"]) == (made.id, made.sha256, ["NEWCO"])
    assert any("NEWCO: imported from the file “own.csv”" in one for one in lineage["notes"])
    assert lineage["providers"] == ["embedded", "upload"]


def test_what_a_run_was_computed_from_stays(house: Any, imports: Imports) -> None:
    from data.store.tables import Run

    made = imports.run(prices(), "own.csv", house.manager).imported
    _, lineage = house.market.returns_panel(["NEWCO", "AAPL"], actor=house.manager)
    with house.ports.store.work(house.manager) as uow:
        values = {"kind": "optimization", "request_json": "{}", "request_sha256": "0" * 64, "seed": 7}
        run = uow.runs.add(Run(**values, owner_id=house.manager.user_id, lineage_json={"data": lineage}))
        uow.commit()
    with pytest.raises(Conflict, match="1 run was computed from this import") as refusal:
        imports.undo(made.id, house.actors[Role.RESEARCHER])
    assert refusal.value.code == "import_in_use"
    with house.ports.store.work(house.manager) as uow:
        uow.runs.delete(run.id)
        uow.commit()
    later(house)
    assert imports.undo(made.id, house.manager).state is ImportState.UNDONE


def test_what_a_portfolio_holds_stays(house: Any, imports: Imports) -> None:
    from services.messages.portfolios import NewPortfolio, PositionsInput

    made = imports.run(prices(), "own.csv", house.manager).imported
    portfolio = house.portfolios.create(NewPortfolio(name="With own"), house.manager)
    wanted = PositionsInput.model_validate_json('{"positions": [{"symbol": "NEWCO", "quantity": "10"}]}')
    house.portfolios.set_positions(portfolio.id, wanted, house.manager, portfolio.row_version)
    assert house.portfolios.get(portfolio.id, house.manager).value_ccy is not None
    with pytest.raises(Conflict, match="hold what this import added: NEWCO"):
        imports.undo(made.id, house.manager)


def test_one_newer_or_older_file_does_not_move_the_day_of_all_others(house: Any, imports: Imports) -> None:
    imports.run(prices("NEWER", end=date(2022, 12, 30)), "newer.csv", house.manager)
    later(house)
    imports.run(prices("OLDER", end=date(2022, 12, 15)), "older.csv", house.manager)
    assert house.market.as_of(house.manager) == LAST


@pytest.mark.parametrize("role", list(Role))
def test_only_some_roles_may_import(shared_house: Any, role: Role) -> None:
    imports, actor = Imports(shared_house.ports), shared_house.actors[role]
    assert imports.list(actor) == ()
    if Permission.MARKET_IMPORT in PERMISSIONS[role]:
        assert role in (Role.ADMINISTRATOR, Role.PORTFOLIO_MANAGER, Role.RESEARCHER)
        assert imports.check(NEW, "new.csv", actor).can_import
        return
    for ask in (
        lambda: imports.check(NEW, "n", actor),
        lambda: imports.run(NEW, "n", actor),
        lambda: imports.undo("x", actor),
    ):
        with pytest.raises(NotAllowed):
            ask()


def test_imports_and_undoings_stand_in_the_audit_log(house: Any, imports: Imports) -> None:
    made = imports.run(NEW, "new.csv", house.actors[Role.ADMINISTRATOR]).imported
    later(house)
    imports.undo(made.id, house.manager)
    for role in (Role.COMPLIANCE, Role.ADMINISTRATOR):
        with house.ports.store.read(house.actors[role]) as uow:
            rows = [row for row in uow.audit.page(limit=20).rows if row.object_kind == "market_import"]
        assert {row.action for row in rows} == {"import.run", "import.undo"}
        assert {row.object_id for row in rows} == {made.id}


def test_a_shared_symbol_that_comes_later_is_shadowed_once(house: Any, imports: Imports) -> None:
    imports.run(NEW, "new.csv", house.manager)
    with house.ports.store.system() as uow:
        from data.store.tables import Asset

        assert uow.assets.by_symbols(["NEWCO"]) == {}  # the product's own jobs take no house's asset for everybody's
        uow.assets.add(Asset(symbol="NEWCO", name="Shared", asset_class="equity", currency="USD"))
        uow.commit()
    mine = [one.name for one in house.market.assets(house.manager, query="NEWCO").items]
    theirs = [one.name for one in house.market.assets(house.stranger, query="NEWCO").items]
    assert (mine, theirs) == (["New Co"], ["Shared"])


def test_fundamentals_come_with_a_file_and_go_with_it(house: Any, imports: Imports) -> None:
    raw = (
        b"symbol,date,market_value_ccy,shares_outstanding_count,pe_ratio,pb_ratio,dividend_yield_frac\n"
        b"AAPL,2022-09-30,2.2e12,16000000000,-24.1,40,0.006\n"
    )
    done = imports.run(raw, "facts.csv", house.manager).imported
    facts = MarketFacts(house.ports)
    found = {one.name: (one.value, one.unit) for one in facts.fundamentals(["AAPL"], house.manager)}
    assert found["market_value_ccy"] == (2.2e12, "in the asset's currency")
    assert found["dividend_yield_frac"] == (0.006, "fraction a year: 0.02 is 2%")
    assert (found["pe_ratio"][0], found["pb_ratio"][0], found["shares_outstanding_count"][0]) == (-24.1, 40.0, 1.6e10)
    wrong = imports.check(b"symbol,date,dividend_yield_frac\nAAPL,2022-09-30,2\n", "w.csv", house.manager)
    assert "is no Dividend yield" in wrong.problems[0].message
    imports.undo(done.id, house.manager)
    assert not facts.fundamentals(["AAPL"], house.manager)
