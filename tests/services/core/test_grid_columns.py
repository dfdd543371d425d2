"""Are a user's columns kept for them alone, on every machine, and does what is no choice stand as it came?"""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from services.errors import InvalidRequest
from services.grid_columns import KEY, GridChoices
from services.messages.grid_columns import GridChoice

CHOICE = GridChoice(shown=("price", "sector"), order=("sector", "name", "price"))


@pytest.fixture
def choices(house) -> GridChoices:
    return GridChoices(house.ports)


def test_a_choice_is_kept_for_its_user_alone_and_taken_back(choices, manager, person) -> None:
    assert choices.get("holdings", manager).choice is None
    assert choices.set("holdings", CHOICE, manager).choice == CHOICE
    assert choices.get("holdings", manager).choice == CHOICE
    assert choices.get("holdings", person(name="Ben")).choice is None
    choices.set("holdings", None, manager)
    assert choices.get("holdings", manager).choice is None


def test_other_preferences_stay(choices, house, manager) -> None:
    house.preferences.set(manager, {"theme": "dark"})
    choices.set("holdings", CHOICE, manager)
    assert house.preferences.get(manager).theme == "dark"
    house.preferences.set(manager, {"theme": None})
    assert choices.get("holdings", manager).choice == CHOICE


def test_what_this_version_cannot_read_stands_as_it_came(choices, house, manager) -> None:
    for wrong in ("all", {"holdings": 3}, {"holdings": {"shown": ["<b>"]}}, {"holdings": {"shown": 5}}):
        with house.ports.store.work(manager) as uow:
            uow.preferences.change({KEY: wrong})
            uow.commit()
        assert choices.get("holdings", manager).choice is None


def test_a_column_that_is_named_twice_is_refused_by_its_field(choices, manager) -> None:
    with pytest.raises(InvalidRequest) as refused:
        choices.set("holdings", GridChoice(shown=("price",), order=("price", "price")), manager)
    assert [one.path for one in refused.value.fields] == ["order"]
    with pytest.raises(ValidationError):
        GridChoice(shown=("Price <",))
