"""Does a proposal go from draft to ledger and back, with two people, and never on what has changed meanwhile?"""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from services.auth.actor import Actor
from services.auth.roles import Role
from services.errors import Conflict, InvalidRequest, NotAllowed, NotFound, Stale
from services.messages.rebalancing import Handing, RebalancingDecision, RebalancingView, Recording, RowChoice
from tests.services.compliance_checks.test_checks import caps
from tests.services.rebalancing.desk import Desk, new

YES, NO = RebalancingDecision(is_approved=True), RebalancingDecision(is_approved=False, reason="Wait for the earnings.")


def approved(desk: Desk, *rows: RowChoice, **wish: Any) -> RebalancingView:
    draft = desk.kept(*rows, **wish)
    desk.steps.submit(draft.id, Handing(), desk.manager)
    return desk.steps.decide(draft.id, YES, desk.officer)


def inbox(desk: Desk, who: Actor) -> list[str]:
    with desk.book.world.ports.store.read(who) as uow:
        return [row.title for row in uow.notifications.page(is_unread=True).rows]


def deeds(desk: Desk) -> list[str]:
    with desk.book.world.ports.store.read(desk.officer) as uow:
        words, _ = uow.audit.words()
        return [word for word in words if word.startswith("rebalancing.")]


def test_from_draft_to_ledger_and_back(desk: Desk) -> None:
    draft = desk.kept(RowChoice(symbol="BBB", is_held=True), spread_frac=0.002)
    assert (draft.state, draft.number) == ("draft", 1)
    assert {"edit", "submit", "withdraw", "renew"} <= set(draft.may)
    handed = desk.steps.submit(draft.id, Handing(reason="Drift"), desk.manager, draft.row_version)
    assert handed.state == "submitted"
    assert "decide" not in handed.may
    assert any("asks you to approve trades" in title for title in inbox(desk, desk.officer))
    assert "decide" in desk.rebalancings.get(draft.id, desk.officer).may
    agreed = desk.steps.decide(draft.id, YES, desk.officer)
    assert agreed.state == "approved"
    assert any("approved the trades" in title for title in inbox(desk, desk.manager))
    cash = agreed.report.after.cash_ccy
    done = desk.booking.record(draft.id, Recording(), desk.manager)
    assert done.state == "recorded"
    assert done.stale is None
    portfolios = desk.book.world.portfolios
    held = {one.symbol: one.quantity for one in portfolios.holdings(desk.portfolio_id, desk.manager)}
    assert held == {"AAA": 80, "BBB": 100, "CCC": 20}
    assert portfolios.get(desk.portfolio_id, desk.manager).cash[0].amount == cash
    before = desk.booking.undo(draft.id, desk.manager)
    assert before.state == "undone"
    held = {one.symbol: one.quantity for one in portfolios.holdings(desk.portfolio_id, desk.manager)}
    assert held == {"AAA": 60, "BBB": 100}
    assert portfolios.get(desk.portfolio_id, desk.manager).cash[0].amount == 4500
    assert [one.by_name for one in before.deeds] == [
        desk.manager.name, desk.manager.name, desk.officer.name, desk.manager.name,
    ]  # fmt: skip
    assert [one.verb for one in before.deeds] == ["made", "handed in", "approved", "recorded as done"]
    assert sorted(deeds(desk)) == sorted(
        f"rebalancing.{one}" for one in ("create", "submit", "approve", "record", "undo")
    )


def test_nobody_decides_about_their_own(desk: Desk) -> None:
    draft = desk.kept()
    desk.steps.submit(draft.id, Handing(), desk.manager)
    with pytest.raises(NotAllowed, match="does not decide"):
        desk.steps.decide(draft.id, YES, desk.manager)
    viewer = desk.book.world.actors[Role.VIEWER]
    with pytest.raises(NotAllowed):
        desk.steps.decide(draft.id, YES, viewer)


def test_a_refusal_needs_a_reason_and_the_draft_can_be_changed_again(desk: Desk) -> None:
    draft = desk.kept()
    desk.steps.submit(draft.id, Handing(), desk.manager)
    with pytest.raises(Conflict, match="cannot be changed"):
        desk.rebalancings.edit(draft.id, new(), desk.manager)
    with pytest.raises(InvalidRequest, match="Say why"):
        desk.steps.decide(draft.id, RebalancingDecision(is_approved=False), desk.officer)
    refused = desk.steps.decide(draft.id, NO, desk.officer)
    assert (refused.state, refused.deeds[-1].reason) == ("rejected", "Wait for the earnings.")
    with pytest.raises(Conflict, match="only approved trades"):
        desk.booking.record(draft.id, Recording(), desk.manager)
    again = desk.rebalancings.edit(draft.id, new(part_frac=0.5), desk.manager)
    assert (again.state, again.wish.part_frac, len(again.deeds)) == ("draft", 0.5, 1)
    assert desk.steps.withdraw(draft.id, Handing(), desk.manager).state == "withdrawn"
    with pytest.raises(Conflict):
        desk.steps.withdraw(draft.id, Handing(), desk.manager)


def test_an_edit_updates_cash_and_check_at_once_and_leaves_the_target(desk: Desk) -> None:
    draft = desk.kept()
    changed = desk.rebalancings.edit(
        draft.id, new(RowChoice(symbol="CCC", quantity=Decimal(5))), desk.manager, draft.row_version
    )
    assert changed.report.after.cash_ccy == draft.report.after.cash_ccy + 1500
    with desk.book.world.ports.store.read(desk.manager) as uow:
        assert uow.targets.current(desk.portfolio_id).version == 1  # type: ignore[union-attr]
    with pytest.raises(Stale):
        desk.rebalancings.edit(draft.id, new(), desk.manager, draft.row_version)


def test_a_hard_rule_stops_and_a_soft_one_needs_reasons_and_who_may_let_it_stand(desk: Desk) -> None:
    rule_id = desk.book.rule(caps(36, "soft"))
    draft = desk.kept()
    assert draft.report.compliance is not None
    assert draft.report.compliance.verdict == "needs_override"
    with pytest.raises(InvalidRequest, match="soft rule"):
        desk.steps.submit(draft.id, Handing(), desk.manager)
    desk.steps.submit(draft.id, Handing(reason="For a week."), desk.manager)
    with pytest.raises(InvalidRequest, match="Say why"):
        desk.steps.decide(draft.id, YES, desk.officer)
    agreed = desk.steps.decide(draft.id, RebalancingDecision(is_approved=True, reason="Until Friday."), desk.officer)
    assert agreed.state == "approved"
    with desk.book.world.ports.store.system(desk.book.tenant_id) as uow:
        uow.rules.get(rule_id).approved_version = None
        uow.commit()
    desk.book.rule(caps(36).model_copy(update={"id": "own.hard"}))
    hard = desk.kept()
    assert "submit" not in hard.may
    with pytest.raises(Conflict, match="hard rule"):
        desk.steps.submit(hard.id, Handing(reason="Please."), desk.manager)


def test_changed_positions_make_a_proposal_stale_until_it_is_computed_anew(desk: Desk) -> None:
    one = approved(desk)
    desk.book.book(
        desk.portfolio_id, kind="deposit", trade_date=date(2022, 6, 2), amount_ccy=Decimal(1000), currency="USD"
    )
    stale = desk.rebalancings.get(one.id, desk.manager)
    assert stale.stale == "Positions or cash have changed since these trades were computed."
    assert "record" not in stale.may
    with pytest.raises(Conflict, match="Positions or cash"):
        desk.booking.record(one.id, Recording(), desk.manager)
    anew = desk.rebalancings.renew(one.id, desk.manager)
    assert (anew.state, anew.stale) == ("draft", None)
    assert anew.report.net_assets_ccy == 11_000


def test_recorded_trades_stay_when_something_was_booked_after_them(desk: Desk) -> None:
    one = approved(desk)
    desk.booking.record(one.id, Recording(), desk.manager)
    with desk.book.world.ports.store.read(desk.manager) as uow:
        last = max(row.trade_date for row in uow.ledger.entries(desk.portfolio_id))
    desk.book.book(desk.portfolio_id, kind="deposit", trade_date=last, amount_ccy=Decimal(1), currency="USD")
    with pytest.raises(Conflict, match="1 entry came"):
        desk.booking.undo(one.id, desk.manager)


def test_the_day_of_trades_is_not_before_the_ledger_nor_yet_to_come(desk: Desk) -> None:
    one = approved(desk)
    for day in (date(2020, 1, 1), date(2999, 1, 1)):
        with pytest.raises(InvalidRequest, match="cannot be recorded"):
            desk.booking.record(one.id, Recording(trade_date=day), desk.manager)


def test_orders_say_draft_until_somebody_agreed(desk: Desk) -> None:
    draft = desk.kept(RowChoice(symbol="AAA", limit_price=Decimal("50.25"), note="=cmd()"))
    early = desk.orders.export(draft.id, "csv", desk.manager)
    assert "draft" in early.filename
    rows = list(csv.DictReader(io.StringIO(early.data.decode("utf-8-sig"))))
    assert {row["Status"] for row in rows} == {"draft"}
    desk.steps.submit(draft.id, Handing(), desk.manager)
    desk.steps.decide(draft.id, YES, desk.officer)
    final = desk.orders.export(draft.id, "csv", desk.manager)
    assert "draft" not in final.filename
    rows = {row["Symbol"]: row for row in csv.DictReader(io.StringIO(final.data.decode("utf-8-sig")))}
    first = rows["AAA"]
    assert (first["Side"], first["OrderQty"], first["OrdType"], first["Price"]) == ("BUY", "20", "LIMIT", "50.25")
    assert (first["Account"], first["Currency"], first["Status"]) == ("Mine", "USD", "approved")
    assert first["Text"] == "'=cmd()"
    assert rows["CCC"]["OrdType"] == "MARKET"
    assert desk.orders.export(draft.id, "xlsx", desk.manager).data[:2] == b"PK"


def test_orders_of_proposals_that_begin_alike_have_no_id_in_common(desk: Desk) -> None:
    """Proposals are numbered by portfolio, and ids of a minute begin alike: an order system takes equal ids for one."""
    found: list[str] = []
    for draft in (desk.kept(), desk.kept()):
        file = desk.orders.export(draft.id, "csv", desk.manager).data.decode("utf-8-sig")
        ids = [row["ClOrdID"] for row in csv.DictReader(io.StringIO(file))]
        assert all(one.endswith(f"-{draft.number}-{one.rsplit('-', 1)[1]}") for one in ids)
        found += [one.split("-")[0] for one in ids[:1]]
    assert found[0] != found[1]


def test_another_house_finds_nothing(desk: Desk) -> None:
    draft = desk.kept()
    stranger = desk.book.world.stranger
    for verb in (
        lambda: desk.rebalancings.get(draft.id, stranger),
        lambda: desk.rebalancings.edit(draft.id, new(), stranger),
        lambda: desk.steps.submit(draft.id, Handing(), stranger),
        lambda: desk.steps.decide(draft.id, YES, stranger),
        lambda: desk.booking.record(draft.id, Recording(), stranger),
        lambda: desk.orders.export(draft.id, "csv", stranger),
    ):
        with pytest.raises(NotFound):
            verb()
    assert desk.rebalancings.list(stranger).items == ()
    assert [one.id for one in desk.rebalancings.list(desk.manager, desk.portfolio_id).items] == [draft.id]


def test_trades_in_another_currency_leave_base_cash_as_told(desk: Desk) -> None:
    import numpy as np

    from tests.services.compliance_checks.books import DAYS_COUNT
    from tests.services.risk.worlds import weekdays

    days = weekdays(DAYS_COUNT)
    desk.book.stock("EEE", 37.13, seed=5, currency="EUR")
    desk.book.world.rates("EUR", days, np.full(days.size, 1.0873))
    one = approved(desk, source="weights", weights_frac={"AAA": 0.3, "BBB": 0.25, "EEE": 0.3}, spread_frac=0.003)
    told = one.report.after.cash_ccy
    desk.booking.record(one.id, Recording(), desk.manager)
    cash = {row.currency: row.amount for row in desk.book.world.portfolios.get(desk.portfolio_id, desk.manager).cash}
    assert cash["USD"] == told
    assert cash.get("EUR", Decimal(0)) == 0
