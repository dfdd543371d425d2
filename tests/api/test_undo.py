"""Is what ends at once made again as it was, when its message is told to undo it?"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from callbacks import portfolio_edit, undo
from callbacks.performance_blend import wish_of
from services.auth.roles import Role
from services.messages.blends import BlendPart, NewBlend
from services.messages.dashboard_views import KeptView
from services.messages.portfolios import NewPortfolio
from services.messages.schedules import NewSchedule


@pytest.fixture
def take_back(product: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(undo, "services", lambda: product.services)

    def done(offer: str, actor: Any) -> Any:
        kind, _, text = offer.partition(":")
        return undo.verbs()[kind](text, actor)

    return done


def test_a_schedule_comes_back_with_its_times_and_request(product: Any, take_back: Any) -> None:
    actor, schedules = product.actor(Role.ADMINISTRATOR), product.services.schedules
    wish = NewSchedule(name="Prices at six", kind="price_refresh", cron="0 6 * * 1-5", time_zone="Europe/Berlin")
    made = schedules.create(wish, actor)
    schedules.delete(made.id, actor)
    assert made.id not in {one.id for one in schedules.list(actor)}
    again = take_back(undo.as_made("schedule", wish), actor)
    assert again.model_dump(include=set(NewSchedule.model_fields)) == made.model_dump(
        include=set(NewSchedule.model_fields)
    )
    schedules.delete(again.id, actor)


def test_a_view_comes_back_with_every_card_in_its_place(product: Any, take_back: Any) -> None:
    actor, views = product.actor(Role.PORTFOLIO_MANAGER), product.services.dashboard_views
    cards = views.list(actor).named(None).cards[:2]
    views.save("Evening", cards, actor)
    before = views.list(actor).named("Evening")
    views.remove("Evening", actor)
    assert "Evening" not in {one.name for one in views.list(actor).views}
    take_back(undo.as_made("view", KeptView(name=before.name, cards=before.cards)), actor)
    assert views.list(actor).named("Evening").cards == before.cards
    views.remove("Evening", actor)


def test_a_blend_comes_back_with_shares_and_the_day_they_count_from(product: Any, take_back: Any) -> None:
    actor, market = product.actor(Role.PORTFOLIO_MANAGER), product.services.market
    base = next(one for one in market.benchmarks(actor) if one.kind != "blend" and one.prices_from)
    wish = NewBlend(name="All in one", currency=base.currency, parts=(BlendPart(benchmark_id=base.id, share_frac=1.0),))
    made = product.services.benchmark_blends.create(wish, actor)
    product.services.benchmark_blends.delete(made.id, actor)
    again = take_back(undo.as_made("blend", wish_of(made)), actor)
    assert again.model_copy(update={"id": made.id}) == made
    product.services.benchmark_blends.delete(again.id, actor)


def test_positions_that_were_set_offer_the_holdings_before_them(
    product: Any, take_back: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    actor, said = product.actor(Role.PORTFOLIO_MANAGER), []
    for name, instead in (
        ("services", lambda: product.services),
        ("actor", lambda: actor),
        ("say", lambda title, text="", **more: said.append(more.get("undo"))),
        ("read_anew", lambda _why: None),
    ):
        monkeypatch.setattr(portfolio_edit, name, instead)
    portfolios = product.services.portfolios
    made = portfolios.create(NewPortfolio(name="Set twice", initial_cash_ccy=Decimal(50_000)), actor)

    def held() -> dict[str, Decimal]:
        return {one.symbol: one.quantity for one in portfolios.holdings(made.id, actor) if one.symbol}

    def put(text: str) -> None:
        version = portfolios.get(made.id, actor).row_version
        portfolio_edit.save_positions.__wrapped__(1, made.id, version, text, None, None, None)

    put("AAPL, 20\nKO, 30")
    put("JPM, 5")
    assert set(held()) == {"JPM"}
    assert said[-1] == f"version:{made.id}~holdings~2"
    take_back(said[-1], actor)
    assert held() == {"AAPL": Decimal(20), "KO": Decimal(30)}
