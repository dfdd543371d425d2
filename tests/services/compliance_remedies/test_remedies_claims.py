"""Do remedies leave claims on counterparties alone, which no trade moves?"""

from __future__ import annotations

import pytest

from services.compliance.stated_facts import StatedFacts
from services.messages.compliance_facts import StatedFactInput
from services.messages.compliance_remedies import RemedyWish
from tests.services.compliance_checks.books import Book
from tests.services.compliance_remedies.test_remedies import caps, furnished, report


@pytest.mark.requirement("4.3.A5")
def test_a_claim_on_a_counterparty_is_never_traded(book: Book) -> None:
    _, _, portfolio_id = furnished(book)
    facts = StatedFacts(book.world.ports)
    for wanted in (
        StatedFactInput(
            name="otc_exposure_bank", about="Alpha", number=300.0, portfolio_id=portfolio_id, source="CSA."
        ),
        StatedFactInput(name="cash_bank", text="The Bank plc", portfolio_id=portfolio_id, source="Custody."),
    ):
        facts.state(wanted, book.officer)
    book.rule(caps(28))
    book.rule("ucits.otc_bank_10")
    found = report(book, portfolio_id)
    assert found.ways
    for way in found.ways:
        assert {trade.symbol for trade in way.trades} <= {"AAA", "BBB"}
    reduce = next(one for one in found.ways if one.way == "reduce")
    assert [trade.symbol for trade in reduce.trades] == ["AAA"]


def test_shares_of_a_body_that_owes_something_are_sold_until_both_are_kept(book: Book) -> None:
    """30% shares of Alpha and 3% that it owes are 33% of at most 20%: shares go down to a little below 17%."""
    names = ("AAA", "BBB", "CCC", "DDD", "EEE", "FFF")
    assets = [book.stock(name, 50.0, issuer=name, seed=k + 1) for k, name in enumerate(names)]
    units = (60, 30, 30, 30, 30, 18)
    portfolio_id = book.world.portfolio(dict(zip(assets, units, strict=True)), {"USD": 100})
    facts = StatedFacts(book.world.ports)
    for wanted in (
        StatedFactInput(name="otc_exposure_bank", about="AAA", number=300.0, portfolio_id=portfolio_id, source="CSA."),
        StatedFactInput(name="cash_bank", text="The Bank plc", portfolio_id=portfolio_id, source="Custody."),
    ):
        facts.state(wanted, book.officer)
    book.rule("ucits.one_body_20")
    found = report(book, portfolio_id, RemedyWish(buffer_frac=0.0))
    assert found.broken == ("Securities, deposits and derivatives of one body at most 20% together",)
    reduce = next(one for one in found.ways if one.way == "reduce")
    assert reduce.outcome == "repaired"
    (trade,) = reduce.trades
    # 17% of 10,000 are 34 shares at 50; the claim over net assets after costs is a trace above 3%, so one more goes
    assert (trade.symbol, trade.quantity) == ("AAA", -27.0)
    (rule,) = reduce.rules
    assert (rule.before, rule.after) == ("failed", "warning")
