"""Does the tab of facts say what rules miss and how it is given, and read what somebody states?"""

from __future__ import annotations

import base64
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from dash import no_update

from callbacks import compliance_facts
from callbacks import present_compliance_facts as present
from callbacks import present_compliance_status as status
from callbacks import present_portfolio_compliance as line
from components.compliance_facts import HOUSE
from components.ids import ComplianceFacts as Ids
from services.auth.roles import Role
from services.compliance.stated_catalog import STATED
from services.errors import InvalidRequest
from services.messages.compliance_checks import MissingFact, StatusCounts
from services.messages.compliance_facts import StatedFact
from services.messages.compliance_matrix import ComplianceMatrix, MatrixPortfolio, MatrixRule
from services.messages.portfolios import PositionInput, PositionsInput

WHEN = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def reader(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the reader like points before decimals."""
    for module in ("callbacks.wording", "callbacks.present_portfolio_compliance"):
        monkeypatch.setattr(f"{module}.reader_style", lambda: "comma")


def words(component: Any) -> str:
    return json.dumps(component, default=lambda one: one.to_plotly_json(), ensure_ascii=False)


def lacks(field: str, *symbols: str) -> MissingFact:
    return MissingFact(field=field, symbols=symbols, sentence=f"The {field} is not known.", advice="Import a file.")


def a_report(*rules: tuple[str, tuple[MissingFact, ...]]) -> Any:
    results = [SimpleNamespace(rule_id=title, title=title, missing=found) for title, found in rules]
    return SimpleNamespace(name="Aurora", as_of=date(2022, 12, 28), results=results)


REPORT = a_report(
    ("No issuer above 10%", (lacks("issuer", "A", "B"),)),
    ("Deposits at one bank", (lacks("cash_bank"),)),
    ("Issuers above 5%", (lacks("issuer", "B", "C"), lacks("is_144a", "A"))),
)


def test_each_fact_stands_once_with_its_assets_its_rules_and_the_way_out() -> None:
    found = present.missing_by_field(REPORT)
    assert next((one.field, one.symbols, rules) for one, rules in found) == (
        "issuer", ("A", "B", "C"), ["No issuer above 10%", "Issuers above 5%"],
    )  # fmt: skip
    said = words(present.missing(REPORT))
    assert said.count("Import a file.") == 3
    assert said.count("Can be stated below") == 2  # the bank, and the mark; an issuer comes by file alone
    assert present.missing_sentence(REPORT) == "Aurora: 3 rules wait for 3 facts that nobody knows."
    assert present.missing_sentence(a_report()) == "Aurora: nothing is missing."
    assert "all that it needs" in words(present.missing(a_report()))


def test_the_file_to_fill_in_has_a_line_for_everything_that_is_missing_of_an_asset() -> None:
    made = present.template(REPORT)
    assert made.data.decode().splitlines() == [
        "symbol,date,field,value", "A,2022-12-28,issuer,", "B,2022-12-28,issuer,", "C,2022-12-28,issuer,",
        "A,2022-12-28,is_144a,",
    ]  # fmt: skip
    with pytest.raises(InvalidRequest, match="Nothing of an asset is missing"):
        present.template(a_report(("Bank", (lacks("cash_bank"),))))


def test_facts_are_offered_where_they_can_be_stated_and_missing_ones_first() -> None:
    house = {one["value"] for one in present.fact_options(HOUSE, None)}
    assert {"cash_bank", "securities_13f_ccy"} <= house
    assert not {name for name, one in STATED.items() if one.level == "portfolio"} & house
    own = present.fact_options("p-1", REPORT)
    assert [one["value"] for one in own[:2]] == ["cash_bank", "marked_is_144a"]
    assert own[0]["label"].endswith("(missing)")
    assert "securities_13f_ccy" not in {one["value"] for one in own}


@pytest.mark.parametrize("name", STATED)
def test_every_fact_that_may_be_stated_is_asked_for_and_comes_out_as_it_was_typed(name: str) -> None:
    kind = STATED[name]
    where = HOUSE if kind.level == "house" else "p-1"
    typed = {"yes": "1", "marks": "1", "name": "Bank B", "days_since": "Ada"}.get(kind.unit, "50")
    about = {"currency": "USD", "body": "Bank C", "asset_class": "bond"}.get(kind.keyed, "")
    made = present.statement(name, where, about, typed, "2026-01-02", "Letter", takes_back=False)
    assert words(present.value_field(name))
    assert (present.about_words(name) is None) is (kind.keyed == "none")
    assert (made.text, made.number) == ((typed, None) if not kind.is_number else (None, made.number))
    if kind.is_number:
        assert made.number == {"yes": 1.0, "marks": 1.0, "frac": 0.5}.get(kind.unit, 50.0)
    assert (made.about or made.currency or "") == about
    assert made.valid_from == date(2026, 1, 2)
    back = present.statement(name, where, about, "", None, "Letter", takes_back=True)
    assert (back.number, back.text) == (None, None)


@pytest.mark.parametrize(
    ("name", "value", "source", "paths"),
    [("cash_bank", "", "", {"text", "source"}), ("ad_gross", "", "x", {"number"}), (None, "1", "x", {"name"}),
     ("securities_13f_ccy", "many", "x", {"number"}), ("securities_13f_ccy", "-1", "x", {"number"})],
)  # fmt: skip
def test_what_is_empty_or_no_number_is_told_at_once(name: str | None, value: str, source: str, paths: set[str]) -> None:
    with pytest.raises(InvalidRequest) as refusal:
        present.statement(name, HOUSE, "", value, None, source, takes_back=False)
    assert {one.path for one in refusal.value.fields} == paths


def test_what_was_stated_says_by_whom_of_what_and_whether_it_counts() -> None:
    one = StatedFact(
        id="f-1", name="cash_bank", label="Bank of the cash", number=None, text="Bank B", currency="USD",
        portfolio_id="p-1", valid_from=date(2026, 1, 2), source="Letter", stated_by="Cleo", stated_at_utc=WHEN,
        is_in_force=True, sentence="Bank of the cash in USD from 2 January 2026 on: Bank B.",
    )  # fmt: skip
    said = words(present.stated([one], {"p-1": "Aurora"}))
    for expected in ("Bank B", "Aurora", "Letter", "by Cleo", "Counts"):
        assert expected in said
    assert "Nothing was stated yet" in words(present.stated([], {}))


def a_row(**changed: Any) -> MatrixPortfolio:
    usual: dict[str, Any] = {
        "portfolio_id": "p-1", "name": "Aurora", "base_currency": "USD", "status": "failed",
        "as_of": date(2022, 12, 28), "checked_at_utc": WHEN, "is_stale": False, "is_sample": False,
        "counts": StatusCounts(passed=8, warning=1, failed=7), "unchecked_count": 0, "message": None, "advice": None,
        "cells": (),
    }  # fmt: skip
    return MatrixPortfolio.model_validate(usual | changed)


@pytest.mark.requirement("4.3.A4")
def test_the_page_of_a_portfolio_says_how_its_rules_stand_and_leads_to_them() -> None:
    said = words(line.line(a_row(), "p-1"))
    assert said.index("Broken") < said.index("Warning") < said.index("Kept")
    assert "Cannot be judged" not in said
    for expected in ('"7"', '"8"', "as of 28 Dec 2022", "/compliance?portfolio=p-1"):
        assert expected in said
    assert "data changed since" in words(line.line(a_row(is_stale=True), "p-1"))
    assert "Not looked at yet." in words(line.line(a_row(checked_at_utc=None, unchecked_count=3), "p-1"))
    assert "No rule of compliance is in force" in words(line.line(None, "p-1"))


@pytest.mark.requirement("4.3.A3")
def test_pasted_positions_become_the_trades_that_lead_to_them() -> None:
    held = {"A": Decimal("10"), "B": Decimal("5"), "C": Decimal("2")}
    positions = (PositionInput(symbol="A", quantity=Decimal("12.5")), PositionInput(symbol="B", quantity=Decimal("5")),
                 PositionInput(symbol="D", quantity=Decimal("1")))  # fmt: skip
    made = line.orders(PositionsInput(positions=positions), held)
    assert {(one.symbol, one.quantity) for one in made} == {
        ("A", Decimal("2.5")),
        ("C", Decimal("-2")),
        ("D", Decimal("1")),
    }
    weights = line.orders(PositionsInput(positions=(PositionInput(symbol="A", weight_frac=0.25),)), held)
    assert [one.weight_frac for one in weights if one.symbol == "A"] == [0.25]
    assert {one.symbol for one in weights if one.quantity is not None} == {"B", "C"}
    same = tuple(PositionInput(symbol=symbol, quantity=units) for symbol, units in held.items())
    with pytest.raises(InvalidRequest, match="nothing would be traded"):
        line.orders(PositionsInput(positions=same), held)


def test_a_file_of_facts_is_dropped_where_facts_are_missing(as_role: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    as_role(Role.PORTFOLIO_MANAGER)
    assert compliance_facts.offer_taking_in(None) is False
    taken: list[tuple[bytes, str]] = []
    said: list[tuple[str, str]] = []
    written: list[dict[str, Any]] = []

    def run(raw: bytes, name: str, _actor: Any) -> Any:
        taken.append((raw, name))
        done = SimpleNamespace(sentence="2 facts of 1 asset.")
        return SimpleNamespace(is_new=True, imported=done, sentence="Imported: 2 facts of 1 asset.")

    monkeypatch.setattr(compliance_facts, "services", lambda: SimpleNamespace(imports=SimpleNamespace(run=run)))
    monkeypatch.setattr(compliance_facts, "say", lambda *words: said.append(words))
    monkeypatch.setattr(compliance_facts, "put", lambda _id, **more: written.append(more))
    monkeypatch.setattr(compliance_facts, "read_anew", lambda _reason: None)
    monkeypatch.setattr("callbacks.present_errors.put", lambda *_, **__: None)
    text = b"symbol,date,field,value\nA,2022-12-28,issuer,Alpha\n"
    shown = compliance_facts.take_in(f"data:text/csv;base64,{base64.b64encode(text).decode()}", "facts.csv")
    assert taken == [(text, "facts.csv")]
    assert said == [("Imported", "2 facts of 1 asset.")]
    assert {"contents": None} in written  # the same file can be dropped once more after it was mended
    assert "Imported: 2 facts" in words(shown)
    as_role(Role.COMPLIANCE)
    assert compliance_facts.offer_taking_in(None) is True


def test_of_what_comes_with_the_next_answer_where_the_first_was_overtaken_and_a_choice_stays(
    monkeypatch: pytest.MonkeyPatch, as_role: Any
) -> None:
    as_role(Role.COMPLIANCE)
    found = (SimpleNamespace(id="p-1", name="Aurora"), SimpleNamespace(id="p-2", name="Cedar"))
    monkeypatch.setattr(compliance_facts.choosable, "portfolios", lambda: found)

    def chosen(triggered: str | None, before: str | None) -> Any:
        for module in ("callbacks.compliance_facts", "callbacks.still"):
            monkeypatch.setattr(f"{module}.ctx", SimpleNamespace(triggered_id=triggered))
        return compliance_facts.offer("a change elsewhere", before)[1]

    assert chosen(None, None) == "p-1"
    assert chosen("shell-resync", None) == "p-1"
    assert chosen(None, HOUSE) == HOUSE  # a link that names the house is kept
    assert chosen("shell-resync", HOUSE) is no_update
    assert chosen("shell-resync", "p-2") is no_update
    assert chosen("shell-resync", "a portfolio that was deleted") == "p-1"


def test_a_value_counts_for_the_fact_that_it_was_typed_for(monkeypatch: pytest.MonkeyPatch, as_role: Any) -> None:
    as_role(Role.COMPLIANCE)
    told_problems: list[Any] = []
    monkeypatch.setattr("callbacks.compliance_facts.ctx", SimpleNamespace(triggered_id=Ids.STATE))
    monkeypatch.setattr("callbacks.present_errors.put", lambda _id, **more: told_problems.append(more["children"]))
    stale = [Ids.value("ad_gross")]
    answer = compliance_facts.state(1, None, "cash_bank", HOUSE, "", ["50"], stale, None, "Letter")
    assert answer is no_update
    assert "The name is empty." in words(told_problems)


def test_a_check_that_comes_to_nothing_is_told_on_both_pages_with_the_way_out() -> None:
    row = a_row(
        is_stale=True, message="It could not be checked since 28 Nov 2026, 10:00 UTC.", advice="Correct the rule.",
        failed_since_utc=WHEN,
    )  # fmt: skip
    said = "It could not be checked since 28 Nov 2026, 10:00 UTC. Correct the rule."
    assert said in words(line.line(row, "p-1"))
    matrix = ComplianceMatrix(
        sentence="", counts=row.counts, portfolios_count=1, stale_count=1, unchecked_count=0, failing_count=1,
        rules=(MatrixRule(rule_id="r", code="r", title="Rule", severity="hard", unit="frac", counts=row.counts,
                          unchecked_count=0),),
        portfolios=(row,),
    )  # fmt: skip
    assert said in words(status.drawn(matrix, ""))
    fine = row.model_copy(update={"failed_since_utc": None, "message": None, "advice": None})
    assert "could not" not in words(line.line(fine, "p-1"))
    assert "could not" not in words(status.drawn(matrix.model_copy(update={"portfolios": (fine,)}), ""))
