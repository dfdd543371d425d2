"""Is a rule of quarters a preview between them, tested at their end, and tested late where no check looked then?"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pytest

from engine.compliance.rule import Rule
from services.auth.actor import Actor
from services.compliance.breaches import Breaches
from services.compliance.quarter_days import (
    is_last_session_of_month,
    last_session,
    last_test_day,
    next_test_day,
)
from services.messages.compliance_checks import ProposedOrder
from tests.services.compliance_checks.books import Book
from tests.services.risk.worlds import LAST

CAP = Rule(
    id="own.quarter", title="No issuer above 25% at the end of a quarter", universe="not is_cash", group_by="symbol",
    measure="sum(weight)", limit="0.25", timing=("pre", "quarter_end"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("day", "is_last"),
    [
        (date(2024, 3, 28), True),  # Good Friday follows
        (date(2024, 3, 27), False),
        (date(2024, 3, 31), True),
        (date(2026, 5, 29), True),  # a Friday
        (date(2026, 5, 31), True),
        (date(2026, 5, 1), False),
        (date(2022, 12, 30), True),
        (date(2022, 12, 28), False),
    ],
)
def test_the_last_session_of_a_month_is_that_of_the_exchange(day: date, is_last: bool) -> None:
    assert is_last_session_of_month(day) is is_last


def test_every_month_of_ten_years_has_its_last_session() -> None:
    for month in range(120):
        days = [date(2015 + month // 12, month % 12 + 1, k) for k in range(1, 29)]
        end = max(
            day for day in (date.fromordinal(days[-1].toordinal() + k) for k in range(4)) if day.month == days[0].month
        )
        last = last_session(end)
        assert last.month == end.month
        flags = [is_last_session_of_month(date.fromordinal(k)) for k in range(days[0].toordinal(), end.toordinal() + 1)]
        assert flags.index(True) + 1 == last.day, (last, "no day before it is the last")
        assert all(flags[last.day - 1 :])


def test_test_days_before_and_after_a_day_follow_the_rules_own_year() -> None:
    october = CAP.model_copy(update={"year_end_month": 10})
    assert next_test_day(CAP, date(2022, 12, 28)) == date(2022, 12, 30)
    assert next_test_day(CAP, date(2022, 12, 30)) == date(2023, 3, 31)
    assert last_test_day(CAP, date(2022, 12, 28)) == date(2022, 9, 30)
    assert last_test_day(CAP, date(2022, 12, 30)) == date(2022, 12, 30)
    assert last_test_day(CAP, date(2024, 4, 1)) == date(2024, 3, 28)
    assert (last_test_day(october, date(2022, 12, 28)), next_test_day(october, date(2022, 12, 28))) == (
        date(2022, 10, 31), date(2023, 1, 31),
    )  # fmt: skip
    assert next_test_day(CAP.model_copy(update={"timing": ("eod",)}), LAST) is None


def furnished(book: Book) -> tuple[str, str]:
    """Return a stock that is 30% of a portfolio, and the portfolio."""
    one = book.stock("ONE", 100.0, issuer="One")
    return one, book.world.portfolio({one: 30.0}, {"USD": 7_000.0})


def test_between_quarters_it_warns_and_says_when_it_is_tested(book: Book) -> None:
    _, portfolio_id = furnished(book)
    book.rule(CAP)
    found = book.by_code(portfolio_id)["own.quarter"]
    assert (found.status, found.is_preview, found.next_tested_on) == ("warning", True, date(2022, 12, 30))
    assert found.sentence == (
        "ONE: 30.00%; at most 25.00% is allowed. It is tested at the ends of quarters alone, next on 30 December 2022."
    )
    assert found.demand.endswith("; tested on the last session of each quarter.")
    assert Breaches(book.world.ports).queue(book.manager).items == ()
    ordered = book.by_code(portfolio_id, (ProposedOrder(symbol="ONE", quantity=5.0),))["own.quarter"]
    assert (ordered.status, ordered.verdict, ordered.groups[0].cause) == ("warning", "pass_with_warning", "active")
    assert book.matrices.matrix(book.manager).rules[0].code == "own.quarter", "the matrix shows it as well"


@pytest.mark.requirement("4.3.A3")
def test_a_quarter_whose_end_no_check_saw_is_tested_late(book: Book) -> None:
    """The check before was on 29 September, today's is of 28 December: 30 September lies between them."""
    one, portfolio_id = furnished(book)
    rule_id = book.rule(CAP)
    assert book.by_code(portfolio_id)["own.quarter"].is_preview
    with book.world.ports.store.system(book.tenant_id) as uow:
        row = uow.compliance_checks.of(portfolio_id)
        assert row is not None
        row.as_of = date(2022, 9, 29)
        version = uow.rules.version(rule_id, 1)
        assert version is not None
        uow.commit()
    _approve_on(book, rule_id, datetime(2022, 1, 3, tzinfo=UTC))
    book.checks.book.check(Actor.system(book.tenant_id), [portfolio_id])
    (found,) = Breaches(book.world.ports).queue(book.manager).items
    assert (found.group, found.rule_code, found.status) == ("ONE", "own.quarter", "open")
    book.trade(portfolio_id, one, -10.0, 100.0, LAST)
    book.by_code(portfolio_id)
    assert Breaches(book.world.ports).queue(book.manager).items[0].status == "cured"


def test_a_quarter_before_the_rule_was_approved_is_not_tested(book: Book) -> None:
    _, portfolio_id = furnished(book)
    book.rule(CAP)
    book.by_code(portfolio_id)
    with book.world.ports.store.system(book.tenant_id) as uow:
        row: Any = uow.compliance_checks.of(portfolio_id)
        row.as_of = date(2022, 9, 29)
        uow.commit()
    book.checks.book.check(Actor.system(book.tenant_id), [portfolio_id])
    assert Breaches(book.world.ports).queue(book.manager).items == ()


def _approve_on(book: Book, rule_id: str, day: datetime) -> None:
    """Set back when a version was approved, past the guard that keeps it as it was decided."""
    from sqlalchemy import text

    with book.world.ports.store.system(book.tenant_id) as uow:
        session = uow._ctx.session  # type: ignore[attr-defined]
        names = session.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")).all()
        for name, _ in names:
            session.execute(text(f"DROP TRIGGER {name}"))
        session.execute(text("UPDATE rule_version SET decided_at_utc = :day WHERE rule_id = :rule"),
                        {"day": day.strftime("%Y-%m-%d %H:%M:%S.%f"), "rule": rule_id})  # fmt: skip
        for _, sql in names:
            session.execute(text(sql))
        session.commit()


def test_orders_with_costs_are_not_stopped_by_a_hard_breach_that_stands(book: Book) -> None:
    """The case that was seen: a little of something else is sold, which costs five dollars."""
    one, two = book.stock("ONE", 100.0, issuer="One"), book.stock("TWO", 50.0, issuer="Two", seed=2)
    portfolio_id = book.world.portfolio({one: 30.0, two: 40.0}, {"USD": 5_000.0})
    book.rule(CAP.model_copy(update={"id": "own.cap", "timing": ("pre", "post", "eod")}))
    sale = (ProposedOrder(symbol="TWO", quantity=-10.0, cost_ccy="5"),)
    found = book.by_code(portfolio_id, sale)["own.cap"]
    assert (found.status, found.cause, found.verdict) == ("failed", "passive", "pass_with_warning")
    assert found.groups[0].value is not None
    assert found.groups[0].before == 0.3
    assert found.groups[0].value > np.nextafter(0.3, 1.0)
    more = (ProposedOrder(symbol="ONE", quantity=1.0, cost_ccy="5"),)
    assert book.by_code(portfolio_id, more)["own.cap"].verdict == "blocked"
