"""Does what somebody left in the wizard come along to another machine, to nobody else, and not without bounds?"""

from __future__ import annotations

from typing import Any

import pytest

from services.errors import InvalidRequest
from services.optimize_drafts import DRAFT_MAX_COUNT, WizardDrafts, is_short

DRAFT = {"goal": "max_sharpe", "assets": ["AAPL", "KO"], "max": "30", "sectors": {"Energy": {"max": "20"}}}


@pytest.mark.requirement("5.2.F1")
def test_a_draft_is_found_again_as_it_was_typed_and_by_its_owner_alone(ports: Any, manager, stranger) -> None:
    drafts = WizardDrafts(ports)
    assert drafts.get(manager).draft is None
    drafts.keep(DRAFT, manager)
    drafts.keep({**DRAFT, "max": "3O"}, manager)  # also what is no number yet
    assert WizardDrafts(ports).get(manager).draft == {**DRAFT, "max": "3O"}
    assert drafts.get(stranger).draft is None
    drafts.keep(None, manager)
    assert drafts.get(manager).draft is None


def test_a_draft_stands_beside_the_choices_of_its_owner(ports: Any, house, manager) -> None:
    house.preferences.set(manager, {"theme": "dark"})
    WizardDrafts(ports).keep(DRAFT, manager)
    assert house.preferences.get(manager).theme == "dark"
    house.preferences.set(manager, {"theme": "light"})
    assert WizardDrafts(ports).get(manager).draft == DRAFT


def test_a_draft_with_a_pasted_series_is_too_long_to_come_along(ports: Any, manager) -> None:
    long = {**DRAFT, "rates": "2022-01-03 0.08\n" * (DRAFT_MAX_COUNT // 16 + 1)}
    assert not is_short(long)
    with pytest.raises(InvalidRequest, match=str(DRAFT_MAX_COUNT)):
        WizardDrafts(ports).keep(long, manager)
