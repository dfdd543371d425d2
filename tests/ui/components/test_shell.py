"""Does the frame hold what every page relies on?"""

from __future__ import annotations

import json
from collections import Counter

import plotly
import pytest

from components.ids import Shell
from components.rail import NAVIGATION
from components.shell import KEYS, ShellView, shell


def tree(component):
    return json.loads(json.dumps(component, cls=plotly.utils.PlotlyJSONEncoder))


def nodes(plain):
    if isinstance(plain, dict):
        if "props" in plain:
            yield plain
        for value in plain.values():
            yield from nodes(value)
    elif isinstance(plain, list):
        for value in plain:
            yield from nodes(value)


@pytest.fixture
def view() -> ShellView:
    return ShellView(
        user_name="Ada Byron",
        user_email="ada@example.com",
        role_label="Portfolio manager",
        csrf_token="the-token",
        as_of_text="Historical data: prices to 28 Dec 2022",
        is_historical=True,
        version="1.2.3",
    )


def test_each_id_of_the_frame_stands_in_it_once(view):
    found = Counter(str(node["props"]["id"]) for node in nodes(tree(shell("page", view))) if node["props"].get("id"))
    assert {name: count for name, count in found.items() if count > 1} == {}
    for needed in (Shell.URL, Shell.TITLE, Shell.AS_OF, Shell.EVENT, Shell.RESYNC, Shell.FALLBACK, Shell.TOASTS):
        assert needed in found


def test_signing_out_posts_the_token(view):
    plain = list(nodes(tree(shell("page", view))))
    form = next(node for node in plain if node["type"] == "Form")
    hidden = next(node["props"] for node in nodes(form) if node["props"].get("name") == "csrf_token")
    assert (form["props"]["method"], form["props"]["action"]) == ("POST", "/account/logout")
    assert (hidden["type"], hidden["value"]) == ("hidden", "the-token")


def test_the_badge_says_that_the_data_is_historical(view):
    text = json.dumps(tree(shell("page", view)))
    assert "badge-historical" in text
    assert "prices to 28 Dec 2022" in text


def test_the_frame_carries_the_choices_of_the_account(view):
    root = tree(shell("page", view))["props"]
    assert (root["data-theme-choice"], root["data-signs"], root["data-numbers"]) == ("system", "blue-orange", "comma")


def test_only_what_a_person_may_open_is_offered(view):
    one = ShellView(**{**vars(view), "navigation": NAVIGATION[:1]})
    links = [n["props"]["href"] for n in nodes(tree(shell("page", one))) if n["type"] == "NavLink"]
    assert links == ["/"]


def test_every_destination_has_a_key_that_the_list_of_keys_names():
    named = {keys for keys, _ in KEYS}
    assert {f"g {item.key}" for item in NAVIGATION} <= named


def test_the_fallback_rests_while_the_socket_lives(view):
    interval = next(n["props"] for n in nodes(tree(shell("page", view))) if n["type"] == "Interval")
    assert interval["disabled"] is True


def strings(plain):
    """Every text that is shown below a component."""
    if isinstance(plain, str):
        return [plain]
    if isinstance(plain, list):
        return [text for one in plain for text in strings(one)]
    return strings(plain["props"].get("children")) if isinstance(plain, dict) and "props" in plain else []


def test_every_button_has_a_name(view):
    for node in nodes(tree(shell("page", view))):
        if node["type"] in ("Button", "Summary"):
            assert node["props"].get("aria-label") or strings(node["props"].get("children")), node


def test_a_phone_reaches_every_destination_by_its_bar_or_the_account_menu(view):
    plain = list(nodes(tree(shell("page", view))))
    links = [node["props"] for node in plain if node["props"].get("href")]
    barred = {one["href"] for one in links if "rail-link" in one.get("class_name", "").split()}
    wide = {one["href"] for one in links if "rail-link-wide" in one.get("class_name", "").split()}
    listed = {one["href"] for one in links if "menu-item-phone" in one.get("className", "").split()}
    assert wide == listed != set()
    assert (barred - wide) | listed == {item.href for item in NAVIGATION}


def test_nothing_is_listed_twice_where_the_bar_has_room_for_all(view):
    few = ShellView(**{**vars(view), "navigation": NAVIGATION[:3]})
    listed = [n for n in nodes(tree(shell("page", few))) if "menu-item-phone" in n["props"].get("className", "")]
    assert [n["type"] for n in listed] == ["Button"]  # the eye, which has no room in a phone's bar
