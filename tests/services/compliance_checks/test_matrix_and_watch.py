"""Does the matrix tell the worst first and what is old, and are changed portfolios checked without being asked for?"""

from __future__ import annotations

from datetime import date

import pytest

from engine.compliance.rule import Parameter, Rule
from services.errors import InvalidRequest, Unavailable
from tests.services.compliance_checks.books import Book
from tests.services.risk.worlds import LAST


def cap(percent: float) -> Rule:
    """Return a rule that caps every position, with a warning from nine tenths of it on."""
    return Rule(
        id="own.cap",
        title="Cap",
        parameters=(Parameter(name="cap", value=percent / 100),),
        universe="not is_cash",
        group_by="symbol",
        measure="sum(weight)",
        limit="cap",
        warn_at="0.9 * cap",
    )


def three(book: Book) -> dict[str, str]:
    """Return portfolios that break a cap of 30%, come near it, and keep it."""
    alpha = book.stock("AAA", 50.0)
    book.rule(cap(30))
    units = {"Broken": 80, "Near": 56, "Calm": 10}
    return {
        name: book.world.portfolio({alpha: count}, {"USD": 10_000 - 50 * count}, name=name)
        for name, count in units.items()
    }


@pytest.mark.requirement("4.3.A4")
def test_the_worst_comes_first_with_counts_of_all(book: Book) -> None:
    ids = three(book)
    before = book.matrices.matrix(book.manager)
    assert {row.status for row in before.portfolios} == {"unchecked"}
    assert before.unchecked_count == 3
    for portfolio_id in ids.values():
        book.checks.check(book.manager, portfolio_id)
    found = book.matrices.matrix(book.manager)
    assert [(row.name, row.status) for row in found.portfolios] == [
        ("Broken", "failed"), ("Near", "warning"), ("Calm", "passed"),
    ]  # fmt: skip
    assert (found.counts.failed, found.counts.warning, found.counts.passed) == (1, 1, 1)
    assert found.portfolios[0].cells[0].value == pytest.approx(0.4)
    assert found.rules[0].counts == found.counts
    assert found.stale_count == 0
    assert "1 portfolio with a broken rule" in found.sentence


def test_pages_follow_each_other_and_filters_leave_the_counts(book: Book) -> None:
    for portfolio_id in three(book).values():
        book.checks.check(book.manager, portfolio_id)
    names, cursor = [], None
    while True:
        page = book.matrices.matrix(book.manager, limit=1, cursor=cursor)
        names += [row.name for row in page.portfolios]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert names == ["Broken", "Near", "Calm"]
    broken = book.matrices.matrix(book.manager, standings={"failed"})
    assert [row.name for row in broken.portfolios] == ["Broken"]
    assert broken.counts.passed == 1
    with pytest.raises(InvalidRequest):
        book.matrices.matrix(book.manager, cursor="nothing")


def test_what_changed_since_the_check_is_marked_and_another_wording_is_unchecked(book: Book) -> None:
    ids = three(book)
    for portfolio_id in ids.values():
        book.checks.check(book.manager, portfolio_id)
    alpha = book.world.facts.read(ids["Calm"], book.manager).assets[0].asset_id
    book.trade(ids["Calm"], alpha, 1, 50.0, LAST)
    stale = {row.name: row.is_stale for row in book.matrices.matrix(book.manager).portfolios}
    assert stale == {"Broken": False, "Near": False, "Calm": True}
    with book.world.ports.store.system(book.tenant_id) as uow:
        rule = uow.rules.all()[0]
        version = uow.rules.version(rule.id, 1)
        assert version is not None
        from data.store import tables

        uow.rules.next_version(
            rule.id,
            tables.RuleVersion(document=version.document, state="approved", decided_at_utc=book.now_utc),
        )
        rule.approved_version = 2
        uow.commit()
    statuses = {row.status for row in book.matrices.matrix(book.manager).portfolios}
    assert statuses == {"unchecked"}


@pytest.mark.requirement("4.3.D2")
def test_the_watch_asks_for_what_changed_and_for_nothing_else(book: Book) -> None:
    ids = three(book)
    assert book.watch.keep_up() == 3
    assert {row.status for row in book.matrices.matrix(book.manager).portfolios} == {"failed", "warning", "passed"}
    assert book.watch.keep_up() == 0
    alpha = book.world.facts.read(ids["Calm"], book.manager).assets[0].asset_id
    book.trade(ids["Calm"], alpha, 100, 50.0, LAST)
    assert book.watch.keep_up() == 0, "not again within a minute"
    book.world.ports.clock.advance(minutes=2)  # type: ignore[attr-defined]
    assert book.watch.keep_up() == 1
    assert book.checks.kept(book.manager, ids["Calm"]).report.results[0].status == "failed"  # type: ignore[union-attr]


def test_every_portfolio_is_checked_again_on_the_next_day(book: Book) -> None:
    three(book)
    book.watch.keep_up()
    book.world.ports.clock.advance(days=1)  # type: ignore[attr-defined]
    assert book.watch.keep_up() == 3


def test_a_house_without_rules_is_left_alone(book: Book) -> None:
    alpha = book.stock("AAA", 50.0)
    book.world.portfolio({alpha: 1}, {"USD": 1}, day=date(2022, 6, 1))
    assert book.watch.keep_up() == 0


def test_a_rule_that_ends_leaves_the_checks_and_the_course_says_so(book: Book) -> None:
    ids = three(book)
    book.watch.keep_up()
    with book.world.ports.store.system(book.tenant_id) as uow:
        rule = uow.rules.all()[0]
        rule_id = rule.id
        version = uow.rules.version(rule_id, 1)
        assert version is not None
        from data.store import tables

        uow.rules.next_version(
            rule_id,
            tables.RuleVersion(
                document=version.document, state="approved", decided_at_utc=book.now_utc, is_retirement=True
            ),
        )
        rule.approved_version, rule.is_retired = 2, True
        uow.commit()
    book.checks.check(book.manager, ids["Broken"])
    assert book.checks.kept(book.manager, ids["Broken"]).report.results == ()  # type: ignore[union-attr]
    newest = book.checks.course(book.manager, ids["Broken"], rule_id)[0]
    assert (newest.before, newest.after) == ("failed", None)


def test_a_check_that_came_to_nothing_is_asked_for_again_later(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    three(book)
    check = book.checks.book.check

    def fail(*_: object) -> None:
        raise Unavailable("The database is busy.", "Try again.")

    monkeypatch.setattr(book.checks.book, "check", fail)
    assert book.watch.keep_up() == 3
    monkeypatch.setattr(book.checks.book, "check", check)
    assert book.watch.keep_up() == 0
    book.world.ports.clock.advance(minutes=11)  # type: ignore[attr-defined]
    assert book.watch.keep_up() == 3
    assert book.matrices.matrix(book.manager).unchecked_count == 0
