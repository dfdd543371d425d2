"""Are views kept for their user alone, refused where they make no sense, and never written over somebody's work?"""

from __future__ import annotations

import pytest

from services.auth.roles import Role
from services.dashboard_shipped import SHIPPED
from services.dashboard_views import OWN_MAX_COUNT, DashboardViews
from services.errors import InvalidRequest, NotFound, Stale
from services.messages.dashboard_views import CardPlace
from services.preferences import PreferenceChoices

CARDS = (CardPlace(card="summary", x=0, y=0, w=12, h=2), CardPlace(card="tasks", x=0, y=2, w=6, h=6))


@pytest.fixture
def views(house) -> DashboardViews:
    return DashboardViews(house.ports)


@pytest.mark.requirement("5.1.D5")
def test_four_views_come_with_the_product_and_none_lies_over_another(views, house) -> None:
    found = views.list(house.manager)
    assert [one.name for one in found.views] == ["Morning", "Rebalance", "Close", "Month end"]
    assert found.chosen == "Morning"
    for cards in SHIPPED.values():
        taken = [(x, y) for one in cards for x in range(one.x, one.x + one.w) for y in range(one.y, one.y + one.h)]
        assert len(taken) == len(set(taken))
        assert max(x for x, _ in taken) < 12


@pytest.mark.requirement("5.1.D5")
def test_a_view_is_kept_chosen_changed_and_taken_away_for_its_user_alone(views, house) -> None:
    kept = views.save("  My   desk ", CARDS, house.manager, 1)
    assert (kept.chosen, kept.row_version) == ("My desk", 2)
    assert kept.named("My desk").cards == CARDS
    assert views.list(house.manager) == kept
    assert "My desk" not in [one.name for one in views.list(house.actors[Role.ADVISOR]).views]
    assert views.list(house.stranger).chosen == "Morning"
    assert views.choose("Close", house.manager).chosen == "Close"
    gone = views.remove("My desk", house.manager)
    assert (gone.chosen, len(gone.views)) == ("Close", 4)
    with pytest.raises(NotFound):
        views.choose("My desk", house.manager)
    with pytest.raises(NotFound):
        views.remove("My desk", house.manager)


def test_a_view_that_came_with_the_product_is_changed_and_reset(views, house) -> None:
    changed = views.save("Close", CARDS, house.manager).named("Close")
    assert (changed.is_shipped, changed.is_changed, changed.cards) == (True, True, CARDS)
    back = views.remove("Close", house.manager)
    assert back.chosen == "Close"
    assert (back.named("Close").is_changed, back.named("Close").cards) == (False, SHIPPED["Close"])


def test_who_deletes_the_chosen_view_begins_with_the_first(views, house) -> None:
    views.save("Mine", CARDS, house.manager)
    assert views.remove("Mine", house.manager).chosen == "Morning"


def test_a_second_window_does_not_write_over_the_first(views, house) -> None:
    version = views.list(house.manager).row_version
    views.save("Mine", CARDS, house.manager, version)
    with pytest.raises(Stale):
        views.save("Mine", CARDS[:1], house.manager, version)
    assert views.list(house.manager).named("Mine").cards == CARDS


def test_what_makes_no_sense_is_refused_with_its_field(views, house) -> None:
    double = (CARDS[0], CARDS[0])
    wide = (CardPlace(card="tasks", x=8, y=0, w=6, h=4),)
    for cards, path in ((double, "cards[1].card"), (wide, "cards[0].w"), ((), "cards")):
        with pytest.raises(InvalidRequest) as caught:
            views.save("Mine", cards, house.manager)
        assert [one.path for one in caught.value.fields] == [path]
    for name in ("   ", "x" * 41):
        with pytest.raises(InvalidRequest) as caught:
            views.save(name, CARDS, house.manager)
        assert caught.value.fields[0].path == "name"
    for number in range(OWN_MAX_COUNT):
        views.save(f"View {number}", CARDS, house.manager)
    with pytest.raises(InvalidRequest, match="already"):
        views.save("One more", CARDS, house.manager)
    assert views.save("View 3", CARDS[:1], house.manager).named("View 3").cards == CARDS[:1]


def test_views_and_other_preferences_leave_each_other_alone(views, house) -> None:
    choices = PreferenceChoices(house.ports)
    choices.set(house.manager, {"theme": "dark"})
    views.save("Mine", CARDS, house.manager)
    assert choices.get(house.manager).theme == "dark"
    choices.set(house.manager, {"theme": None, "density": "compact"})
    assert views.list(house.manager).chosen == "Mine"
    assert choices.get(house.manager).density == "compact"


def test_what_an_older_version_kept_and_nobody_can_read_is_left_out(views, house) -> None:
    with house.ports.store.work(house.manager) as uow:
        uow.preferences.change(
            {
                "dashboard": {
                    "version": 7,
                    "chosen": "Odd",
                    "views": {"Odd": [["news", 0, 0, 4, 4]], "Good": [["tasks", 0, 0, 4, 4]]},
                }
            }
        )
        uow.commit()
    found = views.list(house.manager)
    assert (found.chosen, found.row_version) == ("Morning", 7)
    assert [one.name for one in found.views if not one.is_shipped] == ["Good"]
