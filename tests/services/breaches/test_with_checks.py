"""Do checks of a real book of holdings open, let stand, grandfather and cure breaches?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from data.store import tables
from services.compliance.breach_overrides import BreachOverrides
from services.compliance.breach_watch import BreachWatch
from services.compliance.breaches import Breaches
from services.messages.compliance_breaches import OverrideInput
from tests.services.compliance_checks.books import Book, open_book
from tests.services.risk.worlds import LAST

DAY = date(2022, 6, 1)


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    """A house without prices and rules, to be furnished at will."""
    opened = open_book(tmp_path)
    yield opened
    opened.world.ports.store.dispose()


def stands(book: Book, portfolio_id: str) -> dict[str, tuple[str, str, str | None]]:
    """Check a portfolio anew, and return rule, status and cause of its breaches by group."""
    book.checks.check(book.manager, portfolio_id)
    found = Breaches(book.world.ports).queue(book.manager, portfolio_id=portfolio_id).items
    return {one.group: (one.rule_code, one.status.value, one.cause) for one in found}


@pytest.mark.requirement("4.3.A3", "4.3.A4", "4.3.D2")
def test_a_purchase_opens_a_breach_a_wish_lets_it_stand_and_a_sale_cures_it(book: Book):
    one, two = book.stock("ONE", 100.0), book.stock("TWO", 100.0, seed=2)
    portfolio_id = book.world.portfolio({one: 20.0, two: 20.0}, {"USD": 16_000.0})
    rule_id = book.rule("house.max_position", severity="soft", effective_from=date(2020, 1, 1))
    assert stands(book, portfolio_id) == {}
    book.trade(portfolio_id, one, 50.0, 100.0, LAST)
    assert stands(book, portfolio_id) == {"ONE": ("house.max_position", "open", "active")}
    service, overrides = Breaches(book.world.ports), BreachOverrides(book.world.ports)
    (found,) = service.queue(book.manager).items
    assert found.rule_id == rule_id
    assert found.sentence == "ONE is 35.00%, where at most 25.00% is allowed."
    until = book.now_utc.date() + timedelta(days=3)
    wish = OverrideInput(reason="Sold on Friday.", expires_on=until, level=0.36)
    asked = overrides.request(found.id, wish, book.manager)
    overrides.approve(asked.overrides[0].id, book.officer)
    assert stands(book, portfolio_id)["ONE"][1] == "overridden"
    (standing,) = [
        one for one in book.checks.check(book.manager, portfolio_id).report.results if one.status == "failed"
    ]
    assert standing.verdict == "pass_with_warning"
    book.trade(portfolio_id, one, 5.0, 100.0, LAST)
    assert stands(book, portfolio_id)["ONE"][1] == "open", "beyond what was let stand"
    book.trade(portfolio_id, one, -40.0, 100.0, LAST)
    assert stands(book, portfolio_id)["ONE"][1] == "cured"


@pytest.mark.requirement("4.3.F4")
def test_sectors_held_before_a_rule_are_grandfathered_until_more_of_them_is_bought(book: Book):
    energy, tech = book.stock("ONE", 100.0), book.stock("TWO", 100.0, seed=2, sector="Technology")
    portfolio_id = book.world.portfolio({energy: 60.0, tech: 5.0}, {"USD": 3_500.0}, day=DAY)
    book.rule("house.max_sector", severity="hard", effective_from=date(2022, 12, 1))
    assert stands(book, portfolio_id) == {"Energy": ("house.max_sector", "grandfathered", "passive")}
    book.trade(portfolio_id, tech, 1.0, 100.0, LAST)
    assert stands(book, portfolio_id)["Energy"][1] == "grandfathered", "another sector was bought"
    book.trade(portfolio_id, energy, 1.0, 100.0, LAST)
    assert stands(book, portfolio_id)["Energy"][1] == "open"


@pytest.mark.requirement("4.3.A2", "4.3.F4")
def test_what_was_short_before_a_rule_is_grandfathered_until_more_is_sold_short(book: Book):
    one, two = book.stock("ONE", 100.0), book.stock("TWO", 100.0, seed=2)
    portfolio_id = book.world.portfolio({one: -20.0, two: 50.0}, {"USD": 7_000.0}, day=DAY)
    book.rule("ucits.no_shorts", severity="hard", effective_from=date(2022, 12, 1))
    assert stands(book, portfolio_id) == {"ONE": ("ucits.no_shorts", "grandfathered", "passive")}
    book.trade(portfolio_id, one, 5.0, 100.0, LAST)
    assert stands(book, portfolio_id)["ONE"][1:] == ("grandfathered", "passive"), "some of it was bought back"
    book.trade(portfolio_id, one, -25.0, 100.0, LAST)
    assert stands(book, portfolio_id)["ONE"][1:] == ("open", "active"), "as many are short before and after in number"


def test_the_watch_closes_what_rules_no_longer_ask_and_leaves_what_they_do(book: Book):
    one = book.stock("ONE", 100.0)
    portfolio_id = book.world.portfolio({one: 50.0}, {"USD": 5_000.0})
    kept = book.rule("house.max_position", effective_from=date(2020, 1, 1))
    gone = book.rule("house.max_sector", effective_from=date(2020, 1, 1))
    assert {code for code, _, _ in stands(book, portfolio_id).values()} == {"house.max_position", "house.max_sector"}
    watch, service = BreachWatch(book.world.ports), Breaches(book.world.ports)
    watch.keep_up()
    assert len(service.queue(book.manager).items) == 2
    with book.world.ports.store.system(book.tenant_id) as uow:
        retired = tables.RuleVersion(
            document={}, is_retirement=True, state="approved", decided_at_utc=book.now_utc + timedelta(seconds=1)
        )
        row = uow.rules.get(gone)
        uow.rules.next_version(gone, retired)
        row.approved_version, row.is_retired = retired.version, True
        uow.commit()
    book.world.ports.clock.advance(minutes=1)  # type: ignore[attr-defined]
    watch.keep_up()
    assert [row.rule_id for row in service.queue(book.manager).items] == [kept]
