"""Are ids constants that stand for one component each?"""

from __future__ import annotations

import pytest

from components import ids


def classes():
    return [thing for thing in vars(ids).values() if isinstance(thing, type) and hasattr(thing, "__mro__")]


def test_no_two_ids_are_equal():
    seen: dict[str, str] = {}
    for page in classes():
        for name, value in vars(page).items():
            if isinstance(value, str) and name.isupper():
                where = f"{page.__name__}.{name}"
                assert seen.setdefault(value, where) == where, f"{where} repeats {seen[value]}"
    assert len(seen) > 100


def test_ids_have_no_character_that_dash_refuses():
    for page in classes():
        for name, value in vars(page).items():
            if isinstance(value, str) and name.isupper():
                assert "." not in value
                assert "{" not in value


def test_an_id_cannot_be_changed():
    with pytest.raises(AttributeError, match=r"Shell\.TITLE is an id"):
        ids.Shell.TITLE = "other"


def test_a_family_of_components_has_a_pattern():
    assert ids.Wizard.step(2) == {"type": "wizard-step-button", "index": 2}
