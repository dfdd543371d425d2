"""Is a whole book judged as each of its portfolios is by itself, and does what the portfolios share stay apart?"""

from __future__ import annotations

import random
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine, event

from data.store import tables
from engine.compliance.packs.catalog import PACKS
from engine.compliance.result import RuleResult
from services.auth.actor import Actor
from services.compliance import checks_book
from services.compliance.checks_judge import judged_as
from services.errors import Conflict
from services.formatting import moment
from services.messages.compliance_checks import ComplianceReport, ComplianceRequest
from tests.services.compliance_checks.books import Book
from tests.services.risk.worlds import LAST

BREACH_COLUMNS = [column.key for column in tables.Breach.__table__.columns if column.key != "judged_at_utc"]
SECTORS = ("Energy", "Health Care", "Financials")


def furnished(book: Book, seed: int, count: int) -> list[str]:
    """Return portfolios at random: long and short, with trades of the last day, lists, facts and gaps."""
    rng = random.Random(seed)
    assets = [
        book.stock(
            f"S{place}", rng.uniform(20, 200), issuer=None if place == 3 else f"Issuer {place // 2}", seed=seed + place,
            sector=SECTORS[place % 3], country=("US", "DE")[place % 2],
        )
        for place in range(12)
    ]  # fmt: skip
    book.attribute(assets[0], "esg_score", 60.0)
    book.attribute(assets[1], "shares_outstanding_count", 5_000.0)
    made = []
    for place in range(count):
        chosen = rng.sample(assets, rng.randint(1, 6))
        held = {one: float(rng.choice([-40, 30, 200, 900])) for one in chosen}
        made.append(book.world.portfolio(held, {"USD": rng.choice([50.0, 90_000.0])}, name=f"P{place}"))
        if rng.random() < 0.5:
            book.trade(made[-1], rng.choice(assets), float(rng.choice([10, -10, 300])), 50.0, LAST)
    made.append(book.world.portfolio({}, None, name="Nothing yet"))
    with book.world.ports.store.system(book.tenant_id) as uow:
        for scope, scope_id in (("house", None), ("portfolio", made[0])):
            of_list = uow.restriction_lists.add(
                tables.RestrictionList(name=f"List {scope}", kind="restricted", scope_kind=scope, scope_id=scope_id)
            )
            uow.restriction_entries.add(
                tables.RestrictionEntry(
                    list_id=of_list.id, asset_id=assets[0 if scope == "house" else 5], from_on=date(2022, 1, 1),
                    reason="Reason.",
                )
            )  # fmt: skip
        for portfolio_id in (None, made[1]):
            uow.compliance_facts.state(
                tables.ComplianceFact(
                    portfolio_id=portfolio_id, name="cash_bank", text=f"Bank of {portfolio_id}", source="Contract.",
                    valid_from=date(2022, 1, 1),
                )
            )  # fmt: skip
        uow.commit()
    for pack in ("house", "ucits"):
        for rule in PACKS[pack].rules:
            book.rule(rule)
    book.rule(PACKS["notices"].rules[0], made[2])
    return made


def kept(book: Book, portfolio_ids: list[str]) -> dict[str, Any]:
    """Return what is stored of checks, results and breaches, but for their instants."""
    with book.world.ports.store.system(book.tenant_id, read_only=True) as uow:
        found: dict[str, Any] = {}
        for one in portfolio_ids:
            check = uow.compliance_checks.of(one)
            results = [
                (row.rule_id, row.version, row.status, row.value, row.limit_value, {**row.document, "since_utc": None})
                for row in uow.compliance_results.of(one)
            ]
            breaches = [
                {name: getattr(row, name) for name in BREACH_COLUMNS}
                for row in sorted(uow.breaches.unclosed(one), key=lambda row: (row.rule_id, row.group_name))
            ]
            assert check is not None
            found[one] = (check.status, check.inputs_sha256, check.data_version, check.message, results, breaches)
        return found


@pytest.mark.requirement("4.3.D2")
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_book_comes_out_as_its_portfolios_one_by_one(book: Book, seed: int) -> None:
    ids = furnished(book, seed, 6)
    product = Actor.system(book.tenant_id)
    for one in ids:
        book.checks.compute(ComplianceRequest(portfolio_id=one), product)
    alone = kept(book, ids)
    assert {status for status, *_ in alone.values()} >= {None, "failed"}
    assert book.checks.book.check(product, ids) == len(ids)
    assert kept(book, ids) == alone


def test_a_first_check_of_a_book_opens_the_same_breaches(book: Book) -> None:
    ids = furnished(book, 4, 4)
    product = Actor.system(book.tenant_id)
    first, second = ids[:2], ids[2:]
    assert book.checks.book.check(product, ids) == len(ids)
    together = kept(book, ids)
    assert any(breaches for *_, breaches in together.values())
    for one in (*first, *second):
        book.checks.compute(ComplianceRequest(portfolio_id=one), product)
    assert kept(book, ids) == together


def test_what_is_made_without_checking_is_what_checking_makes(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers of the engine and lines of a report are put together without validation; every one of them would pass."""
    ids, seen = furnished(book, 7, 4), []

    def judged_and_noted(case: Any) -> Any:
        seen.append(judged_as(case))
        return seen[-1]

    monkeypatch.setattr(checks_book, "judged_as", judged_and_noted)
    book.checks.book.check(Actor.system(book.tenant_id), ids)
    assert {one.status for judged in seen for one in judged.report.results} >= {"passed", "failed", "indeterminate"}
    for judged in seen:
        report = judged.report
        assert ComplianceReport.model_validate(report.model_dump(), strict=True) == report
        assert ComplianceReport.model_validate_json(report.model_dump_json()) == report
        for _, result in judged.results:
            assert RuleResult.model_validate(result.model_dump(), strict=True) == result


def test_one_portfolio_that_cannot_be_judged_keeps_no_other_from_it(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = furnished(book, 5, 3)
    read = book.checks.states.read_many

    def fails(*given: Any) -> Any:
        return read(*given) | {ids[0]: Conflict("A rule cannot be read.", "Correct it.", code="rule_unreadable")}

    monkeypatch.setattr(book.checks.states, "read_many", fails)
    assert book.checks.book.check(Actor.system(book.tenant_id), [*ids, "gone"]) == len(ids) - 1
    with book.world.ports.store.system(book.tenant_id, read_only=True) as uow:
        assert uow.compliance_checks.of(ids[1]) is not None
    row = {one.portfolio_id: one for one in book.matrices.matrix(book.manager, limit=500).portfolios}[ids[0]]
    assert (row.status, row.as_of, row.is_stale) == ("unchecked", None, True)
    assert row.message == (
        f"It could not be checked since {moment(row.failed_since_utc)}: A rule cannot be read. "
        "Nothing is known of how it stands by its rules."
    )
    assert row.advice == "Correct it."


@pytest.mark.parametrize("fails_at", ["reading", "judging"])
def test_a_fault_leaves_what_was_known_and_is_told_beside_it_until_it_is_over(
    book: Book, monkeypatch: pytest.MonkeyPatch, fails_at: str
) -> None:
    ids, product = furnished(book, 5, 3), Actor.system(book.tenant_id)
    book.checks.book.check(product, ids)
    before = kept(book, ids)

    def faulty(portfolio: tables.Portfolio, go_on: Any) -> Any:
        if portfolio.id == ids[1]:
            raise ZeroDivisionError("secret of the machine")
        return go_on()

    seen = book.checks.states._seen
    with monkeypatch.context() as patch:
        if fails_at == "reading":
            patch.setattr(
                book.checks.states, "_seen", lambda uow, look: faulty(look.portfolio, lambda: seen(uow, look))
            )
        else:
            patch.setattr(checks_book, "judged_as", lambda case: faulty(case.portfolio, lambda: judged_as(case)))
        assert book.checks.book.check(product, ids) == len(ids) - 1
        first = book.checks.kept(book.manager, ids[1])
        assert book.checks.book.check(product, ids) == len(ids) - 1
    assert kept(book, ids) == before  # results, breaches and the day of all, of the faulty one too
    matrix = book.matrices.matrix(book.manager, limit=500)
    rows = {one.portfolio_id: one for one in matrix.portfolios}
    assert matrix.failing_count == 1
    assert "The check of 1 portfolio comes to nothing at present." in matrix.sentence
    row, answer = rows[ids[1]], book.checks.kept(book.manager, ids[1])
    assert answer.report is not None
    assert answer.report.results
    assert row.failed_since_utc == answer.failed_since_utc == first.failed_since_utc is not None
    assert (row.message, row.advice) == (answer.message, answer.advice)
    assert row.message == (
        f"It could not be checked since {moment(row.failed_since_utc)}: The product came upon a fault of its own. "
        f"What is shown is from {moment(row.checked_at_utc)}, and may no longer be so."
    )
    assert "whoever runs the product" in str(row.advice)
    assert "secret" not in f"{row.message}{row.advice}"
    assert {key for key, one in rows.items() if one.failed_since_utc is not None} == {ids[1]}
    book.checks.book.check(product, ids)
    answer = book.checks.kept(book.manager, ids[1])
    assert (answer.failed_since_utc, answer.message, answer.is_current) == (None, None, True)
    assert book.matrices.matrix(book.manager).failing_count == 0


def test_a_book_is_read_with_a_number_of_questions_that_does_not_grow_with_it(book: Book) -> None:
    """Each further portfolio may cost the database only what is kept of it."""
    ids = furnished(book, 6, 8)
    product = Actor.system(book.tenant_id)
    book.checks.book.check(product, ids)
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        asked.append(statement)

    counts = []
    event.listen(Engine, "before_cursor_execute", note)
    try:
        for several in (ids[:2], ids):
            asked.clear()
            book.checks.book.check(product, several)
            counts.append(sum(one.startswith("SELECT") for one in asked))
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert 0 < counts[1] <= counts[0] + 3 * (len(ids) - 2), counts
